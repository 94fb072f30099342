"""Changes of a booking that stands: move, extend, cancel, transfer, approve, accept, check in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.booking import (
    Action,
    Booking,
    BookingState,
    Reach,
    group_of,
    shifted,
    still_takes,
)
from gadong.booking.domain.rules import policy
from gadong.booking.services.attendance import end_unattended
from gadong.booking.services.booking_records import keep, rules_of, tell

# Callers take it from here.
from gadong.booking.services.booking_steps import Hand as Hand  # noqa: PLC0414
from gadong.booking.services.booking_steps import (
    Step,
    Together,
    as_it_is,
    done,
    done_by,
    need_reason,
    need_timely,
    wish_of,
)
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.company_rule_book import book
from gadong.booking.services.evaluation import facts_for, need_allowed, refuse, weigh
from gadong.booking.services.request_bounds import need_bounded
from gadong.booking.services.safety import checklists
from gadong.booking.services.use_log.presence import log_presence
from gadong.booking.store import bookings, check_ins, cost_shares
from gadong.core.database import Pool, Tx, recorded_at
from gadong.core.domain.access import Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import (
    Changed,
    Forbidden,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    Refused,
)
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people


def move(
    pool: Pool,
    hand: Hand,
    wanted: Period,
    *,
    override: str = "",
    reach: Reach = Reach.ONE,
    now: datetime,
) -> Booking:
    """Give a booking another time on its machine; it keeps its old one if that is refused.

    What was made together moves as far as the reach says: all of it, or none.
    """
    need_bounded(wanted)

    def moved(tx: Tx, machine: Machine, booking: Booking, origin: Booking) -> Booking:
        period = wanted
        if booking.id != origin.id:
            zone = book(tx, booking.centre_id, at=now).centre.zone
            period = shifted(booking.period, origin.period, wanted, zone)
        # People whom the job before or a closure delays may move at once.
        need_timely(tx, hand, booking, Action.MOVE, override, now)
        is_driven = bookings.is_at_risk(tx, booking.id) or closures.falls_into(tx, booking)
        others = [] if reach is Reach.PART else _moving_too(tx, booking, now)
        wish = replace(
            wish_of(booking, period),
            was=None if is_driven else booking.period,
            leaving=frozenset(b.id for b in others),
            together=frozenset(
                m.slug for b in [booking, *others] if (m := machines.by_id(tx, b.machine_id))
            ),
        )
        weighed = weigh(tx, hand.who, machine, wish, override=override, now=now)
        booking.after(Action.MOVE)
        facts = need_allowed(weighed)
        is_theirs = not hand.who.may(machine.centre_id, Right.DESK_WORK)
        asks = is_theirs and booking.state is BookingState.CONFIRMED
        # A manager approved that time and no other.
        again = asks and policy.needs_approval(wish, facts, now)
        action = Action.RESUBMIT if again else Action.MOVE
        lapses = booking.expires_at
        if again or booking.state is BookingState.PENDING:
            lapses = min(now + facts.rules.approval_timeout, period.start)
        after = replace(
            booking.after(action),
            period=period,
            expires_at=lapses,
            override=override or booking.override,
        )
        return keep(tx, machine, after, action, who=hand.who, reason=override)

    def step_from(origin: Booking) -> Step:
        return lambda tx, machine, booking: moved(tx, machine, booking, origin)

    together = Together(action=Action.MOVE, reach=reach)
    return done_by(pool, hand, step_from, "booking.moved", together=together, now=now)


def _moving_too(tx: Tx, booking: Booking, now: datetime) -> list[Booking]:
    """Return the bookings of a group that move with one of them and have not moved yet.

    Quotas count each at its new place alone.
    """
    every = bookings.joined(tx, booking.joined) if booking.joined else []
    group = group_of(booking, every)
    return [b for b in group if b.id != booking.id and still_takes(b, Action.MOVE, now)]


def extend(pool: Pool, hand: Hand, end: datetime, *, override: str = "", now: datetime) -> Booking:
    """Keep the machine for longer, where it stands: also while it runs,
    where nobody holds it next.
    """

    def extended(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        if end <= booking.period.end:
            raise Invalid("An extension ends later than the booking", field="end")
        need_timely(tx, hand, booking, Action.EXTEND, override, now)
        period = Period(booking.period.start, end)
        need_bounded(period)
        booking.after(Action.EXTEND)
        wish = replace(wish_of(booking, period), is_extension=True, was=booking.period)
        facts = need_allowed(weigh(tx, hand.who, machine, wish, override=override, now=now))
        action, lapses = Action.EXTEND, booking.expires_at
        is_manager = hand.who.may(machine.centre_id, Right.DESK_WORK)
        if not is_manager and policy.needs_approval(wish, facts, now):
            # A manager approved a shorter time. One that has begun cannot wait for another answer.
            if booking.state is not BookingState.CONFIRMED or booking.period.start <= now:
                raise Refused([Problem(code="booking.extension", overridable_by="manager")])
            action = Action.RESUBMIT
            lapses = min(now + facts.rules.approval_timeout, period.start)
        after = replace(
            booking.after(action),
            period=period,
            expires_at=lapses,
            override=override or booking.override,
        )
        return keep(tx, machine, after, action, who=hand.who, reason=override)

    return done(pool, hand, extended, "booking.extended", now=now)


def cancel(
    pool: Pool, hand: Hand, *, reason: str = "", reach: Reach = Reach.ONE, now: datetime
) -> Booking:
    """Give up a booking before it starts, a request, or an offer; its time is free at once.

    A manager with a reason may cancel a booking that has begun or ended. A booking that is
    cancelled already is returned as it is: a second cancel is the same cancel.
    """
    together = Together(action=Action.CANCEL, reach=reach)
    if (same := as_it_is(pool, hand, BookingState.CANCELLED, together, now=now)) is not None:
        return same

    def cancelled(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        need_timely(tx, hand, booking, Action.CANCEL, reason, now)
        # Giving up an offer, a mere request, or a time that the centre has closed costs nothing.
        owes = booking.state is BookingState.CONFIRMED and not closures.falls_into(tx, booking)
        given_up = cost_shares.not_before_acts(tx, booking.id, now) if owes else None
        after = replace(booking.after(Action.CANCEL), cancelled_at=given_up)
        return keep(tx, machine, after, Action.CANCEL, who=hand.who, reason=reason)

    try:
        return done(pool, hand, cancelled, "booking.cancelled", together=together, now=now)
    except (Changed, NotAllowed):  # another request may have cancelled it between look and lock
        if (same := as_it_is(pool, hand, BookingState.CANCELLED, together, now=now)) is not None:
            return same
        raise


def release(pool: Pool, hand: Hand, *, reason: str, now: datetime) -> Booking:
    """Take a booking back for the centre; it is never charged. For managers."""

    def released(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        need_reason(hand.who, booking, reason)
        return keep(
            tx, machine, booking.after(Action.RELEASE), Action.RELEASE, who=hand.who, reason=reason
        )

    together = Together(action=Action.RELEASE, reach=Reach.PART)
    return done(pool, hand, released, "booking.released", together=together, now=now)


def transfer(pool: Pool, hand: Hand, person: PersonId, *, now: datetime) -> Booking:
    """Hand a booking to a colleague, until it starts.

    They must be allowed what the first one was.
    """

    def handed(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        after = replace(booking.after(Action.TRANSFER), person_id=person)
        if booking.company_id not in {i for i, _ in people.companies_of(tx, person)}:
            raise NotFound("The person is not of this company")
        need_timely(tx, hand, booking, Action.TRANSFER, "", now)
        wish = replace(wish_of(booking, booking.period), person_id=person, is_extension=True)
        facts = need_allowed(weigh(tx, hand.who, machine, wish, override="", now=now))
        if not facts.rules.transfer and not hand.who.may(booking.centre_id, Right.DESK_WORK):
            raise Forbidden("This machine's bookings are not handed over")
        is_asked = booking.usage_mode.wants_training and policy.needs_approval(wish, facts, now)
        if is_asked and booking.state is BookingState.CONFIRMED:
            raise Forbidden("This person needs the machine's training first")
        tell(tx, booking, "booking.handed_over")
        return keep(tx, machine, after, Action.TRANSFER, who=hand.who)

    return done(pool, hand, handed, "booking.transferred", now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Parts of a booking that are said anew; None leaves one as it is.

    Answers are all said anew.
    """

    purpose: str | None = None
    answers: Mapping[str, str] | None = None
    usage_mode: UsageMode | None = None


