"""A centre's opening hours and name from a day on, and its zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.form_times import FormDay
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.pages.people.week_grid import (
    DayFields,
    Grid,
    bars_of,
    fields_of,
    hours_in,
    hours_of_lines,
    lines_of,
    told_lines_of,
)
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import GadongError
from gadong.people.services import centres

router = APIRouter(include_in_schema=False)


@router.get("/hours")
def hours(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the centre's weeks, names and zone, and a form for each."""
    return _hours(request, looking, pool)


@router.post("/hours")
def set_hours(
    request: Request,
    looking: Looking,
    pool: Connections,
    since: FormDay,
    grid: Grid,
    week: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """Give the centre another week from a day on, by its grid or as text."""

    def work(centre: CentreId) -> None:
        if grid is not None:
            entries = hours_in(grid)
            centres.set_hours(
                pool, looking.who, centre, entries, since=since, now=datetime.now(UTC)
            )
            return
        given = hours_of_lines(week)
        centres.set_hours(pool, looking.who, centre, given, since=since, now=datetime.now(UTC))

    return _done(request, looking, pool, work, given=week if grid is None else None, grid=grid)


@router.post("/hours/name")
def rename(
    request: Request,
    looking: Looking,
    pool: Connections,
    since: FormDay,
    name: Annotated[str, Form(max_length=200)],
) -> Response:
    """Give the centre another name from a day on."""

    def work(centre: CentreId) -> None:
        centres.rename(pool, looking.who, centre, name, since=since, now=datetime.now(UTC))

    return _done(request, looking, pool, work)


@router.post("/hours/zone")
def set_zone(
    request: Request, looking: Looking, pool: Connections, zone: Annotated[str, Form(max_length=60)]
) -> Response:
    """Set the centre's zone."""
    return _done(
        request, looking, pool, lambda centre: centres.set_zone(pool, looking.who, centre, zone)
    )


def _hours(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    why: list[str] | None = None,
    given: str | None = None,
    grid: list[DayFields] | None = None,
) -> HTMLResponse:
    centre = looking.need(Right.RULES_SEE, Right.RULES_WORK)
    found = centres.standing(pool, looking.who, centre.id)
    weeks = [
        (
            week.since if week.since > date.min else None,
            told_lines_of(looking.words, week.hours),
            bars_of(week.hours),
        )
        for week in found.weeks
    ]
    return page(
        request,
        looking,
        "people/hours.html",
        status=409 if why else 200,
        reasons=why or [],
        centre=centre,
        weeks=weeks,
        names=found.names,
        given=given
        if given is not None
        else "\n".join(lines_of(looking.words, found.weeks[-1].hours)),
        given_as_text=given is not None,
        grid=grid or fields_of(found.weeks[-1].hours),
        days=[looking.words.weekday(number) for number in range(7)],
        today=datetime.now(UTC).astimezone(centre.zone).date(),
    )


def _done(
    request: Request,
    looking: Look,
    pool: Connections,
    work: Callable[[CentreId], None],
    *,
    given: str | None = None,
    grid: list[DayFields] | None = None,
) -> Response:
    try:
        work(looking.need(Right.RULES_WORK).id)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _hours(request, looking, pool, why=why, given=given, grid=grid)
    return go("/hours", said=looking.words.say("Kept."))
