"""The nightly backup may write the directory that its computer was told, and nowhere else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.package import __main__ as package


@pytest.mark.parametrize("is_disk", [True, False], ids=["a disk", "a directory"])
def test_the_unit_may_write_where_backups_go(tmp_path: Path, is_disk: bool) -> None:
    functions = (Path(package.__file__).parent / "programs.sh").read_text()
    assert "/etc/systemd/system" in functions
    functions = functions.replace("/etc/systemd/system", str(tmp_path))
    asked = f"mountpoint() {{ {'true' if is_disk else 'false'}; }}\nneed_backup_disk /mnt/usb"
    done = subprocess.run(
        ["/bin/sh", "-euc", f"{functions}\n{asked}"], capture_output=True, text=True, check=True
    )
    disk = (tmp_path / "gadong-backup.service.d/disk.conf").read_text()
    mounted = "[Unit]\nRequiresMountsFor=/mnt/usb\nAssertPathIsMountPoint=/mnt/usb\n"
    assert disk == "[Service]\nReadWritePaths=/mnt/usb\n" + (mounted if is_disk else "")
    assert ("is no disk of its own" in done.stdout) is not is_disk


def test_an_upgrade_tells_the_confined_unit_where_backups_go() -> None:
    script = (Path(package.__file__).parent / "control/postinst").read_text()
    told = script.index('need_backup_disk "${directory%/gadong}"')
    assert told < script.index("systemctl daemon-reload")
