"""Entry point of `make deb`: builds the package of a whole centre.

    python -m deploy.package [FOLDER] [--python 3.13] [--arch amd64|arm64]

It holds the programs and the packages that they need, as they are locked, so that the
installation asks no package index.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
HOME = "opt/gadong"
PROGRAMS = ("api", "ingest", "scheduler", "gadong")
SETTINGS = (
    "deploy/mosquitto/mosquitto.conf",
    "deploy/postgres/gadong.conf",
    "deploy/prometheus",
    "deploy/grafana",
    "requirements/runtime.txt",
    "LICENSE",
    "README.md",
    "docs/operate",
)
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}

CONTROL = """\
Package: gadong
Version: {version}
Architecture: {arch}
Maintainer: Gadong <operators@gadong.example>
Depends: python3 (>= {python}), python3 (<< {next}), adduser, openssl,
 postgresql-17-timescaledb | timescaledb-2-oss-postgresql-17 | timescaledb-2-postgresql-17,
 mosquitto, caddy, nftables, pgbackrest, restic
Recommends: unattended-upgrades, systemd
Section: net
Priority: optional
Description: a centre's shared machines: booked, watched and billed
 After the installation `gadong-setup` asks four questions and starts the centre.
"""


def build(folder: Path, *, python: str = "3.13", arch: str = "amd64") -> Path:
    """Build the package into a folder and return its path.

    Needs dpkg-deb, fonts and browser files (`python -m deploy.assets`), and the package index.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"gadong_{version}_{arch}.deb"
    with TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        fill(tree)
        _install(tree / HOME / "packages", python, arch)
        major, minor = python.split(".")
        control = CONTROL.format(
            version=version, arch=arch, python=python, next=f"{major}.{int(minor) + 1}"
        )
        (tree / "DEBIAN/control").write_text(control, encoding="utf-8")
        command = ["/usr/bin/dpkg-deb", "--root-owner-group", "-Zzstd", "-z3", "--build"]
        subprocess.run([*command, tree, package], check=True, stdout=subprocess.DEVNULL)
    return package


def fill(tree: Path) -> None:
    """Put everything but what is downloaded and the control file into the package's tree."""
    home = tree / HOME
    ignored = shutil.ignore_patterns("__pycache__", ".ruff_cache")
    for name in PROGRAMS:
        shutil.copytree(ROOT / name, home / name, ignore=ignored)
    for name in SETTINGS:
        source, target = ROOT / name, home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copy(source, target)
    units = tree / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for unit in (ROOT / "deploy/systemd").glob("gadong-*"):
        shutil.copy(unit, units)
    shutil.copy(HERE / "gadong-firewall.service", units)
    placed = {
        HERE / "gadong": "usr/bin/gadong",
        HERE / "gadong-setup": "usr/sbin/gadong-setup",
        HERE / "gadong-restore": "usr/sbin/gadong-restore",
        HERE / "gadong-upgrade": "usr/sbin/gadong-upgrade",
        HERE / "programs.sh": "usr/share/gadong/programs.sh",
        HERE / "firewall.nft": "usr/share/gadong/firewall.nft",
        ROOT / "deploy/systemd/journald-gadong.conf": "usr/share/gadong/journald-gadong.conf",
        ROOT / "deploy/mosquitto/refused.c": "usr/share/gadong/refused.c",
        HERE / "control/postinst": "DEBIAN/postinst",
        HERE / "control/prerm": "DEBIAN/prerm",
    }
    for source, place in placed.items():
        target = tree / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        is_run = place.startswith(("usr/bin", "usr/sbin", "DEBIAN"))
        target.chmod(0o755 if is_run else 0o644)


def _install(packages: Path, python: str, arch: str) -> None:
    """Install the locked packages for a Python and a processor into a folder."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--python-version", python, "--link-mode", "copy"]
    # glibc 2.36 and newer, which Debian 12 and 13 have, run what was made for 2.28.
    command += ["--python-platform", f"{MACHINES[arch]}-manylinux_2_28"]
    command += ["--target", str(packages), "-r", str(ROOT / "requirements/runtime.txt")]
    subprocess.run(command, check=True)


def main() -> None:
    """Build what the words say."""
    words = argparse.ArgumentParser()
    words.add_argument("folder", nargs="?", type=Path, default=ROOT / "build")
    words.add_argument("--python", default="3.13")
    words.add_argument("--arch", choices=sorted(MACHINES), default="amd64")
    told = words.parse_args()
    print(build(told.folder, python=told.python, arch=told.arch))


if __name__ == "__main__":
    main()
