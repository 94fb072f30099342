"""Settlement of bookings by the facts alone: arrivals, no-shows, overruns, forgotten sessions.

Everything here is decided from instants and signals, never from the minute of the evaluation. It
runs before anybody books or changes anything on the machine, and by the scheduler in between. A
scheduler that was down for six hours finds the same as one that ran.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.presence import Presence, presence
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.session import Session, is_excused, sessions
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Owner, Usage, Witnesses
from gadong.booking.services import machine_activity
from gadong.booking.services.booking_records import keep, rules_of, tell
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.booking.services.together import waiting_groups
from gadong.booking.services.use_log.presence import log_presence
from gadong.booking.services.waiting import freed_time
from gadong.booking.store import bookings, closures
from gadong.core.database import Tx
from gadong.core.domain.access import Caller
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.domain.run import Run
from gadong.metering.store import runs

log = logging.getLogger(__name__)

# A scheduler's weekend, or a machine's long silence, may leave this much to settle. Charges ask the
# facts in any case.
SETTLED_WITHIN = timedelta(days=3)
# A gateway that was off keeps what it measured and sends it later; after two days nobody waits for
# that.
LATE_WORDS = timedelta(days=2)
ACTIVE = frozenset({State.RUNNING, State.PAUSED})
STARTED = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.IN_USE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A machine's recent past, read once: its runs, and what each booking amounted to."""

    runs: Sequence[Run]
    witnesses: Witnesses
    check_ins: Sequence[CheckIn]
    usages: Sequence[Usage]
    sessions: dict[BookingId, Session]
    limits: AttributionLimits
    is_signalled: bool


def settle_all(tx: Tx, *, now: datetime) -> int:
    """Settle every machine that has something to settle; how many bookings changed."""
    changed = 0
    unsettled = bookings.machines_unsettled(tx, before=now, after=now - SETTLED_WITHIN)
    # All at once, in the one order: a group's part may lock another machine on the way.
    machines.lock(tx, unsettled)
    for machine_id in unsettled:
        machine = machines.by_id(tx, machine_id)
        try:
            with tx.transaction():
                changed += settle(tx, machine, now=now) if machine else 0
        except GadongError as trouble:
            # One machine that cannot be settled stands in no other's way.
            log.warning(
                "machine not settled", extra={"machine": str(machine_id), "reason": str(trouble)}
            )
    return changed


def is_kept_out(tx: Tx, machine: Machine, booking: Booking, *, now: datetime) -> bool:
    """Return whether its people could not come to a booking that has begun.

    A closure, or another company's use that began before, must lie over the time in which they had
    to come. A closure of its last minute keeps nobody out.
    """
    known = book(tx, machine.centre_id, at=now)
    due = known.limits(machine, now).no_show_after
    start = booking.period.start
    until = min(booking.period.end, start + due)
    closed = closures.of_centre(tx, booking.centre_id, Period(start, until))
    if any(closure.hits(machine.id, Period(start, until)) for closure in closed):
        return True
    scene = _scene(tx, machine, known, [booking], now=now)
    return any(
        usage.company_id is not None
        and not booking.is_of(usage.company_id)
        and usage.period.start < start
        and usage.period.end >= min(now, until)
        for usage in scene.usages
    )


def has_due(tx: Tx, machine: Machine, *, now: datetime) -> bool:
    """Return whether the machine has bookings that `settle` would look at."""
    return bool(bookings.unsettled(tx, machine.id, before=now, after=now - SETTLED_WITHIN))


def settle(tx: Tx, machine: Machine, *, now: datetime) -> int:
    """Settle the machine's bookings by the facts; return the number that changed.

    The caller has locked the machine.
    """
    due = bookings.unsettled(tx, machine.id, before=now, after=now - SETTLED_WITHIN)
    if not due:
        return 0
    changed = 0
    found: list[Booking] = []
    for booking_id in due:
        booking = bookings.locked(tx, booking_id)
        if booking and booking.expires_at and booking.expires_at <= now:
            changed += len(waiting_groups.lapse(tx, booking, now=now))
            booking = bookings.locked(tx, booking_id)
        found += [booking] if booking else []
    # A change that lapsed leaves a booking as it was, which may be of a later day.
    started = [b for b in found if b.state in STARTED and b.period.start < now]
    if not started:
        return changed
    scene = _scene(tx, machine, book(tx, machine.centre_id, at=now), started, now=now)
    for booking in started:
        changed += _follow(tx, machine, booking, scene, rules_of(tx, machine, booking), now=now)
    return changed


