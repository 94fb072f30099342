"""A job on a day on which something goes wrong, acted by every kind of device; and what holds for
any day at all.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.ids import new_id
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import jobs
from tests.support.golden import CENTRE, MACHINE, SOURCE, signal
from tests.support.scripted import BAD_DAYS, DEVICES, Device, Plug, bad_day, shows

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
DAYS = [(kind, day) for kind in DEVICES for day in BAD_DAYS if shows(kind, day)]


def acted(device: Device, day: str) -> tuple[list[tuple[State, float]], int]:
    """The runs by state and minute, as known an hour and a half after the start, and how many jobs
    there were.
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
            source_id=SOURCE,
            heartbeat=dialect.heartbeat,
            thresholds=device.thresholds,
            reports_changes=dialect.reports_changes,
            repeats_state=dialect.repeats_state,
        ),
        options=device.options,
    )
    router, session, stored = Router(CENTRE, [source]), new_id(), list[Message]()
    for number, one in enumerate(bad_day(device, day, START)):
        body = one.body
        text = (
            body
            if isinstance(body, str)
            else json.dumps(body)
            if not isinstance(body, bytes)
            else ""
        )
        delivery = BrokerMessage(
            topic=one.topic,
            payload=body if isinstance(body, bytes) else text.encode(),
            qos=0,
            retained=one.is_retained,
            is_repeated=False,
            packet=number,
            received_at=START + timedelta(minutes=one.minute, microseconds=number),
        )
        stored += [item for item in router.read(delivery, session) if isinstance(item, Message)]
        for redating in router.take_redatings():
            stored = [m for m in stored if not redating.arrived.contains(m.received_at)]
            stored += redating.messages
    signals = [s for m in stored for s in m.signals]
    found = fold([source.metering], signals, (), START + timedelta(minutes=90))
    worked = jobs(found, signals)
    return [(r.state, (r.start - START).total_seconds() / 60) for r in found], len(worked)


@pytest.mark.parametrize(
    ("kind", "day"), DAYS, ids=[f"{kind.__name__} {day}" for kind, day in DAYS]
)
def test_a_bad_day(kind: type[Device], day: str) -> None:
    runs, worked = acted(kind(), day)
    ran = [
        (minute, runs[n + 1][1])
        for n, (state, minute) in enumerate(runs[:-1])
        if state is State.RUNNING
    ]
    assert runs[-1][0] is not State.RUNNING, "no day ends with a machine that runs for ever"
    if day == "spike":
        assert (ran, worked) == ([], 0)
        return
    assert worked == 1
    first, last = ran[0][0], ran[-1][1]
    # A meter is read every half minute: an edge lies within the last one.
    slack = 1.0 if issubclass(kind, Plug) else 0.02
    assert abs(first) <= slack
    # A word that is lost is found by the next answer, and of a meter that samples one reading alone
    # proves nothing: what follows is unknown after its heartbeat.
    late = 5 if day in {"lost message", "silent after change"} else 0
    assert -slack <= last - 30 <= late + slack
    if day == "death and rebirth":
        assert State.UNKNOWN in [state for state, minute in runs if 0 < minute < 30]


moments = st.lists(st.integers(0, 4000), min_size=1, max_size=30, unique=True)


@given(
    moments,
    st.lists(st.sampled_from(["running", "paused", "idle"]), min_size=30, max_size=30),
    st.integers(5, 600),
)
def test_no_source_runs_longer_than_its_declared_silence_without_a_word(
    seconds: list[int], words: list[str], heartbeat: int
) -> None:
    metering = Metering(source_id=SOURCE, heartbeat=timedelta(seconds=heartbeat))
    said = [
        signal(START + timedelta(seconds=s), Channel.ACTIVITY, words[n])
        for n, s in enumerate(sorted(seconds))
    ]
    _never_silent(metering, said)


@given(
    moments,
    st.lists(st.sampled_from([-1.0, 100.0, 300.0, 900.0]), min_size=30, max_size=30),
    st.integers(5, 600),
    st.booleans(),
)
def test_no_meter_runs_longer_than_its_declared_silence_without_a_reading(
    seconds: list[int],
    watts: list[float],
    heartbeat: int,
    reports_changes: bool,  # as hypothesis gives it
) -> None:
    metering = Metering(
        source_id=SOURCE,
        heartbeat=timedelta(seconds=heartbeat),
        thresholds=PowerThresholds(run_above=400, idle_below=250),
        reports_changes=reports_changes,
    )
    said = [
        signal(START + timedelta(seconds=s), Channel.POWER_WATTS, watts[n])
        for n, s in enumerate(sorted(seconds))
    ]
    _never_silent(metering, said)


def _never_silent(metering: Metering, said: list[Signal]) -> None:
    """Between any two instants of a run that lie further apart than the declared silence something
    was said.
    """
    stale = metering.stale
    assert stale is not None
    for run in fold([metering], said, (), START + timedelta(days=1)):
        if run.state is not State.RUNNING:
            continue
        assert run.end is not None, "a run that lasts for ever rests on no word"
        heard = [s.event_time for s in said if run.start <= s.event_time <= run.end]
        edges = [run.start, *heard, run.end]
        assert all(after - before <= stale for before, after in pairwise(edges))
