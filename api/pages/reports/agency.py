"""Several centres in figures, for the agency that oversees them and for their own staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import SEOUL, Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.reports.reports import DENOMINATORS
from gadong.billing.domain.subsidy import MOST_CENTRES, MOST_WON
from gadong.billing.services import programme_budgets
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import GadongError, Invalid
from gadong.core.domain.typed_number import whole_number
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import agency
from gadong.reports.services.report_files import per_cent
from gadong.satisfaction.services import figures
from gadong.texts.reports import OWN_SHARE

router = APIRouter(include_in_schema=False)


@router.get("/agency")
def figures_of_centres(
    request: Request,
    looking: Looking,
    pool: Connections,
    time: Annotated[str, Query(max_length=7)] = "",
    denominator: Annotated[Denominator, Query()] = Denominator.CALENDAR,
) -> HTMLResponse:
    """Show the figures of the centres that the viewer oversees, without any company or person."""
    return _page(request, looking, pool, time, denominator)


@router.post("/agency/budgets")
def set_budget(
    request: Request,
    looking: Looking,
    pool: Connections,
    programme: Annotated[str, Form(max_length=100)],
    year: Annotated[int, Form(ge=2000, le=2999)],
    reason: Annotated[str, Form(max_length=500)],
    amount: Annotated[str, Form(max_length=20)] = "",
    centre: Annotated[list[UUID] | None, Form(max_length=MOST_CENTRES)] = None,
) -> Response:
    """Set a programme's budget of a year for the centres that are ticked; an empty one ends it."""
    try:
        programme_budgets.set_year(
            pool,
            looking.who,
            programme,
            year,
            [CentreId(one) for one in centre or ()],
            amount=_won(amount),
            reason=reason,
        )
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _page(request, looking, pool, str(year), Denominator.CALENDAR, why=why)
    return go(f"/agency?time={year}", said=looking.words.say("The budget is set."))


def _won(text: str) -> int | None:
    digits = text.replace(",", "").strip()
    if not digits:
        return None
    amount = whole_number(digits, MOST_WON)
    if amount is None:
        raise Invalid("Write a sum in whole won", field="amount")
    return amount


def _page(
    request: Request,
    looking: Look,
    pool: Connections,
    time: str,
    denominator: Denominator,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    now = datetime.now(UTC)
    wanted = time or str(Month.of(now, SEOUL))[:4]
    if not wanted[:4].isdecimal() or len(wanted) not in {4, 7}:
        raise Invalid("Write a year, or a month as in 2026-11", field="time")
    month = wanted if len(wanted) > 4 else None
    report = agency.of_centres(
        pool, looking.who, int(wanted[:4]), month=month, denominator=denominator, now=now
    )
    words = looking.words
    query = {"year": wanted[:4], "denominator": denominator, **({"month": month} if month else {})}
    return page(
        request,
        looking,
        "reports/agency.html",
        status=409 if why else 200,
        reasons=why or [],
        setting=[c for c in looking.centres if looking.who.may(c.id, Right.MONEY_WORK)],
        report=report,
        wanted=wanted,
        denominator=denominator,
        denominators=[(d, words.say(name)) for d, name in DENOMINATORS.items()],
        per_cent=per_cent,
        score=figures.score,
        own_share=OWN_SHARE.ko,
        query=urlencode(query),
    )
