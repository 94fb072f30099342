"""The page of one commission: its items, offer and steps, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.commissions.case_team import team_of
from api.pages.commissions.commissions import STATE_NAMES
from api.pages.commissions.item_fields import (
    Bookings,
    GoodCodes,
    Quantities,
    goods_today,
    machine_times,
    units,
    wanted_items,
)
from api.pages.frame.form_times import FormDay, day_in, instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.commissions.domain.commission import CommissionStep
from gadong.commissions.domain.commission_offer import USUAL_DAYS, offers_of
from gadong.commissions.services import (
    commission_files,
    commission_samples,
    commission_terms,
    commission_work,
    commissions,
)
from gadong.commissions.services.commissions import MOST_WON, CommissionOffer
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

STEP_NAMES = {
    CommissionStep.REQUEST: "asked for",
    CommissionStep.QUOTE: "offer made",
    CommissionStep.ACCEPT: "offer accepted",
    CommissionStep.RECEIVE: "received by the centre",
    CommissionStep.START: "work begun",
    CommissionStep.FINISH: "finished",
    CommissionStep.REOPEN: "taken back to be corrected",
    CommissionStep.HAND_OVER: "given to the firm",
    CommissionStep.DECLINE: "declined",
    CommissionStep.WITHDRAW: "withdrawn",
}
Reason = Annotated[str, Form(max_length=500)]
When = Annotated[str, Form(max_length=40)]
Won = Annotated[int, Form(ge=0, le=MOST_WON)]


@router.get("/commissions/{commission_id}")
def one(request: Request, commission_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a commission to its company and the centre's desk."""
    return commission_page(request, looking, pool, commission_id)


@router.post("/commissions/{commission_id}/quote")
def quote(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    due_on: FormDay,
    good: GoodCodes,
    quantity: Quantities,
    booking: Bookings,
    *,
    prepayment: Won = 0,
    words: Annotated[str, Form(max_length=1000)] = "",
    valid_until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Offer the work with its price."""

    def work() -> None:
        offer = CommissionOffer(
            items=wanted_items(good, quantity, booking),
            due_on=due_on,
            prepayment=prepayment,
            words=words,
            valid_until=day_in(valid_until, field="valid_until") if valid_until else None,
        )
        commissions.quote(pool, looking.who, commission_id, offer, now=datetime.now(UTC))

    return _done(request, looking, pool, commission_id, work, "Offered. The firm is told.")


@router.post("/commissions/{commission_id}/accept")
def accept(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    offer: Annotated[UUID | None, Form()] = None,
    words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Accept the offer that the page showed."""

    def work() -> None:
        commissions.accept(
            pool, looking.who, commission_id, offer=offer, words=words, now=datetime.now(UTC)
        )

    return _done(request, looking, pool, commission_id, work, "The offer is accepted.")


@router.post("/commissions/{commission_id}/receive")
def receive(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    due_on: FormDay,
    good: GoodCodes,
    quantity: Quantities,
    booking: Bookings,
    *,
    is_urgent: Annotated[bool, Form()] = False,
    at: When = "",
) -> Response:
    """Take the work on; the form of an accepted offer has no items."""

    def work() -> None:
        commission_work.receive(
            pool,
            looking.who,
            commission_id,
            due_on=due_on,
            is_urgent=is_urgent,
            items=wanted_items(good, quantity, booking) if good else None,
            at=_moment(looking, pool, commission_id, at),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, commission_id, work, "Received. The firm is told.")


@router.post("/commissions/{commission_id}/start")
def start(
    request: Request, commission_id: UUID, looking: Looking, pool: Connections, at: When = ""
) -> Response:
    """Record that the work began."""

    def work() -> None:
        began, now = _moment(looking, pool, commission_id, at), datetime.now(UTC)
        commission_work.start(pool, looking.who, commission_id, at=began, now=now)

    return _done(request, looking, pool, commission_id, work, "Recorded. The firm is told.")


@router.post("/commissions/{commission_id}/finish")
def finish(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    good: GoodCodes,
    quantity: Quantities,
    booking: Bookings,
    at: When = "",
) -> Response:
    """Record that the work is done, with its charges."""

    def work() -> None:
        commission_work.finish(
            pool,
            looking.who,
            commission_id,
            items=wanted_items(good, quantity, booking) if good else None,
            at=_moment(looking, pool, commission_id, at),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, commission_id, work, "Finished and charged.")


@router.post("/commissions/{commission_id}/hand-over")
def hand_over(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    recipient: Annotated[str, Form(max_length=100)],
    at: When = "",
) -> Response:
    """Record that the work was handed over."""

    def work() -> None:
        commission_work.hand_over(
            pool,
            looking.who,
            commission_id,
            recipient=recipient,
            at=_moment(looking, pool, commission_id, at),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, commission_id, work, "Recorded. The firm is told.")


@router.post("/commissions/{commission_id}/reopen")
def reopen(
    request: Request, commission_id: UUID, looking: Looking, pool: Connections, reason: Reason
) -> Response:
    """Take back that the work is done, with its charges."""

    def work() -> None:
        now = datetime.now(UTC)
        commission_work.reopen(pool, looking.who, commission_id, reason=reason, now=now)

    said = "Taken back, with what was charged."
    return _done(request, looking, pool, commission_id, work, said)


@router.post("/commissions/{commission_id}/decline")
def decline(
    request: Request, commission_id: UUID, looking: Looking, pool: Connections, reason: Reason
) -> Response:
    """End a commission that the centre does not do."""

    def work() -> None:
        now = datetime.now(UTC)
        commissions.decline(pool, looking.who, commission_id, reason=reason, now=now)

    return _done(request, looking, pool, commission_id, work, "Declined. The firm is told.")


@router.post("/commissions/{commission_id}/withdraw")
def withdraw(
    request: Request, commission_id: UUID, looking: Looking, pool: Connections
) -> Response:
    """Withdraw a commission of one's company."""

    def work() -> None:
        commissions.withdraw(pool, looking.who, commission_id, now=datetime.now(UTC))

    return _done(request, looking, pool, commission_id, work, "Withdrawn.")


def _moment(looking: Look, pool: Pool, commission_id: UUID, at: str) -> datetime | None:
    """Return a form's time on the clock of the case's centre; None where it says none."""
    if not at:
        return None
    found = commissions.find(pool, looking.who, commission_id)
    return instant(looking.at(found.centre_id), at)


def _done(
    request: Request,
    looking: Look,
    pool: Pool,
    commission_id: UUID,
    work: Callable[[], None],
    said: str,
) -> Response:
    # A person who may not see it is refused before anything is tried.
    commissions.find(pool, looking.who, commission_id)
    try:
        work()
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say(said))


