"""Energy by step: counters before power, resets, and gaps that stay gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.period import Period
from gadong.dialects.domain.counter import CounterReading
from gadong.metering.domain.energy import (
    EnergyBasis,
    EnergyStep,
    by_step,
    counted,
    integrated,
    total,
)
from tests.support.golden import SOURCE

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)


def at(minute: float) -> datetime:
    """An instant so many minutes after the start."""
    return START + timedelta(minutes=minute)


def readings(*said: tuple[float, float]) -> list[CounterReading]:
    """A counter's or a meter's readings by minute."""
    return [CounterReading(at(minute), value) for minute, value in said]


def steps(*edges: float) -> list[Period]:
    """Steps between minutes."""
    return [Period(at(a), at(b)) for a, b in pairwise(edges)]


def shown(found: list[EnergyStep]) -> list[tuple[float | None, int]]:
    """The watt-hours, and the seconds that they cover."""
    return [(s.watt_hours, s.covered_seconds) for s in found]


def test_a_counters_step_is_spread_over_the_time_it_took() -> None:
    meter = counted(SOURCE, [readings((0, 100), (30, 160), (60, 160), (90, 190))])
    assert meter.basis is EnergyBasis.COUNTER
    assert shown(by_step(meter, steps(0, 15, 30, 60, 90))) == [
        (30, 900),
        (30, 900),
        (0, 1800),
        (30, 1800),
    ]
    assert total(meter, Period(at(0), at(90))) == 90


def test_what_lies_before_and_after_the_counters_words_is_a_gap() -> None:
    meter = counted(SOURCE, [readings((30, 100), (45, 110))])
    assert shown(by_step(meter, steps(0, 30, 60, 90))) == [(None, 0), (10, 900), (None, 0)]


@pytest.mark.parametrize(("minutes", "placed"), [(59, True), (60, True), (61, False)])
def test_of_a_longer_silence_it_is_known_how_much_and_not_when(
    minutes: int, *, placed: bool
) -> None:
    meter = counted(SOURCE, [readings((0, 0), (minutes, 600))])
    first, _ = by_step(meter, steps(0, 30, minutes))
    assert (first.watt_hours is not None) is placed
    assert total(meter, Period(at(0), at(minutes))) == pytest.approx(600)
    (whole,) = by_step(meter, steps(0, 120))
    assert whole.watt_hours == pytest.approx(600), "a step that holds all of it knows it"


def test_a_counter_that_fell_began_anew() -> None:
    meter = counted(SOURCE, [readings((0, 900), (10, 910), (20, 4), (30, 10))])
    assert (meter.resets, meter.doubtful) == (1, 0)
    assert total(meter, Period(at(0), at(30))) == 10 + 4 + 6


@pytest.mark.parametrize(("value", "doubtful"), [(99_999, 0), (100_000, 0), (100_001, 1)])
def test_a_new_value_is_believed_where_a_machine_can_have_drawn_it(
    value: float, doubtful: int
) -> None:
    meter = counted(SOURCE, [readings((0, 200_000), (60, value))])
    assert (meter.resets, meter.doubtful) == (1, doubtful)
    assert total(meter, Period(at(0), at(60))) == (0 if doubtful else value)


@pytest.mark.parametrize(("minutes", "covered"), [(14, 840), (15, 900), (16, 900)])
def test_a_reading_of_power_holds_until_the_next_and_no_longer(minutes: int, covered: int) -> None:
    meter = integrated(SOURCE, [readings((0, 1200), (minutes, 0))])
    (first,) = by_step(meter, steps(0, 30))
    assert first.covered_seconds == covered
    assert first.watt_hours == pytest.approx(1200 * covered / 3600)


def test_below_zero_is_rest_and_phases_are_summed() -> None:
    meter = integrated(
        SOURCE,
        [readings((0, 600), (15, -2)), readings((0, 300), (15, 0)), readings((0, -3), (15, 0))],
    )
    (first,) = by_step(meter, steps(0, 15))
    assert first.watt_hours == pytest.approx(225)
    assert first.covered_seconds == 900


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)), min_size=2, max_size=40),
    st.lists(st.integers(1, 2000), min_size=1, max_size=20, unique=True),
)
def test_steps_and_what_has_no_place_are_all_there_is(
    said: list[tuple[int, int]], cuts: list[int]
) -> None:
    minute, value, told = 0.0, 0.0, []
    for wait, moved in said:
        minute, value = minute + wait, value + moved
        told.append((minute, value))
    meter = counted(SOURCE, [readings(*told)])
    edges = sorted({0, *cuts, int(minute) + 2001})
    placed = sum(s.watt_hours or 0 for s in by_step(meter, steps(*edges)))
    assert placed == pytest.approx(sum(flow.watt_hours for flow in meter.flows), abs=1e-6)
