"""Stored evidence of issued documents, and the instant back to which signals still reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gadong.billing.domain.foundation import BookingStep, KeptMessage
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import (
    BookingId,
    CentreId,
    CorrectionId,
    MachineId,
    MessageId,
    StatementId,
    new_id,
)
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements

SQL = statements(__file__)


class Origin(StrEnum):
    """The origin of evidence, and its agreement with the issue of its document."""

    ISSUE = "issue"  # with the document, under its chain
    CONFIRMED = "confirmed"  # later: the facts were those of the issue
    # Later: nobody can tell, since the engine is too old or signals had retired.
    UNCONFIRMED = "unconfirmed"
    CONTRADICTED = "contradicted"  # later: the facts were others than at the issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document's evidence: its compressed bytes, the digest of the bytes themselves, and its tie
    to the document.
    """

    body: bytes
    digest: bytes
    origin: Origin
    link: bytes
    stored_at: datetime


def insert(
    tx: Tx,
    centre_id: CentreId,
    statement_id: StatementId,
    correction_id: CorrectionId | None,
    *,
    body: bytes,
    digest: bytes,
    origin: Origin,
    link: bytes,
) -> bool:
    """Keep a document's evidence; False where it is kept already."""
    return bool(
        run(
            tx,
            SQL["insert"],
            id=new_id(),
            centre_id=centre_id,
            statement_id=statement_id,
            correction_id=correction_id,
            body=body,
            digest=digest,
            origin=origin.value,
            link=link,
        )
    )


def find(
    tx: Tx, statement_id: StatementId, correction_id: CorrectionId | None = None
) -> Kept | None:
    """Return the evidence of a statement, or of one of its corrections."""
    row = one(tx, SQL["find"], statement_id=statement_id, correction_id=correction_id)
    return Kept(**{**row, "origin": Origin(row["origin"])}) if row else None


def statements_without(tx: Tx, *, most: int) -> list[StatementId]:
    """Issued statements that lack evidence of their own or of a correction, the earliest month
    first.
    """
    return [row["id"] for row in many(tx, SQL["statements_without"], most=most)]


def heard(
    tx: Tx, stretches: Sequence[tuple[MachineId, Period]], *, recorded_before: datetime
) -> list[tuple[int, str]]:
    """Count a machine's signals in each stretch, and digest them and their messages."""
    if not stretches:
        return []
    starts, ends = [p.start for _, p in stretches], [p.end for _, p in stretches]
    rows = many(
        tx,
        SQL["heard"],
        machine_ids=[machine_id for machine_id, _ in stretches],
        starts=starts,
        ends=ends,
        since=min(starts),
        until=max(ends),
        recorded_before=recorded_before,
    )
    return [(row["signals"], row["digest"].hex()) for row in rows]


def messages(tx: Tx, ids: Collection[MessageId]) -> list[KeptMessage]:
    """Return the messages as they were received; those that have retired are left out."""
    return [KeptMessage(**row) for row in many(tx, SQL["messages"], ids=sorted(ids))]


def booking_steps(
    tx: Tx, ids: Collection[BookingId], *, recorded_before: datetime
) -> list[BookingStep]:
    """Return the history of the bookings, as known before the instant."""
    rows = many(tx, SQL["booking_steps"], booking_ids=sorted(ids), recorded_before=recorded_before)
    return [BookingStep(**row) for row in rows]


def signals_begin(tx: Tx) -> datetime:
    """Since when signals are whole; far in the future where there is none at all."""
    row = one(tx, SQL["signals_begin"])
    return row["at"] if row else END_OF_TIME


def retired_before(tx: Tx) -> datetime | None:
    """Before which instant retention dropped signals; None where it never did."""
    row = one(tx, SQL["retired"])
    return row["before"] if row else None


def horizon(tx: Tx) -> datetime | None:
    """Return the earliest instant on which an open statement rests, or None."""
    row = one(tx, SQL["horizon"])
    return row["at"] if row else None


def is_recorded(tx: Tx, row: Statement | Correction) -> bool:
    """Return whether the whole row is as the latest entry of the audit left it."""
    name = "is_correction_recorded" if isinstance(row, Correction) else "is_statement_recorded"
    found = one(tx, SQL[name], id=row.id)
    return bool(found and found["is_recorded"])
