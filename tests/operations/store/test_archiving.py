"""Closed months in files: written, dropped once a backup holds them, read, and brought back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import MessageId
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.archive.months import ArchivedMonth, RawKind
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.machines.services.archive import reading, restoring
from gadong.machines.services.archive.columns import ArchiveUnavailable
from gadong.machines.store import archives, messages
from gadong.operations.services import archiving
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

NOW = datetime.now(UTC)


def once(words: Iterable[Message]) -> Counter[MessageId]:
    """Return each message once."""
    return Counter(word.id for word in words)


def written(pool: Pool, kind: RawKind) -> list[ArchivedMonth]:
    """Return the files with rows of a kind."""
    return [f for f in archiving.files_of(pool) if f.kind is kind and f.rows]


def test_a_month_leaves_the_database_once_a_backup_holds_its_files(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    old, new = spoke(world, MONTHS + 1), spoke(world, 0, "mill-2")
    first = archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC))
    # Two of the month, and two of the month in which its first chunk begins, without a row.
    assert (first.written, first.dropped) == (4, 0)
    assert first.waits_for == "waits for a backup with the files"
    assert in_database(pool, RawKind.MESSAGES) == once([*old, *new])
    backed_up(pool)
    second = archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC))
    assert (second.written, second.waits_for) == (0, "")
    assert second.dropped > 0
    for kind in RawKind:
        assert in_files(pool, kind) == once(old)
        left = in_database(pool, kind)
        # The month's last days share a chunk with the following month.
        assert once(new) <= left < once([*old, *new])
    assert archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC)).dropped == 0


def test_the_running_month_and_the_closed_ones_of_the_setting_stay(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS)
    done = archived(pool, tmp_path)
    assert (done.written, done.dropped) == (0, 0)
    assert in_database(pool, RawKind.MESSAGES) == once(words)


def test_a_message_of_the_archive_is_the_one_that_was_received(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS + 1)
    asked = words[20].id
    with transaction(pool, SYSTEM) as tx:
        was = messages.message(tx, asked)
    archived(pool, tmp_path)
    with transaction(pool, SYSTEM) as tx:
        assert messages.message(tx, asked) is None
        assert reading.message(tx, asked) == was
        assert was is not None
        assert was[1][0].value == "running"
        assert reading.message(tx, MessageId(world.centre.id)) is None


def test_late_words_keep_their_chunk_until_they_lie_in_a_file_of_their_own(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS + 1)
    archiving.archive(pool, plan(tmp_path), now=NOW)
    source = world.source(world.machine("mill-3"))
    start = month_of(world, MONTHS + 1).period(world.centre.zone).start
    late = [message(source, start + timedelta(days=3), Channel.ACTIVITY, "idle")]
    ingestion.commit(pool, world.centre.id, late, [])
    backed_up(pool)
    night = archiving.archive(pool, plan(tmp_path), now=NOW)
    assert (night.dropped, night.waits_for) == (0, "waits for a backup with late words")
    assert in_files(pool, RawKind.SIGNALS) == once([*words, *late])
    backed_up(pool)
    assert archiving.archive(pool, plan(tmp_path), now=NOW).dropped > 0
    assert [f.part for f in written(pool, RawKind.MESSAGES)] == [1, 2]
    # A word of then that comes when the chunks are gone is kept as well.
    later = [message(source, start + timedelta(days=4), Channel.ACTIVITY, "idle")]
    ingestion.commit(pool, world.centre.id, later, [])
    night = archiving.archive(pool, plan(tmp_path), now=NOW)
    assert (night.dropped, night.waits_for) == (0, "waits for a backup with late words")
    backed_up(pool)
    assert archiving.archive(pool, plan(tmp_path), now=NOW).dropped > 0
    assert in_files(pool, RawKind.MESSAGES) == once([*words, *late, *later])


def test_the_database_itself_keeps_rows_that_no_file_has(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS + 1)
    before = month_of(world, MONTHS).period(world.centre.zone).start
    with pytest.raises(psycopg.errors.RestrictViolation), transaction(pool, SYSTEM) as tx:
        archives.drop(tx, before)
    archiving.archive(pool, plan(tmp_path), now=NOW)
    with transaction(pool, SYSTEM) as tx:
        assert archives.drop(tx, before) > 0
    assert in_files(pool, RawKind.SIGNALS) == once(words)


@pytest.mark.parametrize("fault", ["changed", "missing"])
def test_nothing_is_dropped_on_a_file_that_is_not_the_one_written(
    world: World, pool: Pool, tmp_path: Path, fault: str
) -> None:
    words = spoke(world, MONTHS + 1)
    archiving.archive(pool, plan(tmp_path), now=NOW)
    assert archiving.verify(pool) == []
    (file,) = (Path(f.file) for f in written(pool, RawKind.SIGNALS))
    if fault == "missing":
        file.unlink()
        said = f"the archive {file} is missing"
    else:
        whole = bytearray(file.read_bytes())
        whole[len(whole) // 2] ^= 1
        file.write_bytes(whole)
        said = f"the archive {file} is not the one that was written: its digest is another"
    assert archiving.verify(pool) == [said]
    backed_up(pool)
    with pytest.raises(ArchiveUnavailable, match="the archive"):
        archiving.archive(pool, plan(tmp_path), now=NOW)
    assert in_database(pool, RawKind.SIGNALS) == once(words)


def test_a_restored_month_is_whole_again_and_leaves_once_more(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    words = spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    month = month_of(world, MONTHS + 1)
    until = datetime.now(UTC) + timedelta(days=30)
    rows = restoring.restore(pool, world.centre, month, until=until)
    assert rows > 0
    for kind in RawKind:
        assert in_database(pool, kind) == once(words)
    assert restoring.restore(pool, world.centre, month, until=until) == 0
    assert archived(pool, tmp_path).waits_for == "a restored month is in use"
    for kind in RawKind:
        assert in_database(pool, kind) == once(words)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update archived_months set restored_until = now()")
    assert archiving.archive(pool, plan(tmp_path), now=datetime.now(UTC)).dropped > 0
    assert in_files(pool, RawKind.MESSAGES) == once(words)


def test_retention_deletes_files_and_keeps_their_digests(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    files = [Path(f.file) for f in archiving.files_of(pool)]
    assert all(file.is_file() for file in files)
    far = datetime.now(UTC) + timedelta(days=730)
    assert archiving.archive(pool, plan(tmp_path), now=far).deleted >= len(files)
    assert not any(file.exists() for file in files)
    on_record = {f.file: f for f in archiving.files_of(pool)}
    assert all(on_record[str(file)].deleted_at for file in files)
    assert archiving.verify(pool) == []
