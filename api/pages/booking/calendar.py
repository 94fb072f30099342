"""The calendar: a day of every machine, as drawings that need nothing, and to drag on where there
is JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from api.identity import Connections, Secret
from api.pages.booking import day_strip
from api.pages.booking.live_floor import BEAT, Entering, Hub, again, entering
from api.pages.booking.week.lanes import MOST_SUGGESTED, hours_of
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, page
from api.pages.frame.listing import ListAsked, listing, machine_text
from api.pages.frame.texts import Words
from gadong.booking.domain.booking import BookingState, Taken
from gadong.booking.services.centre_calendar import agenda
from gadong.booking.services.centre_calendar.agenda import AgendaRow
from gadong.core.domain.access import Right
from gadong.core.domain.period import Period, span, within
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre

router = APIRouter(include_in_schema=False)

MOVABLE = frozenset({BookingState.CONFIRMED, BookingState.PENDING})


@router.get("/calendar")
def day(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    day: Annotated[date | None, Query()] = None,
) -> HTMLResponse:
    """Show every machine's day."""
    centre, now = looking.need_centre(), datetime.now(UTC)
    shown = shown_day(day, centre, now)
    whole = day_strip.day_of(shown, centre.zone)
    rows = agenda.of_centre(pool, looking.who, centre.id, whole, kind=None, now=now)
    words = looking.words
    offset = f"{whole.start.astimezone(centre.zone):%z}"
    hours = hours_of(rows, [shown], words)
    shown_rows = listing(
        "/calendar",
        rows,
        asked.of(""),
        text=lambda r: machine_text(r.machine),
        kept={"day": str(shown)},
    )
    resources = [
        {"id": r.machine.slug, "title": words.either(r.machine.name_ko, r.machine.name_en)}
        for r in shown_rows.rows
    ]
    return page(
        request,
        looking,
        "booking/calendar.html",
        day=shown,
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        listed=shown_rows,
        rows=[_drawn(r, shown, looking, now) for r in shown_rows.rows],
        # A calendar of whole hours' offset: Korea's. Elsewhere the drawings are exact on every day.
        offset=f"{offset[:3]}:{offset[3:]}",
        hours=hours,
        most_beside=MOST_SUGGESTED,
        resources=json.dumps(resources, ensure_ascii=False),
    )


@router.get("/calendar/events")
def entries(
    looking: Looking,
    pool: Connections,
    start: Annotated[str, Query(max_length=40)],
    end: Annotated[str, Query(max_length=40)],
) -> list[dict[str, Any]]:
    """Return the bookings, closures and runs for the calendar script.

    Times carry the centre's offset; the script takes them unchanged.
    """
    centre, now = looking.need_centre(), datetime.now(UTC)
    bounds = span(instant(looking, start), instant(looking, end))
    if bounds is None:
        raise Invalid("A calendar ends after it begins", field="end")
    found: list[dict[str, Any]] = []

    def clock(at: datetime) -> str:
        return at.astimezone(centre.zone).isoformat()

    def entry(period: Period, slug: str, **more: Any) -> dict[str, Any]:
        return {
            "start": clock(period.start),
            "end": clock(period.end),
            "resourceIds": [slug],
            **more,
        }

    words = looking.words
    for row in agenda.of_centre(pool, looking.who, centre.id, bounds, kind=None, now=now):
        slug = row.machine.slug
        for number, taken in enumerate(row.taken):
            is_own = looking.who.may_see(centre.id, taken.company_id, Right.DESK_SEE)
            found.append(
                entry(
                    taken.period,
                    slug,
                    id=str(taken.id) if is_own else f"{slug}-{number}",
                    title=_title(taken, row.machine, words, is_own=is_own),
                    editable=is_own and taken.state in MOVABLE and taken.period.start > now,
                    classNames=["is-ours" if is_own else "is-others"],
                    extendedProps={"href": f"/bookings/{taken.id}" if is_own else ""},
                )
            )
        found += [
            entry(opened, slug, display="background", classNames=["is-open"])
            for opened in within(row.opened, bounds)
        ]
        found += [entry(ran, slug, display="background", classNames=["did-run"]) for ran in row.ran]
        found += [
            entry(c.period, slug, display="background", classNames=["is-shut"], title=c.reason)
            for c in row.closed
        ]
    return found


@router.get("/calendar/news", response_class=EventSourceResponse)
async def news(
    looking: Entering, pool: Connections, floor: Hub, secret: Secret
) -> AsyncIterator[ServerSentEvent]:
    """Yield an event for each change on the floor, until the session ends."""
    centre = looking.need_centre()
    seen = floor.number(centre.id)
    yield ServerSentEvent(raw_data=str(seen), event="beat")
    while True:
        is_news = await floor.wait(centre.id, seen, most=BEAT)
        if await run_in_threadpool(again, pool, secret, looking, entering) is None:
            return
        if is_news:
            seen = floor.number(centre.id)
            yield ServerSentEvent(raw_data=str(seen), id=str(seen))
        else:
            yield ServerSentEvent(raw_data=str(seen), event="beat")


def shown_day(day: date | None, centre: Centre, now: datetime) -> date:
    """Return the day that was asked for, else today on the centre's clock."""
    shown = day or now.astimezone(centre.zone).date()
    if not date(2000, 1, 8) <= shown < date(2999, 12, 20):
        raise Invalid("Years from 2000 to 2999 are known here", field="day")
    return shown


def _title(taken: Taken, machine: Machine, words: Words, *, is_own: bool) -> str:
    """Return what an entry says, of a room with seats also how many it takes."""
    said = (taken.purpose or words.say("yours")) if is_own else words.say("booked")
    if machine.seats == 1:
        return said
    seats = taken.seats if taken.shares else machine.seats
    return f"{said} · {words.say('{n} of {total} seats', n=seats, total=machine.seats)}"


def _drawn(row: AgendaRow, day: date, looking: Look, now: datetime) -> tuple[Machine, Markup, str]:
    """Return a machine, its day as a drawing, and the same in words."""
    drawn = day_strip.drawn(row, day, looking.who, looking.words, now=now)
    return row.machine, drawn, day_strip.told(row, day, looking.who, looking.words)
