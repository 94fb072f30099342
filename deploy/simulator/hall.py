"""The machines of the simulated hall. Each yields what it would publish and how long it then waits.

The formats are the real ones, written after each dialect's documentation; times of a job are
divided by the speed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Publication:
    """One message, and the seconds of the machine's own time until the next."""

    topic: str
    payload: str
    wait: float = 0.0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Will:
    """The broker's message for an absent device, and the device's own when it is present."""

    topic: str
    gone: str
    there: str


JOBS = ("bracket_v3.gcode", "gear_cover.gcode", "jig_left.gcode", "housing.gcode")


def octoprint(base: str, chance: random.Random, skew: float) -> Iterator[Publication]:
    """A printer that prints for 20 to 50 minutes, is sometimes paused or cancelled, and rests a
    while.
    """

    def event(event_: str, **fields: object) -> str:
        return json.dumps(
            {**fields, "_event": event_, "_timestamp": int(datetime.now(UTC).timestamp() + skew)}
        )

    def state(state_id: str, wait: float = 0.0) -> Publication:
        body = event("PrinterStateChanged", state_id=state_id, state_string=state_id.capitalize())
        return Publication(f"{base}/event/PrinterStateChanged", body, wait)

    yield state("OPERATIONAL", 30)
    while True:
        job = chance.choice(JOBS)
        yield Publication(
            f"{base}/event/PrintStarted", event("PrintStarted", name=job, path=job, origin="local")
        )
        yield state("PRINTING")
        length = chance.uniform(20, 50) * 60
        cancelled_at = chance.randrange(2, 9) if chance.random() < 0.1 else 99
        for tenth in range(10):
            body = json.dumps(
                {
                    "location": "local",
                    "path": job,
                    "progress": tenth * 10,
                    "_timestamp": int(datetime.now(UTC).timestamp() + skew),
                }
            )
            yield Publication(f"{base}/progress/printing", body, length / 10, retain=True)
            if tenth == cancelled_at:
                break
            if chance.random() < 0.03:
                yield state("PAUSED", 300)
                yield state("PRINTING")
        if cancelled_at < 10:
            yield state("CANCELLING", 20)
            yield Publication(f"{base}/event/PrintCancelled", event("PrintCancelled", name=job))
            yield Publication(
                f"{base}/event/PrintFailed", event("PrintFailed", name=job, reason="cancelled")
            )
        else:
            yield state("FINISHING", 5)
            yield Publication(
                f"{base}/event/PrintDone", event("PrintDone", name=job, time=int(length))
            )
        yield state("OPERATIONAL", chance.uniform(5, 20) * 60)


def tasmota(topic: str, chance: random.Random, watts: tuple[float, float]) -> Iterator[Publication]:
    """A plug that reports its meter every few seconds.

    The machine behind it cycles between resting and working.
    """
    total, (resting, working) = chance.uniform(100, 900), watts
    while True:
        for level, minutes in ((resting, chance.uniform(5, 15)), (working, chance.uniform(20, 60))):
            for step in range(30):
                # A tool change: a short dip that is no end.
                dips = level == working and step % 10 == 9
                power = (resting if dips else level) * chance.uniform(0.95, 1.05)
                total += power * minutes * 60 / 30 / 3_600_000
                energy = {"Total": round(total, 3), "Power": round(power), "Voltage": 220}
                # Tasmota states local time without an offset.
                local = datetime.now().isoformat(timespec="seconds")  # noqa: DTZ005
                body = {"Time": local, "ENERGY": energy}
                yield Publication(f"tele/{topic}/SENSOR", json.dumps(body), minutes * 60 / 30)


def gateway(base: str, chance: random.Random, skew: float) -> Iterator[Publication]:
    """A press whose gateway speaks Gadong's own JSON with boot and sequence."""
    boot, seq, run_seconds = uuid4().hex[:12], 0, chance.uniform(1e6, 2e6)

    def state(word: str, wait: float) -> Publication:
        nonlocal seq
        seq += 1
        body = {
            "v": 1,
            "boot": boot,
            "seq": seq,
            "at": datetime.fromtimestamp(datetime.now(UTC).timestamp() + skew, tz=UTC).isoformat(),
            "state": word,
            "counters": {"run_s": int(run_seconds)},
        }
        return Publication(f"{base}/state", json.dumps(body), wait)

    while True:
        for word, minutes in (
            ("idle", chance.uniform(5, 15)),
            ("setup", chance.uniform(3, 8)),
            ("running", chance.uniform(15, 45)),
        ):
            for _ in range(10):
                yield state(word, minutes * 6)
                run_seconds += minutes * 6 if word == "running" else 0
