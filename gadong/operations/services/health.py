"""Health of the installation, part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.core.database import DatabaseAway, Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.clock import write_instant
from gadong.core.store import outbox
from gadong.machines.domain.listening import Listening
from gadong.machines.store import broker_sessions
from gadong.metering.store import runs
from gadong.operations.domain.schema_range import Schema
from gadong.operations.services.disk import disk_use
from gadong.operations.store import clock_steps
from gadong.operations.store.clock_steps import ClockStep
from gadong.people.domain.centre import Centre

# Ingest reports every 5 s, and the scheduler's shortest slot is a minute: three times that is an
# absence.
INGEST_SILENT_AFTER = timedelta(seconds=15)
SCHEDULER_SILENT_AFTER = timedelta(minutes=3)
# The scheduler lets slots wait so long after the clock was set.
CLOCK_SETTLED_AFTER = timedelta(minutes=1)
INGEST_OF = "ingest of "


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePart:
    """One part that the service needs, with its state."""

    name: str
    is_ready: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """The state of a centre's messages: received and read or not, and the last instant of both."""

    is_received: bool
    received_at: datetime | None
    is_read: bool
    read_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Return whether the shown state of a machine is its present one."""
        return self.is_received and self.is_read


def parts(
    pool: Pool, *, revision: str, now: datetime, data_directory: str = ""
) -> list[ServicePart]:
    """Return the state of every part that the service needs."""
    try:
        with transaction(pool, SYSTEM) as tx:
            standing = outbox.migration(tx)
            if standing is None or standing < revision:
                lacking = Schema(revision=standing, oldest=None).lacks(revision)
                return [_database(), ServicePart(name="migrations", is_ready=False, detail=lacking)]
            lacking = Schema(revision=standing, oldest=outbox.oldest_revision(tx)).lacks(revision)
            sessions = broker_sessions.listening(tx)
            beat = outbox.heartbeat(tx)
            step = clock_steps.last(tx)
    except DatabaseAway as trouble:
        return [ServicePart(name="database", is_ready=False, detail=str(trouble))]
    found = [
        _database(),
        ServicePart(name="migrations", is_ready=not lacking, detail=lacking),
        *_disk(data_directory),
        _clock(step, now),
        ServicePart(
            name="scheduler",
            is_ready=_is_read(beat, now),
            detail=f"last heard {write_instant(beat)}" if beat else "never heard",
        ),
    ]
    return found + [
        ServicePart(
            name=f"{INGEST_OF}{session.slug}",
            is_ready=is_received(session, now),
            detail=session.detail
            or (f"last heard {session.seen_at}" if session.seen_at else "never heard"),
        )
        for session in sessions
    ]


#: Parts without which a program cannot serve; the rest of the installation is another's.
NEEDED: Mapping[str, frozenset[str]] = {
    "api": frozenset({"database", "migrations"}),
    "ingest": frozenset({"database", "migrations", "disk", "ingest"}),
    "scheduler": frozenset({"database", "migrations", "clock", "scheduler"}),
}


def of_program(found: Sequence[ServicePart], program: str) -> list[ServicePart]:
    """Return the parts that one program needs."""
    return [part for part in found if part.name.split(" of ")[0] in NEEDED[program]]


def _database() -> ServicePart:
    return ServicePart(name="database", is_ready=True, detail="")


def _disk(directory: str) -> list[ServicePart]:
    """Return the disk's state: not ready from where ingest stops; none if it cannot be seen."""
    use = disk_use(directory)
    if use is None:
        return []
    detail = f"{use.percent:.0f} % used: make room" if use.is_scarce else ""
    return [ServicePart(name="disk", is_ready=not use.is_full, detail=detail)]


def _clock(step: ClockStep | None, now: datetime) -> ServicePart:
    """Return the clock's state: not ready while slots wait for it after a step."""
    if step is None:
        return ServicePart(name="clock", is_ready=True, detail="")
    seconds = round(step.step.total_seconds())
    return ServicePart(
        name="clock",
        is_ready=abs(now - step.seen_at) >= CLOCK_SETTLED_AFTER,
        detail=f"set by {seconds:+} s at {write_instant(step.seen_at)}",
    )


def for_anybody(found: Sequence[ServicePart]) -> list[ServicePart]:
    """Return the parts without reasons, and all centres' sessions as one: which centres there are
    is nobody's business.
    """
    plain = [replace(part, detail="") for part in found if not part.name.startswith(INGEST_OF)]
    sessions = [part.is_ready for part in found if part.name.startswith(INGEST_OF)]
    if sessions:
        plain.append(ServicePart(name="ingest", is_ready=all(sessions), detail=""))
    return plain


def reception(pool: Pool, centre: Centre, *, now: datetime) -> Reception:
    """Return whether a centre's messages are received and read now, by the checks of `parts`."""
    with transaction(pool, SYSTEM) as tx:
        sessions = [s for s in broker_sessions.listening(tx) if s.slug == centre.slug]
        beat = outbox.heartbeat(tx)
    session = sessions[0] if sessions else None
    return Reception(
        is_received=session is not None and is_received(session, now),
        received_at=session.seen_at if session else None,
        is_read=_is_read(beat, now),
        read_at=beat,
    )


def is_received(session: Listening, now: datetime) -> bool:
    """Return whether a centre's session receives messages now."""
    # An instant ahead of now is of a clock that was set back since.
    is_fresh = session.seen_at is not None and abs(now - session.seen_at) < INGEST_SILENT_AFTER
    return bool(session.is_connected) and is_fresh


def _is_read(beat: datetime | None, now: datetime) -> bool:
    return beat is not None and now - beat < SCHEDULER_SILENT_AFTER


def need_derived(tx: Tx, *, since: datetime) -> None:
    """Raise RuntimeError if machines have waited to be derived since before the instant."""
    if waiting := runs.all_waiting(tx, older_than=since):
        raise RuntimeError(f"{waiting} machines have waited over a minute to be derived")
