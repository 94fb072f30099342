"""The seconds of a hull: a second billed to one session owes no fee in another's booking."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gadong.billing.domain.rate_terms import Basis, CancelTier, Overrun
from gadong.booking.domain.booking import Booking, BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CompanyId
from tests.support.billing.difficult_days import arrival, of, priced
from tests.support.golden import A, B, at, booked, charges, ran

#: Overruns at the plain rate, so that an amount is the time alone.
PLAIN = Overrun(pct_encroach=Decimal(100))
FIRST, MISSED = booked("10:00", "12:00"), booked("12:00", "14:00", B)


def both(basis: Basis, left: str, missed: Booking = MISSED) -> tuple[dict[Component, int], int]:
    """Return what A costs, who works to 11:50 and leaves at an instant, and the fee of B, who never
    came.
    """
    item = priced(basis, no_show=100, overrun=PLAIN)
    held, came = [FIRST, missed], [arrival(FIRST, "10:00", left=left)]
    runs = ran(("10:00", "11:50"))
    fee = of(charges(item, runs, held, came, company=missed.company_id)).get(Component.NO_SHOW, 0)
    return of(charges(item, runs, held, came)), fee


@pytest.mark.parametrize("basis", [Basis.HULL, Basis.ACTUAL_OCCUPIED])
@pytest.mark.parametrize(
    ("left", "time", "fee"),
    [
        ("11:59:59", 60_000, 60_000),
        ("12:00", 60_000, 60_000),
        # A second of 7,200 is 8.33 won; the fee is floored.
        ("12:00:01", 60_000, 59_991),
        ("12:10", 65_000, 55_000),
        ("12:15", 70_000, 52_500),
        ("13:00", 90_000, 30_000),
        ("13:59:59", 120_000, 8),
        ("14:00", 120_000, 0),
        ("15:00", 150_000, 0),
    ],
)
def test_who_stays_through_anothers_unused_time_pays_it_alone(
    basis: Basis, left: str, time: int, fee: int
) -> None:
    assert both(basis, left) == ({Component.TIME: time}, fee)


@pytest.mark.parametrize(("basis", "time"), [(Basis.ACTUAL_RUN, 55_000), (Basis.BOOKED, 60_000)])
def test_presence_that_nobody_is_billed_for_takes_nothing_off_a_fee(
    basis: Basis, time: int
) -> None:
    assert both(basis, "14:00") == ({Component.TIME: time}, 60_000)


def test_staying_in_the_way_is_surcharged_as_an_overrun() -> None:
    item = priced(Basis.HULL, no_show=100)
    came = [arrival(FIRST, "10:00", left="14:00")]
    # Once time has shown that B does not come (12:15), A is in nobody's way, whether or not anybody
    # has looked and freed the time.
    gone = replace(MISSED, state=BookingState.NO_SHOW, freed_from=at("12:15"))
    too_short = replace(MISSED, state=BookingState.NO_SHOW, freed_from=at("14:00"))
    for rival in (MISSED, gone, too_short):
        lines = charges(item, ran(("10:00", "11:50")), [FIRST, rival], came)
        assert of(lines) == {Component.TIME: 120_000, Component.OVERRUN: 3_750}
        assert of(charges(item, ran(("10:00", "11:50")), [FIRST, rival], came, company=B)) == {
            Component.NO_SHOW: 0
        }


@pytest.mark.parametrize(
    ("left", "time", "fee"),
    [("12:00", 60_000, 60_000), ("12:12", 70_000, 50_000), ("14:00", 120_000, 0)],
)
def test_ones_own_presence_is_not_paid_twice_either(left: str, time: int, fee: int) -> None:
    """Both bookings are A's. What is billed of the second slot, with its rounding, is no part of
    its fee.
    """
    own = booked("12:00", "14:00")
    lines, owed = both(Basis.HULL, left, own)
    assert (lines[Component.TIME], owed) == (time, fee)


def test_a_rounding_at_the_end_of_ones_first_booking_takes_nothing_off_the_second_ones_fee() -> (
    None
):
    held = [booked("10:00", "11:30"), booked("11:30", "13:30")]
    item = priced(no_show=100, increment_seconds=3600)
    lines = charges(item, ran(("10:00", "11:30")), held)
    assert of(lines) == {Component.TIME: 60_000, Component.NO_SHOW: 60_000}


@pytest.mark.parametrize(("basis", "fee"), [(Basis.HULL, 45_000), (Basis.ACTUAL_RUN, 60_000)])
def test_who_is_early_in_anothers_unused_time_pays_it_alone(basis: Basis, fee: int) -> None:
    """C's people are there from 13:30 for a booking at 14:00, and B's was 12-14."""
    company = CompanyId(A)
    late = booked("14:00", "16:00", company)
    came = [arrival(late, "13:30")]
    item = priced(basis, no_show=100)
    runs = ran(("14:05", "15:55"))
    assert of(charges(item, runs, [MISSED, late], came, company=B)) == {Component.NO_SHOW: fee}


@pytest.mark.parametrize(
    ("basis", "time", "fee"),
    [
        (Basis.HULL, 45_000, 15_000),
        (Basis.BOOKED, 45_000, 15_000),
        (Basis.ACTUAL_RUN, 10_000, 50_000),
        (Basis.ACTUAL_OCCUPIED, 10_000, 50_000),
    ],
)
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_time_that_was_booked_anew_is_paid_once(
    basis: Basis, time: int, fee: int, is_cancelled: bool
) -> None:
    """B gave 12-14 up, or did not come; A booked 12:30-14:00 of it and ran for twenty minutes."""
    given_up = replace(MISSED, state=BookingState.CANCELLED, cancelled_at=at("11:00"))
    gone = replace(MISSED, state=BookingState.NO_SHOW, freed_from=at("12:15"))
    leads = (CancelTier(lead_seconds=86400, pct=Decimal(100)),)
    item = priced(basis, no_show=100, late_cancel=leads)
    held = [given_up if is_cancelled else gone, booked("12:30", "14:00")]
    runs = ran(("12:30", "12:50"))
    assert of(charges(item, runs, held)) == {Component.TIME: time}
    (line,) = charges(item, runs, held, company=B)
    assert line.amount == fee


def test_a_fault_that_is_not_billed_is_not_taken_off_the_fee() -> None:
    """The ten minutes of a fault are nobody's to pay as time, and so they stay in B's fee."""
    runs = ran(("10:00", "11:50"), ("13:00", "13:10"))
    fault = replace(next(r for r in runs if r.start == at("13:00")), state=runs[0].state.FAULT)
    runs = [fault if r.start == fault.start else r for r in runs]
    came = [arrival(FIRST, "10:00", left="14:00")]
    item = priced(Basis.HULL, no_show=100, overrun=PLAIN)
    assert of(charges(item, runs, [FIRST, MISSED], came)) == {Component.TIME: 115_000}
    assert of(charges(item, runs, [FIRST, MISSED], came, company=B)) == {Component.NO_SHOW: 5_000}
