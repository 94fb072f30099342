"""The climate of a room during a use: readings at the edges, silence, and limits in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import ChannelLimit, Side
from gadong.metering.domain.room_climate import (
    Climate,
    ClimateReading,
    LimitInForce,
    climates,
    earliest_reading,
)
from gadong.metering.services.room_climate import words_of

TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)
USE = Period(TEN, TEN + timedelta(hours=1))
MINUTE = timedelta(minutes=1)


def read(
    *said: tuple[float, float], part: str = "", channel: Channel = Channel.TEMPERATURE
) -> list[ClimateReading]:
    """Readings of a sensor: minutes after ten, and degrees."""
    return [
        ClimateReading(channel=channel, part=part, at=TEN + m * MINUTE, number=n) for m, n in said
    ]


def limit(
    bound: float = 21,
    side: Side = Side.ABOVE,
    *,
    since: float = -600,
    ended: float | None = None,
    channel: Channel = Channel.TEMPERATURE,
) -> LimitInForce:
    """A limit with a silence of fifteen minutes, since minutes after ten."""
    return LimitInForce(
        limit=ChannelLimit(
            id=new_id(),
            centre_id=CentreId(new_id()),
            machine_id=MachineId(new_id()),
            name="측정실 온도",
            channel=channel,
            part="",
            side=side,
            bound=bound,
            returns_at=bound,
            delay=timedelta(0),
            silence=15 * MINUTE,
            since=TEN + since * MINUTE,
        ),
        ended_at=None if ended is None else TEN + ended * MINUTE,
    )


def one(readings: list[ClimateReading], *limits: LimitInForce) -> Climate:
    """Return the one climate of the use."""
    (found,) = climates(USE, readings, limits)
    return found


EVERY_TEN = [(float(m), 20.0) for m in range(-5, 60, 10)]


def test_the_lowest_and_highest_reading_of_the_use_count() -> None:
    found = one(read((-20, 5.0), *EVERY_TEN, (56, 20.9), (57, 19.5), (60, 30.0)), limit())
    assert (found.lowest, found.highest, found.has_gap) == (19.5, 20.9, False)
    assert (found.name, found.is_inside) == ("측정실 온도", True)


@pytest.mark.parametrize(("number", "is_inside"), [(20.99, True), (21.0, True), (21.01, False)])
def test_a_reading_at_the_bound_is_inside(number: float, is_inside: bool) -> None:
    assert one(read(*EVERY_TEN, (56, number)), limit()).is_inside is is_inside


@pytest.mark.parametrize(("number", "is_inside"), [(18.99, False), (19.0, True), (19.01, True)])
def test_both_sides_are_judged(number: float, is_inside: bool) -> None:
    found = one(read(*EVERY_TEN, (56, number)), limit(), limit(19, Side.BELOW))
    assert found.is_inside is is_inside


@pytest.mark.parametrize(("minute", "is_inside"), [(-15.01, True), (-15, True), (-14.98, False)])
def test_the_last_reading_before_the_start_holds_for_the_silence(
    minute: float, is_inside: bool
) -> None:
    """A reading as old as the silence says nothing of the use any more."""
    readings = read((minute, 25.0), *((float(m), 20.0) for m in range(0, 60, 10) if m))
    assert one(readings, limit()).is_inside is is_inside


@pytest.mark.parametrize(("second", "has_gap"), [(899, False), (900, True), (901, True)])
def test_a_silence_of_its_whole_length_is_a_gap(second: float, has_gap: bool) -> None:
    said = [(0, 20.0), (second / 60, 20.0), *((float(m), 20.0) for m in range(20, 60, 10))]
    found = one(read(*said), limit())
    assert (found.has_gap, found.is_inside) == (has_gap, None if has_gap else True)


def test_beyond_is_beyond_also_with_a_gap() -> None:
    found = one(read((30, 25.0)), limit())
    assert (found.has_gap, found.is_inside, found.highest) == (True, False, 25.0)


@pytest.mark.parametrize(
    ("since", "ended", "is_inside"),
    [(0, None, True), (0.1, None, None), (-9, 60, True), (-9, 59.9, None)],
)
def test_a_limit_judges_what_it_was_watched_for(
    since: float, ended: float | None, is_inside: bool | None
) -> None:
    assert one(read(*EVERY_TEN), limit(since=since, ended=ended)).is_inside is is_inside


def test_a_reading_before_the_limit_began_breaks_nothing() -> None:
    assert one(read(*EVERY_TEN, (20.5, 25.0)), limit(since=30)).is_inside is None
    assert one(read(*EVERY_TEN, (30, 25.0)), limit(since=30)).is_inside is False


def test_a_sensor_that_is_silent_and_one_without_limits() -> None:
    (silent,) = climates(USE, [], [limit()])
    assert (silent.lowest, silent.has_gap, silent.is_inside) == (None, True, None)
    unlimited = one(read(*EVERY_TEN, part="north"))
    assert (unlimited.name, unlimited.is_inside, unlimited.has_gap) == ("north", None, False)
    assert climates(USE, [], [limit(channel=Channel.POWER_WATTS)]) == []


def test_readings_are_asked_for_from_the_longest_silence_on() -> None:
    assert earliest_reading(USE, []) == TEN - 15 * MINUTE
    assert earliest_reading(USE, [limit()]) == TEN - 15 * MINUTE


@pytest.mark.parametrize(
    ("readings", "limits", "words"),
    [
        (read(*EVERY_TEN, (56, 20.456)), [limit()], "측정실 온도 20–20.46 ℃ (기준 안)"),
        (read(*EVERY_TEN, (56, 22)), [limit()], "측정실 온도 20–22 ℃ (기준 벗어남)"),
        (read(*EVERY_TEN), [], "온도 20–20 ℃ (기준 없음)"),
        (read((0, -0.001)), [], "온도 0–0 ℃ (일부 미확인)"),
        ([], [limit()], "측정실 온도 측정값 없음"),
        (
            read(*EVERY_TEN, part="humidity", channel=Channel.MEASUREMENT),
            [],
            "습도 20–20 % (기준 없음)",
        ),
        (read(*EVERY_TEN, part="north"), [], "north 20–20 ℃ (기준 없음)"),
    ],
)
def test_a_climate_is_said_in_words(
    readings: list[ClimateReading], limits: list[LimitInForce], words: str
) -> None:
    (found,) = climates(USE, readings, limits)
    assert words_of(found).ko == words
