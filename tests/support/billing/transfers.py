"""A firm with two issued statements, and its account as its manager works with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.core.domain.calendar import Month
from tests.support.api_fixtures import LogIn
from tests.support.world import World

V1 = "/api/v1"


@pytest.fixture
def issued(world: World) -> list[Statement]:
    """One firm's statements of the last two months, the older first: 66,000 won each."""
    world.tariff(basis="booked")
    company, machine = world.company(), world.machine("mill-1")
    last = Month.of(datetime.now(UTC), world.centre.zone).previous
    made = []
    for month in (last.previous, last):
        start = month.period(world.centre.zone).start + timedelta(days=3)
        world.booked(machine, company, start, hours=2)
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


def today(world: World) -> str:
    """The centre's day."""
    day: date = datetime.now(UTC).astimezone(world.centre.zone).date()
    return day.isoformat()


class Money:
    """A firm's account as its manager works with it."""

    def __init__(self, client: TestClient, world: World) -> None:
        self.client, self.day = client, today(world)
        self.path = f"{V1}/centres/{world.centre.id}/companies/{world.companies[0].id}"

    def came(self, amount: int, *, status: int = 201, **more: Any) -> Any:
        body = {"amount": amount, "paid_on": self.day, "note": "계좌이체", **more}
        answer = self.client.post(f"{self.path}/transfers", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def off(self, statement: Statement, amount: int) -> int:
        path = f"{V1}/statements/{statement.id}/set-offs"
        return self.client.post(path, json={"amount": amount}).status_code

    def back(self, amount: int, *, note: str = "기업은행 123") -> int:
        body = {"amount": amount, "paid_on": self.day, "note": note}
        return self.client.post(f"{self.path}/refunds", json=body).status_code

    def undo(self, transfer: str) -> int:
        path = f"{V1}/transfers/{transfer}/reverse"
        return self.client.post(path, json={"reason": "착오"}).status_code

    @property
    def account(self) -> Any:
        return self.client.get(f"{self.path}/account").json()

    @property
    def open(self) -> list[int]:
        return [one["open"] for one in self.account["statements"]]


@pytest.fixture
def money(world: World, issued: list[Statement], client: TestClient, bearer: LogIn) -> Money:
    """The firm's account before anything came."""
    assert len(issued) == 2
    client.headers.update(bearer(None))
    return Money(client, world)
