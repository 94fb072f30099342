"""Stock at the end of each day, and the days that a statement charges."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.rating.storage_charges import storage_entry, stored
from gadong.billing.domain.rating.stretch import Stretch
from gadong.core.domain.period import Period
from gadong.stays.domain.lot import unit_days
from tests.support.stays.lots import DAYS, KST, LATER, NOVEMBER, WHOLE, lot


@pytest.mark.parametrize(
    ("moves", "wanted"),
    [
        ([(4, 4), (16, -4)], "11/04–11/15: 4×12"),
        ([(4, 4), (9, -2), (16, -2)], "11/04–11/15: 4×5 + 2×7"),
        # Open at the month's end: the 28th to the 30th.
        ([(28, 1)], "11/28–11/30: 1×3"),
        # There since October.
        ([(-9, 2), (2, -1)], "11/01–11/30: 2×1 + 1×29"),
        # Gone for two days in between.
        ([(1, 1), (2, -1), (4, 1), (5, -1)], "11/01–11/04: 1×1 + 1×1"),
        # Units that come and go on one day change nothing.
        ([(3, 1), (5, 3), (5, -3), (6, -1)], "11/03–11/05: 1×3"),
        ([(30, 1)], "11/30–11/30: 1×1"),
    ],
    ids=["whole", "parts", "open", "from before", "away", "same day", "last day"],
)
def test_the_line_says_units_times_days(moves: list[tuple[int, int]], wanted: str) -> None:
    one = lot(*moves)
    spans = stored(one, NOVEMBER, KST, now=LATER)
    entry = storage_entry(one, spans, KST)
    assert entry.note == f"냉장고 수삼, {wanted}"
    parts = wanted.split(": ")[1].split(" + ")
    assert entry.quantity == sum(int(a) * int(b) for a, b in (p.split("×") for p in parts))


@pytest.mark.parametrize(
    "moves",
    [[(-9, 2), (1, -2)], [(31, 1)], [(7, 1), (7, -1)]],
    ids=["gone before", "comes later", "gone by evening"],
)
def test_a_month_without_stock_at_any_days_end_costs_nothing(
    moves: list[tuple[int, int]],
) -> None:
    assert stored(lot(*moves), NOVEMBER, KST, now=LATER) == []


def test_what_was_taken_back_does_not_count() -> None:
    one = lot((4, 4), (9, -2), undone=1)
    assert (one.left, one.place) == (4, "A-3")
    assert [(s.units, s.days.count) for s in one.stock(DAYS)] == [(4, 27)]


def test_a_day_is_charged_when_it_is_over() -> None:
    one = lot((4, 1))
    midnight = datetime(2026, 11, 5, tzinfo=KST)
    assert stored(one, NOVEMBER, KST, now=midnight - timedelta(seconds=1)) == []
    assert unit_days(stored(one, NOVEMBER, KST, now=midnight)) == 1
    assert unit_days(stored(one, NOVEMBER, KST, now=midnight + timedelta(days=1))) == 2


@given(
    moves=st.lists(st.tuples(st.integers(-20, 45), st.integers(-5, 5)), min_size=1, max_size=8),
    cuts=st.sets(st.integers(1, 30 * 24 * 3600 - 1), max_size=3),
)
def test_each_days_end_is_charged_once_whatever_the_stretches(
    moves: list[tuple[int, int]], cuts: set[int]
) -> None:
    one = lot(*moves)
    edges = [WHOLE.start, *(WHOLE.start + timedelta(seconds=c) for c in sorted(cuts)), WHOLE.end]
    parts = [
        unit_days(stored(one, Stretch(Period(start, end), WHOLE), KST, now=LATER))
        for start, end in pairwise(edges)
    ]
    # A second reading: the stock of each evening, one by one.
    evenings = [sum(c for d, c in moves if d <= number) for number in range(1, 31)]
    assert sum(parts) == sum(evenings)
    assert unit_days(one.stock(DAYS)) == sum(evenings)
