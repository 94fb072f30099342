"""A relay's word that the meter contradicted days ago does not come back by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
METER = PowerThresholds(run_above=1000, idle_below=200)
#: Seconds since the word before, and what a relay or a meter then says.
words = st.lists(
    st.tuples(
        st.sampled_from([0, 10, 25, 60, 400, 5000]),
        st.sampled_from(["off", "off", "on", 1500.0, 1500.0, 1400.0, 50.0, 0.5]),
    ),
    min_size=3,
    max_size=30,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words, st.integers(1, 5))
def test_as_it_comes_and_all_at_once_contradict_the_same(
    pool: Pool, world: World, day: list[tuple[int, str | float]], size: int
) -> None:
    machine = world.machine()
    source = world.source(machine, "shelly", base=machine.slug, thresholds=METER)
    said, at = [], START
    for gap, word in day:
        at += timedelta(seconds=gap)
        channel = Channel.POWER if isinstance(word, str) else Channel.POWER_WATTS
        said.append(message(source, at, channel, word))
    for first in range(0, len(said), size):
        ingestion.commit(pool, world.centre.id, said[first : first + size], [])
        metering.catch_up(pool)
    whole = Period(START - timedelta(hours=1), END_OF_TIME)
    with transaction(pool, SYSTEM) as tx:
        step_by_step = runs.of_machine(tx, machine.id, whole)
    metering.rebuild(pool, world.manager, machine)
    with transaction(pool, SYSTEM) as tx:
        assert runs.of_machine(tx, machine.id, whole) == step_by_step


@pytest.mark.parametrize("size", [1, 7])
def test_a_lost_on_of_days_ago_stays_made_good(pool: Pool, world: World, size: int) -> None:
    machine = world.machine()
    source = world.source(
        machine,
        "shelly",
        base=machine.slug,
        thresholds=METER,
    )
    work = [(60.0, 1500.0), (90.0, 1500.0), (120.0, 1500.0), (3600.0, 50.0)]
    # It rests for two days, and then works every other hour, with the relay's ON still lost.
    rest = [(3600.0 * hour, 50.0) for hour in range(2, 48)]
    again = [(3600.0 * hour, 50.0 if hour % 2 else 1500.0) for hour in range(48, 56)]
    said = [
        message(source, START, Channel.POWER, "off"),
        *(
            message(source, START + timedelta(seconds=second), Channel.POWER_WATTS, watts)
            for second, watts in [(30.0, 0.5), *work, *rest, *again]
        ),
    ]
    for first in range(0, len(said), size):
        ingestion.commit(pool, world.centre.id, said[first : first + size], [])
        metering.catch_up(pool)
    whole = Period(START - timedelta(hours=1), END_OF_TIME)
    with transaction(pool, SYSTEM) as tx:
        step_by_step = runs.of_machine(tx, machine.id, whole)
    assert [(r.state.value, (r.start - START).total_seconds()) for r in step_by_step] == [
        ("off", 0),
        ("running", 60),
        ("idle", 3600),
        *(("idle" if hour % 2 else "running", hour * 3600) for hour in range(48, 56)),
    ]
    metering.rebuild(pool, world.manager, machine)
    with transaction(pool, SYSTEM) as tx:
        assert runs.of_machine(tx, machine.id, whole) == step_by_step
