"""Payments: entered, reversed, reminded of, and required before new bookings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import PaymentState, StatementAccount
from gadong.billing.services import payments, statement_drafts, statements
from gadong.billing.services.prices import quotes
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.store import payment_standing
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.store import outbox
from gadong.machines.services import machines
from gadong.machines.services.machines import BEGINNING
from tests.support.api_fixtures import LogIn
from tests.support.world import World, nobody_may


@pytest.fixture
def issued(world: World) -> Statement:
    """Last month's statement of two hours at 30,000 won: 66,000 with its tax,
    due in a fortnight.
    """
    world.tariff(basis="booked")
    company = world.company()
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    start = month.period(world.centre.zone).start + timedelta(days=3)
    world.booked(world.machine("mill-1"), company, start, hours=2)
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=str(month)
    )
    statements.approve(world.pool, world.manager, drafted.id)
    return statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )


def today(world: World) -> date:
    """The centre's day."""
    return datetime.now(UTC).astimezone(world.centre.zone).date()


def paid(client: TestClient, statement: Statement, amount: int, on: date) -> Any:
    """Enter a payment."""
    return client.post(
        f"/api/v1/statements/{statement.id}/payments",
        json={"amount": amount, "paid_on": on.isoformat(), "note": "계좌이체"},
    )


def test_a_statement_is_paid_in_parts_and_a_wrong_entry_is_taken_back(
    world: World, client: TestClient, bearer: LogIn, issued: Statement
) -> None:
    client.headers.update(bearer(None))
    where = f"/api/v1/statements/{issued.id}"
    found = client.get(where).json()
    assert (found["total"], found["outstanding"], found["payment"]) == (66_000, 66_000, "open")
    assert found["due_on"] == (today(world) + timedelta(days=14)).isoformat()
    wrong = paid(client, issued, 60_000, today(world)).json()
    assert client.get(where).json()["payment"] == "part_paid"
    refused = paid(client, issued, 6_001, today(world))
    assert (refused.status_code, refused.json()["limit"]) == (422, 6_000)
    answer = client.post(
        f"/api/v1/payments/{wrong['id']}/reverse", json={"reason": "다른 회사의 입금"}
    )
    undone = answer.json()
    listed = client.get(answer.headers["location"]).json()["items"]
    assert undone["id"] in {entry["id"] for entry in listed}
    assert (undone["amount"], undone["reverses"]) == (-60_000, wrong["id"])
    again = client.post(f"/api/v1/payments/{wrong['id']}/reverse", json={"reason": "다시"})
    assert again.status_code == 409
    assert paid(client, issued, 66_000, today(world) + timedelta(days=1)).status_code == 422
    assert paid(client, issued, 66_000, today(world)).status_code == 201
    found = client.get(where).json()
    assert (found["outstanding"], found["payment"]) == (0, "paid")
    entries = client.get(f"{where}/payments").json()["items"]
    assert [e["amount"] for e in entries] == [60_000, -60_000, 66_000]
    assert client.get("/api/v1/statements").json()["items"][0]["payment"] == "paid"


def test_its_company_sees_what_was_paid_and_enters_nothing(
    world: World, client: TestClient, bearer: LogIn, issued: Statement
) -> None:
    client.headers.update(bearer(world.member(world.companies[0])))
    assert client.get(f"/api/v1/statements/{issued.id}/payments").json()["items"] == []
    assert paid(client, issued, 1_000, today(world)).status_code == 404


