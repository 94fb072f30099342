"""Prices by the seat of a room: the figures of docs/tariffs.md, by the oracle and the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.rate_terms import Basis, CancelTier, Overrun, PriceWindow, Tier
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import Cap, CategoryDiscount, Quota
from gadong.core.domain.machine_state import State
from gadong.machines.domain.observation import Observed
from tests.oracle import engine
from tests.oracle.agreement import not_by_their_traces
from tests.oracle.cases import at, cancelled, slot, stay, tariff, world
from tests.oracle.paper import paper
from tests.oracle.world import Firm, Floor, Proof, Slot, Stretch, World

#: A lounge, priced by the seat and the booked hour.
LOUNGE = RateItem(machine="m", rate_per_hour=Decimal(2000), basis=Basis.BOOKED, by_seat=True)

SMALL = Proof(name="small", since=date(2026, 1, 1))
#: Three companies, of which the second is a small one.
FIRMS = (Firm(name="A"), Firm(name="B", categories=(SMALL,)), Firm(name="C"))


def lounge(*slots: Slot) -> Floor:
    """A room that nothing observes."""
    silent = Stretch(start=at("2026-10-20T00:00"), end=at("2026-12-10T00:00"), state=State.UNKNOWN)
    return Floor(machine="m", stretches=(silent,), slots=slots, observed=Observed.NEITHER)


def seats(company: str, count: int, **more: Any) -> Slot:
    """A booking of so many seats from ten to twelve, beside others."""
    return slot(company, "10:00", "12:00", seats=count, shares=True, **more)


def lines(world: World) -> dict[str, int]:
    """Return the sum of each company's lines, on which the oracle and the engine agree."""
    found = {}
    for firm in world.firms:
        ours = paper(world, firm)
        assert engine.document(world, firm) == ours
        found[firm.name] = sum(amount for *_, amount in ours.lines)
    assert not_by_their_traces(world) == []
    return found


@pytest.mark.parametrize(
    ("item", "won"),
    [
        (LOUNGE, {"A": 12_000, "B": 4_000, "C": 20_000}),
        # As before: a price by the booking, whatever it takes.
        (replace(LOUNGE, by_seat=False), {"A": 4_000, "B": 4_000, "C": 4_000}),
        # A session has one base fee, and one least amount.
        (replace(LOUNGE, base_fee=1_000), {"A": 13_000, "B": 5_000, "C": 21_000}),
        (replace(LOUNGE, minimum_amount=12_001), {"A": 12_001, "B": 12_001, "C": 20_000}),
    ],
)
def test_companies_beside_each_other_pay_their_seats(item: RateItem, won: dict[str, int]) -> None:
    assert lines(world(item, lounge(seats("A", 3), seats("B", 1), seats("C", 5)))) == won


@pytest.mark.parametrize(
    ("late_shares", "next_shares", "won"),
    [
        (True, True, 70_000),  # each has a seat of its own
        (True, False, 80_000),  # twenty minutes in the way of who takes the whole room
        (False, True, 80_000),
        (False, False, 80_000),
    ],
)
def test_staying_on_in_a_room_stands_in_the_way_of_who_has_no_seat_beside(
    late_shares: bool, next_shares: bool, won: int
) -> None:
    item = RateItem(
        machine="m",
        rate_per_hour=Decimal(30_000),
        basis=Basis.ACTUAL_OCCUPIED,
        overrun=Overrun(grace_seconds=600, pct_encroach=Decimal(200)),
    )
    late = slot("A", "10:00", "12:00", shares=late_shares)
    following = slot("B", "12:00", "14:00", shares=next_shares)
    room = replace(lounge(late, following), stays=(stay("A", "10:00", "12:20", of=late),))
    assert lines(world(item, room))["A"] == won


@pytest.mark.parametrize("basis", [Basis.BOOKED, Basis.ACTUAL_OCCUPIED, Basis.HULL])
@pytest.mark.parametrize(
    ("given_up", "came", "won"),
    [
        (False, False, 0),  # the whole room is given up, and somebody had all of it
        (False, True, 0),  # somebody sat in it
        (True, False, 0),  # a seat is given up, and somebody had the whole room
        (True, True, 2_000),  # beside it, somebody sat on another
    ],
)
def test_time_given_up_late_in_a_room_is_used_by_whoever_has_no_seat_beside(
    basis: Basis, given_up: bool, came: bool, won: int
) -> None:
    half = (CancelTier(lead_seconds=3600, pct=Decimal(50)),)
    item = replace(LOUNGE, by_seat=False, basis=basis, late_cancel=half)
    first = replace(cancelled("A", "10:00", "12:00", when="09:30"), shares=given_up)
    later = slot("B", "10:00", "12:00", shares=came)
    room = replace(lounge(first, later), stays=(stay("B", "10:00", "12:00", of=later),))
    assert lines(world(item, room))["A"] == won


def test_a_whole_room_is_all_its_seats() -> None:
    alone = slot("A", "10:00", "12:00", seats=12)
    assert lines(world(LOUNGE, lounge(alone)))["A"] == 48_000


def test_free_time_is_time_and_frees_all_seats() -> None:
    terms = tariff(replace(LOUNGE, quota_group="free"), quotas=(Quota(group="free", seconds=3600),))
    assert lines(world(terms, lounge(seats("A", 3))))["A"] == 6_000


def test_tiers_count_time_and_each_rate_is_by_the_seat() -> None:
    tiers = (Tier(after_seconds=3600, rate_per_hour=Decimal(1000)),)
    assert lines(world(replace(LOUNGE, tiers=tiers), lounge(seats("A", 3))))["A"] == 9_000


def test_a_surcharge_is_by_the_seat_and_discounts_and_caps_are_of_won() -> None:
    evening = PriceWindow(weekdays=(3,), since=time(11), until=time(12), pct=Decimal(150))
    item = replace(LOUNGE, windows=(evening,), cap_group="most")
    half = CategoryDiscount(category="small", pct=Decimal(50))
    terms = tariff(item, discounts=(half,), caps=(Cap(group="most", amount=8_000),))
    # A: 12,000 and 3,000 above it. B has half off what is no surcharge: 6,000 and 3,000.
    found = lines(world(terms, lounge(seats("A", 3), seats("B", 3)), firms=FIRMS))
    assert found == {"A": 8_000, "B": 8_000, "C": 0}
    free = replace(terms, caps=(), items=(replace(item, cap_group=None),))
    found = lines(world(free, lounge(seats("A", 3), seats("B", 3)), firms=FIRMS))
    assert found == {"A": 15_000, "B": 9_000, "C": 0}


def test_a_late_cancellation_is_of_the_seats_price() -> None:
    item = replace(LOUNGE, late_cancel=(CancelTier(lead_seconds=3600, pct=Decimal(50)),))
    late = replace(cancelled("A", "10:00", "12:00", "08:00"), seats=3, shares=True)
    assert lines(world(item, lounge(late)))["A"] == 6_000


def test_parts_of_a_booking_are_of_all_its_seats() -> None:
    together = seats("A", 3, parts=(("A", 1), ("B", 1)))
    assert lines(world(LOUNGE, lounge(together))) == {"A": 6_000, "B": 6_000, "C": 0}
