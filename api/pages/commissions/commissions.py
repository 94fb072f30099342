"""The list of commissioned work: a firm follows its own, the desk all; and the form that asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.commissions.item_fields import (
    GoodCodes,
    Quantities,
    goods_today,
    units,
    wanted_items,
)
from api.pages.frame.choices import chosen_company
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from gadong.commissions.domain.commission import CommissionState
from gadong.commissions.services import (
    commission_queue,
    commission_samples,
    commission_terms,
    commissions,
)
from gadong.commissions.services.commission_queue import LabQueue
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# A lab has some hundred cases a year; those of two years are listed.
MOST_LISTED = 500
STATE_NAMES = {
    CommissionState.REQUESTED: "asked for",
    CommissionState.QUOTED: "offered, waits for the firm",
    CommissionState.ACCEPTED: "offer accepted",
    CommissionState.RECEIVED: "received by the centre",
    CommissionState.WORKING: "in work",
    CommissionState.DONE: "finished",
    CommissionState.HANDED_OVER: "given to the firm",
    CommissionState.DECLINED: "declined",
    CommissionState.WITHDRAWN: "withdrawn",
}


@router.get("/commissions")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show commissions, the latest request first: everything to the desk, a company its own."""
    return _every(request, looking, pool, asked=asked)


@router.post("/commissions")
def ask(
    request: Request,
    looking: Looking,
    pool: Connections,
    company: Annotated[str, Form(max_length=36)],
    subject: Annotated[str, Form(max_length=200)],
    good: GoodCodes,
    quantity: Quantities,
    wish: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Ask for work for a company."""
    try:
        if (found := chosen_company(company)) is None:
            raise Invalid("Choose the company from the list", field="company")
        made = commissions.request(
            pool,
            looking.who,
            centre=looking.need_centre().id,
            company=found,
            subject=subject,
            wish=wish,
            items=wanted_items(good, quantity),
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return _every(request, looking, pool, why=reasons(trouble, looking.words))
    return go(
        f"/commissions/{made.id}",
        said=looking.words.say("Asked for, as number {number}.", number=made.number),
    )


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need_centre()
    asked = asked or ListSearch()
    found = commissions.shown(pool, looking.who, centre.id, text=asked.text, most=MOST_LISTED)
    total = len(found)
    if asked.text:
        total = len(commissions.shown(pool, looking.who, centre.id, most=MOST_LISTED))
    companies = dict(looking.companies)
    if looking.may(Right.DESK_SEE):
        companies |= {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    lab: LabQueue | None = None
    overdue_samples = 0
    today = datetime.now(centre.zone).date()
    if looking.may(Right.DESK_SEE):
        lab = commission_queue.queue(pool, looking.who, centre.id, now=datetime.now(UTC))
        overdue_samples = commission_samples.overdue(pool, looking.who, centre.id, today=today)
    return page(
        request,
        looking,
        "commissions/commissions.html",
        status=409 if why else 200,
        reasons=why or [],
        listed=page_of("/commissions", found, asked, total=total),
        companies=companies,
        asking=companies if looking.may(Right.DESK_WORK) else dict(looking.companies),
        states=STATE_NAMES,
        terms=commission_terms.find(pool, looking.who, centre.id),
        goods=goods_today(looking, pool),
        units=units(looking),
        today=today,
        lab=lab,
        overdue_samples=overdue_samples,
    )
