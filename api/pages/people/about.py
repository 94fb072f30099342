"""A centre's address, desk, hours and holidays for its users, and the statement of the pages'
accessibility.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, optional, page
from api.pages.frame.problem_page import reasons
from api.pages.people.week_grid import told_lines_of
from gadong.billing.services import holidays
from gadong.booking.services import timeline
from gadong.booking.services.centre_calendar import closures
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre_contact import CentreContact
from gadong.people.domain.phone_number import hyphenated
from gadong.people.services import centres

router = APIRouter(include_in_schema=False)

# As many fit on a telephone beside the week; the rest is a year's page for the staff.
MOST_HOLIDAYS = 6
# People plan this week and the next; the calendar shows every machine on every later day.
CLOSURES_AHEAD = timedelta(days=14)
MOST_CLOSURES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedTime:
    """A time in which a machine, or the whole centre, is closed or under maintenance."""

    period: Period
    kind: str
    reason: str


@router.get("/about")
def about(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show where the centre is, how its desk is reached, and when it is open."""
    return _about(request, looking, pool)


@router.post("/about")
def set_contact(
    request: Request,
    looking: Looking,
    pool: Connections,
    address: Annotated[str, Form(max_length=400)] = "",
    phone: Annotated[str, Form(max_length=40)] = "",
    email: Annotated[str, Form(max_length=400)] = "",
    directions: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Set the centre's address, and how its desk is reached."""
    centre = looking.need(Right.RULES_WORK)
    given = CentreContact(address=address, phone=phone, email=email, directions=directions)
    try:
        centres.set_contact(pool, looking.who, centre.id, given)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _about(request, looking, pool, why=why, given=given)
    return go("/about", said=looking.words.say("Kept."))


@router.get("/accessibility")
def accessibility(request: Request, pool: Connections) -> HTMLResponse:
    """Show how far the pages are accessible, and who hears of what is not; for everybody."""
    looking = optional(request, pool)
    desk = CentreContact()
    if looking and looking.centre:
        desk = centres.standing(pool, looking.who, looking.centre.id).contact
    return page(request, looking, "people/accessibility.html", phone=hyphenated, desk=desk)


def _about(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    why: list[str] | None = None,
    given: CentreContact | None = None,
) -> HTMLResponse:
    centre = looking.need_centre()
    found = centres.standing(pool, looking.who, centre.id)
    now = datetime.now(UTC)
    today = now.astimezone(centre.zone).date()
    past = [week for week in found.weeks if week.since <= today]
    return page(
        request,
        looking,
        "people/about.html",
        phone=hyphenated,
        status=409 if why else 200,
        reasons=why or [],
        contact=found.contact,
        given=given or found.contact,
        week=told_lines_of(looking.words, past[-1].hours),
        later=[
            (week.since, told_lines_of(looking.words, week.hours))
            for week in found.weeks
            if week.since > today
        ],
        holidays=_coming(pool, looking, today),
        owned=[(i, name) for i, name in looking.companies if i in looking.who.owns],
        closures=_closures(pool, looking, now),
    )


def _coming(pool: Pool, looking: Look, today: date) -> list[tuple[date, str]]:
    """Return the next holidays with their names, the earliest first."""
    centre = looking.need_centre()
    known = [
        day
        for year in (today.year, today.year + 1)
        for day in holidays.of_year(pool, looking.who, centre.id, year)
    ]
    coming = ((day.day, day.name) for day in known if day.is_holiday and day.day >= today)
    return sorted(coming)[:MOST_HOLIDAYS]


def _closures(pool: Pool, looking: Look, now: datetime) -> list[tuple[ClosedTime, Machine | None]]:
    """Return the closures of the coming days with their machines, the centre's own first."""
    centre, ahead = looking.need_centre(), Period(now, now + CLOSURES_AHEAD)
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    found = [
        (
            ClosedTime(period=closure.period, kind=closure.kind, reason=closure.reason),
            hall.get(closure.machine_id) if closure.machine_id else None,
        )
        for closure in closures.of_centre(pool, looking.who, centre.id, ahead)
        if closure.machine_id is None or closure.machine_id in hall
    ]
    found.sort(key=lambda row: (row[1] is not None, row[0].period.start))
    return found[:MOST_CLOSURES]
