"""A month's report with its exports."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Looking, page
from gadong.booking.services import timeline
from gadong.commissions.services import commission_queue
from gadong.core.domain.access import Right
from gadong.core.domain.calendar import Month
from gadong.reports.domain.monthly_report import by_machine, whole
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import monthly_reports, statement_hours
from gadong.reports.services.income import together
from gadong.reports.services.report_files import per_cent
from gadong.satisfaction.services import figures

router = APIRouter(include_in_schema=False)

DENOMINATORS = {
    Denominator.CALENDAR: "opening hours",
    Denominator.FIXED_DAY: "eight hours each working day",
    Denominator.FIXED_YEAR: "2,000 hours a year",
}


@router.get("/reports")
def report(
    request: Request,
    looking: Looking,
    pool: Connections,
    month: Annotated[str, Query(max_length=7)] = "",
    denominator: Annotated[Denominator, Query()] = Denominator.CALENDAR,
    *,
    fresh: Annotated[bool, Query()] = False,
) -> HTMLResponse:
    """Show a month's report with its exports."""
    centre = looking.need(Right.REPORT_SEE)
    now = datetime.now(UTC)
    wanted = month or str(Month.of(now, centre.zone))
    found = monthly_reports.of_month(pool, looking.who, centre.id, wanted, is_fresh=fresh, now=now)
    hours = statement_hours.of_month(pool, looking.who, centre.id, wanted)
    words = looking.words
    everything = (words.say("all machines"), whole(found.months, denominator))
    rows = [(m.name, time) for m, time in by_machine(found.months, denominator)]
    base = {"centre": str(centre.id)}
    return page(
        request,
        looking,
        "reports/reports.html",
        month=wanted,
        denominator=denominator,
        denominators=[(d, words.say(name)) for d, name in DENOMINATORS.items()],
        report=found,
        is_running=found.months[0].month == str(Month.of(now, centre.zone)),
        score=figures.score,
        income=together(found.income, wanted),
        worked=commission_queue.figures(pool, looking.who, centre.id, found.period),
        hours=hours,
        hours_whole=statement_hours.whole(hours),
        rows=[
            (name, time, per_cent(time.ratios["utilisation"])) for name, time in [*rows, everything]
        ],
        now_query=urlencode({"month": wanted, "denominator": denominator, "fresh": "true"}),
        query=urlencode({**base, "month": wanted, "denominator": denominator}),
        hall=[s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)],
        of_month=urlencode({**base, "month": wanted}),
        of_year=urlencode({**base, "year": wanted[:4], "denominator": denominator}),
    )
