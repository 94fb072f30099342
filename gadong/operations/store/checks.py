"""Results of checks, and the figures that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements
from gadong.operations.domain.checks import Check, CheckLevel, CheckResult, CheckState

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Things that wait, how many are stuck, and the beginning of the longest wait."""

    count: int
    oldest: datetime | None
    stuck: int


def put(tx: Tx, result: CheckResult, *, now: datetime) -> None:
    """Store a check's result."""
    figures = Jsonb(dict(result.figures))
    level, centre = result.level.value, result.centre_id
    run(tx, SQL["put"], name=result.check, centre_id=centre, level=level, figures=figures, now=now)


def forget(tx: Tx, *, before: datetime) -> None:
    """Delete results that were not looked at since an instant."""
    run(tx, SQL["forget"], before=before)


def states(tx: Tx) -> list[CheckState]:
    """Return every check's last result; names of a later version are left out."""
    known = {check.value for check in Check}
    return [
        CheckState(
            result=CheckResult(
                check=Check(row["name"]),
                level=CheckLevel(row["level"]),
                centre_id=row["centre_id"],
                figures=row["figures"],
            ),
            since=row["since"],
            seen_at=row["seen_at"],
        )
        for row in many(tx, SQL["states"])
        if row["name"] in known
    ]


def installed_at(tx: Tx) -> datetime | None:
    """Return when the first centre was made; None before."""
    row = one(tx, SQL["installed_at"])
    return row["at"] if row else None


def dropped(tx: Tx) -> tuple[int, datetime | None]:
    """Return how many messages the broker dropped, and when the number last rose."""
    row = one(tx, SQL["dropped"])
    return (row["dropped"], row["dropped_at"]) if row else (0, None)


def gaps(tx: Tx, *, since: datetime, before: datetime) -> Mapping[CentreId, int]:
    """Return by centre how many senders have had missing numbers since then."""
    rows = many(tx, SQL["gaps"], since=since, before=before)
    return {row["centre_id"]: row["gaps"] for row in rows}


def quarantined(tx: Tx, *, since: datetime) -> Mapping[CentreId, int]:
    """Return by centre the number of causes of what was set aside since then."""
    return {row["centre_id"]: row["causes"] for row in many(tx, SQL["quarantined"], since=since)}


def waiting_machines(tx: Tx) -> Backlog:
    """Return the machines that wait to be derived."""
    row = one(tx, SQL["waiting_machines"])
    if row is None:
        return Backlog(count=0, oldest=None, stuck=0)
    return Backlog(count=row["waiting"], oldest=row["oldest"], stuck=row["deferred"])


def mails(tx: Tx, *, since: datetime, kept_since: datetime) -> Backlog:
    """Return the mails that wait; stuck are those that were given up."""
    row = one(tx, SQL["mails"], since=since, kept_since=kept_since)
    if row is None:
        return Backlog(count=0, oldest=None, stuck=0)
    return Backlog(count=row["waiting"], oldest=row["oldest"], stuck=row["failed"])


def failed_jobs(tx: Tx) -> list[str]:
    """Return the jobs whose last slot failed."""
    return [row["job"] for row in many(tx, SQL["failed_jobs"])]


def statements_by_state(tx: Tx) -> Mapping[str, int]:
    """Return the number of statements in each state."""
    return {row["state"]: row["statements"] for row in many(tx, SQL["statements"])}


def insert_backup(
    tx: Tx, *, kind: str, started_at: datetime, outcome: str, detail: str = ""
) -> None:
    """Record a backup that ended (`backup`), or the restore of one (`trial`)."""
    values = {"kind": kind, "started_at": started_at, "outcome": outcome, "detail": detail}
    run(tx, SQL["insert_backup"], **values)


def is_recovering(tx: Tx) -> bool:
    """Return whether the cluster still reads the log after its backup, and can only be read."""
    row = one(tx, SQL["is_recovering"])
    return row is None or bool(row["is_recovering"])


def last_backups(tx: Tx) -> Mapping[str, datetime]:
    """Return when each kind last succeeded."""
    return {row["kind"]: row["at"] for row in many(tx, SQL["last_backups"])}


def last_backup_began(tx: Tx) -> datetime | None:
    """Return when the last backup that succeeded was begun; None where none did."""
    row = one(tx, SQL["last_backup_began"])
    return row["at"] if row else None


def forget_backups(tx: Tx) -> int:
    """Delete records of backups of more than a year ago."""
    return run(tx, SQL["forget_backups"])