def _follow(
    tx: Tx, machine: Machine, booking: Booking, scene: Scene, rules: Rules, *, now: datetime
) -> int:
    """Apply every step that the facts take the booking; return their number."""
    changed = 0
    session = scene.sessions.get(booking.id)
    used = bool(session and session.usages) and not _came_too_late(booking, session, scene, rules)
    if used and booking.state in {BookingState.CONFIRMED, BookingState.CHECKED_IN}:
        booking = keep(tx, machine, booking.after(Action.BEGIN), Action.BEGIN)
        changed += 1
    if booking.state is BookingState.CONFIRMED and session:
        missed = _missed(tx, booking, session, scene, rules, now=now)
        if missed:
            action, after = missed
            keep(tx, machine, after, action)
            freed_time.tell(tx, booking, after, now=now)
            tell(tx, after, "booking.missed" if action is Action.MISS else "booking.released")
            changed += 1
        elif _closes_unwatched(booking, session, scene, now=now):
            closed = replace(booking.after(Action.CLOSE), checked_out_at=booking.period.end)
            keep(tx, machine, closed, Action.CLOSE)
            changed += 1
    if booking.state in {BookingState.CHECKED_IN, BookingState.IN_USE}:
        _warn_next(tx, machine, booking, rules, now=now)
        forgotten = _left_at(booking, session, scene, rules, now=now)
        if forgotten:
            closed = replace(booking.after(Action.CLOSE), checked_out_at=forgotten)
            keep(tx, machine, closed, Action.CLOSE)
            log_presence(tx, closed, until=forgotten, by=None)
            tell(tx, closed, "booking.closed")
            changed += 1
    return changed


def _came_too_late(booking: Booking, session: Session | None, scene: Scene, rules: Rules) -> bool:
    """Return whether the machine first ran for it once others could have its time.

    Whoever looks when: it was missed, and what ran then is use without a booking.
    """
    known_at = booking.period.start + scene.limits.no_show_after
    if booking.state is not BookingState.CONFIRMED or session is None or not session.usages:
        return False
    if booking.period.end - known_at < rules.release_least:
        return False
    if any(usage.period.start < known_at for usage in session.usages):
        return False
    seen = presence(booking, scene.runs, scene.check_ins, scene.limits, scene.usages)
    due = Period(booking.period.start, known_at)
    others = [u for u in scene.usages if u.owner is not Owner.NOBODY and u not in session.usages]
    # The excused are late for nothing: they could not have come, or had not to.
    is_theirs = not is_excused(booking, others, scene.witnesses, due, seen)
    return seen is Presence.NO_SHOW and is_theirs


def _missed(
    tx: Tx, booking: Booking, session: Session, scene: Scene, rules: Rules, *, now: datetime
) -> tuple[Action, Booking] | None:
    """Return the end of a booking without check-in or run on a machine that was observed.

    An unobserved machine releases nothing.
    """
    known_at = booking.period.start + scene.limits.no_show_after
    # A short rest is of no use to anybody else, so the booking keeps it until its end
    # (docs/reference/peers.md#no-show-release).
    frees = booking.period.end - known_at >= rules.release_least
    if now < (known_at if frees else booking.period.end):
        return None
    if session.presence is Presence.NO_SHOW or _came_too_late(booking, session, scene, rules):
        return Action.MISS, replace(
            booking.after(Action.MISS), freed_from=known_at if frees else booking.period.end
        )
    if session.presence is Presence.EXCUSED and now >= booking.period.end:
        # The company that displaced them stood in their way until the end.
        return Action.RELEASE, replace(booking.after(Action.RELEASE), freed_from=booking.period.end)
    # A room has nothing that could be observed; nobody need look at it.
    is_dark = session.presence is Presence.UNVERIFIABLE and scene.is_signalled
    if is_dark and bookings.remark(tx, booking, "unobserved"):
        tell(tx, booking, "booking.unobserved", to="managers")
    return None


