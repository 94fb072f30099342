"""Stored goods in the stretches of a month come to what one statement would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.documents.line_figures import figures
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.storage_charges import (
    after_earlier,
    storage_entry,
    stored,
    stored_before,
)
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.recount import objections
from gadong.billing.domain.sale import sell
from gadong.billing.domain.statement import Line, Reckoning
from gadong.billing.domain.tariff_terms import Good, Measure
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.period import Period
from gadong.stays.domain.lot import Lot, StockSpan
from tests.support.stays.lots import KST, LATER, WHOLE, lot

PALLET_DAY = Good(
    code="pallet-day",
    name_ko="파렛트·일",
    name_en="Pallet-day",
    measure=Measure.PIECE,
    price=Decimal(1_500),
    is_discounted=True,
)


def charged(one: Lot, good: Good, period: Period, discount: Decimal = Decimal(0)) -> list[Charge]:
    """Return what a statement of a period of November charges for a lot."""
    stretch = Stretch(period, WHOLE)
    spans, before = stored(one, stretch, KST, now=LATER), stored_before(one, stretch, KST)

    def of(part: Sequence[StockSpan]) -> Charge:
        (made,) = sell(storage_entry(one, part, KST), good, discount_pct=discount, tariff="")
        return made

    if not spans:
        return []
    own = of(spans)
    return [after_earlier(own, whole=of([*before, *spans]), earlier=of(before)) if before else own]


def parts(one: Lot, good: Good, edges: Sequence[datetime], **more: Any) -> list[Charge]:
    """Return the charges of the stretches between some instants of November."""
    every = [WHOLE.start, *edges, WHOLE.end]
    return [
        c for start, end in pairwise(every) for c in charged(one, good, Period(start, end), **more)
    ]


def noon(day: int) -> datetime:
    return WHOLE.start + timedelta(days=day - 1, hours=12)


def objected(charges: Sequence[Charge]) -> list[str]:
    lines = [
        Line(charge=c, machine="", machine_name="", sentence_ko="", sentence_en="") for c in charges
    ]
    return objections(lines, Reckoning().totals(list(charges)))


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        ({}, [13_500, 15_000, 16_500]),
        # Of 9, 10 and 11 units and days the first ten are free.
        ({"free": 10}, [0, 13_500, 16_500]),
        # 900, 1,900 and 3,000 by their price: the least amount is paid once.
        ({"price": Decimal(100), "minimum_amount": 10_000}, [10_000, 0, 0]),
        ({"price": Decimal(100), "minimum_amount": 2_000}, [2_000, 0, 1_000]),
        # 9 are charged as 14, 19 as 21, 30 as 35.
        ({"increment": 7}, [21_000, 10_500, 21_000]),
        # 0.9, 1.9 and 3 won.
        ({"price": Decimal("0.1")}, [0, 1, 2]),
    ],
    ids=["plain", "free", "least amount", "passed", "steps", "parts of a won"],
)
def test_what_came_before_in_the_month_counts(terms: dict[str, Any], wanted: list[int]) -> None:
    good = replace(PALLET_DAY, **terms)
    found = parts(lot((1, 1)), good, [noon(10), noon(20)])
    assert [c.amount for c in found] == wanted
    assert sum(wanted) == sum(c.amount for c in parts(lot((1, 1)), good, []))
    assert objected(found) == []
    assert all(figures(c, KST).relief == 0 for c in found)


@given(
    moves=st.lists(st.tuples(st.integers(-20, 30), st.integers(1, 5)), min_size=1, max_size=4),
    cuts=st.sets(st.integers(1, 30 * 24 * 3600 - 1), max_size=3),
    price=st.decimals(0, 2_000, places=1),
    free=st.integers(0, 60),
    increment=st.integers(1, 20),
    least=st.integers(0, 30_000),
    discount=st.sampled_from([Decimal(0), Decimal(10), Decimal("33.3")]),
)
def test_stretches_come_to_the_month_to_the_won(
    *,
    moves: list[tuple[int, int]],
    cuts: set[int],
    price: Decimal,
    free: int,
    increment: int,
    least: int,
    discount: Decimal,
) -> None:
    good = replace(PALLET_DAY, price=price, free=free, increment=increment, minimum_amount=least)
    edges = [WHOLE.start + timedelta(seconds=cut) for cut in sorted(cuts)]
    one = lot(*moves)
    found, whole = (parts(one, good, e, discount=discount) for e in (edges, []))
    assert sum(c.amount for c in found) == sum(c.amount for c in whole)
    assert all(c.amount >= 0 for c in found)
    assert objected(found) == []
    for figure in ("quantity", "charged"):
        together = [
            sum(getattr(c.trace.sold, figure) for c in charges) for charges in (found, whole)
        ]
        assert together[0] == together[1]


def test_the_sentence_says_what_the_earlier_goods_came_to() -> None:
    good = replace(PALLET_DAY, price=Decimal(100), minimum_amount=2_000)
    _, line = parts(lot((1, 1)), good, [noon(10)])
    # 2,000 were charged at least for nine days; all thirty are 3,000.
    assert line.amount == 1_000
    said = sentences(line, KST)
    assert said.ko.endswith("11/10–11/30: 1×21) (이 달 앞선 9 ea 2,000원, 모두 3,000원)")
    assert said.en.endswith("(the month's 9 ea before: KRW 2,000, together KRW 3,000)")


def test_a_recount_sees_another_amount_after_earlier_goods() -> None:
    _, line = parts(lot((1, 1)), replace(PALLET_DAY, free=10), [noon(10)])
    wrong = replace(line, amount=line.amount - 1_500)
    assert objected([wrong]) == [f"line {line.key}: 28500 as issued, 30000 by its own trace"]


def test_a_line_without_earlier_goods_is_written_as_before() -> None:
    first, second = parts(lot((1, 1)), PALLET_DAY, [noon(10)])
    assert "earlier" not in plain(first)["trace"]
    assert first.trace.earlier is UNSET
    assert isinstance(second.trace.earlier, Earlier)
    assert from_document(Charge, plain(second)) == second
