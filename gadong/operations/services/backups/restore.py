"""Restoring of a backup: onto an empty computer, or beside the running cluster for trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket
from time import monotonic, sleep
from urllib.parse import urlsplit, urlunsplit

from gadong.billing.services.proof import verification
from gadong.core.database import DatabaseAway, Pool, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.audit import BEGINNING
from gadong.core.domain.problem import GadongError
from gadong.metering.services import run_verification
from gadong.operations.services import archiving, audit_export
from gadong.operations.services.backups.backup import ask_server, record
from gadong.operations.services.backups.site import POSTGRES, BackupFailed, Site
from gadong.operations.store import checks
from gadong.people.services.accounts import OPERATOR

# A cluster reads the log since its backup before it answers.
STARTED_WITHIN = timedelta(minutes=30)
POSTGRES_BIN = "/usr/lib/postgresql/17/bin"


def restore_files(site: Site) -> None:
    """Put the files of the last backup back where they were, and write pgBackRest's own."""
    site.restic("restore", "latest", "--tag", "gadong", "--target", "/", why="restore the files")
    site.write_config()


def need_no_cluster(site: Site) -> None:
    """Raise BackupFailed where there is a cluster already: nothing of that computer is replaced."""
    if site.path(f"{site.cluster}/PG_VERSION").exists():
        raise BackupFailed(
            f"there is a cluster in {site.cluster}; a backup is restored into an empty directory"
        )


def restore_database(site: Site) -> None:
    """Restore the cluster to the end of its log, and start it; BackupFailed where there is one."""
    need_no_cluster(site)
    _empty_directory(site, site.cluster)
    site.pgbackrest("restore", why="restore the database")
    site.begin()


def wait_for(url: str, within: timedelta = STARTED_WITHIN) -> None:
    """Wait until the database has read its whole log; DatabaseAway if it has not in time.

    A cluster answers before, and then it shows an earlier state and cannot be written.
    """
    deadline = monotonic() + within.total_seconds()
    pool = open_pool(url, size=2, name="restore")
    try:
        while True:
            if _has_recovered(pool):
                return
            if monotonic() > deadline:
                raise DatabaseAway("the restored database still reads its log")
            sleep(0.5)
    finally:
        pool.close()


def _has_recovered(pool: Pool) -> bool:
    try:
        with transaction(pool, SYSTEM) as tx:
            return not checks.is_recovering(tx)
    except DatabaseAway:
        return False


def verify(pool: Pool) -> list[str]:
    """Return everything that `gadong verify` and `gadong audit verify` find wrong.

    The files of closed months are this computer's, as restic restores them.
    """
    wrong = [
        f"statement {verdict.number}: {verdict}"
        for verdict in verification.verify(pool, OPERATOR)
        if verdict.differences
    ]
    _, differences = audit_export.verify(pool, OPERATOR, BEGINNING)
    wrong += differences
    wrong += archiving.verify(pool)
    return wrong + run_verification.adrift(pool, OPERATOR, now=datetime.now(UTC))


def try_out(pool: Pool, site: Site, url: str, *, said: Callable[[str], None]) -> None:
    """Restore the last backup into a scratch cluster, verify it, delete it, and record the end.

    BackupFailed with everything that was found wrong.
    """
    started_at = datetime.now(UTC)
    try:
        site.restic("check", why="check the files' backup")
        with _scratch(site, url) as scratch_url:
            said("the backup was restored into a scratch cluster")
            scratch = open_pool(scratch_url, size=2, name="trial")
            try:
                wrong = verify(scratch)
            finally:
                scratch.close()
        if wrong:
            raise BackupFailed("the restored backup is wrong: " + "; ".join(wrong[:20]))
    except GadongError as trouble:
        record(pool, "trial", started_at, trouble)
        raise
    record(pool, "trial", started_at)


@contextmanager
def _scratch(site: Site, url: str) -> Iterator[str]:
    """Run the last backup as a cluster of its own on a free port, which archives nothing."""
    data = f"{site.cluster}-trial"
    _remove_scratch(site, data)
    _empty_directory(site, data)
    try:
        options = ("--type=immediate", "--target-action=promote", "--archive-mode=off")
        site.pgbackrest("restore", f"--pg1-path={data}", *options, why="restore for trial")
        port = _free_port()
        _configure(site, data)
        own = f"\nport = {port}\nlisten_addresses = '127.0.0.1'\narchive_mode = off\n"
        own += f"unix_socket_directories = '{data}'\n"
        with site.path(f"{data}/postgresql.auto.conf").open("a") as file:
            file.write(own)
        _control(site, data, "start", "-w", "-t", "1800", "-l", f"{data}/server.log")
        scratch_url = _at_port(url, port)
        wait_for(scratch_url)
        yield scratch_url
    finally:
        _remove_scratch(site, data)


def _configure(site: Site, data: str) -> None:
    """Give a cluster without settings those of the running one.

    Debian keeps them outside of the data, so that no backup of the cluster holds them.
    """
    file = site.path(f"{data}/postgresql.conf")
    if file.exists():
        return
    running = ask_server(site, "show config_file")
    file.write_text(f"include '{running}'\ndata_directory = '{data}'\nexternal_pid_file = ''\n")
    file.chmod(0o644)


def _remove_scratch(site: Site, data: str) -> None:
    if site.path(f"{data}/postmaster.pid").exists():
        _control(site, data, "stop", "-w", "-m", "immediate")
    site.run("rm", "-rf", data, why="delete the scratch cluster")


def _control(site: Site, data: str, action: str, *arguments: str) -> None:
    command = " ".join((f"{POSTGRES_BIN}/pg_ctl", action, "-D", data, *arguments))
    Site(
        directory=site.directory,
        passphrase=site.passphrase,
        cluster=data,
        start=command,
        root=site.root,
    ).begin(POSTGRES)


def _empty_directory(site: Site, directory: str) -> None:
    owner = ("-o", POSTGRES, "-g", POSTGRES, "-m", "700")
    site.run("install", "-d", *owner, directory, why="make the cluster's directory")


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _at_port(url: str, port: int) -> str:
    """Return the database's address with the scratch cluster's port."""
    parts = urlsplit(url)
    login = parts.netloc.rpartition("@")[0]
    netloc = f"{login}@127.0.0.1:{port}" if login else f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=netloc))


def read_environment(file: Path) -> dict[str, str]:
    """Return the settings of an environment file, as systemd reads it: NAME=value a line."""
    pairs = (
        line.strip().split("=", 1)
        for line in file.read_text().splitlines()
        if "=" in line and not line.lstrip().startswith("#")
    )
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}