def commission_page(
    request: Request,
    looking: Look,
    pool: Pool,
    commission_id: UUID,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    """Return the page of a commission, with what was refused."""
    found = commissions.find(pool, looking.who, commission_id)
    steps = commissions.steps(pool, looking.who, commission_id)
    # The case has the goods, the rights and the clock of its own centre, whichever is chosen.
    there = looking.at(found.centre_id)
    companies = dict(looking.companies)
    sees = looking.who.may(found.centre_id, Right.DESK_SEE)
    if sees:
        here = accounts.companies(pool, looking.who, found.centre_id)
        companies |= {c.id: c.name for c in here}
    offers = offers_of(found.number, steps)
    today = datetime.now(there.words.zone).date()
    done = [step.at for step in steps if step.step is CommissionStep.FINISH]
    works = looking.who.may(found.centre_id, Right.DESK_WORK)
    return page(
        request,
        replace(looking, words=there.words),
        "commissions/commission.html",
        status=409 if why else 200,
        reasons=why or [],
        c=found,
        steps=steps,
        offer=offers[-1] if offers else None,
        valid_until=today + timedelta(days=USUAL_DAYS),
        done_before=done[-1] if done else None,
        company=companies.get(found.company_id, "–"),
        is_own=found.company_id in looking.who.companies,
        works=works,
        goods=goods_today(there, pool) if works else [],
        units=units(looking),
        samples=commission_samples.of_commission(pool, looking.who, commission_id),
        today=today,
        files=commission_files.of_commission(pool, looking.who, commission_id),
        is_paid_first=commission_terms.find(pool, looking.who, found.centre_id).is_paid_first,
        times=machine_times(there, pool, found),
        team=team_of(there, pool, found) if sees else None,
        states=STATE_NAMES,
        step_names=STEP_NAMES,
    )
