"""The relay's Debian package: complete, with nothing of the server's, and its program starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.relay.__main__ import build


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, unpacked as dpkg would do it."""
    folder = tmp_path_factory.mktemp("relay")
    package = build(folder)
    root = folder / "root"
    subprocess.run(["/usr/bin/dpkg-deb", "--extract", package, root], check=True)
    subprocess.run(["/usr/bin/dpkg-deb", "--control", package, root / "DEBIAN"], check=True)
    return root


def test_it_holds_the_program_paho_and_nothing_of_the_server(installed: Path) -> None:
    home = installed / "opt/gadong-relay"
    assert (home / "ingest/relay/__main__.py").is_file()
    assert (home / "paho/mqtt/client.py").is_file()
    assert sorted(p.name for p in home.iterdir() if not p.name.startswith("paho")) == ["ingest"]
    assert sorted(p.name for p in (home / "ingest").iterdir()) == ["__init__.py", "relay"]


def test_the_password_in_its_settings_is_not_for_everybody(installed: Path) -> None:
    assert (installed / "etc/gadong/relay").stat().st_mode & 0o777 == 0o640
    assert (installed / "DEBIAN/conffiles").read_text() == "/etc/gadong/relay\n"


def _started(installed: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Start the installed program with the bare interpreter: no site packages,
    no settings of ours.
    """
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GADONG_", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-S", "-m", "ingest.relay"],
        cwd=installed / "opt/gadong-relay",
        env={**clean, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_settings_it_says_which_one_is_missing(installed: Path) -> None:
    done = _started(installed)
    assert (done.returncode, "GADONG_RELAY_TOPIC is not set" in done.stderr) == (2, True)


def test_a_folder_that_is_not_there_is_named(installed: Path, tmp_path: Path) -> None:
    done = _started(
        installed,
        GADONG_RELAY_TOPIC="gadong/v1/c/relays/hall",
        GADONG_RELAY_SERVER="mqtts://d-1:p@127.0.0.1:1",
        GADONG_RELAY_OUTBOX=str(tmp_path / "nowhere/outbox"),
    )
    assert (done.returncode, "unable to open database file" in done.stderr) == (2, True)


@pytest.mark.parametrize("script", ["postinst", "prerm"])
def test_its_scripts_are_shell(installed: Path, script: str) -> None:
    subprocess.run(["/bin/sh", "-n", installed / "DEBIAN" / script], check=True)
