"""Months of a machine's messages, and where their rows lie."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString
from uuid import UUID

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.archive.months import RawKind
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.machines.services.archive import columns
from gadong.operations.services import archiving
from gadong.operations.services.archiving import Archived, ArchivePlan
from gadong.operations.store import checks
from tests.support.metering.metering import message
from tests.support.world import World

#: Closed months that stay in the database in these tests.
MONTHS = 2


def month_of(world: World, months_ago: int) -> Month:
    """Return a month of the past."""
    month = Month.of(datetime.now(UTC), world.centre.zone)
    for _ in range(months_ago):
        month = month.previous
    return month


def spoke(world: World, months_ago: int, slug: str = "mill-1") -> list[Message]:
    """Let a machine speak twice a day in a month of the past, and return its messages."""
    source = world.source(world.machine(slug))
    start = month_of(world, months_ago).period(world.centre.zone).start
    words = [
        message(source, start + timedelta(hours=12 * n, seconds=n), channel, value)
        for n in range(56)
        for channel, value in ((Channel.ACTIVITY, "running"), (Channel.POWER_WATTS, 400.25 + n))
    ]
    ingestion.commit(world.pool, world.centre.id, words, [])
    return words


def plan(directory: Path) -> ArchivePlan:
    """Return the plan of these tests."""
    return ArchivePlan(directory=directory, months=MONTHS)


def backed_up(pool: Pool) -> None:
    """Record a backup that began now."""
    with transaction(pool, SYSTEM) as tx:
        checks.insert_backup(
            tx, kind="backup", started_at=datetime.now(UTC), outcome="done", detail=""
        )


def archived(pool: Pool, directory: Path) -> Archived:
    """Do what two nights do, with a backup between them."""
    archiving.archive(pool, plan(directory), now=datetime.now(UTC))
    backed_up(pool)
    return archiving.archive(pool, plan(directory), now=datetime.now(UTC))


def in_database(pool: Pool, kind: RawKind) -> Counter[UUID]:
    """Return how many rows of each message lie in the hypertable."""
    asked: LiteralString = (
        "select id from messages"
        if kind is RawKind.MESSAGES
        else "select message_id as id from signals"
    )
    with transaction(pool, SYSTEM) as tx:
        rows = tx.execute(asked).fetchall()
    return Counter(row["id"] for row in rows)


def in_files(pool: Pool, kind: RawKind) -> Counter[UUID]:
    """Return how many rows of each message lie in the files that are on record."""
    found: Counter[UUID] = Counter()
    for each in archiving.files_of(pool):
        if each.kind is kind and not each.deleted_at:
            for group in columns.groups(Path(each.file), kind):
                found += Counter(UUID(bytes=id_) for id_ in group[columns.MESSAGE_COLUMN[kind]])
    return found
