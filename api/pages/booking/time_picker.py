"""The time picker: a month's days with room, and a day's free starts with their prices."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.booking.booking_fields import wanted_request
from api.pages.booking.booking_form_values import BookingForm, FormByQuery
from api.pages.frame.layout import Look, Looking, render
from gadong.billing.services.prices import free_starts
from gadong.billing.services.prices.free_starts import FreeStart, FreeStarts
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the chosen day: a free start to choose, or time that is taken."""

    period: Period
    start: FreeStart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """The picker's weeks, from Monday on, and the rows of the chosen day."""

    weeks: list[list[date]]
    starts: FreeStarts
    rows: list[Row]


@router.get("/machines/{slug}/slots")
def slots_part(slug: str, asked: FormByQuery, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the days and starts alone, as the form changes."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    picker = picker_of(looking, pool, machine, asked)
    if picker is None:
        return HTMLResponse("")
    text = render("booking/picker.html", looking.words, machine=machine, asked=asked, picker=picker)
    return HTMLResponse(text)


def picker_of(look: Look, pool: Connections, machine: Machine, asked: BookingForm) -> Picker | None:
    """Return the picker for what is typed so far; None before there is a company to book for."""
    now = datetime.now(UTC)
    at_now = replace(asked, start=look.words.field(now))
    with suppress(GadongError):
        wanted = wanted_request(look, pool, machine, at_now, key=None)
        starts = free_starts.free_starts(pool, look.who, wanted, day=_day(asked), now=now)
        return Picker(weeks=_weeks(starts), starts=starts, rows=_rows(starts))
    return None


def _day(asked: BookingForm) -> date | None:
    """Return the chosen day, or the one of the start that is typed."""
    with suppress(ValueError):
        return date.fromisoformat((asked.day or asked.start)[:10])
    return None


def _weeks(starts: FreeStarts) -> list[list[date]]:
    """Return the whole weeks that hold the counted days; a day far away has a week of its own."""
    mondays = sorted({day - timedelta(days=day.weekday()) for day in starts.counts})
    return [[monday + timedelta(days=n) for n in range(7)] for monday in mondays]


def _rows(starts: FreeStarts) -> list[Row]:
    rows = [Row(period=start.period, start=start) for start in starts.free]
    rows += [Row(period=period) for period in starts.taken]
    return sorted(rows, key=lambda row: (row.period.start, row.start is not None))
