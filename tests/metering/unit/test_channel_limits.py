"""Excursions beyond a limit and gaps: each boundary just below, at, and just above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import (
    AlarmKind,
    ChannelLimit,
    LimitState,
    Reading,
    Side,
    alarms,
    standing,
)

START = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def limit(**more: Any) -> ChannelLimit:
    """Return a freezer's limit of -18 °C, ten minutes of delay, and fifteen of silence."""
    given: dict[str, Any] = {
        "id": new_id(),
        "centre_id": CentreId(new_id()),
        "machine_id": MachineId(new_id()),
        "name": "냉동고 온도",
        "channel": Channel.TEMPERATURE,
        "part": "",
        "side": Side.ABOVE,
        "bound": -18.0,
        "returns_at": -18.0,
        "delay": 10 * MINUTE,
        "silence": 15 * MINUTE,
        "since": START,
    }
    return ChannelLimit(**{**given, **more})


def judged(
    said: Mapping[float, float], until: float, **more: Any
) -> list[tuple[str, float, float | None, float | None]]:
    """Return the alarms of readings by their minutes: kind, start and end in minutes, and worst."""
    readings = [Reading(at=START + m * MINUTE, number=n) for m, n in said.items()]
    found = alarms(limit(**more), readings, since=START, until=START + until * MINUTE)
    return [
        (
            a.kind.value,
            (a.start - START) / MINUTE,
            (a.end - START) / MINUTE if a.end else None,
            a.worst,
        )
        for a in found
    ]


@pytest.mark.parametrize(
    ("side", "number", "is_alarm"),
    [
        (Side.ABOVE, -18.01, False),
        (Side.ABOVE, -18.0, False),
        (Side.ABOVE, -17.99, True),
        (Side.BELOW, -17.99, False),
        (Side.BELOW, -18.0, False),
        (Side.BELOW, -18.01, True),
    ],
)
def test_a_reading_at_the_bound_is_in_order(side: Side, number: float, is_alarm: bool) -> None:
    found = judged({0: number, 10: number}, 10, side=side)
    assert found == ([("beyond", 0, None, number)] if is_alarm else [])


@pytest.mark.parametrize(("back", "is_alarm"), [(9.99, False), (10, True), (10.01, True)])
def test_an_excursion_of_the_delay_is_an_alarm(back: float, is_alarm: bool) -> None:
    said = {0: -20.0, 2: -10.0, 2 + back: -18.0}
    found = judged(dict(said), 14)
    assert found == ([("beyond", 2, 2 + back, -10.0)] if is_alarm else [])


@pytest.mark.parametrize(("now", "is_alarm"), [(11.99, False), (12, True), (12.01, True)])
def test_an_excursion_that_lasts_is_told_at_its_delay(now: float, is_alarm: bool) -> None:
    assert judged({0: -20.0, 2: -10.0}, now) == ([("beyond", 2, None, -10.0)] if is_alarm else [])


@pytest.mark.parametrize(
    ("back", "end"), [(-19.0, 12.0), (-18.99, None), (-18.0, None), (-19.01, 12.0)]
)
def test_hysteresis_holds_the_alarm_until_the_return(back: float, end: float | None) -> None:
    found = judged({0: -17.0, 5: -16.0, 12: back}, 12, returns_at=-19.0)
    assert found == [("beyond", 0, end, -16.0)]


def test_a_return_into_the_band_does_not_restart_the_delay() -> None:
    said = {0.0: -17.0, 4: -18.5, 8: -17.5, 11: -19.0}
    assert judged(said, 12, returns_at=-19.0) == [("beyond", 0, 11, -17.0)]
    assert judged(said, 12) == []


def test_the_worst_reading_is_the_furthest_beyond() -> None:
    assert judged({0: -17.0, 3: -5.0, 6: -12.0}, 10)[0][3] == -5.0
    below = judged({0: -19.0, 3: -25.0, 6: -20.0}, 10, side=Side.BELOW)
    assert below == [("beyond", 0, None, -25.0)]


@pytest.mark.parametrize(("next_", "is_gap"), [(14.99, False), (15, True), (15.01, True)])
def test_a_silence_of_the_length_is_a_gap(next_: float, is_gap: bool) -> None:
    found = judged({0: -20.0, next_: -20.0}, next_)
    assert found == ([("gap", 0, next_, None)] if is_gap else [])


def test_a_device_that_never_spoke_is_a_gap_from_the_limit_on() -> None:
    assert judged({}, 14.99) == []
    assert judged({}, 15) == [("gap", 0, None, None)]


def test_an_excursion_lasts_through_a_gap() -> None:
    found = judged({0: -10.0, 30: -20.0}, 31)
    assert found == [("beyond", 0, 30, -10.0), ("gap", 0, 30, None)]


@pytest.mark.parametrize(
    ("age", "number", "is_beyond", "state"),
    [
        (14.99, -20.0, False, LimitState.IN_ORDER),
        (15, -20.0, False, LimitState.UNKNOWN),
        (14.99, -10.0, False, LimitState.BEYOND),
        (14.99, -18.5, True, LimitState.BEYOND),
        (15, -10.0, True, LimitState.UNKNOWN),
    ],
)
def test_a_gap_is_never_in_order(
    age: float, number: float, is_beyond: bool, state: LimitState
) -> None:
    latest = Reading(at=START, number=number)
    now = START + age * MINUTE
    assert standing(limit(), latest, is_beyond=is_beyond, now=now) is state
    assert standing(limit(), None, is_beyond=False, now=now) is LimitState.UNKNOWN


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"returns_at": -17.99}, {"returns_at": -18.0}),
        ({"side": Side.BELOW, "returns_at": -18.01}, {"side": Side.BELOW, "returns_at": -18.0}),
        ({"delay": timedelta(days=1, seconds=1)}, {"delay": timedelta(days=1)}),
        ({"delay": timedelta(seconds=-1)}, {"delay": timedelta(0)}),
        ({"silence": timedelta(seconds=59)}, {"silence": MINUTE}),
        ({"silence": timedelta(days=7, seconds=1)}, {"silence": timedelta(days=7)}),
        ({"channel": Channel.ACTIVITY}, {"channel": Channel.MEASUREMENT}),
    ],
)
def test_a_limit_that_could_not_end_is_refused(
    wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    assert limit(**right).name
    with pytest.raises(ValueError, match=r"the|channel"):
        limit(**wrong)


def test_without_a_delay_one_reading_is_an_alarm() -> None:
    found = judged({0: -20.0, 1: -17.0, 2: -18.0}, 3, delay=timedelta(0))
    assert found == [("beyond", 1, 2, -17.0)]
    assert AlarmKind.BEYOND in {AlarmKind(kind) for kind, *_ in found}
