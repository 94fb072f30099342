"""Counted equipment: what the centre has a number of, the machines that need it,
and its holders.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.equipment.equipment import MAX_NEEDED, MAX_UNITS
from gadong.booking.services import timeline
from gadong.booking.services.equipment import equipment
from gadong.booking.services.equipment.equipment import NeedRequest
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)

# Holders of two weeks, as on the page of technicians.
AHEAD = timedelta(days=14)

Units = Annotated[int, Form(ge=0, le=MAX_UNITS)]
Name = Annotated[str, Form(min_length=1, max_length=100)]
Slug = Annotated[str, Form(pattern=r"^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$")]


@router.get("/equipment")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the centre's counted equipment, the machines that need it, and its holders."""
    return _shown(request, looking, pool, asked=asked)


@router.post("/equipment")
def put(
    request: Request,
    looking: Looking,
    pool: Connections,
    slug: Slug,
    name_ko: Name,
    name_en: Name,
    units: Units,
) -> Response:
    """Register equipment, or name and count it anew; zero units retire it."""

    def work(centre: CentreId) -> None:
        equipment.put(
            pool,
            looking.who,
            centre,
            slug,
            name_ko=name_ko,
            name_en=name_en,
            units=units,
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work)


@router.post("/equipment/needs")
def add_need(
    request: Request,
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=60)],
    any_of: Annotated[tuple[str, ...], Form(max_length=20)] = (),
    units: Annotated[int, Form(ge=1, le=MAX_NEEDED)] = 1,
    usage_mode: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Add something that each booking of a machine holds."""

    def work(centre: CentreId) -> None:
        if usage_mode and usage_mode not in set(UsageMode):
            raise Invalid("Choose from the list how it is used", field="usage_mode")
        mode = UsageMode(usage_mode) if usage_mode else None
        need = NeedRequest(any_of=any_of, units=units, usage_mode=mode)
        found = machines.find(pool, looking.who, machine, centre=centre)
        equipment.change_needs(pool, looking.who, found, add=need)

    return _done(request, looking, pool, work)


@router.post("/equipment/needs/remove")
def drop_need(
    request: Request, looking: Looking, pool: Connections, need: Annotated[UUID, Form()]
) -> Response:
    """Let new bookings of a machine hold it no more; a second time changes nothing."""

    def work(centre: CentreId) -> None:
        for machine, needs in equipment.needs_of_centre(pool, looking.who, centre):
            if need in {one.id for one in needs}:
                equipment.change_needs(pool, looking.who, machine, drop=need)

    return _done(request, looking, pool, work)


def _done(
    request: Request, looking: Look, pool: Connections, work: Callable[[CentreId], None]
) -> Response:
    try:
        work(looking.need(Right.STAFF_WORK).id)
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/equipment", said=looking.words.say("Kept."))


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need(Right.DESK_SEE), datetime.now(UTC)
    found = equipment.listed(pool, looking.who, centre.id)
    return page(
        request,
        looking,
        "booking/equipment.html",
        status=409 if why else 200,
        reasons=why or [],
        equipment=found,
        listed=listing(
            "/equipment",
            found,
            asked or ListSearch(),
            text=lambda e: f"{e.name_ko} {e.name_en} {e.slug}",
            orders={"slug": ("Name", lambda e: e.slug)},
        ),
        names={e.id: looking.words.either(e.name_ko, e.name_en) for e in found},
        hall=[s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)],
        needs=equipment.needs_of_centre(pool, looking.who, centre.id),
        holds=equipment.holds(pool, looking.who, centre.id, Period(now, now + AHEAD)),
        modes=list(UsageMode),
        most_units=MAX_UNITS,
        most_needed=MAX_NEEDED,
    )
