"""A firm's credit pays what is issued to it by itself, where the firm asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.core.database import Pool, transaction
from gadong.core.domain.calendar import Month
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.billing.transfers import V1, Money, issued, money
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, nobody_may

__all__ = ["issued", "money"]  # pytest finds fixtures by their names here


def order(money: Money, *, is_automatic: bool, asked: str = "paper") -> int:
    """Say the firm's wish; return the status."""
    body = {"is_automatic": is_automatic, "asked": asked}
    return int(money.client.post(f"{money.path}/credit-orders", json=body).status_code)


def another(world: World) -> Statement:
    """Issue one more statement of 66,000 won, of the month before the other two."""
    month = Month.of(datetime.now(UTC), world.centre.zone).previous.previous.previous
    start = month.period(world.centre.zone).start + timedelta(days=3)
    world.booked(world.machine("mill-2"), world.companies[0], start, hours=2)
    who = world.manager
    drafted = statement_drafts.draft(
        world.pool,
        who,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=str(month),
    )
    statements.approve(world.pool, who, drafted.id)
    return statements.issue(world.pool, who, drafted.id, close_early=False, now=datetime.now(UTC))


def test_a_credit_pays_at_the_issue_where_the_firm_asked_and_not_otherwise(
    money: Money, world: World
) -> None:
    money.came(232_000)
    assert (money.open, money.account["held"]) == ([0, 0], 100_000)
    another(world)
    assert (sorted(money.open), money.account["held"]) == ([0, 0, 66_000], 100_000)
    assert order(money, is_automatic=True) == 201
    account = money.account
    assert (account["is_credit_automatic"], account["held"], money.open) == (
        True,
        34_000,
        [0, 0, 0],
    )
    assert verification.verify(world.pool, world.manager)[0].differences == ()


def test_a_statement_that_is_issued_later_is_paid_and_in_part_where_the_credit_ends(
    money: Money, world: World
) -> None:
    assert order(money, is_automatic=True, asked="telephone") == 201
    money.came(172_000)
    assert (money.open, money.account["held"]) == ([0, 0], 40_000)
    made = another(world)
    account = money.account
    assert (account["held"], account["owed"]) == (0, 26_000)
    entries = money.client.get(f"{V1}/statements/{made.id}/payments").json()["items"]
    assert [e["amount"] for e in entries] == [40_000]
    reverse = f"{V1}/payments/{entries[0]['id']}/reverse"
    assert money.client.post(reverse, json={"reason": "다른 달"}).status_code == 201
    assert money.account["held"] == 40_000, "it stays a credit until the next document"


def test_an_order_is_taken_back(money: Money, world: World) -> None:
    assert order(money, is_automatic=True) == 201
    assert order(money, is_automatic=False) == 201
    money.came(232_000)
    another(world)
    assert (money.account["is_credit_automatic"], money.account["held"]) == (False, 100_000)


def test_staff_say_how_the_firm_asked_and_a_member_says_nothing(
    money: Money, world: World, bearer: LogIn, client: TestClient
) -> None:
    assert order(money, is_automatic=True, asked="page") == 422
    assert order(money, is_automatic=True, asked="letter") == 422
    del client.headers["authorization"]
    world.member(world.companies[0])  # the first person of a firm owns it
    member = bearer(world.member(world.companies[0]))
    body = {"is_automatic": True, "asked": "page"}
    path = f"{money.path}/credit-orders"
    assert client.post(path, json=body, headers=member).status_code == 403
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    outsider = bearer(other.manager)
    assert client.post(path, json=body, headers=outsider).status_code == 404


def test_an_owner_says_it_on_the_page(
    world: World, visit: Visit, issued: list[Statement], pool: Pool
) -> None:
    assert issued
    firm = world.companies[0]
    member = world.member(firm)
    members.put_into(pool, OPERATOR, firm.id, member.person_id, is_owner=True)
    page = f"/receivables/{firm.id}"
    own = visit(member)
    assert "예치금으로 자동 납부하기" in text_of(own.get(page).text)
    sent = {"is_automatic": "true", "asked": "page"}
    assert own.post(f"{page}/credit-order", data=sent).status_code == 303
    assert "다시 담당자가 정하기" in text_of(own.get(page).text)


def test_the_database_refuses_an_order_by_who_owns_nothing_and_any_change(
    world: World, pool: Pool, money: Money
) -> None:
    assert order(money, is_automatic=True) == 201
    world.member(world.companies[0])  # the first person of a firm owns it
    member = world.member(world.companies[0])
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        transaction(pool, member.reach()) as tx,
    ):
        tx.execute(
            "insert into credit_orders values (gen_random_uuid(), %s, %s, true, 'page', %s, now())",
            [world.centre.id, world.companies[0].id, member.person_id],
        )
    nobody_may(pool, "update credit_orders set is_automatic = false")
