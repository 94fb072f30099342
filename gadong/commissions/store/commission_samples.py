"""Samples of commissioned work, and where they went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from gadong.commissions.domain.commission import Commission
from gadong.commissions.domain.commission_sample import CommissionSample, SampleOutcome
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(
    tx: Tx,
    commission: Commission,
    sample: CommissionSample,
    photo: bytes | None,
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> CommissionSample:
    """Insert a sample, and return it with its number."""
    row = one(
        tx,
        SQL["insert"],
        id=sample.id,
        commission_id=commission.id,
        centre_id=commission.centre_id,
        company_id=commission.company_id,
        name=sample.name,
        condition=sample.condition,
        keep_until=sample.keep_until,
        received_at=sample.received_at,
        photo=photo,
        received_by=by,
        recorded_at=recorded_at,
    )
    if row is None:
        raise LookupError("the insertion returns the number")
    return replace(sample, position=row["position"])


def of_commission(tx: Tx, commission_id: UUID) -> list[CommissionSample]:
    """Return the samples of a commission in their order, with where each went."""
    rows = many(tx, SQL["of_commission"], commission_id=commission_id)
    return [
        CommissionSample(
            **{**row, "outcome": SampleOutcome(row["outcome"]) if row["outcome"] else None}
        )
        for row in rows
    ]


def commission_of(tx: Tx, sample_id: UUID) -> UUID | None:
    """Return the commission of a sample that the transaction may see."""
    row = one(tx, SQL["commission_of"], id=sample_id)
    return UUID(str(row["commission_id"])) if row else None


def photo(tx: Tx, sample_id: UUID) -> bytes | None:
    """Return the photo of a sample."""
    row = one(tx, SQL["photo"], id=sample_id)
    return bytes(row["photo"]) if row else None


def insert_end(
    tx: Tx,
    commission: Commission,
    sample_id: UUID,
    outcome: SampleOutcome,
    *,
    ended_at: datetime,
    words: str,
    by: PersonId | None,
    recorded_at: datetime,
) -> bool:
    """Insert where a sample went; return False for one that went before."""
    return bool(
        run(
            tx,
            SQL["insert_end"],
            sample_id=sample_id,
            centre_id=commission.centre_id,
            company_id=commission.company_id,
            outcome=outcome.value,
            ended_at=ended_at,
            words=words,
            recorded_by=by,
            recorded_at=recorded_at,
        )
    )


def overdue(tx: Tx, centre: CentreId, today: date) -> int:
    """Count the samples of a centre that are still there after their last day."""
    row = one(tx, SQL["overdue"], centre_id=centre, today=today)
    return int(row["samples"]) if row else 0
