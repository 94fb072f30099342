"""Entries of the waiting list: their states, an offer to answer, and an end to waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ROWS, ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.waiting_entry import OPEN, WaitingFilter, WaitingState
from gadong.booking.services import timeline
from gadong.booking.services.waiting import waiting_list
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

WAITING: Mapping[WaitingState, str] = {
    WaitingState.WAITING: "waits",
    WaitingState.OFFERED: "is offered time",
    WaitingState.SERVED: "got its time",
    WaitingState.PASSED: "three offers lapsed",
    WaitingState.LEFT: "waits no more",
    WaitingState.OVER: "nothing became free",
}


@router.get("/waiting")
def mine(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the waiting list of one's companies, or of the centre, and recent ends."""
    return _shown(request, looking, pool, asked=asked)


@router.post("/waiting/{entry_id}/leave")
def leave(request: Request, entry_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Wait no more."""
    try:
        waiting_list.leave(pool, looking.who, entry_id)
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/waiting", said=looking.words.say("You wait no more."))


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    asked = asked or ListSearch()
    only = WaitingFilter(centre=centre.id, text=asked.text, ended_since=now - waiting_list.SHOWN)
    found = waiting_list.page(pool, looking.who, only)
    waits = [e for e in found if e.state in OPEN]
    # A search says of how many.
    every = WaitingFilter(centre=centre.id)
    total = len(waiting_list.page(pool, looking.who, every)) if asked.text else len(waits)
    served = accounts.companies(pool, looking.who, centre.id) if looking.may(Right.DESK_SEE) else []
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    return page(
        request,
        looking,
        "booking/waiting.html",
        status=409 if why else 200,
        reasons=why or [],
        waiting=page_of("/waiting", waits, asked, total=total),
        ended=[e for e in found if e.state not in OPEN][-ROWS:],
        names={c.id: c.name for c in served},
        machines=hall,
        states={state: looking.words.say(text) for state, text in WAITING.items()},
    )
