"""Endpoints of guidance: requests, plans, what was done, and its counts."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.booking_requests import company_of
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.schemas import Instant, period_of
from api.v1.training import guidance_schemas as schemas
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.training.domain.guidance import Guidance
from gadong.training.services import guidance

router = APIRouter(tags=["trainings"])


@router.get("/centres/{centre}/guidance")
def list_guidance(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    text: paging.SearchText = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.GuidanceOut]:
    """List guidance, the latest request first: everything to the desk, a company its own.

    `text` has words of the subject, the expert or the company.
    """
    found = guidance.shown(
        pool, who, CentreId(centre), text=text, after=paging.before_moment(cursor), most=limit
    )
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[_told(one) for one in found],
        next=paging.next_moment(last.requested_at, last.id) if last else None,
    )


@router.get("/centres/{centre}/guidance-counts")
def count_guidance(
    centre: UUID, start: Instant, end: Instant, who: Who, pool: Connections
) -> paging.Page[schemas.GuidanceCountOut]:
    """Count what was done in a time, by kind; for those who see the centre's figures."""
    found = guidance.count(pool, who, CentreId(centre), period_of(start, end))
    return paging.whole(
        [
            schemas.GuidanceCountOut(
                kind=one.kind, times=one.times, minutes=one.minutes, companies=one.companies
            )
            for one in found
        ]
    )


@router.post("/centres/{centre}/guidance", status_code=201)
def request_guidance(
    centre: UUID, body: schemas.GuidanceIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Ask for guidance for your company; the desk may ask for any company that it serves."""
    asked = guidance.request(
        pool,
        who,
        centre=CentreId(centre),
        company=company_of(who, body.company),
        kind=body.kind,
        subject=body.subject,
        wish=body.wish,
        now=datetime.now(UTC),
    )
    return _told(asked)


@router.post("/centres/{centre}/guidance-contacts", status_code=201)
def record_guidance(
    centre: UUID, body: schemas.GuidanceContactIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Record what was done without a request: guidance, counselling, manpower information."""
    done = guidance.record(
        pool,
        who,
        centre=CentreId(centre),
        company=CompanyId(body.company) if body.company else None,
        kind=body.kind,
        subject=body.subject,
        work=body.work(),
        now=datetime.now(UTC),
    )
    return _told(done)


@router.get("/guidance/{guidance_id}")
def get_guidance(guidance_id: UUID, who: Who, pool: Connections) -> schemas.GuidanceOut:
    """Return a guidance, for its company and the centre's desk."""
    return _told(guidance.find(pool, who, guidance_id))


@router.post("/guidance/{guidance_id}/plan")
def plan_guidance(
    guidance_id: UUID, body: schemas.GuidancePlanIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Say who helps and when, and notify the person who asked."""
    now = datetime.now(UTC)
    return _told(
        guidance.plan(pool, who, guidance_id, expert=body.expert, starts_at=body.start, now=now)
    )


@router.post("/guidance/{guidance_id}/finish")
def finish_guidance(
    guidance_id: UUID, body: schemas.ExpertWorkIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Record what was done, and charge the company the good for it."""
    return _told(guidance.finish(pool, who, guidance_id, body.work(), now=datetime.now(UTC)))


@router.post("/guidance/{guidance_id}/reopen")
def reopen_guidance(
    guidance_id: UUID, body: ReasonIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Take back what was recorded as done, with its charge."""
    return _told(guidance.reopen(pool, who, guidance_id, reason=body.reason))


@router.post("/guidance/{guidance_id}/decline")
def decline_guidance(
    guidance_id: UUID, body: ReasonIn, who: Who, pool: Connections
) -> schemas.GuidanceOut:
    """Decline a request, and notify the person who asked."""
    return _told(guidance.decline(pool, who, guidance_id, reason=body.reason))


@router.post("/guidance/{guidance_id}/withdraw")
def withdraw_guidance(guidance_id: UUID, who: Who, pool: Connections) -> schemas.GuidanceOut:
    """Withdraw your company's request, until it is done."""
    return _told(guidance.withdraw(pool, who, guidance_id))


def _told(one: Guidance) -> schemas.GuidanceOut:
    return schemas.GuidanceOut(
        id=one.id,
        centre=one.centre_id,
        company=one.company_id,
        person=one.person_id,
        kind=one.kind,
        subject=one.subject,
        wish=one.wish,
        state=one.state,
        expert=one.expert,
        start=one.starts_at,
        minutes=one.minutes,
        result=one.result,
        follow_up_on=one.follow_up_on,
        good=one.good,
        entry=one.entry_id,
        reason=one.reason,
        requested_at=one.requested_at,
    )
