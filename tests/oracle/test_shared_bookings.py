"""Bookings that several companies pay: the figures of docs/tariffs.md, by the oracle and the
engine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.rate_terms import NoShowFee, Tier
from gadong.billing.domain.tariff_terms import Cap, CategoryDiscount, Quota
from tests.oracle import engine
from tests.oracle.agreement import seconds_twice
from tests.oracle.cases import MILL, at, floor, slot, stay, tariff, world
from tests.oracle.paper import paper
from tests.oracle.world import Assignment, Firm, Proof, Slot, World

SMALL = Proof(name="small", since=date(2026, 1, 1))
HALF = (CategoryDiscount(category="small", pct=Decimal(50)),)
RAN = ("10:00", "12:00")


def shared(*parts: tuple[str, int], start: str = "10:00", end: str = "12:00") -> Slot:
    """Return a booking of the first company, in the parts of all."""
    return slot(parts[0][0], start, end, parts=parts)


THIRDS = shared(("A", 1), ("B", 1), ("C", 1))
HALVES = shared(("A", 1), ("B", 1))


def lines(world: World) -> dict[str, int]:
    """Return the sum of each company's lines, on which the oracle and the engine agree."""
    found = {}
    for firm in world.firms:
        ours = paper(world, firm)
        assert engine.document(world, firm) == ours
        found[firm.name] = sum(amount for *_, amount in ours.lines)
    assert seconds_twice(world) == []
    return found


def small(*names: str) -> Any:
    """Return the three companies, of which these are small ones."""
    return tuple(Firm(name=n, categories=(SMALL,) if n in names else ()) for n in "ABC")


@pytest.mark.parametrize(
    ("booked", "won"),
    [
        (THIRDS, {"A": 20_000, "B": 20_000, "C": 20_000}),
        # The third did not consent: its part stays with the booker.
        (shared(("A", 2), ("B", 1)), {"A": 40_000, "B": 20_000, "C": 0}),
        (shared(("A", 500), ("B", 300), ("C", 200)), {"A": 30_000, "B": 18_000, "C": 12_000}),
        (slot("A", "10:00", "12:00"), {"A": 60_000, "B": 0, "C": 0}),
    ],
)
def test_each_pays_its_part(booked: Slot, won: dict[str, int]) -> None:
    assert lines(world(MILL, floor(RAN, slots=(booked,)))) == won


def test_a_fee_for_not_coming_is_divided() -> None:
    item = replace(MILL, no_show=NoShowFee(pct=Decimal(50)))
    booked = shared(("A", 5), ("B", 3), ("C", 2))
    assert lines(world(item, floor(slots=(booked,)))) == {"A": 15_000, "B": 9_000, "C": 6_000}


@pytest.mark.parametrize(
    ("names", "whole"), [("A", 30_000), ("B", 60_000), ("AB", 30_000), ("", 60_000)]
)
def test_the_bookers_discounts_price_the_whole(names: str, whole: int) -> None:
    found = lines(
        world(tariff(MILL, discounts=HALF), floor(RAN, slots=(HALVES,)), firms=small(*names))
    )
    assert found == {"A": whole // 2, "B": whole // 2, "C": 0}


def test_each_part_counts_for_its_own_companys_cap() -> None:
    caps = (Cap(group="most", amount=40_000), Cap(group="most", amount=10_000, category="small"))
    terms = tariff(replace(MILL, cap_group="most"), caps=caps)
    found = lines(world(terms, floor(RAN, slots=(HALVES,)), firms=small("B")))
    assert found == {"A": 30_000, "B": 10_000, "C": 0}


def test_it_draws_on_no_free_time_and_on_no_tier() -> None:
    item = replace(
        MILL,
        quota_group="free",
        tiers=(Tier(after_seconds=3600, rate_per_hour=Decimal(3000)),),
    )
    terms = tariff(item, quotas=(Quota(group="free", seconds=3600),))
    later = slot("A", "14:00", "15:00")
    found = lines(world(terms, floor(RAN, ("14:00", "15:00"), slots=(HALVES, later))))
    assert found == {"A": 30_000, "B": 30_000, "C": 0}


@pytest.mark.parametrize("of", [None, HALVES])
def test_a_company_with_a_part_comes_for_the_booking(of: Slot | None) -> None:
    came = stay("B", "10:05", of=of)
    found = lines(world(MILL, floor(("10:10", "12:00"), slots=(HALVES,), stays=(came,))))
    assert found == {"A": 27_500, "B": 27_500, "C": 0}


def test_a_company_without_a_part_comes_for_itself() -> None:
    found = lines(
        world(MILL, floor(("10:10", "12:00"), slots=(HALVES,), stays=(stay("C", "10:05"),)))
    )
    assert found == {"A": 0, "B": 0, "C": 55_000}


def test_a_decision_for_a_company_with_a_part_is_of_the_booking() -> None:
    said = Assignment(start=at("09:50"), end=at("10:00"), company="B", slot=HALVES.name)
    found = lines(world(MILL, floor(("09:50", "12:00"), slots=(HALVES,), assignments=(said,))))
    assert found == {"A": 32_500, "B": 32_500, "C": 0}


def test_a_companys_next_booking_begins_with_its_own_start() -> None:
    later = slot("B", "12:00", "14:00")
    found = lines(world(MILL, floor(("10:00", "14:00"), slots=(HALVES, later))))
    assert found == {"A": 30_000, "B": 90_000, "C": 0}


def test_an_earlier_booking_of_a_company_with_a_part_ends_with_its_start() -> None:
    earlier = slot("B", "08:00", "10:00")
    found = lines(world(MILL, floor(("08:00", "12:00"), slots=(earlier, HALVES))))
    assert found == {"A": 30_000, "B": 90_000, "C": 0}


def test_an_overrun_into_a_strangers_booking_is_divided_with_its_surcharge() -> None:
    later = slot("C", "12:00", "14:00")
    found = lines(world(MILL, floor(("10:00", "13:00"), slots=(HALVES, later))))
    # Three hours, the third at 150 %: 105,000.
    assert found == {"A": 52_500, "B": 52_500, "C": 0}
