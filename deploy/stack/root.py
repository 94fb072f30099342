"""A private Debian 13 under .stack/root that holds PostgreSQL with TimescaleDB, and Mosquitto.

Nothing is installed on the machine itself: mmdebstrap is fetched as a package file and run from
where it was unpacked. Mounts lie in namespaces of the programs that use them (the tests' database,
the browser). So nothing is left behind if the machine loses power in the middle.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

SUITE = "trixie"
PACKAGES = (
    "postgresql-17-timescaledb,mosquitto,mosquitto-clients,gcc,libc6-dev,mosquitto-dev,"
    "libmosquitto-dev"
)
# Tools of `gadong backup`; they came later, so an older root gets them when it is needed.
BACKUP_PACKAGES = ("pgbackrest", "restic")


class StackError(RuntimeError):
    """The local stack cannot be had; the message says why and what to do."""


def say(words: str) -> None:
    """Show progress on standard error; standard output is for what was asked for."""
    print(f"stack: {words}", file=sys.stderr, flush=True)


def as_root(command: list[str]) -> list[str]:
    """The command as the administrator would run it; chroot needs it."""
    return command if os.geteuid() == 0 else ["sudo", *command]


@contextmanager
def alone(stack: Path) -> Iterator[None]:
    """One process at a time makes what is kept under .stack; tests run side by side."""
    stack.mkdir(parents=True, exist_ok=True)
    with (stack / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


def ensure(stack: Path) -> Path:
    """Return the root, making it first where it is missing (about a minute)."""
    root = stack / "root"
    with alone(stack):
        if not (root / "srv/gadong/ready").exists():
            _make(stack, root)
    return root


def _make(stack: Path, root: Path) -> None:
    unfinished = debian(stack, "root", ",".join((PACKAGES, *BACKUP_PACKAGES)))
    inside = "install -d -o postgres -g postgres -m 700 /srv/gadong/postgres && "
    inside += "install -d -o mosquitto -g mosquitto -m 700 /srv/gadong/mosquitto && "
    # PostgreSQL's sockets, and its shared memory segments, which a chroot keeps as files.
    inside += "install -d -m 1777 /srv/gadong/run && chmod 1777 /dev/shm && "
    inside += "install -d /srv/gadong/conf/mosquitto.d && touch /srv/gadong/ready"
    subprocess.run(as_root(["chroot", str(unfinished), "sh", "-ec", inside]), check=True)
    subprocess.run(as_root(["mv", str(unfinished), str(root)]), check=True)


def add_packages(stack: Path, root: Path, names: tuple[str, ...]) -> None:
    """Install packages into a root that was made without them."""
    with alone(stack):
        if all((root / f"usr/bin/{name}").exists() for name in names):
            return
        say(f"adding {', '.join(names)} to the private Debian")
        install = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq"
        script = f"{install} --no-install-recommends {' '.join(names)}"
        run_inside(root, "root", ["sh", "-ec", script])


def debian(stack: Path, name: str, packages: str) -> Path:
    """A new private Debian with the packages, under a name that is not yet the one it will have."""
    if not shutil.which("apt-get"):
        raise StackError(
            "The private stack needs a Debian or Ubuntu machine. Start a Docker engine, "
            "or set GADONG_DATABASE_URL and GADONG_MQTT_URL."
        )
    unfinished = stack / f"{name}.unfinished"
    for root in (unfinished, stack / name):
        remove(root)
    stack.mkdir(parents=True, exist_ok=True)
    say("fetching mmdebstrap (kept under .stack/, nothing is installed)")
    tool = _mmdebstrap(stack)
    say(f"making a private Debian {SUITE} with {packages} (about a minute)")
    command = [str(tool), "--mode=root", "--variant=apt", f"--include={packages}"]
    command += ["--aptopt=APT::Install-Recommends false", SUITE, str(unfinished), _mirror()]
    made = subprocess.run(as_root(command), capture_output=True, text=True, check=False)
    if made.returncode:
        raise StackError("mmdebstrap failed:\n" + made.stderr[-2000:])
    return unfinished


def remove(root: Path) -> None:
    """Delete a root, but never what is mounted in it: a maker that was killed leaves this machine's
    own /dev and /sys there.

    Raise CalledProcessError where something in it is in use.
    """
    listed = Path("/proc/self/mountinfo").read_text().splitlines()
    # The kernel writes a space of a path as \\040.
    mounted = [Path(line.split(" ")[4].replace("\\040", " ")) for line in listed]
    for place in reversed([m for m in mounted if m.is_relative_to(root.resolve())]):
        subprocess.run(as_root(["umount", str(place)]), check=True)
    subprocess.run(as_root(["rm", "-rf", "--one-file-system", str(root)]), check=True)


def run_inside(root: Path, user: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the root as one of its own users.

    Raise StackError with its words if it fails.
    """
    done = subprocess.run(
        as_root(["chroot", f"--userspec={user}:{user}", str(root), *command]),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        raise StackError(
            f"{' '.join(command[:3])} failed:\n{done.stdout[-1500:]}{done.stderr[-1500:]}"
        )
    return done


def _private_apt(stack: Path) -> list[str]:
    lists, cache = stack / "apt/lists", stack / "apt/cache"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    (cache / "archives/partial").mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State::lists={lists}", f"Dir::Cache={cache}", "Debug::NoLocking=1"]
    if os.geteuid() == 0:
        options.append("APT::Sandbox::User=root")
    return [part for option in options for part in ("-o", option)]


def fetch_package(stack: Path, name: str) -> Path:
    """Download one package of the machine's own release and unpack it under .stack/tools."""
    tools = stack / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    options = _private_apt(stack)
    for command in (["update", "-qq"], ["download", "-qq", name]):
        done = subprocess.run(
            ["apt-get", *options, *command], cwd=tools, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise StackError(f"apt-get {' '.join(command)} failed:\n{done.stderr[-1500:]}")
    archive = max(tools.glob(f"{name}_*.deb"))
    subprocess.run(["dpkg-deb", "-x", str(archive), str(tools)], check=True)
    return tools


def _mmdebstrap(stack: Path) -> Path:
    found = shutil.which("mmdebstrap")
    if found:
        return Path(found)
    tool = stack / "tools/usr/bin/mmdebstrap"
    if not tool.exists():
        fetch_package(stack, "mmdebstrap")
    return tool


def _mirror() -> str:
    """The mirror this machine itself installs Debian from, or mmdebstrap's own choice on another
    system.
    """
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(RELEASE) $(COMPONENT)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listing.splitlines():
        uri, *rest = line.split(" ")
        if (
            rest[-1:] == ["main"]
            and "debian" in uri
            and "security" not in uri
            and "ubuntu" not in uri
        ):
            return uri
    return "-" if not listing else ""
