"""A reading of power ends where its meter was gone: in energy, in calibration and on the floor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.period import Period
from gadong.dialects.domain.counter import CounterReading
from gadong.dialects.domain.power_states import Sample
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.outage import Outage
from gadong.metering.domain.calibration import histogram
from gadong.metering.domain.energy import by_step, integrated
from gadong.metering.domain.meter_hold import hold_ends, present_draw
from tests.support.golden import SOURCE, signal

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
UP, DOWN = (Channel.LINK, "up"), (Channel.LINK, "down")
ON, OFF = (Channel.POWER, "on"), (Channel.POWER, "off")
UNKNOWN = (Channel.POWER_WATTS, None)
Said = Sequence[tuple[float, tuple[Channel, str | float | None]]]


def at(second: float) -> datetime:
    """An instant so many seconds after the start."""
    return START + timedelta(seconds=second)


def watts(value: float) -> tuple[Channel, float]:
    """A reading of power."""
    return Channel.POWER_WATTS, value


def signals(said: Said) -> list[Signal]:
    """The signals of a meter by second."""
    return [signal(at(second), channel, value) for second, (channel, value) in said]


def covered(said: Said, *, outages: Sequence[Outage] = ()) -> tuple[float, int]:
    """Return the energy of half an hour in watt-hours, and the seconds that it covers."""
    told = signals(said)
    readings = [
        CounterReading(s.event_time, s.number, s.message_id)
        for s in told
        if s.channel is Channel.POWER_WATTS and s.number is not None
    ]
    meter = integrated(SOURCE, [readings], ends=[hold_ends(SOURCE, told, outages)])
    (step,) = by_step(meter, [Period(at(0), at(1800))])
    return round(step.watt_hours or 0.0, 3), step.covered_seconds


@pytest.mark.parametrize(("second", "seconds"), [(119, 119), (120, 120), (121, 121)])
@pytest.mark.parametrize("end", [DOWN, OFF, UNKNOWN])
def test_a_reading_holds_until_its_meter_is_gone(
    end: tuple[Channel, str | None], second: int, seconds: int
) -> None:
    assert covered([(0, watts(3600)), (second, end), (600, watts(0)), (660, watts(0))]) == (
        seconds,
        seconds + 60,
    )


def test_a_reading_that_nothing_but_the_end_follows_holds_until_then() -> None:
    assert covered([(0, watts(3600)), (120, DOWN)]) == (120, 120)
    assert covered([(0, watts(3600))]) == (0, 0), "nothing tells how long it held"


@pytest.mark.parametrize(("minutes", "seconds"), [(14, 840), (15, 900), (16, 900)])
def test_an_end_lengthens_no_hold(minutes: int, seconds: int) -> None:
    assert covered([(0, watts(3600)), (60 * minutes, DOWN)]) == (seconds, seconds)


@pytest.mark.parametrize(("back", "seconds"), [(29, 300), (30, 300), (31, 120)])
def test_a_link_that_returns_at_once_was_never_away(back: int, seconds: int) -> None:
    said: Said = [(0, watts(3600)), (120, DOWN), (120 + back, UP), (300, watts(0))]
    assert covered(said) == (seconds, seconds)


def test_a_reading_proves_that_a_meter_is_back() -> None:
    said: Said = [(0, watts(3600)), (60, DOWN), (80, watts(7200)), (100, DOWN), (600, watts(0))]
    assert covered(said) == (60 + 2 * 20, 80)


def test_a_reading_at_the_instant_of_an_end_holds_no_longer() -> None:
    said: Said = [(0, watts(3600)), (60, watts(3600)), (60, DOWN), (120, watts(0))]
    assert covered(said) == (60, 60)
    back: Said = [(0, watts(3600)), (60, DOWN), (60.001, watts(3600)), (120, watts(0))]
    assert covered(back) == pytest.approx((120, 120), abs=0.01)


def test_a_relay_that_says_again_that_it_is_off_ends_nothing() -> None:
    said: Said = [
        (0, ON),
        (0, watts(3600)),
        (60, OFF),
        (70, watts(360)),
        (80, OFF),
        (170, watts(0)),
    ]
    assert covered(said) == (60 + 10, 160)


@pytest.mark.parametrize(("is_kept", "seconds"), [(False, 60), (True, 600)])
def test_a_reading_holds_through_an_outage_only_where_the_broker_kept_the_next(
    seconds: int, *, is_kept: bool
) -> None:
    outage = Outage(period=Period(at(60), at(500)), session_kept=is_kept)
    said: Said = [(0, watts(3600)), (600, watts(0))]
    assert covered(said, outages=[outage]) == (seconds, seconds)


def test_an_unknown_phase_ends_its_own_readings_alone() -> None:
    told = [signal(at(60), Channel.POWER_WATTS, None, part="a")]
    ends = hold_ends(SOURCE, told)
    of_part = {p: [e for e in ends if e.part in {None, p}] for p in ("a", "b")}
    series = [CounterReading(at(0), 3600.0), CounterReading(at(120), 0.0)]
    meter = integrated(SOURCE, [series, series], ends=[of_part["a"], of_part["b"]])
    assert sum(flow.watt_hours for flow in meter.flows) == pytest.approx(60 + 120)


def test_calibration_counts_no_time_in_which_the_meter_was_gone() -> None:
    told = signals([(0, watts(900)), (100, DOWN), (250, watts(100)), (260, watts(100))])
    samples = [Sample(s.event_time, s.number) for s in told if s.number is not None]
    found = histogram(samples, hold_ends(SOURCE, told))
    assert [round(one.seconds) for one in found] == [10, 100]
    assert [round(one.seconds) for one in histogram(samples)] == [10, 250]


PRESENT: dict[str, tuple[Said, float | None]] = {
    "read": ([(0, watts(900))], 900),
    "gone": ([(0, watts(900)), (60, DOWN)], None),
    "away for a moment": ([(0, watts(900)), (60, DOWN), (90, UP)], 900),
    "back and not read": ([(0, watts(900)), (60, DOWN), (91, UP)], None),
    "back and read": ([(0, watts(900)), (60, DOWN), (91, UP), (92, watts(5))], 5),
    "unknown": ([(0, watts(900)), (60, UNKNOWN)], None),
}


@pytest.mark.parametrize("name", PRESENT)
def test_the_floor_shows_a_draw_only_while_its_meter_is_there(name: str) -> None:
    said, shown = PRESENT[name]
    draw = present_draw(signals(said))
    assert draw is not None
    assert draw.watts == shown
    assert present_draw(signals([(0, UP)])) is None, "a machine without a meter has no draw"
