"""Sequences of messages read by a binding, and the signals that come of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import Job, jobs
from gadong.metering.domain.run import Run
from tests.support.golden import CENTRE, MACHINE, SOURCE

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)


THRESHOLDS = PowerThresholds(run_above=400, idle_below=250)


#: Seconds from the start, topic and payload.
Said = Sequence[tuple[float, str, object]]


def bound(
    dialect: str, base: str, options: Mapping[str, Any] | None = None, **metering: Any
) -> Source:
    """A source of the dialect as it is bound where nothing else is said."""
    found, chosen = DIALECTS[dialect], options or {}
    found.check(chosen)
    thresholds = THRESHOLDS if found.needs_thresholds else None
    settings: dict[str, Any] = {
        "heartbeat": found.heartbeat,
        "reports_changes": found.reports_changes,
        "repeats_state": found.repeats_state,
    }
    settings |= {"thresholds": thresholds, **metering}
    return Source(
        id=SOURCE,
        centre_id=CENTRE,
        machine_id=MACHINE,
        dialect=dialect,
        base=base,
        prefixes=found.prefixes(base, chosen),
        shared=found.shared(base, chosen),
        metering=Metering(source_id=SOURCE, **settings),
        options=chosen,
    )


def delivered(said: Said) -> list[BrokerMessage]:
    """The messages as the broker hands them over; no two arrive in one moment."""
    return [
        BrokerMessage(
            topic=topic,
            payload=body
            if isinstance(body, bytes)
            else (body if isinstance(body, str) else json.dumps(body)).encode(),
            qos=0,
            retained=False,
            is_repeated=False,
            packet=number,
            received_at=START + timedelta(seconds=seconds, microseconds=number),
        )
        for number, (seconds, topic, body) in enumerate(said)
    ]


def heard(source: Source, said: Said) -> tuple[list[Signal], list[Rejected]]:
    """Return the signals of the messages, and the rejected ones."""
    router, session = Router(CENTRE, [source]), new_id()
    items = [item for delivery in delivered(said) for item in router.read(delivery, session)]
    signals = [s for item in items if isinstance(item, Message) for s in item.signals]
    return signals, [item for item in items if isinstance(item, Rejected)]


def came_of(
    source: Source, said: Said, *, now: float | None = None
) -> tuple[list[tuple[str, float]], list[Job]]:
    """The runs by state and second, and the jobs; `now` in seconds from the start."""
    signals, _ = heard(source, said)
    until = None if now is None else START + timedelta(seconds=now)
    runs: list[Run] = fold([source.metering], signals, now=until)
    return [(r.state.value, (r.start - START).total_seconds()) for r in runs], jobs(runs, signals)


SHELLY, EM = "shellyem-1", "shellies/shellyem3-1"


def notified(component: str, **fields: object) -> dict[str, object]:
    """A Shelly's notification without a time."""
    return {"src": SHELLY, "method": "NotifyStatus", "params": {component: {"id": 0, **fields}}}


def klipper(**status: object) -> tuple[str, object]:
    """A status of Klipper."""
    return "k/klipper/status", {"eventtime": 1.0, "status": status}


def drawn(second: float, **fields: object) -> tuple[float, str, object]:
    """A Shelly's partial notification."""
    return second, f"{SHELLY}/events/rpc", notified("switch:0", **fields)


def tele(second: float, watts: float) -> tuple[float, str, object]:
    """A Tasmota's reading."""
    return second, "tele/saw/SENSOR", {"ENERGY": {"Power": watts}}


def pushed(second: float, **fields: object) -> tuple[float, str, object]:
    """A Bambu printer's delta."""
    return second, "device/S/report", {"print": {"command": "push_status", "msg": 1, **fields}}
