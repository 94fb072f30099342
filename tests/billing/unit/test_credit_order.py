"""Setting a credit off by itself: the oldest debt first, from the oldest rest, and no won more."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.credit_order import SetOffPart, automatic
from gadong.billing.domain.accounts.transfer import Held, need_allotted
from gadong.core.domain.ids import StatementId, TransferId, new_id
from tests.support.billing.company_accounts import ITEMS, item


def held(*rests: int) -> list[Held]:
    return [Held(transfer_id=TransferId(new_id()), rest=rest) for rest in rests]


def test_the_oldest_debt_is_paid_from_the_oldest_rest() -> None:
    items, rests = [item(30_000, days_late=60), item(20_000), item(5_000)], held(10_000, 35_000)
    first, second = (one.transfer_id for one in rests)
    assert automatic(items, rests) == [
        SetOffPart(first, items[0].statement_id, 10_000),
        SetOffPart(second, items[0].statement_id, 20_000),
        SetOffPart(second, items[1].statement_id, 15_000),
    ]


def test_nothing_is_set_off_without_a_debt_or_without_a_credit() -> None:
    assert automatic([], held(10)) == []
    assert automatic([item(10, paid=10)], held(10)) == []
    assert automatic([item(10)], []) == []


@given(ITEMS, st.lists(st.integers(1, 5_000_000), max_size=5))
def test_what_is_set_off_is_the_credit_or_all_that_is_owed(
    items: list[AccountItem], rests: list[int]
) -> None:
    credit = held(*rests)
    parts = automatic(items, credit)
    owed = sum(one.open for one in items)
    assert sum(part.amount for part in parts) == min(owed, sum(rests))
    drawn: Counter[TransferId] = Counter()
    for part in parts:
        assert part.amount > 0
        drawn[part.transfer_id] += part.amount
    assert all(drawn[one.transfer_id] <= one.rest for one in credit)
    need_allotted(items, owed + sum(rests), _by_statement(parts))


def _by_statement(parts: list[SetOffPart]) -> Counter[StatementId]:
    found: Counter[StatementId] = Counter()
    for part in parts:
        found[part.statement_id] += part.amount
    return found
