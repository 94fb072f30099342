"""Sessions with the broker: the listening of a centre, its subscriptions, and its outages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import Tx, many, one, recorded_at, run
from gadong.core.domain.ids import CentreId, MachineId, SourceId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range
from gadong.machines.domain.listening import LISTENING_SHOWN_EVERY, Listening, ListeningReport
from gadong.machines.domain.outage import Outage

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStart:
    """A centre's session as it begins to listen: which it is, what it missed, what it was
    subscribed to.
    """

    session_id: UUID
    was_listening: bool
    missed: Period | None
    filters: frozenset[str]


def report_listening(tx: Tx, reports: Sequence[ListeningReport]) -> None:
    """Record that centres are still listened to, and what the broker dropped since it started."""
    run(
        tx,
        SQL["report_listening"],
        centre_ids=[report.centre_id for report in reports],
        ages=[report.age for report in reports],
        details=[report.detail for report in reports],
        dropped=[report.dropped for report in reports],
    )


def report_not_listening(tx: Tx, centre_id: CentreId, *, detail: str) -> None:
    """Record that the centre's session does not listen, with the reason."""
    run(
        tx,
        SQL["report_not_listening"],
        centre_id=centre_id,
        detail=detail[:500],
        session_id=new_id(),
    )


def set_filters(tx: Tx, centre_id: CentreId, filters: Iterable[str]) -> None:
    """Remember what the centre's session is subscribed to."""
    run(tx, SQL["set_filters"], centre_id=centre_id, filters=sorted(filters))


def set_heard(tx: Tx, centre_id: CentreId, sources: Iterable[SourceId]) -> None:
    """Remember whose messages the centre's session reads by now."""
    run(tx, SQL["set_heard"], centre_id=centre_id, sources=list(sources))


def heard_sources(tx: Tx, centre_id: CentreId) -> frozenset[SourceId]:
    """Return the sources whose messages the centre's session reads."""
    row = one(tx, SQL["was_listening"], centre_id=centre_id)
    return frozenset(SourceId(s) for s in row["heard_sources"]) if row else frozenset()


def listening(tx: Tx) -> list[Listening]:
    """Return every centre's session."""
    return [Listening(**row) for row in many(tx, SQL["listening"])]


def begin_listening(tx: Tx, centre_id: CentreId, *, session_kept: bool) -> SessionStart:
    """Record the start of a centre's session and its outage, if there was one."""
    now = recorded_at(tx, centre_id)
    row = one(tx, SQL["was_listening"], centre_id=centre_id)
    session_id = row["session_id"] if row and session_kept else new_id()
    run(tx, SQL["begin_listening"], centre_id=centre_id, session_id=session_id)
    missed = None
    if row and (not session_kept or now - row["seen_at"] >= 2 * LISTENING_SHOWN_EVERY):
        missed = Period(row["seen_at"], now)
        run(
            tx,
            SQL["insert_outage"],
            centre_id=centre_id,
            during=to_range(missed),
            session_kept=session_kept,
            recorded_at=now,
        )
    return SessionStart(
        session_id=session_id,
        was_listening=row is not None,
        missed=missed,
        filters=frozenset(row["filters"]) if row else frozenset(),
    )


def outages(
    tx: Tx, centre_id: CentreId, *, since: datetime, recorded_before: datetime
) -> list[Outage]:
    """Return the centre's outages that end after the instant, as known before the other."""
    rows = many(
        tx, SQL["outages"], centre_id=centre_id, since=since, recorded_before=recorded_before
    )
    return [Outage(period=to_period(r["during"]), session_kept=r["session_kept"]) for r in rows]


def open_gaps(tx: Tx, machine_ids: Sequence[MachineId], *, before: datetime) -> int:
    """Count the senders of the machines with a number missing since before the instant."""
    row = one(tx, SQL["open_gaps"], machine_ids=list(machine_ids), before=before)
    return row["gaps"] if row else 0