def _closes_unwatched(booking: Booking, session: Session, scene: Scene, *, now: datetime) -> bool:
    """Return whether an unobserved booking is over: at its end, or once late signals are in.

    The statement asks the facts in any state.
    """
    if session.presence is not Presence.UNVERIFIABLE:
        return False
    return now >= booking.period.end + (LATE_WORDS if scene.is_signalled else timedelta(0))


def end_unattended(
    tx: Tx, machine: Machine, booking: Booking, *, who: Caller, now: datetime
) -> Booking:
    """End a confirmed booking that has begun and that nobody checked into, and free the rest of its
    time.

    It is a no-show where signals watched the machine and nobody came, and released where its people
    were kept out. Where nothing watched, its people have used it.
    """
    scene = _scene(tx, machine, book(tx, machine.centre_id, at=now), [booking], now=now)
    session = scene.sessions.get(booking.id)
    if session and session.presence is Presence.EXCUSED:
        kept_out = replace(booking.after(Action.RELEASE), freed_from=now)
        return keep(tx, machine, kept_out, Action.RELEASE, who=who)
    # Nothing is known past now, so that only the time until now has to be watched.
    begun = min(scene.limits.no_show_after, now - booking.period.start)
    limits = replace(scene.limits, no_show_after=begun)
    if presence(booking, scene.runs, scene.check_ins, limits, scene.usages) is Presence.NO_SHOW:
        missed = replace(booking.after(Action.MISS), freed_from=now)
        tell(tx, missed, "booking.missed")
        return keep(tx, machine, missed, Action.MISS, who=who)
    frees = rules_of(tx, machine, booking).releases_early_finish
    after = replace(
        booking.after(Action.CHECK_OUT), checked_out_at=now, freed_from=now if frees else None
    )
    if frees:
        tell(tx, after, "booking.finished_early")
    return keep(tx, machine, after, Action.CHECK_OUT, who=who)


def _left_at(
    booking: Booking, session: Session | None, scene: Scene, rules: Rules, *, now: datetime
) -> datetime | None:
    """Return when a person who forgot to check out had left; None if that is not known yet.

    That is past the end, once the machine was seen idle for a while.
    """
    usages = session.usages if session else ()
    gone = max([booking.period.end, *(u.period.end for u in usages)])
    quiet = Period(gone, gone + rules.forgotten)
    if now < quiet.end:
        return None
    if not scene.is_signalled:
        return gone
    over = [(r.state, part) for r in scene.runs if (part := r.clipped(quiet))]
    if any(state in ACTIVE for state, _ in over):
        return None
    watched = sum(part.seconds for state, part in over if state is not State.UNKNOWN)
    return gone if watched >= quiet.seconds // 2 else None


def _warn_next(tx: Tx, machine: Machine, booking: Booking, rules: Rules, *, now: datetime) -> None:
    """Tell the next one, once and before anything else happens, that the machine will not be free
    in time.
    """
    live = runs.live(tx, [machine.id]).get(machine.id)
    if live is None or live.state not in ACTIVE:
        return
    after = bookings.next_after(tx, machine.id, booking.period.end)
    if after is None or after.period.start <= now - rules.overrun_grace:
        return
    expected = max(live.ends_at or now, now)
    late = expected + rules.teardown > after.period.start or now > booking.period.end
    near = after.period.start - expected <= rules.overrun_grace
    if late and near and bookings.remark(tx, after, f"overrun by {booking.id}"):
        tell(tx, after, "booking.at_risk", expected_end=write_instant(expected))
        tell(tx, booking, "booking.overruns", expected_end=write_instant(expected))


def _scene(
    tx: Tx, machine: Machine, known: Book, started: Sequence[Booking], *, now: datetime
) -> Scene:
    bounds = Period(
        min(b.period.start for b in started) - timedelta(days=1),
        max(now, *(b.period.end for b in started)) + timedelta(days=1),
    )
    seen = machine_activity.read(tx, machine, known, bounds, now=now)
    every = sessions(machine.id, seen.usages, seen.runs, seen.witnesses, seen.limits)
    return Scene(
        runs=seen.runs,
        witnesses=seen.witnesses,
        check_ins=seen.witnesses.check_ins,
        usages=seen.usages,
        sessions={s.booking.id: s for s in every if s.booking},
        limits=seen.limits,
        is_signalled=bool(seen.runs) or bool(machines.sources(tx, machine_id=machine.id)),
    )
