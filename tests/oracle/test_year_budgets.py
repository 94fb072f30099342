"""Budgets of a year: the example of docs/tariffs.md, and each limit just below, at and above it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gadong.billing.domain.subsidy import Subsidy
from gadong.core.domain.calendar import Month
from tests.oracle import engine
from tests.oracle.cases import MILL, floor, slot, tariff, world
from tests.oracle.paper import paper
from tests.oracle.world import Draw, Firm, Fund, Proof, World

VOUCHER = Subsidy(name="voucher", payer="City", pct=Decimal(100), monthly_cap=10**8)
MEMBER = Firm(name="A", extras=(Proof(name="voucher", since=date(2026, 1, 1)),))
#: Two hours: 60,000 won.
USED = floor(("10:00", "12:00"), slots=(slot("A", "10:00", "12:00"),))


def of(*funds: Fund, draws: tuple[Draw, ...] = (), month: Month | None = None) -> World:
    """Return a world in which the programme pays all that it can of two hours."""
    return world(
        tariff(MILL, subsidies=(VOUCHER,)),
        USED,
        firms=(MEMBER,),
        funds=funds,
        draws=draws,
        month=month or Month(2026, 11),
    )


def fund(drawn: int, amount: int = 100_000, year: int = 2026) -> Fund:
    """Return the year's budget, of which other documents drew so much."""
    return Fund(programme="voucher", year=year, amount=amount, drawn=((year, drawn),))


PAID = [
    # The other centre's documents drew 70,000.
    ((fund(70_000),), 30_000),
    ((fund(39_999),), 60_000),
    ((fund(40_000),), 60_000),
    ((fund(40_001),), 59_999),
    ((fund(100_000),), 0),
    # It was lowered below what others drew.
    ((fund(70_000, amount=50_000),), 0),
    # Of several the least rest counts, whichever is named first.
    ((fund(70_000), fund(0, amount=20_000)), 20_000),
    ((fund(0, amount=20_000), fund(70_000)), 20_000),
    # Another year's budget is none of this month's.
    ((fund(100_000, year=2027),), 60_000),
    ((fund(100_000, year=2025),), 60_000),
    ((), 60_000),
]


@pytest.mark.parametrize(("funds", "paid"), PAID)
def test_a_programme_pays_what_is_left_of_the_year(funds: tuple[Fund, ...], paid: int) -> None:
    case = of(*funds)
    assert (paper(case, MEMBER).subsidy, engine.document(case, MEMBER).subsidy) == (paid, paid)


def test_last_years_draws_leave_the_new_year_whole() -> None:
    case = of(Fund(programme="voucher", year=2026, amount=60_000, drawn=((2025, 60_000),)))
    assert (paper(case, MEMBER).subsidy, engine.document(case, MEMBER).subsidy) == (60_000, 60_000)


@pytest.mark.parametrize(("own", "paid"), [(29_999, 30_000), (30_001, 30_001), (60_000, 60_000)])
def test_what_a_document_drew_it_keeps(own: int, paid: int) -> None:
    draw = Draw(company="A", programme="voucher", others=70_000, own=own)
    case = of(fund(70_000), draws=(draw,))
    assert (paper(case, MEMBER).subsidy, engine.document(case, MEMBER).subsidy) == (paid, paid)
