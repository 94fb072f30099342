"""An issued statement, and facts that come after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion, machines
from tests.support.metering.metering import message
from tests.support.world import World


@pytest.fixture
def used(world: World) -> Booking:
    """An hour that ran in a booking of two, last month; and another company's own hour."""
    return used_in(world)


def used_in(world: World) -> Booking:
    """Let an hour run in a booking of two of a world, and another company's own hour."""
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    machine = world.machine("mill-1")
    source = world.source(machine)
    booking = world.booked(machine, world.company(), noon, hours=2)
    world.booked(machine, world.company(), noon + timedelta(hours=3), hours=2)
    for minutes, word in (
        (-30, "idle"),
        (0, "running"),
        (60, "idle"),
        (180, "running"),
        (240, "idle"),
    ):
        said(world, source, noon + timedelta(minutes=minutes), word)
    return booking


def said(world: World, source: Source, when: datetime, word: str) -> None:
    """A signal of that time."""
    late = message(source, when, Channel.ACTIVITY, word)
    ingestion.commit(world.pool, world.centre.id, [late], [])


def issued(world: World, used: Booking, index: int = 0) -> Statement:
    """A company's month, issued."""
    month = str(Month.of(used.period.start, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[index].id,
        month=month,
    )
    statements.approve(world.pool, world.manager, drafted.id, accept=["statement.unattributed"])
    return statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )


def difference(client: TestClient, statement: Statement) -> dict[str, Any]:
    """Return the statement's difference from the facts of today."""
    found: dict[str, Any] = client.get(f"/api/v1/statements/{statement.id}/difference").json()
    return found


def late_signal(world: World, used: Booking, minutes: int, word: str) -> None:
    """Report a state that the machine could not report before the issue."""
    machine = machines.find(world.pool, world.manager, "mill-1", centre=used.centre_id)
    (source,) = machines.sources(world.pool, world.manager, machine)
    said(world, source, used.period.start + timedelta(minutes=minutes), word)


def corrected(client: TestClient, statement: Statement, digest: str) -> Any:
    """Issue what was looked at."""
    body = {"digest": digest, "reason": "늦게 도착한 신호"}
    return client.post(f"/api/v1/statements/{statement.id}/corrections", json=body)
