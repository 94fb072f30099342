"""An archive that is killed or finds no room: nothing is lost, and nothing doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gadong.core.database import Pool
from gadong.machines.domain.archive.months import RawKind
from gadong.machines.services.archive import restoring
from gadong.machines.services.archive.columns import ArchiveUnavailable
from gadong.operations.services import archiving
from tests.support.operations.archive import (
    MONTHS,
    archived,
    in_database,
    in_files,
    month_of,
    spoke,
)
from tests.support.world import World


def nights(url: str, directory: Path, how: str, where: str) -> subprocess.CompletedProcess[str]:
    """Archive in a process of its own that ends before its time."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "tests.support.operations.archive_nights"),
            *(url, str(directory), how, where),
        ],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ("call", "_copy"),  # before a row is written
        ("call", "_said_in"),  # the file is complete under another name
        ("call", "_sync"),  # it has its name
        ("call", "insert"),
        ("return", "insert"),  # recorded and not committed
        ("return", "write"),
        ("call", "drop"),
        ("return", "drop"),  # dropped and not committed
        ("call", "_delete_expired"),  # dropped
    ],
)
def test_an_archive_that_is_killed_loses_and_doubles_nothing(
    world: World, pool: Pool, database_url: str, tmp_path: Path, how: str, where: str
) -> None:
    words = {word.id for word in spoke(world, MONTHS + 1)}
    done = nights(database_url, tmp_path, how, where)
    assert done.returncode == -signal.SIGKILL, done.stderr
    for kind in RawKind:
        in_both = [in_database(pool, kind), in_files(pool, kind)]
        assert set().union(*in_both) == words, "lost"
        assert all(count == 1 for found in in_both for count in found.values()), "doubled"
    archived(pool, tmp_path)
    assert archiving.verify(pool) == []
    for kind in RawKind:
        found = in_files(pool, kind)
        assert set(found) == words
        assert set(found.values()) == {1}
        assert set(in_database(pool, kind)) < words
    assert not list(tmp_path.rglob("*.unfinished"))
    until = datetime.now(UTC) + timedelta(days=1)
    restoring.restore(pool, world.centre, month_of(world, MONTHS + 1), until=until)
    for kind in RawKind:
        found = in_database(pool, kind)
        assert set(found) == words
        assert set(found.values()) == {1}


@pytest.mark.parametrize("room", [0, 900])
def test_a_full_disk_drops_nothing_and_leaves_no_half_file(
    world: World, pool: Pool, database_url: str, tmp_path: Path, room: int
) -> None:
    words = {word.id for word in spoke(world, MONTHS + 1)}
    done = nights(database_url, tmp_path, "room", str(room))
    assert done.returncode == 1
    assert ArchiveUnavailable.__name__ in done.stderr
    assert "cannot be written" in done.stderr
    for kind in RawKind:
        assert set(in_database(pool, kind)) == words
        assert not in_files(pool, kind)
    assert not list(tmp_path.rglob("*.unfinished"))
    archived(pool, tmp_path)
    for kind in RawKind:
        assert set(in_files(pool, kind)) == words
