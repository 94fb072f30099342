"""The window in which a machine's time is read: past a month's edge as far as runs reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.reading_window import enough, held
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Witnesses
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run
from tests.support.golden import MACHINE, at, between, booked, ran

MINUTE = timedelta(minutes=1)
LIMITS = AttributionLimits()


def read(
    runs: list[Run],
    month: Period,
    bounds: Period,
    *bookings: Booking,
    came: Sequence[CheckIn] = (),
) -> Period:
    """Return what has to be read once the bounds were."""
    witnesses = Witnesses(bookings=bookings or [booked("12:10", "14:00")], check_ins=came)
    usages = attribute(runs, witnesses, LIMITS, bounds=bounds)
    found = sessions(MACHINE, usages, runs, witnesses, LIMITS)
    return enough(
        bounds,
        month,
        runs,
        usages,
        found,
        limits=LIMITS,
        margin=60 * MINUTE,
        links=held(witnesses),
    )


def paused(runs: list[Run], since: str) -> list[Run]:
    """Return the runs, the idle one that begins at an instant paused."""
    return [replace(r, state=State.PAUSED) if r.start == at(since) else r for r in runs]


def test_activity_is_read_to_the_start_of_its_pause() -> None:
    """Read the run before the pause, which decides the owner of the run after it."""
    runs = paused(ran(("08:00", "09:00"), ("12:05", "13:00")), "09:00")
    wide = read(runs, between("12:00", "20:00"), between("11:00", "21:00"))
    assert wide.start <= at("09:00") - 60 * MINUTE
    assert wide.end == at("21:00")


def test_activity_is_read_to_the_end_of_its_pause() -> None:
    runs = paused(ran(("12:10", "19:50"), ("23:00", "23:30")), "19:50")
    wide = read(runs, between("08:00", "20:00"), between("07:00", "21:00"))
    assert wide.start == at("07:00")
    assert wide.end >= at("23:00") + 60 * MINUTE


@pytest.mark.parametrize(
    ("start", "is_wider"),
    [("11:14:59", True), ("11:15", True), ("11:15:01", False), ("11:30", False)],
)
def test_a_rest_at_the_end_of_the_look_may_be_one_of_an_activity(
    start: str, is_wider: bool
) -> None:
    """So soon after the first second that is read, an activity may be the rest of an earlier one.

    A booking may have had an early start.
    """
    bounds = between("11:00", "21:00")
    wide = read(ran((start, "13:00")), between("12:00", "20:00"), bounds)
    assert (wide != bounds) is is_wider


def test_what_crosses_no_edge_widens_nothing() -> None:
    bounds = between("11:00", "21:00")
    assert read(ran(("11:05", "11:20")), between("12:00", "20:00"), bounds) == bounds
