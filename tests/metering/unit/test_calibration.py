"""Thresholds from a meter's past, and counters that fall."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.counter import CounterReading, consumption
from gadong.dialects.domain.power_states import Sample
from gadong.metering.domain.calibration import propose
from tests.support.golden import at


def day(*stretches: tuple[float, int]) -> list[Sample]:
    """A reading every ten seconds: watts and for how many minutes, one after the other."""
    samples, moment = [], at("08:00")
    for watts, minutes in stretches:
        for n in range(minutes * 6):
            samples.append(Sample(moment, watts * (1 + 0.02 * (n % 5 - 2))))
            moment += timedelta(seconds=10)
    return samples


def test_thresholds_lie_between_waiting_and_working() -> None:
    found = propose(day((0.4, 60), (180, 120), (900, 45), (180, 30), (1200, 20), (180, 60)))
    limits = found.thresholds
    assert 185 < limits.idle_below < limits.run_above < 880
    assert limits.off_below < 180
    assert found.idle_watts == pytest.approx(180, rel=0.1)
    assert sum(b.seconds for b in found.histogram) == pytest.approx(335 * 60, rel=0.01)


def test_one_way_of_drawing_power_gives_no_thresholds() -> None:
    with pytest.raises(Invalid, match=r"one way only|nearly the same"):
        propose(day((0.5, 30), (200, 1)))


@given(st.floats(20, 400), st.floats(2, 30), st.integers(10, 200), st.integers(10, 200))
def test_whatever_differs_enough_is_told_apart(
    idle: float, factor: float, waiting: int, working: int
) -> None:
    limits = propose(day((idle, waiting), (idle * factor, working))).thresholds
    assert idle < limits.idle_below * 1.12
    assert limits.run_above < idle * factor * 1.05


def readings(*values: float) -> list[CounterReading]:
    return [
        CounterReading(at("08:00") + timedelta(minutes=n), value) for n, value in enumerate(values)
    ]


def test_a_counter_that_falls_begins_anew_where_that_is_plausible() -> None:
    assert consumption(readings(10, 12, 15)).amount == 5
    reset = consumption(readings(100, 102, 1, 3), most_per_second=1 / 30)
    assert (reset.amount, reset.resets, reset.doubtful) == (2 + 1 + 2, 1, 0)
    wild = consumption(readings(100, 102, 90, 91), most_per_second=1 / 30)
    assert (wild.amount, wild.resets, wild.doubtful) == (3, 1, 1)
    assert consumption([]).amount == 0


@pytest.mark.parametrize(("value", "amount"), [(89, 10 + 89 + 5), (90, 15), (99, 15)])
def test_a_counter_that_fell_a_little_goes_on(value: float, amount: float) -> None:
    said = readings(90, 100, value, value + 5)
    assert consumption(said, most_per_second=1000, goes_on=0.9).amount == amount


@pytest.mark.parametrize(("rise", "amount", "doubtful"), [(620, 620, 0), (621, 0, 1)])
def test_an_energy_counter_rises_no_faster_than_a_machine_draws(
    rise: float, amount: float, doubtful: int
) -> None:
    # Ten a second, for a minute and the two seconds of whole seconds.
    found = consumption(readings(5000, 5000 + rise), most_per_second=10, goes_on=0.9)
    assert (found.amount, found.doubtful) == (amount, doubtful)
    # A count of parts may be entered by hand, and is not limited.
    assert consumption(readings(5000, 5000 + rise), most_per_second=10).amount == rise
