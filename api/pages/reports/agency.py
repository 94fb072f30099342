"""Several centres in figures, for the agency that oversees them and for their own staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import SEOUL, Looking, page
from api.pages.reports.reports import DENOMINATORS
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Invalid
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
        report=report,
        wanted=wanted,
        denominator=denominator,
        denominators=[(d, words.say(name)) for d, name in DENOMINATORS.items()],
        per_cent=per_cent,
        score=figures.score,
        own_share=OWN_SHARE.ko,
        query=urlencode(query),
    )
