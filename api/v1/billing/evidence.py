"""Evidence of issued statements, locked months, and the statements that a backdated tariff
changes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import evidence_schemas as schemas
from gadong.billing.domain.month_lock import MonthLock
from gadong.billing.services import month_locks, unstated_use
from gadong.billing.services.prices import backdating
from gadong.billing.services.proof import evidence_trails
from gadong.billing.services.proof.evidence_trails import TrailLine
from gadong.billing.services.unstated_use import UnstatedUse
from gadong.core.domain.ids import CentreId, CorrectionId, StatementId, TariffId
from gadong.texts.refusals import sentences

router = APIRouter(tags=["money"])

LineKey = Annotated[str, Query(max_length=200, description="A line's key; all lines if not given.")]
OfCorrection = Annotated[
    UUID | None, Query(description="A correction's id; the statement's own if not given.")
]


@router.get("/statements/{statement_id}/evidence")
def statement_evidence(
    statement_id: UUID,
    who: Who,
    pool: Connections,
    line: LineKey = "",
    correction: OfCorrection = None,
) -> schemas.EvidenceOut:
    """Return the runs and messages of an issued statement's lines, as stored with it."""
    found = evidence_trails.follow(
        pool,
        who,
        StatementId(statement_id),
        line=line,
        correction=CorrectionId(correction) if correction else None,
    )
    return schemas.EvidenceOut(
        number=found.number,
        digest=found.digest,
        origin=found.origin.value,
        stored_at=found.stored_at,
        lines=[_line(x) for x in found.lines],
    )


@router.get("/statements/{statement_id}/evidence.json", response_class=Response)
def whole_evidence(
    statement_id: UUID, who: Who, pool: Connections, correction: OfCorrection = None
) -> Response:
    """Return the whole evidence, byte for byte as in its digest; for managers."""
    body = evidence_trails.whole(
        pool, who, StatementId(statement_id), CorrectionId(correction) if correction else None
    )
    return Response(body, media_type="application/json")


@router.get("/centres/{centre}/months/{month}")
def get_month(centre: UUID, month: str, who: Who, pool: Connections) -> schemas.MonthStandingOut:
    """Return the lock of a month, with its reason and the use that no statement charges."""
    word = month_locks.find(pool, who, CentreId(centre), month)
    lock = _month(word) if word else schemas.MonthOut(month=month, is_locked=False)
    unstated = unstated_use.of_locked_month(pool, who, CentreId(centre), month)
    return schemas.MonthStandingOut(**dict(lock), unstated=[_unstated(x) for x in unstated])


@router.post("/centres/{centre}/months/{month}/lock")
def lock_month(
    centre: UUID, month: str, body: schemas.MonthWordIn, who: Who, pool: Connections
) -> schemas.MonthOut:
    """Lock a settled month: later facts about it become corrections."""
    return _month(
        month_locks.lock(
            pool, who, CentreId(centre), month, reason=body.reason, now=datetime.now(UTC)
        )
    )


@router.post("/centres/{centre}/months/{month}/unlock")
def unlock_month(
    centre: UUID, month: str, body: schemas.MonthWordIn, who: Who, pool: Connections
) -> schemas.MonthOut:
    """Open a locked month again, with the reason."""
    return _month(month_locks.unlock(pool, who, CentreId(centre), month, reason=body.reason))


@router.get("/tariffs/{tariff_id}/touched")
def touched_statements(
    tariff_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.TouchedOut]:
    """List the statements that a draft tariff would change, with both totals; drafts last."""
    return paging.whole(
        [
            schemas.TouchedOut(
                statement=t.statement_id,
                number=t.number,
                company_name=t.company_name,
                month=t.month,
                was=t.was,
                now=t.now,
                is_locked=t.is_locked,
            )
            for t in backdating.of_tariff(pool, who, TariffId(tariff_id))
        ]
    )


def _line(found: TrailLine) -> schemas.TrailLineOut:
    return schemas.TrailLineOut(
        key=found.line.charge.key,
        amount=found.line.charge.amount,
        sentence_ko=found.line.sentence_ko,
        sentence_en=found.line.sentence_en,
        runs=[
            schemas.TrailRunOut(
                start=r.period.start,
                end=r.period.end,
                state=r.state.value,
                signals=r.signals,
                digest=r.digest,
                opened_by=r.opened_by,
                closed_by=r.closed_by,
            )
            for r in found.runs
        ],
        messages=[
            schemas.TrailMessageOut(
                id=m.id,
                topic=m.topic,
                payload=m.payload.decode("utf-8", "backslashreplace"),
                received_at=m.received_at,
            )
            for m in found.messages
        ],
        logged=[
            schemas.TrailLoggedOut(
                id=entry.id,
                start=entry.period.start,
                end=entry.period.end,
                origin=entry.origin,
                reason=entry.reason,
                recorded_by=entry.recorded_by,
                recorded_at=entry.recorded_at,
            )
            for entry in found.logged
        ],
    )


def _unstated(found: UnstatedUse) -> schemas.UnstatedOut:
    korean, english = sentences(found.problem)
    return schemas.UnstatedOut(
        company=found.company_id,
        company_name=found.company_name,
        lines=found.lines,
        total=found.total,
        code=found.problem.code,
        ko=korean,
        en=english,
    )


def _month(word: MonthLock) -> schemas.MonthOut:
    return schemas.MonthOut(
        month=word.month, is_locked=word.is_locked, reason=word.reason, recorded_at=word.recorded_at
    )
