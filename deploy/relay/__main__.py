"""Entry point of `make relay`: builds the relay's Debian package, for every processor."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOME = "opt/gadong-relay"

CONTROL = """\
Package: gadong-relay
Version: {version}
Architecture: all
Maintainer: Gadong <operators@gadong.example>
Depends: python3 (>= 3.11), systemd, adduser
Recommends: mosquitto
Section: net
Priority: optional
Description: keeps what machines say until the Gadong server has stored it
 Runs beside the machines, listens to their MQTT broker, keeps every message on
 the disk with the time of its arrival, and forwards it in order. Nothing is
 deleted before the server says that it is stored.
"""


def build(folder: Path) -> Path:
    """Build the package into a folder and return its path.

    Needs dpkg-deb, which every Debian has.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    with TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        _fill(tree, version)
        package = folder / f"gadong-relay_{version}_all.deb"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["/usr/bin/dpkg-deb", "--root-owner-group", "--build", tree, package],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return package


def _fill(tree: Path, version: str) -> None:
    program = tree / HOME / "ingest"
    program.mkdir(parents=True)
    shutil.copy(ROOT / "ingest/__init__.py", program)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "ingest/relay", program / "relay", ignore=ignored)
    _copy_paho(tree / HOME)
    for source, target in (
        ("gadong-relay.service", "lib/systemd/system/gadong-relay.service"),
        ("relay.env", "etc/gadong/relay"),
        ("control/conffiles", "DEBIAN/conffiles"),
        ("control/postinst", "DEBIAN/postinst"),
        ("control/prerm", "DEBIAN/prerm"),
    ):
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / source, tree / target)
    # The server's address and the relay's password stand in it.
    (tree / "etc/gadong/relay").chmod(0o640)
    for script in ("postinst", "prerm"):
        (tree / "DEBIAN" / script).chmod(0o755)
    (tree / "DEBIAN/control").write_text(CONTROL.format(version=version), encoding="utf-8")


def _copy_paho(home: Path) -> None:
    """Copy paho-mqtt as it is locked here, with its licence; it is plain Python."""
    for file in files("paho-mqtt") or []:
        if file.suffix == ".pyc" or ".." in file.parts:
            continue
        target = home / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(file.locate()), target)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build"))
