"""A centre's computer inside the private root, which is backed up, lost, and restored."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.stack import choice
from deploy.stack import root as private_root
from deploy.stack.root import as_root
from deploy.stack.servers import Postgres, free_port, write_inside

ROOT = Path(__file__).resolve().parents[3]
PASSPHRASE = "a-passphrase-on-paper-1"
COUNTS = """
select (select count(*) from bookings), (select count(*) from audit_entries),
    (select string_agg(slug, ' ' order by slug) from machines)
"""


@dataclass(frozen=True)
class Computer:
    """A centre's computer inside the private root: a cluster, its secrets,
    and a disk for backups.

    With a number of `months` that stay in the database, older ones leave it for files.
    """

    postgres: Postgres
    home: str
    months: int = 0

    @property
    def root(self) -> Path:
        return self.postgres.root

    @property
    def archive(self) -> Path:
        """Return the directory of closed months, by a path that leads there from within the root
        as well: the database keeps it.
        """
        return Path(f"{self.root}{self.home}/archive")

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings as they stand in its environment file."""
        start = f"/usr/lib/postgresql/17/bin/pg_ctl start -w -t 120 -D {self.postgres.data}"
        archive = {
            "GADONG_ARCHIVE_DIRECTORY": str(self.archive),
            "GADONG_ARCHIVE_MONTHS": str(self.months),
        }
        return (archive if self.months else {}) | {
            "GADONG_DATABASE_URL": self.postgres.url,
            "GADONG_SECRET": "r4nd0m-enough-for-a-test",
            "GADONG_INSECURE_COOKIES": "1",
            "GADONG_BACKUP_DIRECTORY": f"{self.home}/disk",
            "GADONG_BACKUP_PASSPHRASE": PASSPHRASE,
            "GADONG_BACKUP_FILES": f"{self.home}/tls",
            "GADONG_BACKUP_CLUSTER": self.postgres.data,
            "GADONG_BACKUP_CONFIG": f"{self.home}/pgbackrest.conf",
            "GADONG_BACKUP_ENVIRONMENT_FILE": f"{self.home}/environment",
            "GADONG_BACKUP_START": "setpriv --reuid postgres --regid postgres "
            f"--clear-groups {start}"
            f" -l {self.postgres.data}/server.log",
            "GADONG_BACKUP_ROOT": str(self.root),
        }

    def gadong(self, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run the command line with the computer's settings, or without any for an empty one."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GADONG_")}
        program = "from gadong.cli import main; main()"
        within = _rights_of_the_unit() if "backup" in arguments else []
        return subprocess.run(
            [*within, sys.executable, "-c", program, *arguments],
            cwd=ROOT,
            env={**clean, **(changed or self.environment)},
            capture_output=True,
            text=True,
            check=False,
        )

    def lose(self) -> None:
        """Lose the disk with the cluster and all secrets; the backups' disk remains."""
        self.postgres.stop("immediate")
        kept = f"{self.root}{self.home}"
        lost = [f"{self.root}{self.postgres.data}", f"{kept}/tls", f"{kept}/environment"]
        lost += [f"{self.root}{self.archive}"]
        subprocess.run(as_root(["rm", "-rf", *lost, f"{kept}/pgbackrest.conf"]), check=True)

    def make_archive(self) -> None:
        """Make the directory of closed months."""
        inside = f"{self.root}{self.archive}"
        mine = ("-o", str(os.getuid()), "-m", "755")
        subprocess.run(as_root(["install", "-d", *mine, inside]), check=True)
        subprocess.run(as_root(["ln", "-s", inside, str(self.archive)]), check=True)

    def rows(self) -> tuple[object, ...] | None:
        with psycopg.connect(self.postgres.url) as connection:
            return connection.execute(COUNTS).fetchone()


def _rights_of_the_unit() -> list[str]:
    """Return a command that leaves a backup root's rights of the nightly unit, and no others."""
    lines = (ROOT / "deploy/systemd/gadong-backup.service").read_text().splitlines()
    kept = [
        f"+{right.removeprefix('CAP_').lower()}"
        for line in lines
        if line.startswith("CapabilityBoundingSet=")
        for right in line.partition("=")[2].split()
    ]
    assert kept
    # The tools of the tests lie in a root of their own, which systemd's unit does not enter.
    rights = ",".join(["-all", *kept, "+sys_chroot"])
    return ["setpriv", "--no-new-privs", "--bounding-set", rights]


@contextmanager
def set_up(*, months: int = 0) -> Iterator[Computer]:
    """A computer with the demonstration, or without any centre where months leave for files.

    Everything of it is gone when the block ends.
    """
    root = private_root.ensure(choice.STACK)
    private_root.add_packages(choice.STACK, root, private_root.BACKUP_PACKAGES)
    home = f"/srv/gadong/centre-{secrets.token_hex(6)}"
    subprocess.run(as_root(["install", "-d", "-m", "755", f"{root}{home}"]), check=True)
    made = Computer(Postgres(root, f"{home}/postgres", free_port(), "a-password"), home, months)
    try:
        made.postgres.start()
        own = "".join(f"{name}={value}\n" for name, value in made.environment.items())
        write_inside(root, f"{home}/environment", own, mode="600")
        subprocess.run(as_root(["install", "-d", "-m", "700", f"{root}{home}/tls"]), check=True)
        write_inside(root, f"{home}/tls/authority.key", "a key\n", mode="600")
        if months:
            made.make_archive()
        for command in ("migrate",) if months else ("migrate", "seed"):
            done = made.gadong(command)
            assert done.returncode == 0, done.stderr
        yield made
    finally:
        made.postgres.stop("immediate")
        subprocess.run(as_root(["rm", "-rf", f"{root}{home}", f"{root}{made.archive}"]), check=True)
