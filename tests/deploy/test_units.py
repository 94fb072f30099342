"""The units of a small computer: logs that end, and a backup every night."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).resolve().parents[2] / "deploy/systemd"


def unit(name: str) -> ConfigParser:
    """Read a unit; of a name that stands twice, such as EnvironmentFile, the last value."""
    found = ConfigParser(interpolation=None, strict=False)
    found.read_string((SYSTEMD / name).read_text())
    return found


@pytest.mark.parametrize("program", ["api", "ingest", "scheduler"])
def test_a_program_s_log_is_bounded(program: str) -> None:
    service = unit(f"gadong-{program}.service")["Service"]
    assert (service["LogRateLimitIntervalSec"], service["LogRateLimitBurst"]) == ("30s", "2000")
    assert service["Restart"] == "always"


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
