"""The units of a small computer: logs that end, programs that are watched and may do little, and a
backup every night.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path

import pytest

from deploy.stack.servers import free_port
from gadong.settings import Settings
from ingest.supervisor import STANDS_STILL_AFTER
from scheduler.clock import STALLED_AFTER
from tests.support.programs import running
from tests.support.world import World

SYSTEMD = Path(__file__).resolve().parents[2] / "deploy/systemd"
RELAY = Path(__file__).resolve().parents[2] / "deploy/relay/gadong-relay.service"
PROGRAMS = ("api", "ingest", "scheduler")
# `systemd-analyze security` counts from 0 to 10, here in tenths.
MOST_EXPOSED = "30"
analyze = pytest.mark.skipif(
    not Path("/usr/bin/systemd-analyze").exists(), reason="needs systemd-analyze"
)


def unit(name: str) -> ConfigParser:
    """Read a unit; of a name that stands twice, such as EnvironmentFile, the last value."""
    found = ConfigParser(interpolation=None, strict=False)
    found.read_string((SYSTEMD / name).read_text())
    return found


def analyzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze."""
    return subprocess.run(
        ["/usr/bin/systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_s_log_is_bounded(program: str) -> None:
    service = unit(f"gadong-{program}.service")["Service"]
    assert (service["LogRateLimitIntervalSec"], service["LogRateLimitBurst"]) == ("30s", "2000")
    assert service["Restart"] == "always"


@analyze
@pytest.mark.parametrize(
    "file",
    [RELAY, *(SYSTEMD / f"gadong-{name}.service" for name in (*PROGRAMS, "backup"))],
    ids=lambda f: f.stem,
)
def test_a_program_may_do_little(file: Path) -> None:
    found = analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(file))
    assert found.returncode == 0, found.stdout


@analyze
def test_systemd_understands_every_word_of_the_units(tmp_path: Path) -> None:
    for file in SYSTEMD.glob("gadong*"):
        # Only the programs themselves are not where the units look for them.
        text = file.read_text().replace("/opt/gadong/.venv/bin/", "/usr/bin/env ")
        (tmp_path / file.name).write_text(text)
    found = analyzed("verify", *sorted(str(file) for file in tmp_path.iterdir()))
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_systemd_waits_longer_than_a_program_s_own_watch() -> None:
    seconds = {p: float(unit(f"gadong-{p}.service")["Service"]["WatchdogSec"]) for p in PROGRAMS}
    assert seconds["ingest"] > STANDS_STILL_AFTER
    assert seconds["scheduler"] > STALLED_AFTER


@pytest.mark.servers
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_says_again_and_again_that_it_works(
    program: str, world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    listener = tmp_path / "notify"
    more = {"GADONG_HTTP_PORT": str(free_port())} if program == "api" else {}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(listener))
        systemd.settimeout(60)
        told = {"NOTIFY_SOCKET": str(listener), "WATCHDOG_USEC": "300000", **more}
        with running(program, settings(), tmp_path, **told):
            for _ in range(3):
                assert systemd.recv(100) == b"WATCHDOG=1"


def test_the_journal_ends() -> None:
    assert dict(unit("journald-gadong.conf")["Journal"]) == {
        "systemmaxuse": "500M",
        "maxretentionsec": "3month",
    }


def test_a_backup_is_made_and_tried_every_night() -> None:
    timer = unit("gadong-backup.timer")["Timer"]
    assert (timer["OnCalendar"], timer["Persistent"]) == ("*-*-* 02:30", "true")
    service = unit("gadong-backup.service")["Service"]
    assert service["ExecStart"].endswith("/gadong backup --trial")
    assert "/etc/gadong/backup" in (SYSTEMD / "gadong-backup.service").read_text()
