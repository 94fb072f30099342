"""Closed months in files when the installation changes around them: clocks, retention, disks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gadong.billing.services.proof import signal_reach
from gadong.core.database import Pool, holding, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.archive.months import RawKind
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.machines.services.archive import columns, restoring
from gadong.machines.services.archive.columns import ArchiveUnavailable
from gadong.operations.services import archiving, jobs
from gadong.people.services import centres
from tests.support.metering.metering import message
from tests.support.operations.archive import (
    MONTHS,
    archived,
    backed_up,
    in_database,
    in_files,
    month_of,
    plan,
    spoke,
)
from tests.support.world import World


def around_midnights(world: World) -> list[Message]:
    """Let a machine speak each hour around both ends of a month that may leave."""
    source = world.source(world.machine("mill-9"))
    month = month_of(world, MONTHS + 2).period(world.centre.zone)
    words = [
        message(source, end + timedelta(hours=hour), Channel.ACTIVITY, "running")
        for end in (month.start, month.end)
        for hour in range(-20, 20)
    ]
    ingestion.commit(world.pool, world.centre.id, words, [])
    return words


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland"])
def test_a_centre_that_changes_its_clock_has_each_row_in_one_file(
    world: World, pool: Pool, tmp_path: Path, zone: str
) -> None:
    words = [*spoke(world, MONTHS + 1), *around_midnights(world)]
    earlier = archiving.ArchivePlan(directory=tmp_path, months=MONTHS + 1)
    assert archiving.archive(pool, earlier, now=datetime.now(UTC)).written > 0
    centres.set_zone(pool, world.manager, world.centre.id, zone)
    for _ in range(4):
        archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC))
        backed_up(pool)
    night = archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC))
    assert (night.written, night.waits_for) == (0, "")
    for kind in RawKind:
        left = in_database(pool, kind)
        assert len(left) < len(words) / 2, "what lies in files has left"
        in_one = in_files(pool, kind)
        assert set(in_one.values()) == {1}
        assert in_one.keys() | left.keys() == {word.id for word in words}


def test_a_restored_month_stays_while_retention_passes_it(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    period = month_of(world, MONTHS + 1).period(world.centre.zone)
    far = period.end + timedelta(days=760)
    restoring.restore(
        pool, world.centre, month_of(world, MONTHS + 1), until=far + timedelta(days=9)
    )
    with transaction(pool, SYSTEM) as tx:
        jobs.forget(tx, far)
    archiving.archive(pool, plan(tmp_path), now=far)
    assert in_database(pool, RawKind.SIGNALS).keys() == {word.id for word in words}
    with transaction(pool, SYSTEM) as tx:
        begin = signal_reach.signals_begin(tx, world.centre.id, period)
    assert begin <= period.start
    # Retention goes on once nobody needs the month any more.
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update archived_months set restored_until = now()")
    with transaction(pool, SYSTEM) as tx:
        jobs.forget(tx, far)
    assert not in_database(pool, RawKind.SIGNALS)


def test_restoring_another_month_does_not_shorten_a_restoration(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 3)
    spoke(world, MONTHS + 1, "mill-2")
    archived(pool, tmp_path)
    now = datetime.now(UTC)
    long, short = now + timedelta(days=90), now + timedelta(days=5)
    restoring.restore(pool, world.centre, month_of(world, MONTHS + 3), until=long)
    restoring.restore(pool, world.centre, month_of(world, MONTHS + 1), until=short)
    until = {f.month: f.restored_until for f in archiving.files_of(pool)}
    assert until[str(month_of(world, MONTHS + 1))] == short
    assert until[str(month_of(world, MONTHS + 2))] == long
    assert until[str(month_of(world, MONTHS + 3))] == long


def test_a_month_is_not_restored_while_a_night_drops(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    month, until = month_of(world, MONTHS + 1), datetime.now(UTC) + timedelta(days=30)
    with holding(pool, "archive") as is_ours:
        assert is_ours
        with pytest.raises(Conflict):
            restoring.restore(pool, world.centre, month, until=until)
    assert restoring.restore(pool, world.centre, month, until=until) > 0


def test_a_disk_that_is_not_mounted_gets_no_files(world: World, pool: Pool, tmp_path: Path) -> None:
    there, away = tmp_path / "archive", tmp_path / "unmounted"
    spoke(world, MONTHS + 2)
    earlier = archiving.ArchivePlan(directory=there, months=MONTHS + 1)
    assert archiving.archive(pool, earlier, now=datetime.now(UTC)).written > 0
    spoke(world, MONTHS + 1, "mill-2")
    there.rename(away)
    there.mkdir()
    with pytest.raises(ArchiveUnavailable, match="mounted"):
        archiving.archive(pool, plan(there), now=datetime.now(UTC))
    assert not list(there.iterdir())
    there.rmdir()
    away.rename(there)
    assert archived(pool, there).dropped > 0
    assert archiving.verify(pool) == []


def test_large_payloads_are_written_and_read_a_few_at_a_time(
    world: World, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "BYTES_A_GROUP", 1_000)
    words = spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    sizes = [
        sum(len(payload) for payload in group["payload"])
        for file in archiving.files_of(pool)
        if file.kind is RawKind.MESSAGES
        for group in columns.groups(Path(file.file), RawKind.MESSAGES)
    ]
    assert len(sizes) > 2
    assert max(sizes) < 1_000 + max(len(word.payload) for word in words)
    assert in_files(pool, RawKind.MESSAGES).keys() == {word.id for word in words}
