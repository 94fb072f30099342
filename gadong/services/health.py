"""Whether the installation is fit to serve, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.domain.access import SYSTEM
from gadong.store import clockwork, messages
from gadong.store.database import DatabaseAway, Pool, transaction

# Ingest shows itself every 5 s, the scheduler's shortest slot is a minute: three times that is an absence.
INGEST_SILENT_AFTER = timedelta(seconds=15)
SCHEDULER_SILENT_AFTER = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that the service needs, and how it is."""

    name: str
    is_ready: bool
    detail: str


def parts(pool: Pool, *, revision: str, now: datetime) -> list[Part]:
    """Database, migrations, every centre's broker session, and the scheduler."""
    try:
        with transaction(pool, SYSTEM) as tx:
            standing = clockwork.migration(tx)
            sessions = messages.listening(tx)
            beat = clockwork.heartbeat(tx)
    except DatabaseAway as trouble:
        return [Part(name="database", is_ready=False, detail=str(trouble))]
    found = [
        Part(name="database", is_ready=True, detail=""),
        Part(
            name="migrations",
            is_ready=standing == revision,
            detail=""
            if standing == revision
            else f"at {standing}, the program needs {revision}: gadong migrate",
        ),
        Part(
            name="scheduler",
            is_ready=beat is not None and now - beat < SCHEDULER_SILENT_AFTER,
            detail=f"last heard {beat.isoformat()}" if beat else "never heard",
        ),
    ]
    for session in sessions:
        fresh = session.seen_at is not None and now - session.seen_at < INGEST_SILENT_AFTER
        found.append(
            Part(
                name=f"ingest of {session.slug}",
                is_ready=bool(session.is_connected) and fresh,
                detail=session.detail
                or (f"last heard {session.seen_at}" if session.seen_at else "never heard"),
            )
        )
    return found
