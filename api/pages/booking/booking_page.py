"""The page of one booking: its facts, and the steps that its viewer may take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.booking.booking_form import called
from api.pages.frame.layout import Look, page
from gadong.billing.services.prices import quotes, session_costs, sister_offers
from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.domain.together.reach import group_of
from gadong.booking.services import (
    booking_changes,
    booking_lists,
    bookings,
    competing_requests,
    timeline,
)
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.equipment import equipment
from gadong.booking.services.moves import cancellation
from gadong.booking.services.rules import rulebook
from gadong.booking.services.staff import technicians
from gadong.booking.services.use_log import climate
from gadong.core.domain.access import Right
from gadong.core.domain.ids import BookingId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed
from gadong.metering.services.room_climate import words_of
from gadong.operations.services import health
from gadong.people.domain.centre import Centre
from gadong.people.services import accounts, members
from gadong.texts.refusals import sentence

# A person's next booking is looked for this far ahead.
AHEAD = timedelta(days=90)
MOVES = frozenset({Action.MOVE, Action.RESUBMIT})


def show_booking(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: BookingId,
    *,
    why: Sequence[str] = (),
    choices: Sequence[FreeSlot] = (),
    is_leaving: bool = False,
) -> HTMLResponse:
    """Show a booking; `is_leaving` asks its viewer, who checks out while the machine runs."""
    booking, events = bookings.find(pool, looking.who, booking_id)
    hall = timeline.seen(pool, looking.who, centre=booking.centre_id)
    seen = next(s for s in hall if s.machine.id == booking.machine_id)
    parts = bookings.made_together(pool, looking.who, booking)
    now = datetime.now(UTC)
    words = looking.words
    outcome = session_costs.of_booking(pool, looking.who, booking)
    rules = rulebook.rules_of(
        pool, looking.who, seen.machine, company=booking.company_id, at=booking.period.start
    )
    asked = {q.key: words.either(q.ko, q.en) for q in rules.questions}
    is_manager = looking.who.may(booking.centre_id, Right.DESK_WORK)
    may_act = looking.who.may_see(booking.centre_id, booking.company_id, Right.DESK_WORK)
    doable = [
        (action, words.say(name))
        for action, does, name in (
            ("accept", Action.ACCEPT, "Take it"),
            ("check-in", Action.CHECK_IN, "Check in"),
            ("check-out", Action.CHECK_OUT, "Check out"),
        )
        if may_act
        and _may(booking, does, now)
        and (does is not Action.CHECK_IN or _may_come(booking, now, is_manager=is_manager))
    ]
    is_kept_out = may_act and booking_changes.is_kept_out(pool, looking.who, booking, now=now)
    may_move = may_act and _may(booking, Action.MOVE, now, is_manager=is_manager)
    closure, instead = closures.over(pool, looking.who, booking, now=now)
    rivals = (
        competing_requests.rivals(pool, looking.who, booking.id, now=now)
        if looking.who.may(booking.centre_id, Right.DESK_SEE)
        else []
    )
    companies = accounts.companies(pool, looking.who, booking.centre_id) if rivals else []
    return page(
        request,
        looking,
        "booking/booking.html",
        status=409 if why or is_leaving else 200,
        is_leaving=is_leaving,
        booking=booking,
        machine=seen.machine,
        live=seen.live,
        reception=health.reception(pool, _centre_of(looking, booking), now=now),
        events=events,
        answers=[(asked.get(key, key), answer) for key, answer in booking.answers.items()],
        reasons=list(why),
        closure=closure,
        instead=instead,
        sisters=sister_offers.sisters(pool, looking.who, booking.id, now=now) if closure else [],
        choices=list(choices)
        or competing_requests.what_would_do(pool, looking.who, booking, now=now),
        rivals=rivals if len(rivals) > 1 else [],
        names={c.id: c.name for c in companies},
        called=called(looking, pool),
        doable=doable,
        parts=parts,
        is_group=len(group_of(booking, parts)) > 1,
        is_series=len({b.period.start for b in parts}) > 1,
        called_by_id={
            s.machine.id: words.either(s.machine.name_ko, s.machine.name_en) for s in hall
        },
        may_edit=may_act and _may(booking, Action.EDIT, now, is_manager=is_manager),
        questions=rules.questions,
        modes=rules.usage_modes,
        person=bookings.name_of_person(pool, looking.who, booking),
        technician=technicians.name_of(pool, looking.who, booking),
        units=equipment.units_of(pool, looking.who, booking),
        climate=[
            words.either(text.ko, text.en)
            for text in map(words_of, climate.of_booking(pool, looking.who, booking, now=now))
        ],
        is_kept_out=is_kept_out,
        may_move=may_move or is_kept_out,
        may_extend=may_act and _may(booking, Action.EXTEND, now, is_manager=is_manager),
        # A manager corrects what has begun or ended, and says why.
        may_pass=is_manager,
        is_late=booking.too_late_for(Action.MOVE, now) is not None and not is_kept_out,
        may_hand_over=may_act and _may(booking, Action.TRANSFER, now),
        may_cancel=may_act and _may(booking, Action.CANCEL, now),
        may_cancel_late=is_manager and _has_step(booking, Action.CANCEL),
        may_judge=is_manager and booking.state is BookingState.PENDING,
        colleagues=members.colleagues(pool, looking.who, booking.company_id),
        cost=quotes.cancelling(pool, looking.who, booking, now=now),
        left_at=_left_at(booking, [e.recorded_at for e in events if e.action in MOVES]),
        left=cancellation.time_left(pool, looking.who, booking, now=now),
        outcome=outcome,
        missing=sentence(outcome.missing, words.language) if outcome and outcome.missing else "",
        following=_following(looking, pool, booking, now),
        now=now,
    )


def _centre_of(looking: Look, booking: Booking) -> Centre:
    """Return the booking's centre, which may be another than the one that the viewer has chosen."""
    return next((c for c in looking.centres if c.id == booking.centre_id), looking.need_centre())


