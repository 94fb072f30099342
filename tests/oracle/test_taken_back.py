"""Bookings that the centre took back, by both readings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gadong.billing.domain.rate_terms import Basis
from gadong.booking.domain.booking import BookingState
from tests.oracle import agreement
from tests.oracle.cases import MILL, at, floor, slot, world
from tests.oracle.paper import paper
from tests.oracle.world import Assignment


@pytest.mark.parametrize("state", [BookingState.RELEASED, BookingState.CANCELLED])
@pytest.mark.parametrize("basis", list(Basis))
def test_a_decision_that_named_it_is_of_use_without_a_booking(
    basis: Basis, state: BookingState
) -> None:
    booked = slot("A", "10:00", "12:00", state=state)
    said = Assignment(start=at("10:00"), end=at("10:30"), company="A", slot=booked.name)
    hall = floor(("10:00", "10:40"), slots=(booked,), assignments=(said,))
    case = world(replace(MILL, basis=basis), hall)
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == 20_000
