"""A trial of the package on an empty Debian 13, with a stopwatch.

    python -m deploy.package.trial PACKAGE

The Debian is a private root without systemd as its first process, so `gadong-setup` starts the
programs itself. Packages come from Debian's mirror; everything after that runs in a network of its
own, which leads nowhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from deploy.stack import choice
from deploy.stack.root import as_root, debian

NAME = "centre.lan"
ANSWERS = {
    "GADONG_SETUP_NAME": NAME,
    "GADONG_SETUP_CENTRE": "mullae 문래 소공인 복합지원센터",
    "GADONG_SETUP_EMAIL": "operator@centre.example",
    "GADONG_SETUP_BACKUP": "/mnt/backup",
}
INSIDE = """
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm"
[ "$2" = network ] || ip link set lo up
exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
    /bin/sh -ec "$3"
"""
# A setup that ends half-way: the next call asks nothing and goes on.
SETUP = """
mv /usr/bin/caddy /usr/bin/caddy-away
if gadong-setup; then exit 1; fi
mv /usr/bin/caddy-away /usr/bin/caddy
env -i PATH="$PATH" LC_ALL=C.UTF-8 gadong-setup
[ ! -e /etc/gadong/setup-unfinished ]
"""
INSTALL = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq "
# Looks as people and a supervisor do.
LOOK = f"""
gadong health
python3 - <<'PROGRAM'
import ssl, urllib.request
https = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
page = urllib.request.build_opener(https).open("https://{NAME}/login", timeout=30)
print("https://{NAME}/login answers", page.status)
PROGRAM
"""
# Tries a backup out, and goes both ways of an upgrade.
KEEP = """
gadong backup --trial
gadong audit verify
gadong upgrade /srv/next.deb
gadong upgrade --back
gadong health
sed -n 's/^GADONG_BACKUP_PASSPHRASE=//p' /etc/gadong/backup > /mnt/backup/paper
"""
# Another computer, on which nothing was set up: the backups' disk, the passphrase, one command.
RESTORE = """
pg_dropcluster --stop 17 main
GADONG_BACKUP_PASSPHRASE=$(cat /mnt/backup/paper) gadong restore /mnt/backup/gadong
"""


def main(package: Path) -> int:
    """Install the package, set a centre up, and restore it elsewhere; return 1 where that fails."""
    root, other = choice.STACK / "bare", choice.STACK / "bare-restored"
    unfinished = debian(choice.STACK, "bare", "ca-certificates")
    subprocess.run(as_root(["mv", str(unfinished), str(root)]), check=True)
    shutil.copy(package, root / "srv/gadong.deb")
    _make_next(package, root / "srv/next.deb")
    (root / "mnt/backup").mkdir(exist_ok=True)
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {NAME}\n")
    began = monotonic()
    if _run(root, INSTALL + "/srv/gadong.deb", network=True):
        return 1
    print(f"trial: installed in {monotonic() - began:.0f} s", flush=True)
    subprocess.run(as_root(["cp", "-a", str(root), str(other)]), check=True)
    installed = monotonic()
    told = " ".join(f"{name}='{value}'" for name, value in ANSWERS.items())
    if _run(root, f"export {told}\n{SETUP}{LOOK}{KEEP}", network=False):
        return 1
    print(
        f"trial: run, backed up, verified, upgraded and back {monotonic() - installed:.0f} s later",
        flush=True,
    )
    subprocess.run(as_root(["cp", "-a", f"{root}/mnt/backup", f"{other}/mnt"]), check=True)
    lost = monotonic()
    if _run(other, RESTORE + LOOK, network=False):
        return 1
    print(f"trial: restored on an empty computer in {monotonic() - lost:.0f} s")
    return 0


def _make_next(package: Path, target: Path) -> None:
    """Make the package anew under a higher version."""
    with TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        subprocess.run(["/usr/bin/dpkg-deb", "--raw-extract", package, tree], check=True)
        control = tree / "DEBIAN/control"
        lines = control.read_text().splitlines(keepends=True)
        lines = [
            line.rstrip("\n") + "+next\n" if line.startswith("Version:") else line for line in lines
        ]
        control.write_text("".join(lines))
        command = ["/usr/bin/dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build"]
        subprocess.run([*command, tree, target], check=True, stdout=subprocess.DEVNULL)


def _run(root: Path, script: str, *, network: bool) -> int:
    """Run a script in the root, in namespaces that end with it and everything that it started."""
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    command += [] if network else ["--net"]
    inside = ["sh", "-ec", INSIDE, "sh", str(root), "network" if network else "alone", script]
    return subprocess.run(as_root([*command, *inside]), check=False, cwd="/").returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
