"""Shares of a booking's cost: asked for by its company, and answered by each of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.booking_changes import OnBooking
from api.v1.booking.shares.cost_shares_schemas import (
    CostSharesIn,
    CostSharesOut,
    PaidPartOut,
    ShareAnswerIn,
    ShareOut,
)
from gadong.billing.services.prices import shared_costs
from gadong.booking.domain.cost_shares import ShareAct, fixed_at
from gadong.booking.services.shares import cost_shares
from gadong.booking.services.shares.cost_shares import AskedCompany
from gadong.booking.services.shares.shared_booking import SharedBooking
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import BookingId, CompanyId
from gadong.machines.services import machines

router = APIRouter(tags=["bookings"])


@router.get("/cost-shares")
def list_cost_shares(who: Who, pool: Connections) -> paging.Page[CostSharesOut]:
    """Return the bookings to come whose cost your companies were asked to share, the next first."""
    found = cost_shares.of_callers(pool, who, now=datetime.now(UTC))
    return paging.Page(items=[_shown(pool, who, one) for one in found], next=None)


@router.get("/bookings/{booking_id}/cost-shares")
def get_cost_shares(booking_id: UUID, who: Who, pool: Connections) -> CostSharesOut:
    """Return who shares a booking's cost, and what each would pay."""
    found = cost_shares.find(pool, who, BookingId(booking_id), now=datetime.now(UTC))
    return _shown(pool, who, found)


@router.post("/bookings/{booking_id}/cost-shares", status_code=201)
def request_cost_shares(hand: OnBooking, body: CostSharesIn, pool: Connections) -> CostSharesOut:
    """Ask other companies to share a booking's cost, in place of what was asked before.

    Until each consents, its part stays with the company that booked. A booking that is moved, or
    changed in its length or mode, asks every company again.
    """
    found = cost_shares.ask(
        pool,
        hand,
        [
            AskedCompany(
                company=CompanyId(share.company) if share.company else None,
                registration_number=share.registration_number or "",
                parts=share.parts,
            )
            for share in body.shares
        ],
        booker_parts=body.booker_parts,
        now=datetime.now(UTC),
    )
    return _shown(pool, hand.who, found)


@router.post("/bookings/{booking_id}/cost-shares/take-back")
def take_back_cost_shares(hand: OnBooking, pool: Connections) -> CostSharesOut:
    """Take back what was asked: the company that booked pays it all."""
    found = cost_shares.take_back(pool, hand, now=datetime.now(UTC))
    return _shown(pool, hand.who, found)


@router.post("/bookings/{booking_id}/cost-shares/consent")
def consent_to_cost_share(
    booking_id: UUID, body: ShareAnswerIn, who: Who, pool: Connections
) -> CostSharesOut:
    """Consent to your company's part; it may withdraw until the parts are fixed."""
    return _answered(booking_id, body, who, pool, ShareAct.CONSENT)


@router.post("/bookings/{booking_id}/cost-shares/refuse")
def refuse_cost_share(
    booking_id: UUID, body: ShareAnswerIn, who: Who, pool: Connections
) -> CostSharesOut:
    """Refuse your company's part."""
    return _answered(booking_id, body, who, pool, ShareAct.REFUSE)


@router.post("/bookings/{booking_id}/cost-shares/withdraw")
def withdraw_from_cost_share(
    booking_id: UUID, body: ShareAnswerIn, who: Who, pool: Connections
) -> CostSharesOut:
    """Withdraw your company's consent before the parts are fixed."""
    return _answered(booking_id, body, who, pool, ShareAct.WITHDRAW)


def _answered(
    booking_id: UUID, body: ShareAnswerIn, who: Caller, pool: Pool, given: ShareAct
) -> CostSharesOut:
    found = cost_shares.answer(
        pool,
        who,
        BookingId(booking_id),
        given,
        company=CompanyId(body.company) if body.company else None,
        version=body.request,
        now=datetime.now(UTC),
    )
    return _shown(pool, who, found)


def _shown(pool: Pool, who: Caller, found: SharedBooking) -> CostSharesOut:
    booking, request = found.booking, found.request
    cost = shared_costs.of_full_use(pool, who, found)
    amounts = cost.parts if cost else {}
    slugs = machines.slugs(pool, [booking.machine_id])
    return CostSharesOut(
        machine=booking.machine_id,
        machine_slug=slugs[booking.machine_id],
        booking=booking.id,
        start=booking.period.start,
        end=booking.period.end,
        request=request.version if request else None,
        booker=booking.company_id,
        booker_parts=request.booker_parts if request else None,
        booker_amount=amounts.get(booking.company_id),
        is_fixed=found.is_fixed,
        fixed_at=fixed_at(booking),
        shares=[
            ShareOut(
                company=share.company_id,
                name=found.companies[share.company_id].name,
                parts=share.parts,
                state=found.state(share),
                amount=amounts.get(share.company_id),
            )
            for share in (request.shares if request else ())
        ],
        pays=[PaidPartOut(company=part.company_id, parts=part.parts) for part in found.parts],
    )
