"""Older programs beside a newer schema: an upgrade migrates first, and restarts programs after."""

from __future__ import annotations

import compileall
import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gadong import migrations
from gadong.settings import Settings
from tests.conftest import Stack
from tests.support.programs import ROOT
from tests.support.stories.printed_won import print_becomes_a_won
from tests.support.world import World

PROGRAMS = ("gadong", "api", "ingest", "scheduler")
#: Fetched by `deploy.assets` and in no commit.
FETCHED = ("api/pages/static/vendor", "gadong/billing/services/documents/printed/fonts")


def git(*arguments: str) -> bytes:
    """Return what git says; the test is skipped where there is no history."""
    tool = shutil.which("git")
    if tool is None:
        pytest.skip("there is no git to take older programs from")
    done = subprocess.run([tool, *arguments], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"there is no history to take older programs from: {done.stderr.decode()}")
    return done.stdout


def last_commit_of(revision: str) -> str:
    """Return the last commit whose newest schema is a revision's."""
    names = migrations.revisions()
    following = names[names.index(revision) + 1]
    file = f"gadong/migrations/sql/{following}.up.sql"
    added = git("log", "--diff-filter=A", "--format=%H", "--", file).decode().split()
    return f"{added[-1]}~1" if added else "HEAD"


def tree_of(commit: str, directory: Path) -> Path:
    """Put the tree of a commit into a directory, with what is fetched beside it."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as packed:
        packed.extractall(directory, filter="data")
    # A first import that compiles everything takes longer than a program is waited for.
    for place in PROGRAMS:
        compileall.compile_dir(directory / place, quiet=2)
    for place in FETCHED:
        shutil.copytree(ROOT / place, directory / place, dirs_exist_ok=True)
    return directory


@pytest.mark.servers
def test_programs_of_the_schema_before_bill_a_print_on_the_newest_one(
    world: World, stack: Stack, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    before, newest = migrations.revisions()[-2:]
    older = tree_of(last_commit_of(before), tmp_path / "older")
    assert not (older / f"gadong/migrations/sql/{newest}.up.sql").exists()
    print_becomes_a_won(world, stack, settings(), tmp_path, older)
