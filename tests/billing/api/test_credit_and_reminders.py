"""A firm's credit counts where it is reminded, and where it may book nothing new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import payments
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.store import payment_standing
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.store import outbox
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.transfers import V1, Money, issued, money
from tests.support.world import World

__all__ = ["issued", "money"]  # pytest finds fixtures by their names here


def reminded(world: World, days: int) -> list[str]:
    """Return the numbers of the statements of which the firm is reminded after so many days."""
    with transaction(world.pool, SYSTEM) as tx:
        payments.remind(tx, world.centre, now=datetime.now(UTC) + timedelta(days=days))
        events = outbox.due_events(tx, 100)
    return [str(e.data["number"]) for e in events if e.kind == "statement.overdue"]


def test_a_second_reminder_is_on_a_later_day_than_the_first(
    world: World, issued: list[Statement]
) -> None:
    level = Level(centre=world.centre.id)
    now = datetime.now(UTC)
    values = {"payment_days": 14, "overdue_warn_days": 10, "overdue_again_days": 20}
    rulebook.change(world.pool, world.manager, level, values, effective_from=BEGINNING, now=now)

    def told(days: int) -> list[int]:
        with transaction(world.pool, SYSTEM) as tx:
            payments.remind(tx, world.centre, now=now + timedelta(days=days))
            kinds = [e.kind for e in outbox.due_events(tx, 100)]
        return [kinds.count(f"statement.{kind}") for kind in ("overdue", "overdue_again")]

    assert issued[0].due_on
    due = (issued[0].due_on - now.astimezone(world.centre.zone).date()).days
    assert [told(due + days) for days in (9, 10, 19, 20, 21)] == (
        [[0, 0], [2, 0], [2, 0], [2, 2], [2, 2]]
    )


def test_a_late_first_reminder_is_not_followed_on_the_same_day(
    world: World, issued: list[Statement]
) -> None:
    level = Level(centre=world.centre.id)
    now = datetime.now(UTC)
    values = {"overdue_warn_days": 10, "overdue_again_days": 20}
    rulebook.change(world.pool, world.manager, level, values, effective_from=BEGINNING, now=now)
    told = []
    for days in (100, 101, 102):
        with transaction(world.pool, SYSTEM) as tx:
            told.append(payments.remind(tx, world.centre, now=now + timedelta(days=days)))
    assert told == [2, 2, 0]


def held(money: Money, statement: Statement, amount: int) -> None:
    """Enter a transfer of which nothing pays a statement."""
    money.came(amount, to=[{"statement": str(statement.id), "amount": 1}])
    path = f"{V1}/statements/{statement.id}/payments"
    (payment,) = money.client.get(path).json()["items"]
    answer = money.client.post(f"{V1}/payments/{payment['id']}/reverse", json={"reason": "보관"})
    assert (answer.status_code, money.account["held"]) == (201, amount)


@pytest.mark.parametrize(
    ("credit", "covered"), [(65_999, 0), (66_000, 1), (131_999, 1), (132_000, 2)]
)
def test_what_a_credit_covers_is_neither_reminded_of_nor_stops_bookings(
    credit: int, covered: int, world: World, issued: list[Statement], money: Money
) -> None:
    held(money, issued[0], credit)
    # Of statements that are due on one day the earlier month is the older.
    left = issued[covered:]
    assert reminded(world, 100) == [s.number for s in left]
    with transaction(world.pool, SYSTEM) as tx:
        due = payment_standing.oldest_due(tx, world.centre.id, issued[0].company_id)
    assert due == (left[0].due_on if left else None)
    # Once it is paid back, the rest is reminded of, each statement once.
    assert money.back(credit) == 204
    assert reminded(world, 101) == [s.number for s in [*left, *issued[:covered]]]
