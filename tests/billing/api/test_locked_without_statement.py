"""A month is locked when everybody who used something has a statement.

Later sales need one to be charged on.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts, statements
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services import ingestion, observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    issued,
    mill,
    month_of,
    published,
    used,
)
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["mill"]


def locked(world: World, client: TestClient, step: str = "lock", month: Month | None = None) -> Any:
    """Lock or unlock a month, last month unless named."""
    where = f"{API}/centres/{world.centre.id}/months/{month or month_of(world)}/{step}"
    return client.post(where, json={"reason": "마감"})


def refused(answer: Any) -> list[tuple[str, Any]]:
    """Return the codes and figures of the broken rules."""
    assert answer.status_code == 422, answer.text
    return [(p["code"], p["actual"]) for p in answer.json()["problems"]]


def sold(world: World, client: TestClient, company: int) -> Any:
    """A manager's own line on a company's last month."""
    body = {
        "centre": str(world.centre.id),
        "company": str(world.companies[company].id),
        "at": at(world, 12, 15).isoformat(),
        "amount": 5_000,
        "reason": "배송",
    }
    return client.post(f"{API}/lines", json=body)


def test_a_month_is_not_locked_over_use_that_nobody_was_charged_for(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12), company=1)
    issued(world)
    other = world.companies[1].name
    assert refused(locked(world, manager)) == [("month.unstated", other)]
    theirs = issued(world, 1)
    # A void statement leaves its month without one.
    statement = f"{API}/statements/{theirs.id}"
    assert manager.post(f"{statement}/void", json={"reason": "회사명 오류"}).status_code == 204
    assert refused(locked(world, manager)) == [("month.unstated", other)]
    issued(world, 1)
    assert locked(world, manager).status_code == 200


def test_a_sale_in_a_locked_month_needs_a_statement_that_it_can_correct(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    mine = issued(world)
    assert locked(world, manager).status_code == 200
    assert sold(world, manager, 0).status_code == 201
    found = manager.get(f"{API}/statements/{mine.id}/difference").json()
    assert found["difference"] == 5_500
    month = str(month_of(world))
    assert refused(sold(world, manager, 1)) == [("month.locked_unstated", month)]
    assert locked(world, manager, "unlock").status_code == 200
    assert sold(world, manager, 1).status_code == 201
    assert refused(locked(world, manager)) == [("month.unstated", world.companies[1].name)]
    made = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[1].id,
        month=month,
    )
    assert made.document["totals"]["total"] == 5_500


def unstated(world: World, client: TestClient, month: Month) -> list[tuple[str, int, int]]:
    """Return the use of a month that no statement charges: company, lines and total."""
    answer = client.get(f"{API}/centres/{world.centre.id}/months/{month}")
    assert answer.status_code == 200, answer.text
    assert all(
        x["code"] == "month.late_use" and "마감을 풀고" in x["ko"]
        for x in answer.json()["unstated"]
    )
    return [(x["company_name"], x["lines"], x["total"]) for x in answer.json()["unstated"]]


def heard(world: World, machine: Machine, start: datetime, *words: tuple[int, str]) -> None:
    """A machine's own words, in minutes from the instant."""
    source = world.source(machine)
    said = [
        message(source, start + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in words
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])


def test_late_signals_of_a_locked_month_are_shown_until_a_statement_charges_them(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    # The company's first booking begins with last month, and it came ten minutes before.
    month = month_of(world).previous
    edge = month_of(world).period(world.centre.zone).start
    world.booked(mill, world.companies[0], edge)
    # Of it no signal speaks yet, which last month asks about and the one before does not.
    assert locked(world, manager, month=month).status_code == 200
    assert unstated(world, manager, month) == []
    heard(world, mill, edge, (-20, "idle"), (-10, "running"), (50, "idle"))
    name = world.companies[0].name
    # Of the hour ten minutes are the locked month's: 5,000 won and their tax.
    assert unstated(world, manager, month) == [(name, 1, 5_500)]
    assert unstated(world, manager, month_of(world)) == []
    assert locked(world, manager, "unlock", month).status_code == 200
    assert unstated(world, manager, month) == []
    made = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=str(month),
    )
    assert refused(locked(world, manager, month=month)) == [("month.open", 1)]
    statements.approve(world.pool, world.manager, made.id)
    statements.issue(world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC))
    assert locked(world, manager, month=month).status_code == 200
    assert unstated(world, manager, month) == []


def test_late_written_use_of_a_locked_month_is_shown(world: World, manager: TestClient) -> None:
    company = world.company()
    gauge = world.machine("cmm-1", kind="cmm")
    observations.declare(world.pool, world.manager, gauge.id, Observed.LEDGER, since=BEGINNING)
    world.tariff(kind="cmm", rate_per_hour="40000", ledger_basis="actual_run")
    assert locked(world, manager).status_code == 200
    body = {
        "machine": str(gauge.id),
        "start": at(world, 12).isoformat(),
        "end": (at(world, 12) + timedelta(hours=1)).isoformat(),
        "company": str(company.id),
        "reason": "치수 측정",
        "is_correction": True,
    }
    assert manager.post(f"{API}/logged-uses", json=body).status_code == 201
    assert unstated(world, manager, month_of(world)) == [(company.name, 1, 44_000)]
