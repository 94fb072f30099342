"""Closures: the affected bookings beforehand, and changing and lifting one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, Listing, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.v1.schemas import period_of
from gadong.booking.domain.closure import Closure
from gadong.booking.services import timeline
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing, Made
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# Beyond what a centre plans, and what anybody looks back at.
AHEAD, BACK = timedelta(days=3650), timedelta(days=3650)

#: By the kind of a closure.
KINDS = {"closed": "closed", "maintenance": "maintenance"}

ReasonText = Annotated[str, Form(max_length=500)]
Time = Annotated[str, Form(max_length=40)]


@router.get("/closures")
def every(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    when: Annotated[str, Query(pattern="^(coming|past)$")] = "coming",
) -> HTMLResponse:
    """Show closures that last or are to come, or past ones; and a form for another."""
    return _every(request, looking, pool, asked=asked, is_past=when == "past")


@router.post("/closures")
def close(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    start: Time,
    end: Time,
    kind: Annotated[str, Form(max_length=20)],
    reason: ReasonText = "",
    machine: Annotated[str, Form(max_length=63)] = "",
    do: Annotated[str, Form(pattern="^(preview|keep)$")] = "preview",
) -> Response:
    """Show the bookings that a closure would affect; then make it."""
    given = {"start": start, "end": end, "kind": kind, "reason": reason, "machine": machine}
    try:
        centre = looking.need(Right.DESK_WORK)
        wanted = Closing(
            centre=centre.id,
            machine=machines.find(pool, looking.who, machine, centre=centre.id)
            if machine
            else None,
            period=period_of(instant(looking, start), instant(looking, end)),
            kind=kind,
            reason=reason,
        )
        if do == "preview":
            made = closures.preview(pool, looking.who, wanted, now=datetime.now(UTC))
            return _every(request, looking, pool, given=given, previewed=made)
        made = closures.close(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        return _every(request, looking, pool, given=given, why=reasons(trouble, looking.words))
    said = looking.words.say(
        "Closed. {n} bookings fall into it; their people are told.", n=len(made.hits)
    )
    return go(f"/closures/{made.closure.id}", said=said)


@router.get("/closures/{closure_id}")
def one(request: Request, closure_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a closure, its affected bookings, and forms to change and lift it."""
    return _one(request, looking, pool, closure_id)


@router.post("/closures/{closure_id}")
def change(
    request: Request,
    closure_id: UUID,
    looking: Looking,
    pool: Connections,
    start: Time,
    end: Time,
    reason: ReasonText = "",
    do: Annotated[str, Form(pattern="^(preview|keep)$")] = "preview",
) -> Response:
    """Show the bookings affected at another time; then move the closure there."""
    given = {"start": start, "end": end, "reason": reason}
    now = datetime.now(UTC)
    try:
        begin = closures.find(pool, looking.who, closure_id, now=now)[0].closure.period.start
        # The form holds minutes; a closure may have begun at any second, and its start stays.
        is_kept = start == looking.words.field(begin)
        period = period_of(begin if is_kept else instant(looking, start), instant(looking, end))
        if do == "preview":
            made = closures.preview_change(
                pool, looking.who, closure_id, period, reason=reason, now=now
            )
            return _one(request, looking, pool, closure_id, given=given, previewed=made)
        made = closures.change(pool, looking.who, closure_id, period, reason=reason, now=now)
    except GadongError as trouble:
        return _one(
            request, looking, pool, closure_id, given=given, why=reasons(trouble, looking.words)
        )
    said = looking.words.say("Changed. {n} bookings fall into it.", n=len(made.hits))
    return go(f"/closures/{closure_id}", said=said)


@router.post("/closures/{closure_id}/lift")
def lift(
    request: Request, closure_id: UUID, looking: Looking, pool: Connections, reason: ReasonText = ""
) -> Response:
    """End a closure now, or take it back."""
    try:
        closures.lift(pool, looking.who, closure_id, reason=reason, now=datetime.now(UTC))
    except GadongError as trouble:
        return _one(request, looking, pool, closure_id, why=reasons(trouble, looking.words))
    return go("/closures", said=looking.words.say("Open again. Whose bookings it had hit is told."))


def _every(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    is_past: bool = False,
    given: dict[str, str] | None = None,
    previewed: Made | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    looking.need(Right.DESK_SEE)
    names = _names(looking, pool)
    return page(
        request,
        looking,
        "booking/closures.html",
        status=409 if why else 200,
        reasons=why or [],
        closures=_listed(looking, pool, names.hall, asked or ListSearch(), is_past=is_past),
        is_past=is_past,
        given={"machine": "", "kind": "closed", "start": "", "end": "", "reason": ""}
        | (given or {}),
        previewed=previewed,
        hall=names.hall,
        slugs=names.slugs,
        names=names.companies,
    )


def _listed(
    looking: Look,
    pool: Pool,
    hall: Mapping[MachineId, Machine],
    asked: ListSearch,
    *,
    is_past: bool,
) -> Listing[Closure]:
    """Return the asked page of the closures to come, or of the past ones, the latest first."""
    centre, now = looking.need_centre(), datetime.now(UTC)
    say = looking.words.say
    bounds = Period(now - BACK, now) if is_past else Period(now, now + AHEAD)
    found = closures.of_centre(pool, looking.who, centre.id, bounds)
    shown = [c for c in found if (c.period.end <= now) is is_past]
    shown.sort(key=lambda c: c.period, reverse=is_past)
    places = {closure.id: index for index, closure in enumerate(shown)}

    def machine(closure: Closure) -> str:
        known = hall.get(closure.machine_id) if closure.machine_id else None
        if known is None:
            return say("The whole centre")
        return f"{known.name_ko} {known.name_en} {known.slug}"

    return listing(
        "/closures",
        shown,
        asked,
        text=lambda c: f"{machine(c)} {say(KINDS[c.kind])} {c.reason}",
        orders={
            "start": ("Latest first" if is_past else "Soonest first", lambda c: str(places[c.id])),
            "machine": ("Machine", machine),
        },
        kept={"when": "past"} if is_past else {},
    )


def _one(
    request: Request,
    looking: Look,
    pool: Connections,
    closure_id: UUID,
    *,
    given: dict[str, str] | None = None,
    previewed: Made | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    looking.need(Right.DESK_SEE)
    now, names = datetime.now(UTC), _names(looking, pool)
    made, steps = closures.find(pool, looking.who, closure_id, now=now)
    field = looking.words.field
    period = made.closure.period
    return page(
        request,
        looking,
        "booking/closure.html",
        status=409 if why else 200,
        reasons=why or [],
        made=made,
        steps=steps,
        is_over=period.end <= now,
        has_begun=period.start <= now,
        given={"start": field(period.start), "end": field(period.end), "reason": ""}
        | (given or {}),
        previewed=previewed,
        hall=names.hall,
        slugs=names.slugs,
        names=names.companies,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAtCentre:
    """The centre's machines, by id and by slug, and the names of its companies."""

    hall: Mapping[MachineId, Machine]
    companies: Mapping[CompanyId, str]

    @property
    def slugs(self) -> Mapping[str, Machine]:
        """Return the machines by their slugs."""
        return {machine.slug: machine for machine in self.hall.values()}


def _names(looking: Look, pool: Pool) -> NamesAtCentre:
    centre = looking.need_centre()
    return NamesAtCentre(
        hall={s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)},
        companies={c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)},
    )
