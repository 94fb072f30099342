"""A PostgreSQL of the tests whose files are in memory.

A test clones the migrated database, a thousand files, and drops it. On an ext4 without a journal
each new file searches past those that were deleted within the last minutes. So a clone took two
seconds there; in memory it takes a tenth of one. The file system is mounted in a namespace that the
server alone is in, and is gone with it.
"""

from __future__ import annotations

import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.stack.root import StackError, as_root
from deploy.stack.servers import LIGHT_LOGINS, PG_BIN, Postgres

# The suite's databases and their log take under a gigabyte; a test may fill more, and the programs
# and the browser need theirs.
MEMORY_BYTES = 7 * 1024**3
START = """
mount -t tmpfs -o mode=700 tmpfs "$1$2"
chroot "$1" chown postgres:postgres "$2"
IFS= read -r password
as_owner() { chroot --userspec=postgres:postgres "$@"; }
printf '%s' "$password" | as_owner "$1" sh -c 'umask 77; cat > "$1"' sh "$3.password"
as_owner "$1" "$4/initdb" -D "$2" --auth=scram-sha-256 --pwfile="$3.password" \
    --encoding=UTF8 --locale=C.UTF-8 --username=postgres "$5" "$6" < /dev/null
rm "$1$3.password"
as_owner "$1" sh -c 'cat > "$1"' sh "$2/postgresql.auto.conf"
as_owner "$1" "$4/pg_ctl" start -w -t 60 -D "$2" -l "$3.log"
"""


@dataclass(frozen=True, slots=True)
class MemoryPostgres(Postgres):
    """A cluster that is made anew by each start, and of which nothing is left when it stops."""

    @property
    def _beside(self) -> str:
        """Return the beginning of the names of its pid file and log, which are on the disk."""
        return f"/srv/gadong/run/{Path(self.data).name}"

    def start(self) -> None:
        """Make and start the cluster with its database, unless it runs.

        Raise StackError if a file system cannot be mounted here, or the server does not start.
        """
        if self.is_running():
            return
        subprocess.run(as_root(["install", "-d", f"{self.root}{self.data}"]), check=True)
        names = [str(self.root), self.data, self._beside, PG_BIN, *LIGHT_LOGINS]
        script = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", START, "sh"]
        # The server keeps what it inherits open for ever, so its words do not come by a pipe.
        log = Path(f"{self.root}{self._beside}.start")
        with log.open("w") as words:
            done = subprocess.run(
                as_root([*script, *names]),
                input=f"{self.password}\n{self.configuration()}",
                text=True,
                stdout=words,
                stderr=words,
                check=False,
                cwd="/",
            )
        if done.returncode:
            raise StackError(f"PostgreSQL does not start in memory:\n{log.read_text()[-1500:]}")
        self._psql("postgres", "create database gadong")

    def configuration(self) -> str:
        """Return its settings: the pid is kept where those outside its namespace can read it."""
        # A dataclass with slots is another class than the one that a plain super() means.
        return (
            f"{super(MemoryPostgres, self).configuration()}"
            f"external_pid_file = '{self._beside}.pid'\nmax_wal_size = 256MB\n"
        )

    def is_running(self) -> bool:
        """Return whether the process of the pid file is this root's server."""
        return self._pid() is not None

    def stop(self, mode: str = "fast") -> None:
        """Stop the cluster and forget its data; `immediate` is a crash."""
        if (pid := self._pid()) is None:
            return
        word = signal.SIGINT if mode == "fast" else signal.SIGQUIT
        subprocess.run(as_root(["kill", f"-{word}", str(pid)]), check=True)
        deadline = time.monotonic() + 60
        while self._pid() is not None:
            if time.monotonic() > deadline:
                raise StackError(f"PostgreSQL does not stop; its process is {pid}")
            time.sleep(0.05)

    def remove(self) -> None:
        """Delete what a stopped cluster leaves beside its data: the mount point and its log."""
        left = [f"{self.root}{self._beside}.{kind}" for kind in ("pid", "log", "start")]
        subprocess.run(as_root(["rm", "-rf", f"{self.root}{self.data}", *left]), check=True)

    def _pid(self) -> int | None:
        """Return the server's process, which a pid file of an earlier boot may not name."""
        kept = Path(f"{self.root}{self._beside}.pid")
        if not kept.exists():
            return None
        pid = int(kept.read_text().split()[0])
        asked = subprocess.run(
            as_root(["readlink", f"/proc/{pid}/root", f"/proc/{pid}/exe"]),
            capture_output=True,
            text=True,
            check=False,
        )
        root, _, program = asked.stdout.strip().partition("\n")
        if root != str(self.root.resolve()) or not program.endswith("/postgres"):
            return None
        return pid


def has_room() -> bool:
    """Return whether this machine has the memory to keep the tests' databases in it."""
    total = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return total is not None and int(total[1]) * 1024 >= MEMORY_BYTES
