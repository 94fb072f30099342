"""Endpoints of commissioned work: requests, offers, the work itself, and its steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.files import PDF, as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.booking_requests import company_of
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.commissions import commissions_schemas as schemas
from gadong.commissions.domain.commission import Commission, CommissionState
from gadong.commissions.services import commission_work, commissions, offer_paper
from gadong.commissions.services.steps import WantedItem
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["commissions"])

States = Annotated[list[CommissionState] | None, Query(description="Any of these states.")]


@router.get("/centres/{centre}/commissions")
def list_commissions(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    state: States = None,
    text: paging.SearchText = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.CommissionOut]:
    """List commissions, the latest request first: everything to the desk, a company its own.

    `text` has words of the number, the subject or the company.
    """
    found = commissions.shown(
        pool,
        who,
        CentreId(centre),
        states=state or (),
        text=text,
        after=paging.before_moment(cursor),
        most=limit,
    )
    last = found[-1] if len(found) == limit else None
    return paging.Page(
        items=[commission_out(one) for one in found],
        next=paging.next_moment(last.requested_at, last.id) if last else None,
    )


@router.post("/centres/{centre}/commissions", status_code=201)
def request_commission(
    centre: UUID, body: schemas.CommissionIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Ask for work for your company; the desk may enter it for any company that it serves."""
    asked = commissions.request(
        pool,
        who,
        centre=CentreId(centre),
        company=company_of(who, body.company),
        subject=body.subject,
        wish=body.wish,
        items=body.wanted(),
        at=body.at,
        now=datetime.now(UTC),
    )
    return commission_out(asked)


@router.get("/commissions/{commission_id}")
def get_commission(commission_id: UUID, who: Who, pool: Connections) -> schemas.CommissionOut:
    """Return a commission, for its company and the centre's desk."""
    return commission_out(commissions.find(pool, who, commission_id))


@router.get("/commissions/{commission_id}/steps")
def list_commission_steps(
    commission_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CommissionStepOut]:
    """List the steps of a commission, the earliest first, with what each said."""
    return paging.whole(
        [
            schemas.CommissionStepOut(
                id=one.id,
                step=one.step,
                state=one.state,
                at=one.at,
                reason=one.reason,
                data=dict(one.data),
            )
            for one in commissions.steps(pool, who, commission_id)
        ]
    )


@router.post("/commissions/{commission_id}/quote")
def quote_commission(
    commission_id: UUID, body: schemas.CommissionOfferIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Offer the work with its price, for the firm to accept; a later offer replaces it."""
    now = datetime.now(UTC)
    return commission_out(commissions.quote(pool, who, commission_id, body.offer(), now=now))


@router.get("/commissions/{commission_id}/offers/{step_id}/document.pdf", response_class=Response)
def print_commission_offer(
    commission_id: UUID,
    step_id: UUID,
    who: Who,
    pool: Connections,
    language: Annotated[Literal["ko", "en"], Query(description="The document's language.")] = "ko",
) -> Response:
    """Return an offer as a quotation (견적서), for its company and the centre's desk.

    `step_id` is the step that made it.
    """
    number, data = offer_paper.offer_paper(pool, who, commission_id, step_id, language)
    return as_file(data, f"{number}.pdf", PDF)


@router.post("/commissions/{commission_id}/accept")
def accept_commission(
    commission_id: UUID, body: schemas.CommissionAcceptanceIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Accept the offer; the desk records an acceptance that came another way."""
    accepted = commissions.accept(
        pool, who, commission_id, offer=body.offer, words=body.words, now=datetime.now(UTC)
    )
    return commission_out(accepted)


@router.post("/commissions/{commission_id}/receive")
def receive_commission(
    commission_id: UUID, body: schemas.CommissionReceiptIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Take the work on, until a day."""
    received = commission_work.receive(
        pool,
        who,
        commission_id,
        due_on=body.due_on,
        is_urgent=body.is_urgent,
        items=_wanted(body.goods),
        at=body.at,
        now=datetime.now(UTC),
    )
    return commission_out(received)


@router.post("/commissions/{commission_id}/start")
def start_commission(
    commission_id: UUID, body: schemas.CommissionStartIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Record that the work began."""
    now = datetime.now(UTC)
    return commission_out(commission_work.start(pool, who, commission_id, at=body.at, now=now))


@router.post("/commissions/{commission_id}/finish")
def finish_commission(
    commission_id: UUID, body: schemas.CommissionResultIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Record that the work is done, and charge the company each item."""
    done = commission_work.finish(
        pool,
        who,
        commission_id,
        items=_wanted(body.goods),
        at=body.at,
        now=datetime.now(UTC),
    )
    return commission_out(done)


@router.post("/commissions/{commission_id}/reopen")
def reopen_commission(
    commission_id: UUID, body: ReasonIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Take back that the work is done, with its charges."""
    now = datetime.now(UTC)
    return commission_out(
        commission_work.reopen(pool, who, commission_id, reason=body.reason, now=now)
    )


@router.post("/commissions/{commission_id}/hand-over")
def hand_over_commission(
    commission_id: UUID, body: schemas.CommissionHandoverIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """Record that the work was handed over, and to whom."""
    handed = commission_work.hand_over(
        pool, who, commission_id, recipient=body.recipient, at=body.at, now=datetime.now(UTC)
    )
    return commission_out(handed)


@router.post("/commissions/{commission_id}/decline")
def decline_commission(
    commission_id: UUID, body: ReasonIn, who: Who, pool: Connections
) -> schemas.CommissionOut:
    """End a commission that the centre does not do, and notify the firm."""
    now = datetime.now(UTC)
    return commission_out(
        commissions.decline(pool, who, commission_id, reason=body.reason, now=now)
    )


@router.post("/commissions/{commission_id}/withdraw")
def withdraw_commission(commission_id: UUID, who: Who, pool: Connections) -> schemas.CommissionOut:
    """Withdraw your company's commission, until the centre received it."""
    return commission_out(commissions.withdraw(pool, who, commission_id, now=datetime.now(UTC)))


def _wanted(items: list[schemas.CommissionItemIn] | None) -> list[WantedItem] | None:
    return None if items is None else [item.wanted() for item in items]


def commission_out(one: Commission) -> schemas.CommissionOut:
    """Return a commission on the wire."""
    return schemas.CommissionOut(
        id=one.id,
        number=one.number,
        centre=one.centre_id,
        company=one.company_id,
        person=one.person_id,
        subject=one.subject,
        wish=one.wish,
        state=one.state,
        is_urgent=one.is_urgent,
        due_on=one.due_on,
        prepayment=one.prepayment,
        reason=one.reason,
        requested_at=one.requested_at,
        goods=[
            schemas.CommissionItemOut(
                position=item.position,
                good=item.good,
                name_ko=item.name_ko,
                name_en=item.name_en,
                measure=item.measure,
                quantity=item.quantity,
                booking=item.booking_id,
                entry=item.entry_id,
            )
            for item in one.items
        ],
    )
