"""A backup: the cluster with its log of changes, and the files without which it is of no use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import GadongError
from gadong.machines.services.archive.writing import UNFINISHED
from gadong.machines.store import archives
from gadong.operations.services.backups.site import POSTGRES, BackupFailed, Site
from gadong.operations.store import checks

# A full backup a week; the nights between hold what changed since.
FULL_AFTER = timedelta(days=6, hours=12)
KEPT_FILES = ("--keep-daily", "14", "--keep-weekly", "8", "--keep-monthly", "12")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBackup:
    """A backup that was made."""

    label: str
    kind: str
    files: int


def make(pool: Pool, site: Site, *, now: datetime) -> MadeBackup:
    """Back up the cluster and the files, and record the end of it; the first call sets both up."""
    started_at = datetime.now(UTC)
    try:
        made = _make(site, now)
        _need_archives(pool, site)
    except GadongError as trouble:
        record(pool, "backup", started_at, trouble)
        raise
    record(pool, "backup", started_at)
    return made


def record(pool: Pool, kind: str, started_at: datetime, trouble: Exception | None = None) -> None:
    """Record a backup or a trial that ended."""
    outcome, detail = ("failed", str(trouble)[:1000]) if trouble else ("done", "")
    with transaction(pool, SYSTEM) as tx:
        checks.insert_backup(tx, kind=kind, started_at=started_at, outcome=outcome, detail=detail)


def _make(site: Site, now: datetime) -> MadeBackup:
    _set_up(site)
    kind = "incr" if _has_full(site, since=now - FULL_AFTER) else "full"
    site.pgbackrest("backup", f"--type={kind}", why="back up the database")
    files = _back_up_files(site)
    site.write_manifest()
    return MadeBackup(label=_backups(site)[-1].label, kind=kind, files=files)


def _need_archives(pool: Pool, site: Site) -> None:
    """Raise BackupFailed where files of closed months are on record, but not there to back up.

    Their rows leave the database once a backup has the files (ADR 59): a disk that was not mounted
    must not count as backed up. What is there is in the backup all the same.
    """
    with transaction(pool, SYSTEM) as tx:
        files = [each.file for each in archives.of_installation(tx) if not each.deleted_at]
    if missing := [file for file in files if not site.path(file).is_file()]:
        raise BackupFailed(
            f"the database and the files are backed up, but {len(missing)} archived months are "
            f"missing: {missing[0]}"
        )


def _set_up(site: Site) -> None:
    """Make both repositories where they are missing, and let PostgreSQL hand over its log."""
    missing = [
        file
        for file in (f"{site.directory}/database", f"{site.directory}/lock")
        if not site.path(file).exists()
    ]
    site.path(site.directory).mkdir(parents=True, exist_ok=True)
    for directory in missing:
        owner = ("-o", POSTGRES, "-g", POSTGRES, "-m", "750")
        site.run("install", "-d", *owner, directory, why="make the repository")
    site.write_config()
    push = f"pgbackrest --config={site.config} --stanza=gadong archive-push %p"
    if ask_server(site, "show archive_mode") != "on":
        raise BackupFailed(
            "PostgreSQL keeps no log for backups: set archive_mode = on "
            "(deploy/postgres/gadong.conf)"
            " and start it anew"
        )
    site.pgbackrest("stanza-create", why="make the database's repository")
    if ask_server(site, "show archive_command") != push:
        ask_server(site, f"alter system set archive_command = '{push}'")
        ask_server(site, "select pg_reload_conf()")
    if not site.path(f"{site.directory}/files/config").exists():
        site.restic("init", why="make the files' repository")


def ask_server(site: Site, statement: str) -> str:
    """Run a statement as the server's own user, by the socket that the running server names."""
    found = site.socket()
    if found is None:
        raise BackupFailed(f"no PostgreSQL runs in {site.cluster}; set GADONG_BACKUP_CLUSTER")
    where = ("-h", found[0], "-p", found[1], "-d", "postgres", "-U", POSTGRES)
    return site.run(
        "psql", *where, "-Atqc", statement, user=POSTGRES, why="prepare PostgreSQL"
    ).strip()


def _back_up_files(site: Site) -> int:
    """Back up the files and return their number; one that is missing is an error, not a gap."""
    named = [*site.files, site.environment_file]
    if missing := [file for file in named if not site.path(file).exists()]:
        raise BackupFailed(f"these files are to be in the backup and are not there: {missing}")
    but = ("--exclude", f"*{UNFINISHED}")
    site.restic("backup", "--tag", "gadong", *but, *named, why="back up the files")
    site.restic("forget", "--tag", "gadong", "--prune", *KEPT_FILES, why="forget old files")
    return len(named)


def _has_full(site: Site, *, since: datetime) -> bool:
    return any(one.is_full and one.ended_at >= since for one in _backups(site))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBackup:
    """A backup of the database that the repository keeps."""

    label: str
    is_full: bool
    ended_at: datetime


def _backups(site: Site) -> list[KeptBackup]:
    """Return the database's backups, the latest last."""
    (found,) = json.loads(site.pgbackrest("info", "--output=json", why="list the backups"))
    return [
        KeptBackup(
            label=one["label"],
            is_full=one["type"] == "full",
            ended_at=datetime.fromtimestamp(one["timestamp"]["stop"], UTC),
        )
        for one in found["backup"]
    ]
