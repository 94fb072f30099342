"""A firm's account by the API and on the pages, for the centre and for the firm itself."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import payments, statement_drafts, statements
from gadong.billing.services.accounts import company_accounts
from gadong.core.domain.calendar import Month
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

V1 = "/api/v1"


@pytest.fixture
def issued(world: World) -> list[Statement]:
    """Two firms' statements of last month: 66,000 won each with its tax, due in a fortnight."""
    world.tariff(basis="booked")
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    start = month.period(world.centre.zone).start + timedelta(days=3)
    machine, made = world.machine("mill-1"), []
    for number in range(2):
        company = world.company()
        world.booked(machine, company, start + timedelta(hours=4 * number), hours=2)
        drafted = statement_drafts.draft(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=str(month)
        )
        statements.approve(world.pool, world.manager, drafted.id)
        made.append(
            statements.issue(
                world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
            )
        )
    return made


def pay(world: World, statement: Statement, amount: int) -> None:
    """A payment of today."""
    now = datetime.now(UTC)
    payments.record(
        world.pool,
        world.manager,
        statement.id,
        amount=amount,
        paid_on=now.astimezone(world.centre.zone).date(),
        note="",
        now=now,
    )


def test_a_firm_sees_its_own_account_and_no_others(
    world: World, client: TestClient, bearer: LogIn, issued: list[Statement]
) -> None:
    first, second = issued
    pay(world, first, 60_000)
    member = bearer(world.member(world.companies[0]))
    where = f"{V1}/centres/{world.centre.id}/companies"
    found = client.get(f"{where}/{first.company_id}/account", headers=member).json()
    assert (found["owed"], found["credit"], found["balance"]) == (6_000, 0, 6_000)
    assert found["by_age"]["not_due"] == 6_000
    (one,) = found["statements"]
    assert (one["number"], one["payable"], one["paid"], one["open"], one["age"]) == (
        first.number,
        66_000,
        60_000,
        6_000,
        "not_due",
    )
    assert client.get(f"{where}/{second.company_id}/account", headers=member).status_code == 404
    table = f"{V1}/centres/{world.centre.id}/receivables.csv"
    assert client.get(table, headers=member).status_code == 403
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    outsider = bearer(other.manager)
    for path in (f"{where}/{first.company_id}/account", table):
        assert client.get(path, headers=outsider).status_code == 404
    # Nor by the manager's own centre, which does not serve the firm.
    elsewhere = f"{V1}/centres/{other.centre.id}/companies/{first.company_id}/account"
    assert client.get(elsewhere, headers=outsider).status_code == 404


def test_debts_stand_in_the_column_of_their_age_and_add_up(
    world: World, client: TestClient, bearer: LogIn, issued: list[Statement]
) -> None:
    first, second = issued
    pay(world, first, 60_000)
    text = client.get(f"{V1}/centres/{world.centre.id}/receivables.csv", headers=bearer(None)).text
    head, *rows, last = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert head[-5:] == ["기한 전(원)", "1~30일(원)", "31~60일(원)", "61~90일(원)", "90일 초과(원)"]
    # The larger debt first; the last row is the sums.
    assert [(row[0], row[8], row[9]) for row in rows] == [
        (second.company_name, "66000", "66000"),
        (first.company_name, "6000", "6000"),
    ]
    assert (last[0], last[8], last[9]) == ("합계", "72000", "72000")
    later = datetime.now(UTC) + timedelta(days=14 + 45)
    aged = company_accounts.receivables_table(world.pool, world.manager, world.centre.id, now=later)
    assert aged[-1][-5:] == [0, 0, 72_000, 0, 0]
    assert {row[4] for row in aged[1:-1]} == {45}
    pay(world, first, 6_000)
    pay(world, second, 66_000)
    settled = company_accounts.of_centre(
        world.pool, world.manager, world.centre.id, now=datetime.now(UTC)
    )
    assert settled == []


def test_the_pages_show_debts_to_managers_and_its_account_to_the_firm(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    first, _ = issued
    pay(world, first, 60_000)
    boss = visit(None)
    assert 'href="/receivables"' in boss.get("/statements").text
    shown = text_of(boss.get("/receivables").text)
    for words in ("미수금 현황", first.company_name, "6,000원", "72,000원", "기한 전"):
        assert words in shown
    member = visit(world.member(world.companies[0]))
    path = f"/receivables/{first.company_id}"
    assert path in member.get("/statements").text
    own = text_of(member.get(path).text)
    for words in (str(first.number), "66,000원", "60,000원", "6,000원"):
        assert words in own
    assert member.get("/receivables").status_code == 403
    assert member.get(f"/receivables/{issued[1].company_id}").status_code == 404
