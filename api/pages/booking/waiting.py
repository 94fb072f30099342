"""Entries of the waiting list: their states, an offer to answer, and an end to waiting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.waiting_entry import OPEN, WaitingState
from gadong.booking.services import timeline
from gadong.booking.services.waiting import waiting_list
from gadong.core.domain.problem import GadongError

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
def mine(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the waiting list of one's companies, or of the centre, and recent ends."""
    return _shown(request, looking, pool)


@router.post("/waiting/{entry_id}/leave")
def leave(request: Request, entry_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Wait no more."""
    try:
        waiting_list.leave(pool, looking.who, entry_id)
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/waiting", said=looking.words.say("You wait no more."))


def _shown(
    request: Request, looking: Look, pool: Connections, *, why: list[str] | None = None
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    found = waiting_list.page(pool, looking.who, since=now - waiting_list.SHOWN)
    here = [entry for entry in found if entry.centre_id == centre.id]
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    return page(
        request,
        looking,
        "booking/waiting.html",
        status=409 if why else 200,
        reasons=why or [],
        waiting=[e for e in here if e.state in OPEN],
        ended=[e for e in here if e.state not in OPEN],
        machines=hall,
        states={state: looking.words.say(text) for state, text in WAITING.items()},
    )
