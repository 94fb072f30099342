"""Bookings of machines without signals over a month's end and a change of the clocks.

Each month has its part, to the second, and both add up.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services import statement_drafts
from gadong.billing.services.prices import tariffs
from gadong.billing.services.statement_document import Document
from gadong.booking.services.use_log import entries
from gadong.booking.services.use_log.entries import Written
from gadong.core.domain.period import Period
from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.berlin import BERLIN, berlin
from tests.support.world import World

__all__ = ["berlin"]

HOUR = timedelta(hours=1)
RATE = 30_000


def local(text: str) -> datetime:
    """An instant that the clock in Berlin shows; of two the earlier one."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def publish(world: World, basis: str, kind: str = "bench") -> None:
    """Publish a tariff of blocks of an hour."""
    item = {"kind": kind, "rate_per_hour": str(RATE), "basis": basis, "increment_seconds": 3600}
    document = {"effective_from": "2025-01-01", "items": [item]}
    made = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    tariffs.publish(world.pool, world.manager, made.id)


def document_of(world: World, name: str) -> Document:
    """The first company's month as it would be drafted."""
    return statement_drafts.preview(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=name,
    ).document


def hours(world: World, name: str) -> float:
    """The hours that the month is billed for; a block of an hour may be begun."""
    return sum(line.charge.amount for line in document_of(world, name).lines) / RATE


# The clocks go back on 26 October 2025 and forward on 29 March 2026, each at an edge of two months
# of which the other edge has another offset.
AUTUMN, SPRING = ("2025-10", "2025-11"), ("2026-03", "2026-04")
SPANS = [
    # 23:00 on the day before the change to 05:00 on the first: an hour more, an hour less.
    ("2025-10-25T23:00", "2025-11-01T05:00", AUTUMN, (6 * 24 + 1 + 1, 5)),
    ("2026-03-28T23:00", "2026-04-01T05:00", SPRING, (3 * 24 + 1 - 1, 5)),
    # From within the hour that comes twice, and from the hour after the one that is skipped.
    ("2025-10-26T02:00", "2025-11-01T01:00", AUTUMN, (5 * 24 + 23, 1)),
    ("2026-03-29T03:00", "2026-04-01T01:00", SPRING, (2 * 24 + 21, 1)),
    # To the month's last hour, its end, and the first hour of the next.
    ("2025-10-31T22:00", "2025-10-31T23:00", AUTUMN, (1, 0)),
    ("2025-10-31T22:00", "2025-11-01T00:00", AUTUMN, (2, 0)),
    ("2025-10-31T22:00", "2025-11-01T01:00", AUTUMN, (2, 1)),
    ("2026-03-31T22:00", "2026-04-01T00:00", SPRING, (2, 0)),
    ("2026-03-31T22:00", "2026-04-01T01:00", SPRING, (2, 1)),
]


@pytest.mark.parametrize("basis", ["booked", "hull"])
@pytest.mark.parametrize(("start", "end", "months", "parts"), SPANS)
def test_l2_a_booking_over_both_has_its_part_in_each_month(
    basis: str,
    start: str,
    end: str,
    months: tuple[str, str],
    parts: tuple[int, int],
    berlin: World,
) -> None:
    publish(berlin, basis)
    length = (local(end) - local(start)) / HOUR
    machine = berlin.machine("bench-1", kind="bench")
    observations.declare(berlin.pool, berlin.manager, machine.id, Observed.NEITHER, since=BEGINNING)
    berlin.booked(machine, berlin.company(), local(start), hours=length)
    assert [hours(berlin, month) for month in months] == list(parts)
    assert sum(parts) == length
    # Nothing of it is on another month.
    assert not document_of(berlin, "2025-09").lines
    assert not document_of(berlin, "2026-05").lines


@pytest.mark.parametrize(("start", "end", "months", "parts"), SPANS)
def test_l2_written_use_over_both_has_its_part_in_each_month(
    start: str, end: str, months: tuple[str, str], parts: tuple[int, int], berlin: World
) -> None:
    publish(berlin, "actual_run")
    machine, company = berlin.machine("bench-1", kind="bench"), berlin.company()
    observations.declare(berlin.pool, berlin.manager, machine.id, Observed.LEDGER, since=BEGINNING)
    written = Written(
        machine=machine,
        period=Period(local(start), local(end)),
        company=company.id,
        person=None,
        booking=None,
        samples=None,
        reason="일지",
        is_correction=False,
    )
    entries.log(berlin.pool, berlin.manager, written, now=datetime.now(UTC))
    assert [hours(berlin, month) for month in months] == list(parts)
