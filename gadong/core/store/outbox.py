"""The outbox and its notices, the slots of jobs, and idempotency keys of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from psycopg import errors
from psycopg.types.json import Jsonb

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """A job's slot, and the result of its work."""

    job: str
    slot: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEvent:
    """An event in the outbox, from which notices and deliveries are made."""

    id: UUID
    centre_id: CentreId
    kind: str
    data: Mapping[str, Any]
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice to a person."""

    id: UUID
    centre_id: CentreId
    kind: str
    data: Mapping[str, Any]
    created_at: datetime


def claim(tx: Tx, job: str, slot: datetime) -> bool:
    """Claim the slot in this transaction; return False if another has it."""
    return bool(
        one(tx, SQL["claim"], job=job, slot=slot) or one(tx, SQL["retry_claim"], job=job, slot=slot)
    )


def done(tx: Tx, slots: Sequence[tuple[str, datetime]]) -> set[tuple[str, datetime]]:
    """Return those of some jobs' slots whose work is done."""
    rows = many(tx, SQL["done"], jobs=[j for j, _ in slots], slots=[slot for _, slot in slots])
    return {(row["job"], row["slot"]) for row in rows}


def finish(tx: Tx, job: str, slot: datetime, detail: str) -> None:
    """Record that the slot's work is done, in the transaction of the work."""
    run(tx, SQL["finish"], job=job, slot=slot, outcome="done", detail=detail)


def fail(tx: Tx, job: str, slot: datetime, detail: str) -> None:
    """Record that the slot's work failed."""
    run(tx, SQL["fail"], job=job, slot=slot, detail=detail[:500])


def last_runs(tx: Tx) -> list[JobRun]:
    """Return each job's last slot."""
    return [JobRun(**row) for row in many(tx, SQL["last_runs"])]


def add(tx: Tx, centre_id: CentreId, kind: str, **data: object) -> None:
    """Insert an event in the transaction of the change that it reports."""
    run(tx, SQL["add"], id=new_id(), centre_id=centre_id, kind=kind, data=Jsonb(data))


def due_events(tx: Tx, most: int) -> list[OutboxEvent]:
    """Return due events, locked from others until the transaction ends."""
    return [OutboxEvent(**row) for row in many(tx, SQL["due"], most=most)]


def sent(tx: Tx, event_id: UUID) -> None:
    """Record that the event was published."""
    run(tx, SQL["sent"], id=event_id)


def insert_notice(
    tx: Tx, event: OutboxEvent, *, company_id: CompanyId | None, person_id: PersonId
) -> None:
    """Insert a person's notice once, however often the event is published."""
    run(
        tx,
        SQL["insert_notice"],
        id=_own(event.id, person_id),
        centre_id=event.centre_id,
        company_id=company_id,
        person_id=person_id,
        kind=event.kind,
        data=Jsonb(dict(event.data)),
    )


def _own(event_id: UUID, person_id: PersonId) -> UUID:
    """Return the notice's id: in the order of events, and different for each person."""
    digest = sha256(event_id.bytes + person_id.bytes).digest()
    return UUID(bytes=event_id.bytes[:8] + digest[:8])


def notices(tx: Tx, person_id: PersonId, *, before: UUID | None, most: int) -> list[Notice]:
    """Return a page of the person's notices, the latest first."""
    return [
        Notice(**r) for r in many(tx, SQL["notices"], person_id=person_id, before=before, most=most)
    ]


def newer_notices(tx: Tx, person_id: PersonId, *, since: datetime | None, most: int) -> int:
    """Return how many of the person's latest notices came after an instant."""
    row = one(tx, SQL["newer_notices"], person_id=person_id, since=since, most=most)
    return int(row["n"]) if row else 0


def first_answer(tx: Tx, person_id: PersonId, key: str) -> tuple[bytes, UUID] | None:
    """Return the digest of the first request under the key, and the id of its result."""
    row = one(tx, SQL["first_answer"], person_id=person_id, key=key)
    return (row["digest"], row["made"]) if row else None


def keep_answer(tx: Tx, person_id: PersonId, key: str, *, digest: bytes, made: UUID) -> None:
    """Keep the id of a request's result; raise Conflict if the key was used meanwhile."""
    try:
        with tx.transaction():
            run(tx, SQL["keep_answer"], person_id=person_id, key=key, digest=digest, made=made)
    except errors.UniqueViolation as trouble:
        raise Conflict("This Idempotency-Key is being used by another request") from trouble


def claim_key(
    tx: Tx, person_id: PersonId, key: str, *, digest: bytes, lost_after: timedelta
) -> bool:
    """Take a key for a request; False where another request has it."""
    found = one(
        tx, SQL["claim_key"], person_id=person_id, key=key, digest=digest, lost_after=lost_after
    )
    return found is not None


def claimed(tx: Tx, person_id: PersonId, key: str) -> tuple[bytes, str | None] | None:
    """Return the digest of the request that has the key, and its answer once there is one."""
    row = one(tx, SQL["claimed"], person_id=person_id, key=key)
    return (bytes(row["digest"]), row["answer"]) if row else None


def keep_text(tx: Tx, person_id: PersonId, key: str, *, text: str) -> None:
    """Keep the whole answer of the request that has the key."""
    run(tx, SQL["keep_text"], person_id=person_id, key=key, text=text)


def free_key(tx: Tx, person_id: PersonId, key: str) -> None:
    """Free the key of a request that made nothing."""
    run(tx, SQL["free_key"], person_id=person_id, key=key)


def forget_old(tx: Tx, *, signals_before: datetime | None) -> int:
    """Delete old job runs, events and answers, and drop raw signals from before the instant.

    None for `signals_before` drops no signals.
    """
    if signals_before is not None:
        many(tx, SQL["drop_old"], before=signals_before)
    names = ("forget_runs", "forget_outbox", "forget_answers")
    return sum(run(tx, SQL[name]) for name in names)


def migration(tx: Tx) -> str | None:
    """Return the revision of the database."""
    row = one(tx, SQL["migration"])
    return row["version_num"] if row else None


def oldest_revision(tx: Tx) -> str | None:
    """Return the oldest revision whose programs work with the schema."""
    row = one(tx, SQL["oldest_revision"])
    return row["oldest"] if row else None


def heartbeat(tx: Tx) -> datetime | None:
    """Return the last instant at which a job showed that the scheduler runs."""
    row = one(tx, SQL["heartbeat"])
    return row["at"] if row else None
