"""Runs that last: derived from their midst, as they would be from their beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, TimeRule
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.metering.domain.job import Job
from gadong.metering.domain.run import Run
from gadong.metering.services import lasting_runs, metering, signal_history
from gadong.metering.store import runs
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=4)
ALL = Period(START - timedelta(days=1), END_OF_TIME)
LIMITS = PowerThresholds(
    run_above=1000,
    idle_below=200,
    run_after=timedelta(seconds=20),
    idle_after=timedelta(seconds=40),
)

meter_words = st.sampled_from(
    [
        *[(Channel.POWER_WATTS, watts, "") for watts in (0.5, 60.0, 60.0, 500.0, 2000.0, 2000.0)],
        (Channel.POWER_WATTS, 700.0, "a"),
        (Channel.POWER_WATTS, 20.0, "b"),
        (Channel.ENERGY_WH, 1000.0, ""),
        (Channel.ENERGY_WH, 1040.0, ""),
        (Channel.POWER, "off", ""),
        (Channel.POWER, "on", ""),
        (Channel.LINK, "down", ""),
        (Channel.LINK, "up", ""),
    ]
)
told_words = st.sampled_from(
    [
        *[(Channel.ACTIVITY, word, "") for word in ("running", "running", "idle", "idle")],
        (Channel.ACTIVITY, "unknown", ""),
        (Channel.ACTIVITY, "paused", ""),
        (Channel.ACTIVITY, "idle", "path-2"),
        (Channel.ACTIVITY_HINT, "running", ""),
        (Channel.ALARM, "fault", ""),
        (Channel.ALARM, "none", ""),
        (Channel.CONDITION, "fault", "c1"),
        (Channel.CONDITION, "none", "c1"),
        (Channel.SETUP, "on", ""),
        (Channel.SETUP, "off", ""),
        (Channel.LINK, "down", ""),
        (Channel.LINK, "up", ""),
        (Channel.JOB, "cup", ""),
        (Channel.JOB, "lid", ""),
        (Channel.JOB_RESULT, "done", ""),
    ]
)


def stretches(words: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """A word, how often it is said, how many seconds apart, how late those arrive, and how old
    they are.
    """
    return st.lists(
        st.tuples(
            words,
            st.sampled_from([1, 1, 2, 5, 30, 60]),
            st.sampled_from([1, 10, 20, 31, 70, 300]),
            st.sampled_from([0, 0, 0, 3, 600]),
            st.sampled_from([0, 0, 0, 0, 45, 1500]),
        ),
        min_size=3,
        max_size=10,
    )


def said(source: Source, told: list[tuple[Any, ...]]) -> list[Message]:
    """The stretches one after the other; what is old speaks of a time before."""
    found, at = [], START
    for (channel, value, part), count, apart, late, old in told:
        for _ in range(count):
            one = message(source, at - timedelta(seconds=old), channel, value, part)
            (signal,) = one.signals
            arrived = at + timedelta(seconds=late)
            rule = TimeRule.DEVICE if old or late else TimeRule.RECEIVED
            signal = replace(signal, received_at=arrived, time_rule=rule)
            found.append(replace(one, received_at=arrived, signals=(signal,)))
            at += timedelta(seconds=apart)
    return found


def stored(pool: Pool, source: Source) -> tuple[list[Run], list[Job]]:
    """The machine's runs and jobs as they stand."""
    with transaction(pool, SYSTEM) as tx:
        return (
            runs.of_machine(tx, source.machine_id, ALL),
            runs.jobs_of_machine(tx, source.machine_id, ALL),
        )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """All that lasts some minutes is derived from its midst, by the signals of the minutes before;
    tells how often.
    """
    monkeypatch.setattr(lasting_runs, "LASTING", timedelta(seconds=30))
    monkeypatch.setattr(signal_history, "FIRST_LOOK_BACK", timedelta(seconds=30))
    began: list[bool] = []
    joined = lasting_runs.Midst.joined

    def counted(*told: Any) -> list[Run] | None:
        found = joined(*told)
        began.append(found is not None)
        return found

    monkeypatch.setattr(lasting_runs.Midst, "joined", counted)
    return began


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.tuples(st.sampled_from(["shelly", "tasmota"]), stretches(meter_words)),
        st.tuples(st.sampled_from(["gadong-json", "octoprint"]), stretches(told_words)),
    ),
    st.sampled_from([1, 7, 20]),
)
def test_from_the_midst_and_from_the_beginning_are_the_same(
    pool: Pool,
    world: World,
    impatient: list[bool],
    day: tuple[str, list[tuple[Any, ...]]],
    size: int,
) -> None:
    dialect, told = day
    machine = world.machine()
    is_meter = dialect in {"shelly", "tasmota"}
    source = world.source(
        machine, dialect, base=machine.slug, thresholds=LIMITS if is_meter else None
    )
    words = said(source, told)
    for first in range(0, len(words), size):
        ingestion.commit(pool, world.centre.id, words[first : first + size], [])
        metering.catch_up(pool)
    step_by_step = stored(pool, source)
    metering.rebuild(pool, world.manager, machine)
    assert stored(pool, source) == step_by_step
