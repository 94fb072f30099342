"""Changes of a booking's time and state: move, extend, cancel, take back, check in and out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from gadong.booking.domain.booking import (
    Action,
    Booking,
    BookingState,
)
from gadong.booking.domain.booking_request import Wish
from gadong.booking.domain.rules import policy
from gadong.booking.domain.together.reach import Reach, going_along, group_of, shifted
from gadong.booking.services import attendance
from gadong.booking.services.booking_records import keep, rules_of, tell, tell_people

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
from gadong.booking.services.evaluation import Weighed, need_allowed, refuse, weigh
from gadong.booking.services.moves import cancellation, forced_moves
from gadong.booking.services.request_bounds import need_bounded
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.safety import checklists
from gadong.booking.services.together.group_answer import alternatives_for_all, ends_for_all
from gadong.booking.services.together.waiting_groups import answer_due
from gadong.booking.services.use_log.presence import correct_presence, log_presence
from gadong.booking.store import bookings, check_ins, cost_shares
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import (
    Changed,
    Forbidden,
    Invalid,
    NotAllowed,
    Problem,
    Refused,
)
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines


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

    seen: dict[BookingId, tuple[Machine, Wish, Weighed]] = {}
    driven: set[BookingId] = set()

    def moved(
        tx: Tx, machine: Machine, booking: Booking, origin: Booking, waiting: Collection[BookingId]
    ) -> Booking:
        period = wanted
        if booking.id != origin.id:
            zone = book(tx, booking.centre_id, at=now).centre.zone
            period = shifted(booking.period, origin.period, wanted, zone)
        others = [] if reach is Reach.PART else _moving_too(tx, booking, now)
        # People whom the job before or a closure delays may move at once, with their whole group.
        if any(forced_moves.is_driven(tx, b, now=now) for b in [booking, *others]):
            driven.update(b.id for b in [booking, *others])
        is_driven = booking.id in driven
        if not is_driven or booking.state is not BookingState.CONFIRMED:
            need_timely(tx, hand, booking, Action.MOVE, override, now)
        _need_over(booking, period, now)
        wish = replace(
            wish_of(booking, period),
            was=None if is_driven else booking.period,
            leaving=frozenset(b.id for b in others),
            together=frozenset(
                m.slug for b in [booking, *others] if (m := machines.by_id(tx, b.machine_id))
            ),
        )
        weighed = weigh(tx, hand.who, machine, wish, override=override, now=now)
        seen[booking.id] = (machine, wish, weighed)
        booking.after(Action.MOVE)
        facts = need_allowed(weighed)
        is_theirs = not hand.who.may(machine.centre_id, Right.DESK_WORK)
        asks = is_theirs and booking.state is BookingState.CONFIRMED
        # A manager approved that time and no other.
        again = asks and (booking.id in waiting or policy.needs_approval(wish, facts, now))
        action = Action.RESUBMIT if again else Action.MOVE
        lapses = booking.expires_at
        if again or booking.state is BookingState.PENDING:
            lapses = answer_due(tx, booking, period.start, now=now)
        after = replace(
            booking.after(action).corrected(period),
            expires_at=lapses,
            override=override or booking.override,
        )
        # A move by the centre, or one that a closure or an overrun forces, gives nothing up.
        is_own = is_theirs and not is_driven
        late = cancellation.left_late(tx, machine, booking, period, now=now) if is_own else None
        correct_presence(tx, booking, after, reason=override, by=hand.who.person_id, now=now)
        return keep(tx, machine, after, action, who=hand.who, reason=override, left_at=late)

    def step_from(origin: Booking, waiting: Collection[BookingId]) -> Step:
        return lambda tx, machine, booking: moved(tx, machine, booking, origin, waiting)

    together = Together(action=Action.MOVE, reach=reach)
    try:
        return done_by(pool, hand, step_from, "booking.moved", together=together, now=now)
    except Refused as refused:
        group = [one for one in seen.values() if one[1].period.start == wanted.start]
        if len(group) > 1:
            refuse(refused.problems, alternatives_for_all(group, now=now))
        raise


def is_kept_out(pool: Pool, who: Caller, booking: Booking, *, now: datetime) -> bool:
    """Return whether its people may still move a booking after its start: they could not come.

    One machine of a group that keeps them out is enough.
    """
    has_begun = booking.period.start <= now < booking.period.end
    if booking.state is not BookingState.CONFIRMED or not has_begun:
        return False
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        group = [booking, *_moving_too(tx, booking, now)]
        return any(forced_moves.is_driven(tx, one, now=now) for one in group)


def _need_over(booking: Booking, period: Period, now: datetime) -> None:
    """Raise Invalid where what has ended would end later than now: it would be open again."""
    if booking.state is BookingState.COMPLETED and period.end > max(now, booking.period.end):
        raise Invalid("What has ended is corrected to a time that is over", field="end")


def _moving_too(tx: Tx, booking: Booking, now: datetime) -> list[Booking]:
    """Return the bookings of a group that move with one of them and have not moved yet.

    Quotas count each at its new place alone.
    """
    every = bookings.joined(tx, booking.joined) if booking.joined else []
    return going_along(booking, group_of(booking, every), Action.MOVE, now)


def extend(
    pool: Pool,
    hand: Hand,
    end: datetime,
    *,
    override: str = "",
    reach: Reach = Reach.ONE,
    now: datetime,
) -> Booking:
    """Keep the machine for longer, where it stands: also while it runs,
    where nobody holds it next.

    What was made together is extended as far as the reach says: all of it, or none.
    """
    seen: dict[BookingId, tuple[Machine, Wish, Weighed]] = {}

    def extended(
        tx: Tx, machine: Machine, booking: Booking, origin: Booking, waiting: Collection[BookingId]
    ) -> Booking:
        if end <= origin.period.end:
            raise Invalid("An extension ends later than the booking", field="end")
        longer = Period(origin.period.start, end)
        if booking.id != origin.id:
            zone = book(tx, booking.centre_id, at=now).centre.zone
            longer = shifted(booking.period, origin.period, longer, zone)
            if longer.end <= booking.period.end:
                return booking
        period = Period(booking.period.start, longer.end)
        need_timely(tx, hand, booking, Action.EXTEND, override, now)
        need_bounded(period)
        _need_over(booking, period, now)
        booking.after(Action.EXTEND)
        wish = replace(wish_of(booking, period), is_extension=True, was=booking.period)
        weighed = weigh(tx, hand.who, machine, wish, override=override, now=now)
        seen[booking.id] = (machine, wish, weighed)
        facts = need_allowed(weighed)
        action, lapses = Action.EXTEND, booking.expires_at
        is_manager = hand.who.may(machine.centre_id, Right.DESK_WORK)
        asks = booking.id in waiting or policy.needs_approval(wish, facts, now)
        if not is_manager and asks:
            # A manager approved a shorter time. One that has begun cannot wait for another answer.
            if booking.state is not BookingState.CONFIRMED or booking.period.start <= now:
                raise Refused([Problem(code="booking.extension", overridable_by="manager")])
            action = Action.RESUBMIT
            lapses = answer_due(tx, booking, period.start, now=now)
        after = replace(
            booking.after(action).corrected(period),
            expires_at=lapses,
            override=override or booking.override,
        )
        correct_presence(tx, booking, after, reason=override, by=hand.who.person_id, now=now)
        return keep(tx, machine, after, action, who=hand.who, reason=override)

    def step_from(origin: Booking, waiting: Collection[BookingId]) -> Step:
        return lambda tx, machine, booking: extended(tx, machine, booking, origin, waiting)

    together = Together(action=Action.EXTEND, reach=reach)
    try:
        return done_by(pool, hand, step_from, "booking.extended", together=together, now=now)
    except Refused as refused:
        if len(seen) > 1:
            refuse(refused.problems, ends_for_all(list(seen.values()), now=now))
        raise


def cancel(
    pool: Pool, hand: Hand, *, reason: str = "", reach: Reach = Reach.ONE, now: datetime
) -> Booking:
    """Give up a booking before it starts, a request, or an offer; its time is free at once.

    A manager with a reason may cancel a booking that has begun or ended. A booking that is
    cancelled already is returned as it is: a second cancel is the same cancel. What else is reached
    is cancelled with the first of it, and with any later one that names such a booking.
    """
    together = Together(action=Action.CANCEL, reach=reach)
    if (same := as_it_is(pool, hand, BookingState.CANCELLED, together, now=now)) is not None:
        return same

    excused: set[BookingId] = set()
    seen: dict[BookingId, Period] = {}

    def cancelled(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        if booking.state is BookingState.CANCELLED:
            return booking
        need_timely(tx, hand, booking, Action.CANCEL, reason, now)
        # Giving up an offer, a mere request, or a time that the centre has closed costs nothing.
        seen[booking.id] = booking.period
        left = cancellation.gives_up(tx, machine, booking, now=now)
        standing = left.booking if left else booking
        excused.update(cancellation.excused(tx, booking, left))
        at = left.at if left and booking.id not in excused else None
        if at == now:
            at = cost_shares.not_before_acts(tx, booking.id, now)
        after = replace(standing.after(Action.CANCEL), cancelled_at=at)
        correct_presence(tx, booking, after, reason=reason, by=hand.who.person_id, now=now)
        return keep(tx, machine, after, Action.CANCEL, who=hand.who, reason=reason)

    def tell_cancelled(tx: Tx, after: Sequence[Booking]) -> None:
        # They cancelled the time that they saw, whichever time they pay for.
        named = [replace(b, period=seen.get(b.id, b.period)) for b in after]
        tell_people(tx, named, "booking.cancelled")

    try:
        return done(pool, hand, cancelled, tell_cancelled, together=together, now=now)
    except (Changed, NotAllowed):  # another request may have cancelled it between look and lock
        if (same := as_it_is(pool, hand, BookingState.CANCELLED, together, now=now)) is not None:
            return same
        raise


def release(pool: Pool, hand: Hand, *, reason: str, now: datetime) -> Booking:
    """Take a booking back for the centre; it is never charged. For managers."""

    def released(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        need_reason(hand.who, booking, reason)
        after = booking.after(Action.RELEASE)
        correct_presence(tx, booking, after, reason=reason, by=hand.who.person_id, now=now)
        return keep(tx, machine, after, Action.RELEASE, who=hand.who, reason=reason)

    together = Together(action=Action.RELEASE, reach=Reach.PART)
    return done(pool, hand, released, "booking.released", together=together, now=now)


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
            return attendance.end_unattended(tx, machine, booking, who=hand.who, now=now)
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
