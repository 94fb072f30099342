"""Allotting a transfer and drawing on a credit, for any amounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import Held, drawn, need_allotted, oldest_first
from gadong.core.domain.ids import StatementId, TransferId, new_id
from gadong.core.domain.problem import Invalid
from tests.support.billing.company_accounts import ITEMS, item

WON = st.integers(1, 50_000_000)


@given(ITEMS, WON)
def test_what_is_allotted_is_what_came_or_all_that_is_open(
    items: list[AccountItem], amount: int
) -> None:
    parts = oldest_first(items, amount)
    need_allotted(items, amount, parts)
    assert sum(parts.values()) == min(amount, sum(one.open for one in items))
    open_of = {one.statement_id: one.open for one in items}
    assert all(0 < part <= open_of[statement] for statement, part in parts.items())
    # Only the last one that gets anything is paid in part.
    left = [one.statement_id for one in items if parts.get(one.statement_id, 0) < one.open]
    assert not any(statement in parts for statement in left[1:])


def test_the_oldest_is_paid_first_whatever_is_larger() -> None:
    old, late = item(30_000, days_late=60), item(90_000, days_late=10)
    assert oldest_first([old, late], 50_000) == {
        old.statement_id: 30_000,
        late.statement_id: 20_000,
    }


@pytest.mark.parametrize(
    ("part", "right"), [(0, False), (1, True), (66_000, True), (66_001, False)]
)
def test_a_part_is_from_one_won_to_what_is_open(part: int, *, right: bool) -> None:
    one = item()
    if right:
        need_allotted([one], 66_000, {one.statement_id: part})
        return
    with pytest.raises(Invalid):
        need_allotted([one], 70_000, {one.statement_id: part})


def test_parts_are_of_the_firms_own_statements_and_no_more_than_came() -> None:
    one, other = item(), item()
    with pytest.raises(Invalid):
        need_allotted([one], 10, {StatementId(new_id()): 1})
    need_allotted([one, other], 3, {one.statement_id: 1, other.statement_id: 2})
    with pytest.raises(Invalid, match="More is allotted"):
        need_allotted([one, other], 2, {one.statement_id: 1, other.statement_id: 2})


@given(st.lists(st.integers(1, 1_000_000), max_size=5), WON)
def test_a_credit_is_drawn_in_order_and_never_beyond(rests: list[int], amount: int) -> None:
    held = [Held(transfer_id=TransferId(new_id()), rest=rest) for rest in rests]
    if amount > sum(rests):
        with pytest.raises(Invalid) as refused:
            drawn(held, amount)
        assert refused.value.figures["limit"] == sum(rests)
        return
    parts = drawn(held, amount)
    assert sum(part for _, part in parts) == amount
    assert [transfer for transfer, _ in parts] == [one.transfer_id for one in held][: len(parts)]
    with pytest.raises(Invalid):
        drawn(held, 0)
