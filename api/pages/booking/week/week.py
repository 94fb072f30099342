"""A week of up to eight machines to draw a booking on, and the card that confirms it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.booking import day_strip
from api.pages.booking.booking_fields import period_of
from api.pages.booking.booking_form import quoted, request_fields
from api.pages.booking.booking_form_values import FormByQuery
from api.pages.booking.calendar import shown_day
from api.pages.booking.week.lanes import MOST_SUGGESTED, WeekDay, hours_of, lane
from api.pages.frame.layout import Look, Looking, page, render
from gadong.booking.services import timeline
from gadong.booking.services.centre_calendar import agenda
from gadong.core.domain.natural_order import natural_key
from gadong.machines.domain.machine import Machine
from gadong.machines.services import favourites, machines

router = APIRouter(include_in_schema=False)

DAYS = 7
# More do not stand below each other on any screen.
MOST_BESIDE = 8


@router.get("/calendar/beside")
def beside(
    request: Request,
    looking: Looking,
    pool: Connections,
    m: Annotated[list[str], Query(max_length=MOST_BESIDE)] = [],  # noqa: B006  # FastAPI copies it
    day: Annotated[date | None, Query()] = None,
) -> HTMLResponse:
    """Show some machines' week, each day a lane of each over the opening hours."""
    centre, words, now = looking.need_centre(), looking.words, datetime.now(UTC)
    first = shown_day(day, centre, now)
    hall = sorted(
        (seen.machine for seen in timeline.seen(pool, looking.who, centre=centre.id)),
        key=lambda machine: natural_key(words.either(machine.name_ko, machine.name_en)),
    )
    chosen = _chosen(looking, pool, m, hall)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    whole = day_strip.day_of(first, centre.zone).hull(day_strip.day_of(days[-1], centre.zone))
    only = {machine.id for machine in chosen}
    found = agenda.of_centre(pool, looking.who, centre.id, whole, kind=None, only=only, now=now)
    rows = sorted(found, key=lambda row: [machine.id for machine in chosen].index(row.machine.id))
    today = now.astimezone(centre.zone).date()
    hours = hours_of(rows, days, words)
    return page(
        request,
        looking,
        "booking/week/week.html",
        hall=hall,
        most=MOST_BESIDE,
        chosen=chosen,
        first=first,
        before=first - timedelta(days=DAYS),
        after=first + timedelta(days=DAYS),
        today=today,
        hours=hours,
        days=[
            WeekDay(
                day=day,
                is_today=day == today,
                lanes=[lane(row, day, hours, looking.who, words, now=now) for row in rows],
            )
            for day in days
        ],
    )


@router.get("/machines/{slug}/draft")
def draft_card(slug: str, asked: FormByQuery, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the card of a drawn time: its price, every rule's answer, and the fields to book it."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    period = period_of(looking, asked.start, asked.minutes)
    quote, why, choices = quoted(looking, pool, machine, asked)
    text = render(
        "booking/week/draft_card.html",
        looking.words,
        look=looking,
        period=period,
        quote=quote,
        reasons=why,
        choices=choices,
        **{**request_fields(looking, pool, machine, asked), "asked": asked},
    )
    return HTMLResponse(text)


def _chosen(
    looking: Look, pool: Connections, slugs: Sequence[str], hall: Sequence[Machine]
) -> list[Machine]:
    """Return the machines that were chosen, else the viewer's favourites and the hall's first."""
    if slugs:
        centre = looking.need_centre().id
        return [
            machines.find(pool, looking.who, one, centre=centre) for one in dict.fromkeys(slugs)
        ]
    marked = favourites.of_caller(pool, looking.who, looking.need_centre().id)
    return sorted(hall, key=lambda machine: machine.id not in marked)[:MOST_SUGGESTED]
