"""The administrator's command line: what it makes is there, and what it cannot do it says in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gadong.services import accounts
from gadong.services.accounts import OPERATOR
from gadong.store.database import Pool
from tests.world import World

COMMAND = str(Path(sys.executable).parent / "gadong")


def gadong(url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What the command line does."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GADONG_")}
    environment = {**clean, "GADONG_DATABASE_URL": url, **more} if url else {**clean, **more}
    return subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.servers
def test_an_installation_is_made_from_nothing(database_url: str, pool: Pool) -> None:
    for arguments in (
        ["migrate"],
        ["centre", "create", "seongsu", "성수 센터"],
        ["company", "create", "124-81-00998", "한솔정밀", "--centre", "seongsu"],
        ["machine", "create", "mill-1", "밀링", "--centre", "seongsu", "--kind", "mill"],
        ["source", "create", "mill-1", "octoprint", "octoPrint/seongsu", "--centre", "seongsu"],
        ["person", "create", "a@b.example", "김", "--member-of", "1248100998"],
        ["rebuild", "mill-1", "--centre", "seongsu"],
        ["verify"],
    ):
        done = gadong(database_url, *arguments, GADONG_NEW_PASSWORD="a long enough one")
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    centre = accounts.every_centre(pool)[0]
    assert (centre.slug, centre.zone_name) == ("seongsu", "Asia/Seoul")
    assert [c.name for c in accounts.companies(pool, OPERATOR, centre.id)] == ["한솔정밀"]
    shown = gadong(database_url, "centre", "broker-account", "seongsu", GADONG_SECRET="0123456789abcdef")
    assert "devices-seongsu" in shown.stdout


@pytest.mark.servers
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rebuild", "mill-1", "--centre", "nowhere"], "There is no centre nowhere; there is"),
        (["centre", "create", "x y", "Name"], "slug"),
        (["company", "create", "1234567890", "Name", "--centre", "CENTRE"], "business registration number"),
        (["source", "create", "mill-1", "telex", "a/b", "--centre", "CENTRE"], "known are bambu"),
        (["source", "create", "mill-1", "tasmota", "plug", "--centre", "CENTRE"], "run_above and idle_below"),
        (["source", "create", "mill-1", "octoprint", "a/+/b", "--centre", "CENTRE"], "no wildcard"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    world: World, database_url: str, arguments: list[str], words: str
) -> None:
    world.machine("mill-1")
    given = [world.centre.slug if a == "CENTRE" else a for a in arguments]
    done = gadong(database_url, *given)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.servers
def test_a_missing_setting_is_named() -> None:
    done = gadong("", "migrate")
    assert done.returncode == 1
    assert done.stderr.strip() == "gadong: set GADONG_DATABASE_URL in the environment (docs/operators.md)"
