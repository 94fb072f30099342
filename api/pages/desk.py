"""A manager's desk: what waits for a word, and devices to be bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api import schemas
from api.identity import Connections
from api.pages.frame import Look, Looking, go, page, reasons
from api.pages.times import instant
from gadong.domain.access import Right
from gadong.domain.booking import BookingState
from gadong.domain.decision import DecisionKind
from gadong.domain.dialects import DIALECTS
from gadong.domain.ids import CompanyId
from gadong.domain.period import Period
from gadong.domain.problem import GadongError
from gadong.services import (
    accounts,
    bookings,
    calls,
    checking,
    decisions,
    ghosts,
    joining,
    machines,
    onboarding,
    trainings,
)
from gadong.services.decisions import Word

router = APIRouter(include_in_schema=False)

# A ghost run older than a closed month is that month's affair.
LOOK_BACK = timedelta(days=45)


@router.get("/desk")
def to_do(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Everything that waits for the word of who looks, with what is likeliest already chosen."""
    centre, now = looking.need(Right.DESK_SEE, Right.MONEY_SEE, Right.FLOOR_SEE), datetime.now(UTC)
    ahead, back = Period(now, now + timedelta(days=400)), Period(now - LOOK_BACK, now)
    held = bookings.page(
        pool, looking.who, centre=centre.id, machine=None, during=ahead, before=None, most=200
    )
    settles, watches = looking.may(Right.MONEY_SEE), looking.may(Right.FLOOR_SEE)
    serves = looking.may(Right.DESK_SEE, Right.MONEY_SEE)
    companies = accounts.companies(pool, looking.who, centre.id) if serves else []
    return page(
        request,
        looking,
        "desk.html",
        asking=joining.waiting(pool, looking.who, centre.id) if looking.may(Right.PEOPLE_SEE) else [],
        called=calls.waiting(pool, looking.who, centre.id) if looking.may(Right.DESK_SEE) else [],
        waiting=[b for b in held if b.state is BookingState.PENDING],
        hall={s.machine.id: s.machine for s in machines.seen(pool, looking.who, centre=centre.id)},
        names={c.id: c.name for c in companies},
        companies=companies,
        lapsing=trainings.lapsing(pool, looking.who, centre.id, now=now)
        if looking.may(Right.DESK_SEE)
        else [],
        ghosts=ghosts.waiting(pool, looking.who, centre.id, back, now=now) if serves else [],
        objections=checking.unanswered(pool, looking.who, centre.id) if settles else [],
        unknown=onboarding.unknown(pool, looking.who, centre.id) if watches else [],
        bins=machines.quarantined(pool, looking.who, centre.id, before=None, most=50) if watches else [],
    )


@router.post("/desk/ghost")
def decide(
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=60)],
    start: Annotated[str, Form(max_length=40)],
    end: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    company: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Whose a run was that nobody had booked."""
    centre = looking.need(Right.MONEY_WORK)
    word = Word(
        kind=DecisionKind.REASSIGN,
        period=schemas.period_of(instant(looking, start), instant(looking, end)),
        company=CompanyId(company) if company else None,
        reason=reason,
    )
    found = machines.find(pool, looking.who, machine, centre=centre.id)
    decisions.decide(pool, looking.who, found, word, now=datetime.now(UTC))
    return go("/desk", said=looking.words.say("Decided. It stands on the next draft."))


@router.get("/inbox/{device_id}")
def device(request: Request, device_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """A device that nobody has bound: what it said, and what that would be understood as."""
    return _device(request, looking, pool, device_id, why=[])


@router.post("/inbox/{device_id}")
def bind(
    request: Request,
    device_id: UUID,
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=60)],
    dialect: Annotated[str, Form(max_length=40)],
    base: Annotated[str, Form(max_length=200)],
) -> Response:
    """Bind it to a machine; what it said before is read too."""
    centre = looking.need(Right.FLOOR_WORK)
    found, _ = onboarding.look(pool, looking.who, device_id)
    try:
        machines.bind(
            pool,
            looking.who,
            machines.find(pool, looking.who, machine, centre=centre.id),
            dialect=dialect,
            base=base,
            options=found.options,
        )
    except GadongError as trouble:
        return _device(request, looking, pool, device_id, why=reasons(trouble, looking.words))
    return go(f"/machines/{machine}", said=looking.words.say("Bound."))


def _device(
    request: Request, looking: Look, pool: Connections, device_id: UUID, *, why: list[str]
) -> HTMLResponse:
    centre = looking.need(Right.FLOOR_SEE)
    found, readings = onboarding.look(pool, looking.who, device_id)
    return page(
        request,
        looking,
        "inbox.html",
        status=409 if why else 200,
        device=found,
        hall=[s.machine for s in machines.seen(pool, looking.who, centre=centre.id)],
        dialects=sorted(DIALECTS),
        readings=[
            {
                "topic": r.delivery.topic,
                "payload": r.delivery.payload.decode("utf-8", "backslashreplace"),
                "facts": r.facts,
                "trouble": r.trouble,
            }
            for r in readings[:50]
        ],
        reasons=why,
    )
