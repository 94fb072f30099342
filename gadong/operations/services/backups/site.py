"""The place of a backup, and the tools that make it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from gadong.core.domain.problem import GadongError
from gadong.core.domain.secret import LEAST_SECRET

STANZA = "gadong"
MANIFEST = "gadong.json"
POSTGRES = "postgres"


class BackupFailed(GadongError):
    """The backup or its restoring failed; the message says at which step."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A centre's computer as its backup sees it.

    `directory` holds both repositories, on another disk or computer. `root` is another root of the
    file system, in which PostgreSQL and the tools lie; all paths but its own are inside it.
    """

    directory: str
    passphrase: str = field(repr=False)
    cluster: str
    start: str
    config: str = "/etc/gadong/pgbackrest.conf"
    environment_file: str = "/etc/gadong/environment"
    files: tuple[str, ...] = ()
    root: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.directory:
            raise ValueError("set GADONG_BACKUP_DIRECTORY, where backups are kept")
        if len(self.passphrase) < LEAST_SECRET:
            raise ValueError(
                f"set GADONG_BACKUP_PASSPHRASE to {LEAST_SECRET} random characters or more, "
                "and keep"
                " it on paper: without it no backup can be read"
            )

    def path(self, inside: str) -> Path:
        """Return a path of the site as this process sees it."""
        return Path(self.root + inside) if self.root else Path(inside)

    def run(self, *command: str, user: str = "root", why: str) -> str:
        """Run a tool as a user of the site and return its output; BackupFailed with its words."""
        done = subprocess.run(
            [*self._as(user), *command],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise BackupFailed(f"{why}: {command[0]} said: {' / '.join(said) or 'nothing'}")
        return done.stdout

    def begin(self, user: str = "root") -> None:
        """Run the command that starts the cluster.

        Its output goes nowhere, since the server keeps it.
        """
        done = subprocess.run(
            [*self._as(user), *shlex.split(self.start)],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
        )
        if done.returncode:
            raise BackupFailed(f"start PostgreSQL: {self.start} ended with {done.returncode}")

    def pgbackrest(self, *arguments: str, why: str) -> str:
        """Run pgBackRest as the database's own user."""
        named = [f"--config={self.config}", f"--stanza={STANZA}"]
        return self.run("pgbackrest", *named, *arguments, user=POSTGRES, why=why)

    def restic(self, *arguments: str, why: str) -> str:
        """Run restic on the repository of files."""
        named = ["--repo", f"{self.directory}/files", "--no-cache", "--quiet"]
        return self.run("restic", *named, *arguments, why=why)

    def write_config(self) -> None:
        """Write pgBackRest's configuration, which root and the database's user read."""
        lines = (
            "[global]",
            f"repo1-path={self.directory}/database",
            "repo1-cipher-type=aes-256-cbc",
            f"repo1-cipher-pass={self.passphrase}",
            "repo1-bundle=y",
            # Two weekly ones and the nights between, so that a fault of the newest costs one week.
            "repo1-retention-full=2",
            "compress-type=zst",
            "start-fast=y",
            "log-level-console=warn",
            "log-level-file=off",
            f"lock-path={self.directory}/lock",
            "",
            f"[{STANZA}]",
            f"pg1-path={self.cluster}",
            *self._server(),
        )
        file = self.path(self.config)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text("\n".join(lines) + "\n")
        self.run("chown", POSTGRES, self.config, why="give pgBackRest its configuration")

    def socket(self) -> tuple[str, str] | None:
        """Return the socket's directory and the port of the running server; None without one."""
        file = self.path(f"{self.cluster}/postmaster.pid")
        if not file.exists():
            return None
        lines = file.read_text().splitlines()
        return lines[4], lines[3]

    def _server(self) -> list[str]:
        found = self.socket()
        return [f"pg1-socket-path={found[0]}", f"pg1-port={found[1]}"] if found else []

    def write_manifest(self) -> None:
        """Write beside the repositories where everything belongs; no secret is in it."""
        kept = {
            name: value
            for name, value in asdict(self).items()
            if name in {"cluster", "start", "config", "environment_file", "files"}
        }
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        self.path(f"{self.directory}/{MANIFEST}").write_text(text + "\n")

    def _as(self, user: str) -> Sequence[str]:
        if self.root:
            return ["chroot", f"--userspec={user}:{user}", self.root]
        return ["runuser", "-u", user, "--"] if user != "root" and os.geteuid() == 0 else []

    def _environment(self) -> Mapping[str, str]:
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": "/root",
            "RESTIC_PASSWORD": self.passphrase,
            "PGPASSWORD": self.password,
        }


def manifest(directory: Path) -> dict[str, Any]:
    """Return where everything of a backup belongs."""
    file = directory / MANIFEST
    if not file.exists():
        raise BackupFailed(f"there is no backup of Gadong in {directory}: {MANIFEST} is missing")
    found: dict[str, Any] = json.loads(file.read_text())
    found["files"] = tuple(found["files"])
    return found


def password_of(url: str) -> str:
    """Return the password of a database's address, if its user is the server's own."""
    parts = urlsplit(url)
    return unquote(parts.password or "") if parts.username == POSTGRES else ""
