"""The speed of each dialect on one core, beside json.loads of its payloads.

    python -m bench.dialects

The messages are those of the scripted devices (tests/support/scripted.py): a job acted again and
again, with what each device repeats in between. Payloads that are no JSON have no floor.

Measured is processor time, of each 500 messages the least of five rounds, so that figures repeat
on a busy machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from time import process_time
from typing import Any

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from tests.support.golden import CENTRE, MACHINE, SOURCE
from tests.support.scripted import DEVICES, Device

MESSAGES = 20_000
ROUNDS, CHUNK = 5, 500
JOB = [("appear", "idle"), ("start", "running"), ("end", "idle")]
REPEATED = 20


def deliveries(device: Device) -> list[BrokerMessage]:
    """MESSAGES of the device's."""
    at = datetime(2026, 11, 12, tzinfo=UTC)
    made: list[BrokerMessage] = []
    while len(made) < MESSAGES:
        for event, state in JOB:
            said = device.say(event, state, at)
            for n in range(REPEATED):
                said += device.repeat(state, at + timedelta(seconds=30 * n))
            for topic, body in said:
                payload = (
                    body
                    if isinstance(body, bytes)
                    else (body if isinstance(body, str) else json.dumps(body)).encode()
                )
                made.append(
                    BrokerMessage(
                        topic=topic,
                        payload=payload,
                        qos=0,
                        retained=False,
                        is_repeated=False,
                        packet=len(made),
                        received_at=at,
                    )
                )
            at += timedelta(minutes=10)
    return made[:MESSAGES]


def main() -> None:
    """Measure and print."""
    print(f"{'device':14}{'bytes':>8}{'read/s':>12}{'json.loads/s':>14}{'ratio':>8}")
    for kind in DEVICES:
        device = kind()
        dialect = DIALECTS[device.dialect]
        given = deliveries(device)
        source = Source(
            id=SOURCE,
            centre_id=CENTRE,
            machine_id=MACHINE,
            dialect=device.dialect,
            base=device.base,
            prefixes=dialect.prefixes(device.base, device.options),
            shared=dialect.shared(device.base, device.options),
            metering=Metering(source_id=SOURCE),
            options=device.options,
        )
        read = rate(given, partial(reading, source))
        size = sum(len(d.payload) for d in given) / MESSAGES
        print(f"{kind.__name__:14}{size:8.0f}{read:12,.0f}", end="")
        parsed = [d.payload for d in given if is_json(d.payload)]
        if not parsed:
            print(f"{'no JSON':>14}")
            continue
        floor = rate(parsed, lambda: json.loads)
        print(f"{floor:14,.0f}{floor / read:8.1f}")


def reading(source: Source) -> Callable[[BrokerMessage], object]:
    """Return a new reader of a source's messages."""
    return partial(Router(CENTRE, [source]).read, session_id=new_id())


def rate(given: Sequence[Any], made: Callable[[], Callable[[Any], object]]) -> float:
    """Return how many are done a second of processor time; `made` begins a round anew."""
    best = [float("inf")] * -(-len(given) // CHUNK)
    for _ in range(ROUNDS):
        act = made()
        for at in range(len(best)):
            some = given[at * CHUNK : (at + 1) * CHUNK]
            start = process_time()
            for each in some:
                act(each)
            best[at] = min(best[at], process_time() - start)
    return len(given) / sum(best)


def is_json(payload: bytes) -> bool:
    """Return whether a payload has a floor."""
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
