"""Devices' accounts at the broker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId, SourceId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.machines.domain.device_account import (
    Attempt,
    DeviceAccount,
    Refusal,
    is_of_many,
    level_of_centre,
)
from gadong.machines.domain.machine import Source

SQL = statements(__file__)


def insert(tx: Tx, account: DeviceAccount, *, by: PersonId | None) -> None:
    """Insert a new account; ingest applies it at the broker."""
    run(
        tx,
        SQL["insert"],
        id=account.id,
        centre_id=account.centre_id,
        source_id=account.source_id,
        name=account.name,
        username=account.username,
        publishes=list(account.publishes),
        hears=list(account.hears),
        by=by,
    )


def taken(
    tx: Tx,
    prefixes: Sequence[str],
    centre_id: CentreId,
    *,
    by_sources_here: bool,
    beside: Sequence[SourceId] = (),
) -> bool:
    """Return whether other topics here or elsewhere overlap with these at, above or below.

    They are those of another centre's device or source, or of a source here. What names another
    centre is that centre's, and what many centres share is no single one's. Sources `beside` read
    other channels of the same device, and do not count.
    """
    row = one(
        tx,
        SQL["taken"],
        prefixes=list(prefixes),
        centre_id=centre_id,
        by_sources_here=by_sources_here,
        beside=list(beside),
        levels=[level_of_centre(prefix) for prefix in prefixes],
        is_of_many=any(is_of_many(prefix) for prefix in prefixes),
    )
    return bool(row and row["taken"])


def of_centre(tx: Tx, centre_id: CentreId) -> list[DeviceAccount]:
    """Return a centre's accounts, the latest first, with those that were revoked."""
    return [_account(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def find(tx: Tx, account_id: UUID) -> DeviceAccount | None:
    """Return one account."""
    row = one(tx, SQL["find"], id=account_id)
    return _account(row) if row else None


def is_issued_by(tx: Tx, account_id: UUID, person_id: PersonId | None, *, after: datetime) -> bool:
    """Return whether the person issued the account after the instant."""
    row = one(tx, SQL["is_issued_by"], id=account_id, person_id=person_id, after=after)
    return bool(row and row["is_theirs"])


def revoke(tx: Tx, account_id: UUID, *, by: PersonId | None, reason: str) -> bool:
    """End an account; False where it had ended."""
    return bool(run(tx, SQL["revoke"], id=account_id, by=by, reason=reason))


def waiting(tx: Tx, *, most: int) -> list[DeviceAccount]:
    """Return the accounts whose present state the broker has not applied."""
    return [_account(row) for row in many(tx, SQL["waiting"], most=most)]


def pause(tx: Tx, source: Source, *, until: datetime) -> int:
    """Have the accounts that publish for a source rest until then; how many did not rest yet."""
    return run(
        tx,
        SQL["pause"],
        centre_id=source.centre_id,
        source_id=source.id,
        prefixes=list(source.prefixes or source.shared),
        until=until,
    )


def applied(tx: Tx, account: DeviceAccount, *, at: datetime) -> None:
    """Record that the broker has applied the account as it stood at the instant."""
    run(
        tx,
        SQL["applied"],
        id=account.id,
        is_revoked=account.revoked_at is not None,
        is_paused=account.is_paused(at),
        paused_until=account.paused_until,
    )


def forget_applied(tx: Tx, centre_id: CentreId) -> None:
    """Tell the broker of a centre's accounts anew: it may be another one."""
    run(tx, SQL["forget_applied"], centre_id=centre_id)


def by_username(tx: Tx, username: str) -> DeviceAccount | None:
    """Return the account of that login, revoked or not."""
    row = one(tx, SQL["by_username"], username=username)
    return _account(row) if row else None


def refused_today(tx: Tx, account_id: UUID, attempt: Attempt, day: date) -> tuple[int, bool]:
    """Count a device's different attempts of the day, and return whether this is among them."""
    row = one(
        tx,
        SQL["refused_today"],
        account_id=account_id,
        act=attempt.act,
        topic=attempt.topic,
        day=day,
    )
    return (row["different"], row["is_known"]) if row else (0, False)


def refuse(tx: Tx, account: DeviceAccount, attempt: Attempt, *, at: datetime) -> None:
    """Record a refused attempt of the device; the same on the same day is counted."""
    run(
        tx,
        SQL["refuse"],
        id=new_id(),
        centre_id=account.centre_id,
        account_id=account.id,
        day=at.date(),
        act=attempt.act,
        topic=attempt.topic,
        address=attempt.address,
        at=at,
    )


def refusals(tx: Tx, centre_id: CentreId, *, since: datetime, most: int) -> list[Refusal]:
    """List the refused attempts of a centre's devices, the latest first."""
    rows = many(tx, SQL["refusals"], centre_id=centre_id, since=since, most=most)
    return [Refusal(**row) for row in rows]


def forget_refusals(tx: Tx) -> int:
    """Retention: that they were tried stays in the audit."""
    return run(tx, SQL["forget_refusals"])


def set_aside(
    tx: Tx,
    source: Source,
    span: Period,
    *,
    reason: str,
    by: PersonId | None,
    recorded_at: datetime,
) -> datetime | None:
    """Exclude a source's messages that arrived in the span; return their earliest event time."""
    run(
        tx,
        SQL["set_aside"],
        id=new_id(),
        centre_id=source.centre_id,
        source_id=source.id,
        since=span.start,
        until=span.end,
        reason=reason,
        by=by,
        recorded_at=recorded_at,
    )
    row = one(tx, SQL["first_set_aside"], source_id=source.id, since=span.start, until=span.end)
    return row["at"] if row else None


def set_aside_of(
    tx: Tx, source_ids: Sequence[SourceId], *, recorded_before: datetime
) -> list[tuple[SourceId, Period]]:
    """Return the excluded spans of the sources, as recorded before the instant."""
    rows = many(
        tx, SQL["set_aside_of"], source_ids=list(source_ids), recorded_before=recorded_before
    )
    return [(row["source_id"], Period(row["since"], row["until"])) for row in rows]


def _account(row: dict[str, Any]) -> DeviceAccount:
    return DeviceAccount(
        **{**row, "publishes": tuple(row["publishes"]), "hears": tuple(row["hears"])}
    )
