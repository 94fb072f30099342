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
    first_of,
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


@pytest.mark.parametrize(
    ("value", "watt_hours"), [(89, 10 + 89 + 5), (90, 15), (99, 15), (100, 15)]
)
def test_a_counter_that_fell_a_little_goes_on_from_what_it_had_saved(
    value: float, watt_hours: float
) -> None:
    meter = counted(SOURCE, [readings((0, 90), (10, 100), (20, value), (30, value + 5))])
    assert total(meter, Period(at(0), at(30))) == watt_hours


def test_a_counter_below_zero_has_drawn_nothing() -> None:
    meter = counted(SOURCE, [readings((0, -10), (10, -20), (20, -30), (30, 0), (40, 5))])
    assert meter.doubtful == 3
    assert shown(by_step(meter, steps(0, 30, 40))) == [(None, 0), (5, 600)]


def test_of_two_readings_at_one_instant_the_last_counts() -> None:
    said = readings((0, 100), (0, 101), (1, 102), (1, 103), (2, 104), (2, 105))
    assert total(counted(SOURCE, [said]), Period(at(0), at(2))) == 105 - 101
    power = integrated(SOURCE, [readings((0, 60), (0, 600), (1, 0), (2, 0))])
    assert total(power, Period(at(0), at(2))) == pytest.approx(10)


def test_where_a_meter_is_silent_the_next_one_counts() -> None:
    first = counted(SOURCE, [readings((0, 0), (30, 30))])
    second = counted(SOURCE, [readings((0, 500), (60, 560), (90, 590))])
    power = integrated(SOURCE, [readings(*((m, 120.0) for m in range(80, 121, 10)))])
    whole = Period(at(0), at(120))
    meter = first_of([first, second, power], whole)
    assert meter.basis is EnergyBasis.MIXED
    found = by_step(meter, steps(0, 30, 60, 90, 120))
    assert shown(found) == [(30, 1800), (30, 1800), (30, 1800), (pytest.approx(60), 1800)]
    assert [s.basis for s in found] == [EnergyBasis.COUNTER] * 3 + [EnergyBasis.POWER]
    assert first_of([first, power], Period(at(0), at(30))).basis is EnergyBasis.COUNTER
    assert first_of([first, power], Period(at(80), at(90))).basis is EnergyBasis.POWER
    assert first_of([first], Period(at(30), at(60))).basis is EnergyBasis.NONE


def test_what_has_no_place_in_time_counts_where_no_meter_before_it_measured() -> None:
    rare = counted(SOURCE, [readings((0, 0), (120, 600))])
    alone = first_of([rare], Period(at(0), at(120)))
    assert total(alone, Period(at(0), at(120))) == 600
    before = counted(SOURCE, [readings((0, 0), (30, 100))])
    both = first_of([before, rare], Period(at(0), at(120)))
    assert total(both, Period(at(0), at(120))) == 100


def test_phases_of_one_meter_cover_their_time_once() -> None:
    meter = counted(SOURCE, [readings((0, 0), (30, 10)), readings((0, 0), (30, 20))])
    single = counted(SOURCE, [readings((30, 0), (60, 7))])
    found = by_step(first_of([meter, single], Period(at(0), at(60))), steps(0, 15, 30, 60))
    assert shown(found) == [(15, 900), (15, 900), (7, 1800)]


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


@pytest.mark.parametrize(("rise", "doubtful"), [(99_999, 0), (100_055, 0), (100_056, 1)])
def test_a_rise_is_believed_where_a_machine_can_have_drawn_it(rise: float, doubtful: int) -> None:
    # 100 kW in an hour and the two seconds by which whole seconds may seem nearer.
    meter = counted(SOURCE, [readings((0, 500), (60, 500 + rise), (90, 500 + rise + 7))])
    assert (meter.resets, meter.doubtful) == (0, doubtful)
    assert total(meter, Period(at(0), at(90))) == pytest.approx(7 + (0 if doubtful else rise))


@pytest.mark.parametrize("value", [1000, 12_345_678])
def test_a_reader_that_says_zero_before_its_meter_has_spoken_counts_nothing(value: float) -> None:
    said = readings((0, value - 5), (5, value), (6, 0), (11, value), (20, value + 30))
    meter = counted(SOURCE, [said])
    assert (meter.resets, meter.doubtful) == (0, 1)
    assert total(meter, Period(at(0), at(20))) == 35
    twice = counted(SOURCE, [[*said, *readings((7, 0), (8, 0))]])
    assert (twice.resets, twice.doubtful) == (0, 3)
    assert total(twice, Period(at(0), at(20))) == 35


@pytest.mark.parametrize(
    ("said", "watt_hours"),
    [
        # Less than a kWh: it may have begun anew and passed its old value.
        ([(0, 998), (5, 999), (6, 0), (30, 1002)], 1 + 1002),
        # A return below the old value is a new beginning.
        ([(0, 1500), (6, 0), (7, 0), (30, 20)], 20),
        ([(0, 1500), (6, 0), (30, 1400)], 1400),
        ([(0, 1500), (6, 0)], 0),
    ],
)
def test_a_zero_that_lasts_is_a_new_beginning(
    said: list[tuple[float, float]], watt_hours: float
) -> None:
    meter = counted(SOURCE, [readings(*said)])
    assert meter.resets == 1
    assert total(meter, Period(at(0), at(30))) == watt_hours