def edit(pool: Pool, hand: Hand, wanted: Edit, *, override: str = "", now: datetime) -> Booking:
    """Say anew what a booking is for, what the centre asks, or how it is used, until it begins.

    Another usage mode passes the rules and the approval of a direct request.
    """

    def edited(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        booking.after(Action.EDIT)
        need_timely(tx, hand, booking, Action.EDIT, override, now)
        mode = wanted.usage_mode or booking.usage_mode
        answers = booking.answers if wanted.answers is None else wanted.answers
        # Nothing is being moved: what is said is looked at as if it were asked for now.
        wish = replace(
            wish_of(booking, booking.period),
            moving=None,
            offer=booking.id,
            answers=answers,
            usage_mode=mode,
        )
        known = book(tx, booking.centre_id, booking.company_id, at=booking.period.start)
        facts = facts_for(tx, known, machine, wish, bounds=booking.period)
        changed = set(policy.ABOUT_MODE) if mode is not booking.usage_mode else set()
        changed |= {policy.questions_answered} if wanted.answers is not None else set()
        rules = [rule for rule in policy.ABOUT_EDIT if rule in changed]
        is_manager = hand.who.may(machine.centre_id, Right.DESK_WORK)
        if override and not is_manager:
            raise Forbidden("Only a manager passes a rule, and says why")
        refuse([] if override else policy.check(wish, facts, now=now, rules=rules), [])
        again = mode is not booking.usage_mode and policy.needs_approval(wish, facts, now)
        action, lapses = Action.EDIT, booking.expires_at
        if again and not is_manager and booking.state is BookingState.CONFIRMED:
            action = Action.RESUBMIT
            lapses = max(now, min(now + facts.rules.approval_timeout, booking.period.start))
        after = replace(
            booking.after(action),
            purpose=booking.purpose if wanted.purpose is None else wanted.purpose[:500],
            answers=answers,
            usage_mode=mode,
            expires_at=lapses,
            override=override or booking.override,
        )
        return keep(tx, machine, after, action, who=hand.who, reason=override)

    return done(pool, hand, edited, None, now=now)


def check_in(pool: Pool, hand: Hand, *, now: datetime) -> Booking:
    """Say that you are at the machine, from the early grace before your time until its end."""

    def came(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        if not booking.usage_mode.wants_training and not hand.who.may(
            machine.centre_id, Right.DESK_WORK
        ):
            # A person without the training would otherwise open an interlock.
            raise Forbidden("The centre's own people check in where they run the machine or help")
        checklists.need_answered(tx, hand.who, machine, booking, now=now)
        limits = book(tx, booking.centre_id, at=now).limits(machine, now)
        earliest = booking.period.start - limits.early_grace
        after = replace(booking.after(Action.CHECK_IN), checked_in_at=booking.checked_in_at or now)
        if not earliest <= now < booking.period.end:
            raise Invalid(
                "Check in from shortly before your time until its end",
                earliest=write_instant(earliest),
                until=write_instant(booking.period.end),
            )
        keep(tx, machine, after, Action.CHECK_IN, who=hand.who)
        check_ins.insert(
            tx, after, kind="in", at=now, recorded_at=recorded_at(tx, booking.centre_id)
        )
        return after

    return done(pool, hand, came, None, for_sharers=True, now=now)


def check_out(pool: Pool, hand: Hand, *, now: datetime) -> Booking:
    """End a booking now. The rest of its time is free for others, unless the machine's rules keep
    it.

    A booking that began without its people ends by what its machine saw
    (`attendance.end_unattended`).
    """

    def left(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        if booking.state is BookingState.CONFIRMED:
            if now < booking.period.start:
                raise Invalid("A booking that has not begun is cancelled", field="action")
            need_timely(tx, hand, booking, Action.CHECK_OUT, "", now)
            return end_unattended(tx, machine, booking, who=hand.who, now=now)
        frees = rules_of(tx, machine, booking).releases_early_finish and now < booking.period.end
        after = replace(
            booking.after(Action.CHECK_OUT),
            checked_out_at=now,
            freed_from=max(now, booking.period.start) if frees else None,
        )
        keep(tx, machine, after, Action.CHECK_OUT, who=hand.who)
        check_ins.insert(
            tx, after, kind="out", at=now, recorded_at=recorded_at(tx, booking.centre_id)
        )
        log_presence(tx, after, until=now, by=hand.who.person_id)
        if frees:
            tell(tx, after, "booking.finished_early")
        return after

    return done(pool, hand, left, None, for_sharers=True, now=now)
