"""A booking of the month before whose cost several companies share, as if they had agreed then."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.cost_shares import AskedShare, ShareAct, ShareRequest
from gadong.booking.store import cost_shares
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CompanyId, new_id
from gadong.people.domain.company import Company
from tests.support.new_centre import NewCentre
from tests.support.world import World


def asked(
    world: World | NewCentre,
    booking: Booking,
    *others: tuple[Company, int],
    booker_parts: int = 1,
    version: int = 1,
    at: datetime | None = None,
) -> ShareRequest:
    """Store a request for shares, an hour before the booking's start if no instant is given."""
    request = ShareRequest(
        booking_id=booking.id,
        version=version,
        booker_id=booking.company_id,
        booker_parts=booker_parts,
        shares=tuple(
            AskedShare(id=new_id(), company_id=company.id, parts=parts) for company, parts in others
        ),
        machine_id=booking.machine_id,
        period=booking.period,
        usage_mode=booking.usage_mode,
        asked_by=booking.person_id,
        asked_at=at or booking.period.start - timedelta(hours=1),
    )
    with transaction(world.pool, SYSTEM) as tx:
        cost_shares.insert(tx, booking.centre_id, request)
    return request


def answered(
    world: World | NewCentre,
    booking: Booking,
    request: ShareRequest,
    company: CompanyId,
    answer: ShareAct = ShareAct.CONSENT,
    *,
    at: datetime | None = None,
) -> None:
    """Store a company's answer, half an hour before the start if no instant is given."""
    share = next(s for s in request.shares if s.company_id == company)
    with transaction(world.pool, SYSTEM) as tx:
        cost_shares.answer(
            tx,
            booking.centre_id,
            share.id,
            booker_id=booking.company_id,
            company_id=company,
            answer=answer,
            by=booking.person_id,
            recorded_at=at or booking.period.start - timedelta(minutes=30),
        )
