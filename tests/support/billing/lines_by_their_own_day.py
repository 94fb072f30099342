"""A month of use by companies under a published tariff, drafted and issued through the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion, machines
from tests.support.metering.metering import message
from tests.support.world import World

API = "/api/v1"


EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


MILL = {"kind": "mill", "rate_per_hour": "30000", "basis": "actual_run"}


def published(world: World, client: TestClient, *items: dict[str, Any], **tariff: Any) -> None:
    """Put a tariff in force, from the beginning of the year unless named."""
    document = {"effective_from": "2026-01-01", "items": list(items) or [MILL], **tariff}
    made = client.post(f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": document})
    assert made.status_code == 201, made.text
    done = client.post(f"{API}/tariffs/{made.json()['id']}/publish")
    assert done.status_code == 200, done.text


def month_of(world: World) -> Month:
    """Last month."""
    return Month.of(datetime.now(UTC), world.centre.zone).previous


def at(world: World, day: int, hour: float = 10) -> datetime:
    """An hour of a day of last month, on the centre's clock."""
    month = month_of(world)
    midnight = datetime(month.year, month.number, day, tzinfo=world.centre.zone)
    return midnight.astimezone(UTC) + timedelta(hours=hour)


def used(
    world: World, machine: Machine, start: datetime, hours: float = 2, company: int = 0
) -> None:
    """A booking of a company whose machine ran through it, by its own signals."""
    world.booked(machine, world.companies[company], start, hours=hours)
    bound = machines.sources(world.pool, world.manager, machine)
    source = bound[0] if bound else world.source(machine)
    words = [(-10, "idle"), (0, "running"), (60 * hours, "idle")]
    said = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in words
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])


def drafted(world: World, company: int = 0, month: str = "") -> Statement:
    """A company's month as it stands."""
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[company].id,
        month=month or str(month_of(world)),
    )


def issued(world: World, company: int = 0) -> Statement:
    """A company's month, issued."""
    made = drafted(world, company)
    statements.approve(world.pool, world.manager, made.id, accept=["statement.proof_expired"])
    return statements.issue(
        world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC)
    )


def sums(statement: Statement) -> dict[str, Any]:
    """Return a statement's totals."""
    found: dict[str, Any] = statement.document["totals"]
    return found


def amounts(statement: Statement) -> list[int]:
    """The amounts of its lines."""
    return [line["charge"]["amount"] for line in statement.document["lines"]]


def proved(
    world: World, client: TestClient, name: str, since: str, until: str | None = None
) -> None:
    """The first company proves something for a time."""
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/extras"
    body = {"name": name, "since": since, "until": until, "proof": "협약서"}
    assert client.post(where, json=body).status_code == 204


def own_line(
    world: World,
    client: TestClient,
    amount: int,
    day: int = 12,
    company: int = 0,
    tax_type: str = "taxable_10",
) -> None:
    """A manager's own line."""
    body = {
        "centre": str(world.centre.id),
        "company": str(world.companies[company].id),
        "at": at(world, day, 15).isoformat(),
        "amount": amount,
        "tax_type": tax_type,
        "reason": "조정",
    }
    assert client.post(f"{API}/lines", json=body).status_code == 201


def programme(pct: int, **more: Any) -> dict[str, Any]:
    """A programme of the province."""
    return {"name": "바우처", "payer": "경남", "pct": str(pct), "monthly_cap": 1_000_000, **more}


def day_text(world: World, day: int) -> str:
    """A day of last month as it is written."""
    month = month_of(world)
    return date(month.year, month.number, day).isoformat()


@pytest.fixture
def mill(world: World) -> Machine:
    """A mill, and two companies."""
    world.company()
    world.company()
    return world.machine("mill-1")