def is_running(looking: Look, pool: Connections, booking_id: BookingId) -> bool:
    """Return whether the machine of a begun booking runs or pauses now."""
    booking, _ = bookings.find(pool, looking.who, booking_id)
    hall = timeline.seen(pool, looking.who, centre=booking.centre_id)
    live = next((s.live for s in hall if s.machine.id == booking.machine_id), None)
    return (
        live is not None
        and live.state in {State.RUNNING, State.PAUSED}
        and booking.period.start <= datetime.now(UTC)
    )


def _left_at(booking: Booking, moves: Sequence[datetime]) -> datetime | None:
    """Return when a move gave up the time of a cancelled booking; None where cancelling it did."""
    at = booking.cancelled_at
    return at if at and any(moved_at >= at for moved_at in moves) else None


def _following(looking: Look, pool: Connections, booking: Booking, now: datetime) -> Booking | None:
    """Return the next booking of an ended one's person, of any machine of the centre."""
    if booking.state is not BookingState.COMPLETED:
        return None
    wanted = BookingFilter(
        centre=booking.centre_id,
        person=booking.person_id,
        states={BookingState.CONFIRMED, BookingState.PENDING},
        during=Period(now, now + AHEAD),
    )
    coming = booking_lists.page_by_start(pool, looking.who, wanted, after=None, most=5)
    return next((b for b in coming if b.period.start > now), None)


def _may_come(booking: Booking, now: datetime, *, is_manager: bool) -> bool:
    """Return whether the check-in is due and the viewer may do it."""
    is_theirs = booking.usage_mode.wants_training or is_manager
    return is_theirs and booking.period.start - now < timedelta(hours=1)


def _may(booking: Booking, action: Action, now: datetime, *, is_manager: bool = False) -> bool:
    """Return whether the action is a step of the booking's life, and not too late.

    For a manager, who gives a reason, it never is.
    """
    if (
        action is Action.CHECK_OUT
        and booking.state is BookingState.CONFIRMED
        and now < booking.period.start
    ):
        return False
    is_in_time = is_manager or booking.too_late_for(action, now) is None
    return _has_step(booking, action) and is_in_time


def _has_step(booking: Booking, action: Action) -> bool:
    try:
        booking.after(action)
    except NotAllowed:
        return False
    return True
