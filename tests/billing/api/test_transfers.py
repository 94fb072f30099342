"""A firm's transfers: over several statements, held, set off, refunded, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from gadong.billing.domain.kept_statement import Statement
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api_fixtures import LogIn
from tests.support.billing.transfers import V1, Money, issued, money, today
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, nobody_may

__all__ = ["issued", "money"]  # pytest finds fixtures by their names here


def need_laws(pool: Pool) -> None:
    """Assert that no more is allotted and refunded than came, transfer by transfer."""
    with transaction(pool, SYSTEM) as tx:
        sums = many(
            tx,
            "select (select coalesce(sum(amount), 0) from transfers) as came,"
            " (select coalesce(sum(amount), 0) from payments"
            " where transfer_id is not null) as paid,"
            " (select min(rest) from (select sum(amount) - coalesce((select sum(amount)"
            " from payments where transfer_id = t.root_id), 0) as rest from transfers t"
            " group by root_id) r) as least",
        )[0]
    assert sums["came"] >= sums["paid"] >= 0
    assert (sums["least"] or 0) >= 0


def test_one_transfer_pays_several_statements_the_oldest_first(
    money: Money, issued: list[Statement], pool: Pool
) -> None:
    money.came(100_000)
    assert money.open == [0, 32_000]
    paid = [
        sum(
            p["amount"]
            for p in money.client.get(f"{V1}/statements/{s.id}/payments").json()["items"]
        )
        for s in issued
    ]
    assert (paid, sum(paid), money.account["held"]) == ([66_000, 34_000], 100_000, 0)
    need_laws(pool)


def test_parts_are_allotted_as_said_and_the_rest_is_a_credit(
    money: Money, issued: list[Statement], pool: Pool
) -> None:
    later = {"statement": str(issued[1].id), "amount": 66_000}
    money.came(70_000, to=[later])
    assert (money.open, money.account["held"], money.account["balance"]) == (
        [66_000, 0],
        4_000,
        62_000,
    )
    assert money.came(70_000, to=[later], status=422)["field"] == "to"
    earlier = {"statement": str(issued[0].id), "amount": 60_000}
    assert money.came(59_999, to=[earlier], status=422)["field"] == "to"
    need_laws(pool)


def test_a_statement_that_is_named_twice_gets_the_sum(
    money: Money, issued: list[Statement], pool: Pool
) -> None:
    both = [{"statement": str(issued[1].id), "amount": won} for won in (10_000, 20_000)]
    assert money.came(29_999, to=both, status=422)["field"] == "to"
    money.came(30_000, to=both)
    assert (money.open, money.account["held"]) == ([66_000, 36_000], 0)
    need_laws(pool)


def test_a_program_that_knows_no_transfers_takes_a_payment_back_into_the_credit(
    money: Money, pool: Pool
) -> None:
    money.came(66_000)
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into payments (id, centre_id, statement_id, amount, paid_on, note, reverses,"
            " recorded_by, recorded_at) select gen_random_uuid(), centre_id, statement_id, -amount,"
            " paid_on, '', id, recorded_by, now() from payments"
        )
    assert (money.open, money.account["held"]) == ([66_000, 66_000], 66_000)
    need_laws(pool)


def test_an_overpayment_is_held_set_off_and_refunded(
    money: Money, issued: list[Statement], pool: Pool, world: World
) -> None:
    money.came(150_000, to=[{"statement": str(issued[0].id), "amount": 66_000}])
    assert money.account["held"] == 84_000
    assert [money.off(issued[1], won) for won in (66_001, 50_000, 16_001, 16_000)] == [
        422,
        204,
        422,
        204,
    ]
    account = money.account
    assert (money.open, account["held"], account["balance"]) == ([0, 0], 18_000, -18_000)
    assert [money.back(won) for won in (18_001, 10_000, 8_001, 8_000, 1)] == [
        422,
        204,
        422,
        204,
        422,
    ]
    assert (money.account["held"], money.back(1, note=" ")) == (0, 422)
    need_laws(pool)
    future = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    assert money.came(1, paid_on=future, status=422)["field"] == "paid_on"
    nobody_may(pool, "update transfers set amount = 1")
    nobody_may(pool, "delete from transfers")


def test_a_transfer_is_taken_back_with_its_payments_and_its_refund_first(
    money: Money, pool: Pool
) -> None:
    sent = money.came(150_000)["id"]
    assert (money.open, money.account["held"]) == ([0, 0], 18_000)
    assert money.back(18_000) == 204
    refund = next(t["id"] for t in money.account["transfers"] if t["is_refund"])
    assert money.undo(sent) == 409, "a part of it was paid back"
    assert (money.undo(refund), money.undo(refund)) == (201, 409)
    assert money.account["held"] == 18_000
    assert (money.undo(sent), money.undo(sent)) == (201, 409)
    account = money.account
    assert (money.open, account["held"], account["owed"]) == ([66_000, 66_000], 0, 132_000)
    assert sorted(t["amount"] for t in account["transfers"]) == [-150_000, -18_000, 18_000, 150_000]
    need_laws(pool)


def test_a_payment_that_is_taken_back_becomes_a_credit_again(
    money: Money, issued: list[Statement], pool: Pool
) -> None:
    money.came(66_000)
    path = f"{V1}/statements/{issued[0].id}/payments"
    (payment,) = money.client.get(path).json()["items"]
    reverse = f"{V1}/payments/{payment['id']}/reverse"
    assert money.client.post(reverse, json={"reason": "다른 달"}).status_code == 201
    assert (money.open, money.account["held"]) == ([66_000, 66_000], 66_000)
    assert money.off(issued[1], 66_000) == 204
    assert money.open == [66_000, 0]
    need_laws(pool)


def test_the_database_refuses_more_than_came_and_another_firms_statement(
    money: Money, issued: list[Statement], pool: Pool, world: World
) -> None:
    sent = money.came(10, to=[{"statement": str(issued[0].id), "amount": 10}])["id"]
    insert = (
        "insert into payments (id, centre_id, statement_id, amount, paid_on, note, recorded_by,"
        " recorded_at, transfer_id) select gen_random_uuid(), centre_id, %s, 1, current_date, '',"
        " recorded_by, now(), %s from transfers where id = %s"
    )
    with pytest.raises(psycopg.errors.CheckViolation) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(insert, [issued[0].id, sent, sent])
    assert refused.value.diag.constraint_name == "transfers_not_overspent"
    other = f"{V1}/centres/{world.centre.id}/companies/{world.company().id}/transfers"
    body = {"amount": 5, "paid_on": money.day}
    theirs = money.client.post(other, json=body).json()["id"]
    with pytest.raises(psycopg.errors.CheckViolation), transaction(pool, SYSTEM) as tx:
        tx.execute(insert, [issued[0].id, theirs, theirs])
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        transaction(pool, world.member(world.companies[0]).reach()) as tx,
    ):
        tx.execute(
            "insert into transfers select gen_random_uuid(), centre_id, company_id, root_id, 5,"
            " false, paid_on, '', null, recorded_by, now() from transfers limit 1"
        )


def test_the_firm_sees_its_money_and_enters_none_and_outsiders_neither(
    money: Money, world: World, bearer: LogIn, issued: list[Statement]
) -> None:
    sent = money.came(70_000)["id"]
    client, body = money.client, {"amount": 1, "paid_on": money.day, "note": "x"}
    del client.headers["authorization"]
    member = bearer(world.member(world.companies[0]))
    found = client.get(f"{money.path}/account", headers=member).json()
    assert [t["amount"] for t in found["transfers"]] == [70_000]
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    outsider = bearer(other.manager)
    tries: list[tuple[str, dict[str, Any]]] = [
        (f"{money.path}/transfers", body),
        (f"{money.path}/refunds", body),
        (f"{V1}/statements/{issued[1].id}/set-offs", {"amount": 1}),
        (f"{V1}/transfers/{sent}/reverse", {"reason": "x"}),
    ]
    for path, sent_body in tries:
        assert client.post(path, json=sent_body, headers=member).status_code in {403, 404}, path
        assert client.post(path, json=sent_body, headers=outsider).status_code == 404, path


def test_the_page_enters_money_sets_off_refunds_and_takes_back(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    boss, page = visit(None), f"/receivables/{world.companies[0].id}"
    form = {
        "amount": "140000",
        "paid_on": today(world),
        "statement": [str(s.id) for s in issued],
        "part": ["66000", ""],
    }
    assert boss.post(f"{page}/transfers", data=form).status_code == 303
    shown = text_of(boss.get(page).text)
    for words in ("예치금", "74,000원", "입금"):
        assert words in shown
    wrong = boss.post(f"{page}/transfers", data={**form, "part": ["", "많이"]})
    assert (wrong.status_code, "원 단위 숫자로" in wrong.text) == (409, True)
    endless = boss.post(f"{page}/transfers", data={**form, "part": ["", "9" * 5_000]})
    assert (endless.status_code, "원 단위 숫자로" in endless.text) == (409, True)
    set_off = {"statement": str(issued[1].id), "amount": "66000"}
    assert boss.post(f"{page}/set-off", data=set_off).status_code == 303
    refused = boss.post(f"{page}/set-off", data=set_off)
    assert (refused.status_code, "예치금은 8,000원" in text_of(refused.text)) == (409, True)
    back = {"amount": "8000", "paid_on": today(world), "note": "기업은행"}
    assert boss.post(f"{page}/refunds", data=back).status_code == 303
    own = visit(world.member(world.companies[0])).get(page)
    assert "환급" in text_of(own.text)
    assert f"{page}/refunds" not in own.text
