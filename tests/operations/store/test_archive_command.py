"""The administrator's commands of the archive, and the places that look at it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gadong.cli import backup
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.archive.months import RawKind
from gadong.operations.domain.checks import Check, CheckLevel
from gadong.operations.services import archiving, checks
from gadong.operations.services.archiving import ArchivePlan
from gadong.operations.services.checks import Sights
from gadong.settings import Settings
from tests.support.operations.archive import (
    MONTHS,
    archived,
    backed_up,
    in_database,
    month_of,
    plan,
    spoke,
)
from tests.support.world import World


def gadong(url: str, directory: Path, *arguments: str) -> tuple[int, str]:
    """Return the exit code of the command line, and what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "gadong"), *arguments],
        env={
            "GADONG_DATABASE_URL": url,
            "GADONG_ARCHIVE_DIRECTORY": str(directory),
            "GADONG_ARCHIVE_MONTHS": str(MONTHS),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_administrator_writes_lists_verifies_and_restores(
    world: World, pool: Pool, database_url: str, tmp_path: Path
) -> None:
    words = {word.id for word in spoke(world, MONTHS + 1)}
    month = month_of(world, MONTHS + 1)
    code, said = gadong(database_url, tmp_path, "archive", "write")
    assert (code, "waits for a backup with the files" in said) == (0, True), said
    backed_up(pool)
    code, said = gadong(database_url, tmp_path, "archive", "write")
    assert (code, said.startswith("0 files written, ")) == (0, True), said
    code, said = gadong(database_url, tmp_path, "archive", "list")
    assert code == 0, said
    (line,) = [x for x in said.splitlines() if f"\t{month}\tmessages\t" in x]
    assert line.startswith(world.centre.slug)
    assert f"\t{len(words)} rows\t" in line
    assert "\tfile\t" in line
    code, said = gadong(database_url, tmp_path, "verify")
    assert (code, said) == (0, "0 verified, 0 differ\n")
    code, said = gadong(
        database_url, tmp_path, "archive", "restore", world.centre.slug, str(month), "--days", "2"
    )
    assert (code, "rows are back until" in said) == (0, True), said
    assert set(in_database(pool, RawKind.SIGNALS)) == words
    code, said = gadong(database_url, tmp_path, "archive", "list")
    assert "\trestored until " in said
    code, said = gadong(database_url, tmp_path, "archive", "restore", world.centre.slug, "2001-01")
    assert (code, "There is no archive of 2001-01" in said) == (1, True), said


def test_verifying_says_which_file_is_missing(
    world: World, pool: Pool, database_url: str, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    archived(pool, tmp_path)
    file = Path(archiving.files_of(pool)[0].file)
    file.unlink()
    code, said = gadong(database_url, tmp_path, "verify")
    assert (code, f"the archive {file} is missing" in said) == (1, True), said


def test_without_a_directory_nothing_is_archived(database_url: str) -> None:
    assert ArchivePlan.of("", 6) is None
    done = subprocess.run(
        [str(Path(sys.executable).parent / "gadong"), "archive", "write"],
        env={"GADONG_DATABASE_URL": database_url, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "set GADONG_ARCHIVE_DIRECTORY" in done.stderr) == (1, True)


@pytest.mark.parametrize(("months", "is_refused"), [(1, True), (2, False)])
def test_words_that_come_late_find_their_month_in_the_database(
    tmp_path: Path, months: int, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(ValueError, match="at least 2 closed months"):
            ArchivePlan(directory=tmp_path, months=months)
    else:
        assert ArchivePlan(directory=tmp_path, months=months).months == months


def test_the_check_counts_months_that_should_have_left(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    def level() -> CheckLevel:
        sights = Sights(plan=plan(tmp_path))
        (found,) = [c for c in checks.evaluate(pool, sights) if c.check is Check.ARCHIVE]
        return found.level

    assert level() is CheckLevel.GOOD
    spoke(world, MONTHS + 1)
    assert level() is CheckLevel.GOOD, "it leaves this night"
    spoke(world, MONTHS + 2, "mill-2")
    assert level() is CheckLevel.WARNING
    spoke(world, MONTHS + 4, "mill-3")
    assert level() is CheckLevel.ALARM
    assert archived(pool, tmp_path).dropped > 0
    assert level() is CheckLevel.GOOD
    assert not [c for c in checks.evaluate(pool, Sights()) if c.check is Check.ARCHIVE]
    with transaction(pool, SYSTEM) as tx:
        assert archiving.months_behind(tx, plan(tmp_path), datetime.now(UTC)) == 0


@pytest.mark.parametrize("is_there", [True, False])
def test_the_files_are_in_the_backup_once_they_are_there(tmp_path: Path, is_there: bool) -> None:
    directory = tmp_path / "archive"
    if is_there:
        directory.mkdir()
    told = Settings(
        database_url="postgresql://nobody@127.0.0.1/none",
        archive_directory=str(directory),
        backup_directory="/mnt/backup",
        backup_passphrase="sixteen-and-more-characters",
        backup_files="/etc/gadong, /srv/gadong/tls",
    )
    site = backup._site(told)  # noqa: SLF001  # the command itself needs a cluster
    assert site.files[:2] == ("/etc/gadong", "/srv/gadong/tls")
    assert (str(directory) in site.files) is is_there