def test_what_is_overdue_is_told_once_and_stops_new_bookings_until_it_is_paid(
    world: World, client: TestClient, bearer: LogIn, issued: Statement
) -> None:
    pool, centre, now = world.pool, world.centre, datetime.now(UTC)
    machine, member = world.machine("mill-2"), world.member(world.companies[0])
    later = {"payment_days": 0, "overdue_warn_days": 30, "overdue_stop_days": 90}
    level = Level(centre=centre.id)
    rulebook.change(pool, world.manager, level, later, effective_from=BEGINNING, now=now)
    told = []
    for days in (40, 50, 100, 120):
        with transaction(pool, SYSTEM) as tx:
            told.append(payments.remind(tx, centre, now=now + timedelta(days=days)))
    assert told == [0, 1, 0, 0]
    with transaction(pool, SYSTEM) as tx:
        (letter,) = (x for x in outbox.due_events(tx, 100) if x.kind == "statement.overdue")
    assert letter.data["number"] == issued.number

    def asked(who: Caller, after: timedelta) -> set[str]:
        start = (now + after).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
        return in_the_way(world, who, machine.slug, start, now + after)

    assert "booking.overdue" not in asked(member, timedelta(days=14 + 89))
    assert "booking.overdue" in asked(member, timedelta(days=14 + 92))
    client.headers.update(bearer(None))
    assert paid(client, issued, 66_000, today(world)).status_code == 201
    assert "booking.overdue" not in asked(member, timedelta(days=14 + 92))


def in_the_way(world: World, who: Caller, slug: str, start: datetime, now: datetime) -> set[str]:
    """Return the codes of a quote's problems at an instant."""
    machine = machines.find(world.pool, who, slug)
    wanted = Request(
        machine=machine,
        company=world.companies[0].id,
        period=Period(start, start + timedelta(hours=1)),
    )
    return {p.code for p in quotes.quote(world.pool, who, wanted, now=now).problems}


@pytest.mark.parametrize("change", ["delete from payments", "update payments set amount = 1"])
def test_what_was_paid_is_never_rewritten(change: str, world: World, issued: Statement) -> None:
    payments.record(
        world.pool,
        world.manager,
        issued.id,
        amount=1_000,
        paid_on=today(world),
        note="",
        now=datetime.now(UTC),
    )
    nobody_may(world.pool, change)


def test_what_nobody_expects_any_more_is_written_off_with_its_reason_and_taken_back(
    world: World, client: TestClient, bearer: LogIn, issued: Statement
) -> None:
    client.headers.update(bearer(None))
    where = f"/api/v1/statements/{issued.id}"
    assert paid(client, issued, 6_000, today(world)).status_code == 201
    given_up = {"amount": 60_000, "paid_on": today(world).isoformat(), "is_written_off": True}
    refused = client.post(f"{where}/payments", json=given_up)
    assert (refused.status_code, refused.json()["field"]) == (422, "note")
    made = client.post(f"{where}/payments", json={**given_up, "note": "폐업"})
    assert (made.status_code, made.json()["is_written_off"]) == (201, True)
    found = client.get(where).json()
    assert (found["outstanding"], found["payment"]) == (0, "written_off")
    # It stops nobody from booking any more, and the report tells it from what came.
    with transaction(world.pool, SYSTEM) as tx:
        assert payment_standing.oldest_due(tx, world.centre.id, issued.company_id) is None
    params = {"centre": str(world.centre.id), "month": issued.month}
    income = client.get("/api/v1/reports/utilisation", params=params).json()["income"]
    assert (income["outstanding"], income["written_off"]) == (0, 60_000)
    void = client.post(f"{where}/void", json={"reason": "잘못 발행"})
    assert void.status_code == 409
    undone = client.post(
        f"/api/v1/payments/{made.json()['id']}/reverse", json={"reason": "일부 회수"}
    )
    assert (undone.json()["amount"], undone.json()["is_written_off"]) == (-60_000, True)
    found = client.get(where).json()
    assert (found["outstanding"], found["payment"]) == (60_000, "part_paid")


@pytest.mark.parametrize(
    ("total", "amount", "day", "state"),
    [
        (0, 0, 20, PaymentState.PAID),
        (-500, 0, 20, PaymentState.PAID),
        (1000, 0, 10, PaymentState.OPEN),
        (1000, 400, 10, PaymentState.PART_PAID),
        (1000, 400, 11, PaymentState.OVERDUE),
        (1000, 1000, 11, PaymentState.PAID),
    ],
)
def test_where_the_money_stands(total: int, amount: int, day: int, state: PaymentState) -> None:
    account = StatementAccount(total=total, paid=amount, due_on=date(2026, 12, 10))
    assert account.state(date(2026, 12, day)) is state
