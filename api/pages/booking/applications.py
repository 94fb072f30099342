"""Monthly applications: one's own with their answers, and the rounds with their seeds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.booking.booking_form import called
from api.pages.frame.labels.parameter_labels import ORDER
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.applications.draw import ApplicationState, MonthlyApplication
from gadong.booking.domain.applications.kept_problem import problem_of
from gadong.booking.services import timeline
from gadong.booking.services.applications import applications, rounds
from gadong.core.domain.access import Right
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Refused
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

STATES: Mapping[ApplicationState, str] = {
    ApplicationState.APPLIED: "waits for the draw",
    ApplicationState.GRANTED: "was granted",
    ApplicationState.REFUSED: "was not granted",
    ApplicationState.WITHDRAWN: "was withdrawn",
}


@router.get("/monthly-applications")
def mine(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the applications of one's companies, or of the centre, and the centre's rounds."""
    return _shown(request, looking, pool)


@router.post("/monthly-applications/{application_id}/withdraw")
def withdraw(
    request: Request, application_id: UUID, looking: Looking, pool: Connections
) -> Response:
    """Withdraw an application before its draw."""
    try:
        applications.withdraw(pool, looking.who, application_id)
    except GadongError as trouble:
        return _shown(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/monthly-applications", said=looking.words.say("The application is withdrawn."))


@router.get("/application-rounds/{round_id}")
def one(request: Request, round_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show a round's draw, repeated from its seed and its applications; for the desk."""
    looking.need(Right.DESK_SEE)
    found = rounds.verify(pool, looking.who, round_id)
    centre = looking.need_centre()
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    names = {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    return page(
        request,
        looking,
        "booking/application_round.html",
        verification=found,
        machines=hall,
        names=names,
        states={state: looking.words.say(text) for state, text in STATES.items()},
        order=[looking.words.say(ORDER[c]) for c in found.round.ordering],
    )


def _shown(
    request: Request, looking: Look, pool: Connections, *, why: list[str] | None = None
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    found = [a for a in applications.page(pool, looking.who) if a.centre_id == centre.id]
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    held = [r for r in rounds.of_centre(pool, looking.who, centre.id) if r.machine_id in hall]
    is_desk = looking.may(Right.DESK_SEE)
    names = (
        {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)} if is_desk else {}
    )
    return page(
        request,
        looking,
        "booking/applications.html",
        status=409 if why else 200,
        reasons=why or [],
        applications=[a for a in found if a.machine_id in hall],
        answers={a.id: _answer(looking, a) for a in found},
        choices={a.id: _choices(a, now) for a in found},
        machines=hall,
        names=names,
        called=called(looking, pool),
        rounds=held,
        states={state: looking.words.say(text) for state, text in STATES.items()},
        orders={r.id: ", ".join(looking.words.say(ORDER[c]) for c in r.ordering) for r in held},
    )


def _choices(application: MonthlyApplication, now: datetime) -> list[tuple[str, Period]]:
    """Return what was free after the draw and lies ahead, with its machine's slug."""
    slots = [
        (slot["machine_slug"], Period(*(datetime.fromisoformat(slot[e]) for e in ("start", "end"))))
        for slot in application.alternatives
    ]
    return [(slug, period) for slug, period in slots if period.start > now]


def _answer(looking: Look, application: MonthlyApplication) -> list[str]:
    """Return why an application was refused, in the reader's words."""
    zone = looking.need_centre().zone.key
    problems = [problem_of(kept, zone) for kept in application.problems]
    return reasons(Refused(problems), looking.words) if problems else []
