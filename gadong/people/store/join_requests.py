"""Requests to be served by a centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements
from gadong.people.domain.payer import PayerKind

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """A company or another payer and its first person, by their own account."""

    id: UUID
    centre_id: CentreId
    company: str
    registration_number: str
    name: str
    email: str
    asked_at: datetime
    accepted: tuple[UUID, ...] = ()
    kind: PayerKind = PayerKind.BUSINESS
    identification: str = ""


def ask(tx: Tx, request: JoinRequest) -> None:
    """Insert a request; the same again while it waits changes nothing."""
    run(
        tx,
        SQL["ask"],
        id=request.id,
        centre_id=request.centre_id,
        company=request.company,
        registration_number=request.registration_number,
        name=request.name,
        email=request.email,
        accepted=list(request.accepted),
        kind=request.kind,
        identification=request.identification,
    )


def waiting(tx: Tx, centre_id: CentreId) -> list[JoinRequest]:
    """Return the requests that wait for the centre's decision, the oldest first."""
    return [_request(row) for row in many(tx, SQL["waiting"], centre_id=centre_id)]


def find(tx: Tx, request_id: UUID) -> JoinRequest | None:
    """Return a waiting request, locked until the transaction ends."""
    row = one(tx, SQL["find"], id=request_id)
    return _request(row) if row else None


def decide(
    tx: Tx, request_id: UUID, *, is_approved: bool, reason: str, by: PersonId | None
) -> None:
    """Record the centre's decision on a request."""
    run(tx, SQL["decide"], id=request_id, is_approved=is_approved, reason=reason, by=by)


def forget_old(tx: Tx) -> int:
    """Delete old requests, answered or not."""
    return run(tx, SQL["forget"])


def _request(row: dict[str, Any]) -> JoinRequest:
    accepted, kind = tuple(row["accepted"]), PayerKind(row["kind"])
    return JoinRequest(**{**row, "accepted": accepted, "kind": kind})
