"""Fees for bookings that nobody came for: whose doing it was, whatever became of the booking."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gadong.billing.domain.rate_terms import Basis, NoShowFee
from gadong.booking.domain.booking import BookingState
from tests.oracle import agreement
from tests.oracle.cases import MILL, floor, slot, world
from tests.oracle.cases import at as second
from tests.oracle.paper import paper
from tests.support.golden import B, at, between, booked, charges, ran

PRICED = replace(MILL, no_show=NoShowFee(pct=Decimal(100)))


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("10:14:59", "11:00", 0),  # it kept them out
        ("10:15", "11:00", 75),
        ("11:00", "12:00", 60),
        ("11:30", "13:00", 90),
        ("12:00", "13:00", 120),
    ],
)
def test_a_fee_is_for_no_time_in_which_the_centre_maintained_the_machine(
    start: str, end: str, minutes: int, basis: Basis
) -> None:
    """It is billed to nobody who came either."""
    hall = floor(slots=(slot("A", "10:00", "12:00"),), maintenance=((second(start), second(end)),))
    case = world(replace(PRICED, basis=basis), hall)
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == 500 * minutes


@pytest.mark.parametrize("basis", list(Basis))
def test_a_centre_that_bills_its_maintenance_has_it_in_the_fee(basis: Basis) -> None:
    upkeep = ((second("11:00"), second("12:00")),)
    hall = floor(slots=(slot("A", "10:00", "12:00"),), maintenance=upkeep)
    case = world(replace(PRICED, basis=basis, excluded_states=("fault",)), hall)
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == 60_000


@pytest.mark.parametrize(
    ("stopped", "fee"), [("12:02", 59_000), ("12:14:59", 52_508), ("12:15", 0), ("12:16", 0)]
)
@pytest.mark.parametrize(
    ("state", "freed"),
    [
        (BookingState.CONFIRMED, None),  # nobody has looked
        (BookingState.NO_SHOW, "12:15"),
        (BookingState.RELEASED, "14:00"),  # by the facts of then, at its end
    ],
)
def test_a_fee_follows_the_facts_and_not_what_the_booking_became(
    state: BookingState, freed: str | None, stopped: str, fee: int
) -> None:
    """A's run went on into B's booking; a word that came late says until when."""
    theirs = replace(booked("12:00", "14:00", B, state), freed_from=at(freed) if freed else None)
    found = charges(PRICED, ran(("10:00", stopped)), [booked("10:00", "12:00"), theirs], company=B)
    assert sum(c.amount for c in found) == fee


def test_what_the_centre_released_costs_nothing_whatever_ran() -> None:
    theirs = booked("12:00", "14:00", B, BookingState.RELEASED)
    runs = ran(("10:00", "12:02"))
    assert charges(PRICED, runs, [booked("10:00", "12:00"), theirs], company=B) == []


def test_who_left_while_they_were_kept_out_owes_nothing() -> None:
    """They gave up after five minutes; the machine was free after ten."""
    theirs = replace(booked("12:00", "14:00", B, BookingState.RELEASED), freed_from=at("12:05"))
    runs = ran(("10:00", "12:10"))
    found = charges(PRICED, runs, [booked("10:00", "12:00"), theirs], company=B)
    assert sum(c.amount for c in found) == 0


def test_a_closure_inside_a_booking_takes_nothing_off() -> None:
    """A printer may run through a closed day (ADR 24)."""
    shut = [between("11:00", "12:00")]
    found = charges(PRICED, ran(), [booked("10:00", "12:00")], closures=shut)
    assert sum(c.amount for c in found) == 60_000
