"""A manager's desk: what waits for a word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.booking import live_floor
from api.pages.booking.live_floor import BoardMachine
from api.pages.frame.form_times import instant
from api.pages.frame.labels.signal_labels import trouble
from api.pages.frame.layout import Look, Looking, go, page, render
from api.pages.operations.checks import standstills
from api.v1.schemas import period_of
from gadong.billing.services import customer_check
from gadong.billing.services.statement_document import month_named
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import booking_lists, decisions, timeline, unbooked_runs
from gadong.booking.services.decisions import DecisionRequest
from gadong.booking.services.staff import staff_calls
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.machines.services import machines
from gadong.metering.services import channel_limits, machine_dues, onboarding, replay
from gadong.people.services import accounts, join_requests
from gadong.stays.services import tenancy_notices
from gadong.training.services import lapsing_trainings

router = APIRouter(include_in_schema=False)

# A ghost run older than a closed month is that month's affair: its page links to it.
LOOK_BACK = timedelta(days=45)
# More different causes than these are one cause: somebody has to look at the machines.
MOST_CAUSES = 50
# A hall of so many machines fits on one screen of a desk; the floor's own page has the others.
MOST_SHOWN = 12
MonthText = Annotated[str, Query(max_length=7)]
SEES_FLOOR = (Right.HALL_SEE, Right.FLOOR_SEE)
#: States by how much they ask for a look.
URGENCY = (
    State.FAULT,
    State.PAUSED,
    State.RUNNING,
    State.SETUP,
    State.UNKNOWN,
    State.IDLE,
    State.OFF,
)


@router.get("/desk")
def to_do(
    request: Request, looking: Looking, pool: Connections, month: MonthText = ""
) -> HTMLResponse:
    """Show everything that waits for the viewer's decision, with the likeliest chosen.

    With a month, its unbooked runs stand in the place of the latest.
    """
    return page(request, looking, "booking/desk.html", **_waiting(looking, pool, month))


@router.get("/desk/waiting")
def waiting_part(looking: Looking, pool: Connections, month: MonthText = "") -> HTMLResponse:
    """Show what waits alone, for the open page that asks again with each change."""
    told = _waiting(looking, pool, month)
    return HTMLResponse(render("booking/desk_part.html", looking.words, look=looking, **told))


@router.post("/desk/quarantine/{group_id}")
def read_again(group_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Read a cause's messages again, once their device is bound as it should be."""
    done = replay.replay(pool, looking.who, group_id, now=datetime.now(UTC))
    say = looking.words.say
    return go("/desk", said=say("{n} understood, {left} not.", n=done.understood, left=done.left))


@router.post("/desk/ghost")
def decide(
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=60)],
    start: Annotated[str, Form(max_length=40)],
    end: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    company: Annotated[UUID | None, Form()] = None,
    month: Annotated[str, Form(max_length=7)] = "",
) -> Response:
    """Decide the owner of an unbooked run."""
    centre = looking.need(Right.MONEY_WORK)
    word = DecisionRequest(
        kind=DecisionKind.REASSIGN,
        period=period_of(instant(looking, start), instant(looking, end)),
        company=CompanyId(company) if company else None,
        reason=reason,
    )
    found = machines.find(pool, looking.who, machine, centre=centre.id)
    decisions.decide(pool, looking.who, found, word, now=datetime.now(UTC))
    again = f"/desk?month={month_named(month)}" if month else "/desk"
    return go(again, said=looking.words.say("Decided. It stands on the next draft."))


def _waiting(looking: Look, pool: Pool, month: str) -> dict[str, Any]:
    """Return everything that waits for the viewer's decision, by its kind.

    Unbooked runs are those of the month, or of the last days without one.
    """
    centre, now = looking.need(Right.DESK_SEE, Right.MONEY_SEE, Right.FLOOR_SEE), datetime.now(UTC)
    ahead, back = Period(now, now + timedelta(days=400)), Period(now - LOOK_BACK, now)
    if month:
        back = month_named(month).period(centre.zone)
    # Requests alone: a busy centre has more bookings ahead than a page, the latest made first.
    requests = BookingFilter(centre=centre.id, during=ahead, states={BookingState.PENDING})
    held = booking_lists.page(pool, looking.who, requests, most=200)
    settles, watches = looking.may(Right.MONEY_SEE), looking.may(Right.FLOOR_SEE)
    serves = looking.may(Right.DESK_SEE, Right.MONEY_SEE)
    companies = accounts.companies(pool, looking.who, centre.id) if serves else []
    hall = live_floor.places(pool, looking, now) if looking.may(*SEES_FLOOR) else []
    return {
        "month": month,
        "standstills": standstills(pool, looking),
        "hall_now": most_urgent(hall),
        "hall_size": len(hall),
        "asking": join_requests.waiting(pool, looking.who, centre.id)
        if looking.may(Right.PEOPLE_SEE)
        else [],
        "called": staff_calls.waiting(pool, looking.who, centre.id)
        if looking.may(Right.DESK_SEE)
        else [],
        "waiting": _asked(held),
        "rivals": {b.id: _rivals(b, held) for b in held if b.is_open},
        "hall": {
            s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)
        },
        "names": {c.id: c.name for c in companies},
        "companies": companies,
        "lapsing": lapsing_trainings.lapsing(pool, looking.who, centre.id, now=now)
        if looking.may(Right.DESK_SEE)
        else [],
        "ghosts": unbooked_runs.waiting(pool, looking.who, centre.id, back, now=now)
        if serves
        else [],
        "objections": customer_check.open_objections(pool, looking.who, centre.id)
        if settles
        else [],
        "leaving": tenancy_notices.ending_soon(
            pool, looking.who, centre.id, today=now.astimezone(centre.zone).date()
        )
        if settles
        else [],
        "dues": machine_dues.waiting(pool, looking.who, centre.id, now=now) if watches else [],
        "alarms": channel_limits.unacknowledged(pool, looking.who, centre.id) if watches else 0,
        "unknown": onboarding.unknown(pool, looking.who, centre.id) if watches else [],
        "bins": [
            (trouble(looking.words, q.reason), q)
            for q in machines.quarantined(
                pool, looking.who, centre.id, before=None, most=MOST_CAUSES
            )
        ]
        if watches
        else [],
    }


def most_urgent(hall: Sequence[BoardMachine]) -> list[BoardMachine]:
    """Return a hall's machines in their order; of a large one, those with most to look at."""
    if len(hall) <= MOST_SHOWN:
        return list(hall)
    return sorted(hall, key=_rank)[:MOST_SHOWN]


def _rank(place: BoardMachine) -> int:
    """Return how soon a machine is looked at: a call, then by its state."""
    state = place.live.state if place.live else State.UNKNOWN
    return -1 if place.is_called else URGENCY.index(state)


def _rivals(booking: Booking, held: Sequence[Booking]) -> int:
    """Return the number of other requests for any of a competing request's time."""
    return sum(
        b.id != booking.id
        and b.machine_id == booking.machine_id
        and b.is_open
        and b.period.overlap(booking.period) is not None
        for b in held
    )


def _asked(held: Sequence[Booking]) -> list[tuple[Booking, int]]:
    """Return the requests, the soonest of what was asked for together, each with how many others it
    brings.
    """
    pending = sorted((b for b in held if b.state is BookingState.PENDING), key=lambda b: b.period)
    together: dict[object, list[Booking]] = {}
    for booking in pending:
        together.setdefault(booking.joined or booking.id, []).append(booking)
    return [(each[0], len(each) - 1) for each in together.values()]
