"""A payer's part of each line: exact sums, whatever limits and signs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.claims.payer_lines import PayerLine, changed_lines, spread
from gadong.billing.domain.claims.programme_claim import (
    PayerReading,
    need_range,
    unclaimed,
)
from gadong.core.domain.problem import Invalid

DAY = date(2026, 11, 2)


def line(amount: int, supply: int = 100) -> PayerLine:
    return PayerLine(
        day=DAY,
        machine_name="밀링",
        label_ko="가공료",
        label_en="Processing",
        pct=Decimal(50),
        supply=supply,
        amount=amount,
    )


def reading(part: str, **lines: int) -> PayerReading:
    return PayerReading(
        part=part,
        number=f"m-202611-0001{part}",
        issued_on=DAY,
        lines={("m", key): line(amount) for key, amount in lines.items()},
    )


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (10, [1, 1, 1], [3, 3, 4]),
        (50, [-100, 200], [-50, 100]),
        (0, [5, 6], [0, 0]),
        (7, [100], [7]),
        (30_000, [60_000, -15_000, 15_000], [30_000, -7_500, 7_500]),
    ],
)
def test_won_are_spread_pro_rata(amount: int, weights: list[int], parts: list[int]) -> None:
    assert spread(amount, weights) == parts


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
)
def test_the_parts_add_up(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < 1 + 1e-6 * abs(part)


def test_a_difference_has_what_changed_and_what_is_gone() -> None:
    was = {("m", "a"): line(10), ("m", "b"): line(20), ("m", "c"): line(5)}
    now = {("m", "a"): line(15, 130), ("m", "b"): line(20, 90), ("m", "d"): line(1)}
    found = changed_lines(was, now)
    assert [(x.supply, x.amount) for x in found] == [(30, 5), (100, 1), (-100, -5)]


FIRST, SECOND = reading("", a=100, b=50), reading("C01", a=60, b=50)


@pytest.mark.parametrize(
    ("claimed", "voided", "parts"),
    [
        ((), None, [("", 150), ("C01", -40)]),
        (("",), None, [("C01", -40)]),
        (("", "C01"), None, []),
        # A void takes back all that stands; before any claim there is nothing to take back.
        ((), DAY, []),
        (("",), DAY, [("C01", -40), ("V", -110)]),
        (("", "C01"), DAY, [("V", -110)]),
        (("", "C01", "V"), DAY, []),
    ],
)
def test_each_document_is_claimed_once(
    claimed: tuple[str, ...], voided: date | None, parts: list[tuple[str, int]]
) -> None:
    found = unclaimed([FIRST, SECOND], claimed, voided_on=voided)
    assert [(r.part, sum(x.amount for x in lines)) for r, lines in found] == parts


def test_a_correction_of_names_alone_is_on_no_claim() -> None:
    found = unclaimed([FIRST, reading("C01", a=100, b=50)], (), voided_on=None)
    assert [r.part for r, _ in found] == [""]


@pytest.mark.parametrize("months", [("2026-12", "2026-11"), ("2026-13", "2026-13"), ("", "x")])
def test_a_range_is_of_months_in_order(months: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        need_range(*months)
    need_range("2026-11", "2026-11")
    need_range("2025-12", "2026-01")
