"""Closures: the affected bookings beforehand, and changing and lifting one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from api.v1.schemas import period_of
from gadong.booking.services import timeline
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing, Made
from gadong.core.domain.access import Right
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.services import machines
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# As far as bookings reach on the page of bookings.
AHEAD = timedelta(days=400)

Text = Annotated[str, Form(max_length=500)]
Time = Annotated[str, Form(max_length=40)]


@router.get("/closures")
def every(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Closures that last or are to come, and a form for another."""
    return _every(request, looking, pool)


@router.post("/closures")
def close(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    start: Time,
    end: Time,
    kind: Annotated[str, Form(max_length=20)],
    reason: Text = "",
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
    reason: Text = "",
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
    request: Request, closure_id: UUID, looking: Looking, pool: Connections, reason: Text = ""
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
    given: dict[str, str] | None = None,
    previewed: Made | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need(Right.DESK_SEE), datetime.now(UTC)
    return page(
        request,
        looking,
        "booking/closures.html",
        status=409 if why else 200,
        reasons=why or [],
        closures=closures.of_centre(pool, looking.who, centre.id, Period(now, now + AHEAD)),
        given={"machine": "", "kind": "closed", "start": "", "end": "", "reason": ""}
        | (given or {}),
        previewed=previewed,
        **_names(looking, pool),
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
    now = datetime.now(UTC)
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
        **_names(looking, pool),
    )


def _names(looking: Look, pool: Connections) -> dict[str, object]:
    """Return what machines and companies are called."""
    centre = looking.need_centre()
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    names = {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    return {"hall": hall, "slugs": {m.slug: m for m in hall.values()}, "names": names}
