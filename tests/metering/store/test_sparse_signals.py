"""Repetitions left out of the reading of runs (ADR 22), with the runs and jobs of everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period, whole_second
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.source_reading import Metering, repeating
from gadong.machines.services import ingestion
from gadong.metering.domain.fold import fold
from gadong.metering.domain.job import jobs
from gadong.metering.store import runs
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
WHOLE = Period(START - timedelta(hours=1), datetime.now(UTC))

# A device repeats itself every so often, changes its mind now and then, and is silent, queued or
# cut off at times.
words = st.sampled_from(
    [
        *[
            (Channel.ACTIVITY, word, "")
            for word in ("running", "idle", "idle", "unknown", "paused")
        ],
        (Channel.ACTIVITY, "running", "path-2"),
        (Channel.ACTIVITY, "idle", "path-2"),
        (Channel.ACTIVITY_HINT, "running", ""),
        (Channel.ALARM, "fault", ""),
        (Channel.ALARM, "none", ""),
        (Channel.POWER, "off", ""),
        (Channel.POWER, "on", ""),
        (Channel.CONDITION, "fault", "c1"),
        (Channel.CONDITION, "none", "c1"),
        (Channel.SETUP, "on", ""),
        (Channel.SETUP, "off", ""),
        (Channel.LINK, "down", ""),
        (Channel.LINK, "up", ""),
        (Channel.JOB, "cup", ""),
        (Channel.JOB_RESULT, "done", ""),
    ]
)
#: A word, how often it is said, how many seconds apart, and how late those arrive.
stretches = st.lists(
    st.tuples(
        words,
        st.integers(1, 25),
        st.sampled_from([0.5, 5, 10, 29, 31, 40, 70, 200]),
        st.sampled_from([0, 0, 0, 3, 45, 600]),
        st.sampled_from([TimeRule.DEVICE, TimeRule.DEVICE, TimeRule.RECEIVED, TimeRule.RETAINED]),
        st.sampled_from([1, 1, 0]),
    ),
    min_size=1,
    max_size=12,
)
outages = st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=2)
readings = st.lists(st.sampled_from([None, 10, 20, 60]), min_size=1, max_size=2)


def said(source: Source, told: list[tuple[Any, ...]]) -> list[Message]:
    """The stretches one after the other, with a minute's overlap now and then by their lateness."""
    found, at = [], START
    for (channel, word, part), count, apart, late, rule, qos in told:
        for _ in range(count):
            one = message(source, at, channel, word, part)
            (signal,) = one.signals
            arrived = at + timedelta(seconds=late)
            signal = replace(signal, received_at=arrived, time_rule=rule, qos=qos)
            found.append(replace(one, received_at=arrived, signals=(signal,)))
            at += timedelta(seconds=apart)
    return found


def read(
    pool: Pool, source: Source, metering: Sequence[Metering] = (), gone: Sequence[Outage] = ()
) -> list[Signal]:
    """The machine's signals: all of them, or without what repeats where it is said how they are
    read.
    """
    with transaction(pool, SYSTEM) as tx:
        return runs.signals(
            tx,
            source.machine_id,
            since=WHOLE.start,
            until=WHOLE.end,
            recorded_before=END_OF_TIME,
            sparse=repeating(metering),
            breaks=sorted(whole_second(o.period.start) for o in gone),
        )


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stretches, outages, readings)
def test_runs_and_jobs_are_those_of_everything(
    pool: Pool,
    world: World,
    told: list[tuple[Any, ...]],
    silences: list[tuple[int, bool]],
    heartbeats: list[int | None],
) -> None:
    source = world.source(world.machine())
    ingestion.commit(pool, world.centre.id, said(source, told), [])
    gone = [
        Outage(
            period=Period(
                START + timedelta(seconds=start, milliseconds=300),
                START + timedelta(seconds=start + 90),
            ),
            session_kept=is_kept,
        )
        for start, is_kept in silences
    ]
    metering = [
        Metering(
            source_id=source.id,
            heartbeat=timedelta(seconds=beat) if beat else None,
            effective_from=START + timedelta(minutes=7) if index else None,
        )
        for index, beat in enumerate(heartbeats)
    ]
    everything = read(pool, source)
    few = read(pool, source, metering, gone)
    whole = fold(metering, everything, gone)
    assert fold(metering, few, gone) == whole
    assert jobs(whole, few) == jobs(whole, everything)
    assert {s.message_id for s in few} <= {s.message_id for s in everything}


def test_what_is_repeated_is_left_out_but_for_signs_of_life(world: World, pool: Pool) -> None:
    source = world.source(world.machine())
    told = [((Channel.ACTIVITY, "running", ""), 360, 10, 0, TimeRule.DEVICE, 1)]
    ingestion.commit(pool, world.centre.id, said(source, told), [])
    counts = []
    for heartbeat in (None, 10, 60):
        beat = timedelta(seconds=heartbeat) if heartbeat else None
        metering = [Metering(source_id=source.id, heartbeat=beat)]
        counts.append(len(read(pool, source, metering)))
    # An hour of 360: the first two and the last; one in 29 seconds of the 60 that a silence may
    # last; one in 89 of 180. The hour begins and ends within a step.
    assert counts[0] == 3
    assert 3600 // 30 <= counts[1] <= 3600 // 29 + 5
    assert 3600 // 90 <= counts[2] <= 3600 // 89 + 5
