"""A booking that a manager corrected or took back, by check-ins, decisions and entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.presence import standing
from gadong.booking.domain.usage import CheckIn, Reassignment, Witnesses
from gadong.core.domain.ids import DecisionId, LoggedUseId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin
from tests.support.golden import A, at, between, booked

DAYS = timedelta(days=20)


def closed(start: str, end: str, *, came: datetime | None = None) -> Booking:
    """Return a booking that ended with its time, or was corrected to it."""
    made = booked(start, end, state=BookingState.COMPLETED)
    return replace(made, checked_in_at=came, checked_out_at=made.period.end)


def signed(booking: Booking, start: datetime, end: datetime | None = None) -> CheckIn:
    """Return a check-in for the booking."""
    return CheckIn(
        at=start, company_id=A, person_id=booking.person_id, booking_id=booking.id, until=end
    )


def there(booking: Booking, *came: CheckIn) -> list[tuple[datetime, datetime | None]]:
    """Return when the booking's people were there, as it stands."""
    told = standing(Witnesses(bookings=[booking], check_ins=came))
    return [(c.at, c.until) for c in told.check_ins]


@pytest.mark.parametrize("until", ["11:59:59", "12:00:01"])
@pytest.mark.parametrize("came", ["09:45", "09:59", "10:00", "10:30"])
def test_who_left_at_another_time_was_there_in_the_new_one(came: str, until: str) -> None:
    booking = closed("10:00", "12:00")
    whole = [(at("10:00"), at("12:00"))]
    assert there(booking, signed(booking, at(came), at(until))) == whole


@pytest.mark.parametrize("until", ["12:00", None])
@pytest.mark.parametrize("came", ["06:00", "09:44:59", "09:45", "11:59:59"])
@pytest.mark.parametrize("is_corrected", [True, False])
def test_who_came_to_another_time_was_there_in_the_new_one(
    came: str, until: str | None, *, is_corrected: bool
) -> None:
    """Also who forgot to check out: their company is not there until the new end from the old.

    However early somebody came, a correction alone moves them.
    """
    booking = closed("10:00", "12:00", came=at("10:00") if is_corrected else at(came))
    end = at(until) if until else None
    said = [(at("10:00"), at("12:00"))] if is_corrected else [(at(came), end)]
    assert there(booking, signed(booking, at(came), end)) == said


@pytest.mark.parametrize(
    ("came", "is_moved"), [("05:59:59", True), ("06:00", False), ("12:00", True)]
)
def test_who_could_not_have_come_so_early_was_corrected_by_an_earlier_program(
    came: str, *, is_moved: bool
) -> None:
    """Nobody may check in more than four hours before: the booking was moved since."""
    booking = closed("10:00", "12:00", came=at(came))
    said = [(at("10:00"), at("12:00"))] if is_moved else [(at(came), None)]
    assert there(booking, signed(booking, at(came))) == said


@pytest.mark.parametrize("came", [None, "09:30"])
def test_a_correction_says_that_its_people_came_at_its_start_if_they_came(came: str | None) -> None:
    was = closed("10:00", "12:00", came=at(came) if came else None)
    now = was.corrected(between("15:00", "17:00"))
    assert now.checked_in_at == (at("15:00") if came else None)
    assert now.checked_out_at == at("17:00")


@pytest.mark.parametrize("far", [-DAYS, DAYS])
def test_who_came_weeks_away_was_there_in_the_new_time(far: timedelta) -> None:
    """Nobody reads their check-in, and the booking says that there was one."""
    booking = closed("10:00", "12:00", came=at("10:00") + far)
    assert there(booking) == [(at("10:00"), at("12:00"))]


def test_nobody_came_where_nobody_checked_in() -> None:
    assert there(closed("10:00", "12:00")) == []


def test_a_booking_that_is_not_over_keeps_its_check_in() -> None:
    booking = replace(
        booked("10:00", "12:00", state=BookingState.IN_USE), checked_in_at=at("08:00")
    )
    assert there(booking, signed(booking, at("08:00"))) == [(at("08:00"), None)]


@pytest.mark.parametrize(
    ("state", "is_named"),
    [
        (BookingState.RELEASED, False),
        (BookingState.CANCELLED, False),
        (BookingState.COMPLETED, True),
        (BookingState.NO_SHOW, True),
    ],
)
def test_nothing_names_what_the_centre_took_back(state: BookingState, is_named: bool) -> None:
    booking = booked("10:00", "12:00", state=state)
    decided = Reassignment(
        id=DecisionId(new_id()),
        period=Period(at("10:00"), at("11:00")),
        company_id=A,
        booking_id=booking.id,
    )
    told = standing(Witnesses(bookings=[booking], reassignments=[decided]))
    assert [d.booking_id for d in told.reassignments] == [booking.id if is_named else None]


def test_what_its_people_gave_up_may_be_named() -> None:
    """They came all the same, and a manager says that it was for that booking."""
    given_up = replace(
        booked("10:00", "12:00", state=BookingState.CANCELLED), cancelled_at=at("09:00")
    )
    decided = Reassignment(
        id=DecisionId(new_id()),
        period=between("10:00", "11:00"),
        company_id=A,
        booking_id=given_up.id,
    )
    told = standing(Witnesses(bookings=[given_up], reassignments=[decided]))
    assert told.reassignments == [decided]


def written(booking: Booking) -> LoggedUse:
    """Return an entry of the ledger for the booking."""
    return LoggedUse(
        id=LoggedUseId(new_id()),
        centre_id=booking.centre_id,
        machine_id=booking.machine_id,
        company_id=A,
        person_id=None,
        booking_id=booking.id,
        period=booking.period,
        origin=UseOrigin.LEDGER,
        reason="",
        is_correction=False,
        reverses=None,
        recorded_by=None,
        recorded_at=booking.period.end,
    )


def test_an_entry_names_no_booking_that_the_centre_took_back() -> None:
    kept = booked("10:00", "12:00", state=BookingState.COMPLETED)
    back = booked("13:00", "14:00", state=BookingState.RELEASED)
    entries = [written(kept), written(back)]
    told = standing(Witnesses(bookings=[kept, back], logged=entries))
    assert told.logged == [entries[0], replace(entries[1], booking_id=None)]


@pytest.mark.parametrize("is_signed", [True, False])
def test_the_presence_in_the_new_time_is_of_the_booking_and_of_who_came(*, is_signed: bool) -> None:
    booking = closed("10:00", "12:00", came=at("08:00"))
    other = PersonId(new_id())
    came = replace(signed(booking, at("08:00"), at("09:00")), person_id=other)
    (told,) = standing(
        Witnesses(bookings=[booking], check_ins=[came] if is_signed else [])
    ).check_ins
    assert (told.company_id, told.booking_id) == (A, booking.id)
    assert told.person_id == (other if is_signed else booking.person_id)


def test_who_left_early_was_there_until_then() -> None:
    booking = replace(closed("10:00", "12:00"), checked_out_at=at("11:30"))
    assert there(booking, signed(booking, at("10:00"), at("11:30"))) == [(at("10:00"), at("11:30"))]
