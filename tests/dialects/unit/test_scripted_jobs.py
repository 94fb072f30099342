"""A job acted by every kind of device: the exact runs, and one beginning and one end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import Job, jobs
from gadong.metering.domain.run import Run
from tests.support.golden import CENTRE, MACHINE, SOURCE
from tests.support.scripted import DEVICES, Device

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
#: Minutes, the event, and the state it puts the machine into.
Script = Sequence[tuple[float, str, str]]
#: What is acted; the runs by state and minute; and how the job ended, at which minute.
STORIES: dict[str, tuple[Script, list[tuple[str, float]], tuple[str | None, float]]] = {
    "job": (
        [(-10, "appear", "idle"), (0, "start", "running"), (30, "end", "idle")],
        [("idle", -10), ("running", 0), ("idle", 30)],
        ("done", 30),
    ),
    "pause": (
        [
            *[(-10, "appear", "idle"), (0, "start", "running"), (10, "pause", "paused")],
            *[(15, "resume", "running"), (30, "end", "idle")],
        ],
        [("idle", -10), ("running", 0), ("paused", 10), ("running", 15), ("idle", 30)],
        ("done", 30),
    ),
    "cancel": (
        [(-10, "appear", "idle"), (0, "start", "running"), (12, "cancel", "idle")],
        [("idle", -10), ("running", 0), ("idle", 12)],
        ("cancelled", 12),
    ),
    "fault": (
        [
            (-10, "appear", "idle"),
            (0, "start", "running"),
            (12, "fail", "fault"),
            (20, "clear", "idle"),
        ],
        [("idle", -10), ("running", 0), ("fault", 12), ("idle", 20)],
        ("failed", 12),
    ),
    "power loss": (
        [
            (-10, "appear", "idle"),
            (0, "start", "running"),
            (12, "away", "gone"),
            (25, "back", "idle"),
        ],
        [("idle", -10), ("running", 0), ("unknown", 12), ("idle", 25)],
        (None, 25),
    ),
    "flap": (
        [
            *[(-10, "appear", "idle"), (0, "start", "running"), (12, "away", "gone")],
            *[(12.25, "back", "running"), (30, "end", "idle")],
        ],
        [("idle", -10), ("running", 0), ("idle", 30)],
        ("done", 30),
    ),
    "restart": (
        [
            *[(-10, "appear", "idle"), (0, "start", "running"), (12, "away", "gone")],
            *[(15, "back", "running"), (30, "end", "idle")],
        ],
        [("idle", -10), ("running", 0), ("unknown", 12), ("running", 15), ("idle", 30)],
        ("done", 30),
    ),
}


def minute(of: datetime) -> float:
    """Minutes since the job's start."""
    return (of - START).total_seconds() / 60


def acted(device: Device, script: Script) -> tuple[list[Run], list[Job]]:
    """Return the runs and jobs of a script.

    Its events come at their minutes, with repetitions between them, until ten minutes after the
    last.
    """
    dialect = DIALECTS[device.dialect]
    source = Source(
        id=SOURCE,
        centre_id=CENTRE,
        machine_id=MACHINE,
        dialect=device.dialect,
        base=device.base,
        prefixes=dialect.prefixes(device.base, device.options),
        shared=dialect.shared(device.base, device.options),
        metering=Metering(
            source_id=SOURCE, heartbeat=dialect.heartbeat, thresholds=device.thresholds
        ),
        options=device.options,
    )
    router, session = Router(CENTRE, [source]), new_id()
    signals: list[Signal] = []

    def hear(said: list[tuple[str, object]], at: datetime) -> None:
        for topic, body in said:
            payload = (
                body
                if isinstance(body, bytes)
                else (body if isinstance(body, str) else json.dumps(body)).encode()
            )
            delivery = BrokerMessage(
                topic=topic,
                payload=payload,
                qos=1,
                retained=False,
                is_repeated=False,
                packet=len(signals),
                # No two messages arrive in one moment; their order is what tells a cancel from a
                # pause.
                received_at=at + timedelta(microseconds=len(signals)),
            )
            (read,) = router.read(delivery, session)
            assert not isinstance(read, Rejected), f"{topic} {payload!r}: {read}"
            signals.extend(read.signals)

    state, left = "gone", list(script)
    for half in range(-40, 81):
        now = START + timedelta(seconds=30 * half)
        while left and left[0][0] * 60 < 30 * (half + 1):
            when, event, state = left.pop(0)
            hear(
                device.say(event, state, START + timedelta(minutes=when)),
                START + timedelta(minutes=when),
            )
        hear(device.repeat(state, now + timedelta(seconds=29)), now + timedelta(seconds=29))
    found = fold([source.metering], signals)
    return found, jobs(found, signals)


#: A plug knows no pause, and some formats no fault; their pages say so.
ACTED = [(kind, story) for kind in DEVICES for story in STORIES if story in kind.shows]

#: Dialects of what says nothing of a machine's activity: a contact enables it.
WITHOUT_JOBS = frozenset({"contact"})


def test_every_dialect_has_a_scripted_device() -> None:
    assert {kind.dialect for kind in DEVICES} == set(DIALECTS) - WITHOUT_JOBS


@pytest.mark.parametrize(
    ("kind", "story"), ACTED, ids=[f"{kind.__name__} {story}" for kind, story in ACTED]
)
def test_a_scripted_job(kind: type[Device], story: str) -> None:
    script, expected, (result, ended) = STORIES[story]
    found, worked = acted(kind(), script)
    exact = [(r.state.value, minute(r.start)) for r in found if minute(r.start) < 40]
    # A meter is read every half minute: an edge lies within the last one, and says so.
    slack = 1.0 if kind.thresholds else 0.0
    assert [state for state, _ in exact] == [state for state, _ in expected]
    for (state, seen), (_, wanted) in zip(exact, expected, strict=True):
        assert abs(seen - wanted) <= slack, (state, seen, wanted)
    assert len(worked) == 1, "one job, with one beginning and one end"
    (job,) = worked
    assert job.is_start_known
    assert job.end is not None
    assert abs(minute(job.start)) <= slack
    assert abs(minute(job.end) - ended) <= slack
    assert job.name == kind.name
    known = {result} & (kind.results | {"failed"})
    assert job.result == (result if known else None)
