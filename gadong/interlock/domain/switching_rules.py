"""Switching rules: no order reaches a machine that works, cools or is not observed.

The reasons: docs/reference/signals.md#switching.

Whoever has the right to run is enabled when they check in; a machine that nobody has is inhibited after its work is
done, never at the minute. Both directions want the same stillness: no order reaches a machine of which anything is
doubtful.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gadong.core.domain.machine_state import State
from gadong.core.domain.problem import Problem
from gadong.dialects.domain.interlock_state import (
    Command,
    Failing,
    Hold,
    Interlock,
    Latch,
    Means,
    Outcome,
    Right,
    Said,
    Seen,
    Standing,
    Verdict,
)

#: What may be switched is one of these, seen within FRESH.
STILL = frozenset({State.IDLE, State.OFF})
# A state older than this is no state to act on (docs/reference/signals.md#before-switching).
FRESH = timedelta(seconds=90)
# A relay answers within a second; a slow wireless one within a few.
CONFIRM_WITHIN = timedelta(seconds=10)
# An order is repeated at most twice (docs/reference/signals.md#reading-back).
ATTEMPTS = 3
# Somebody who switches it by hand is not fought: no more than ATTEMPTS in this time.
CALM = timedelta(hours=1)
# A relay that is off passes nothing; a meter needs up to this long to say so
# (docs/reference/signals.md#reading-back).
REREAD_AFTER = timedelta(seconds=10)
# What somebody who stands at the machine waits before they call for help.
BLOCKED_AFTER = timedelta(minutes=1)
#: The power-up settings that a device may have, by the way it is to fail
#: (docs/reference/signals.md#power-restored).
POWER_UP: Mapping[Failing, frozenset[str]] = {
    Failing.OPEN: frozenset({"last", "on"}),
    Failing.CLOSED: frozenset({"last", "off"}),
}


def wanted(right: Right, hold: Hold | None) -> tuple[Latch | None, str]:
    """Where the interlock is to stand, and why."""
    if hold:
        return hold.latch, "held"
    if not right.needs_booking:
        return Latch.ENABLED, "open_to_all"
    if right.booking_id:
        return Latch.ENABLED, "checked_in"
    return Latch.INHIBITED, "nobody_checked_in"


def decide(lock: Interlock, seen: Seen, *, now: datetime) -> Verdict:
    """What is to be done with the interlock at an instant; a command only where nothing at all speaks against it."""
    where, why = wanted(seen.right, seen.hold)
    if where is None or where is seen.said.latch:
        return Verdict(wanted=None, why=why)
    found = [*_of_the_device(seen, now), *_of_the_past(seen, where, now)]
    if not _is_dark(seen, now):
        # A machine whose supply is known to be off does nothing, whatever its own devices said last.
        found += _of_the_machine(seen.standing, lock, now)
    if where is Latch.INHIBITED:
        found += _before_inhibiting(lock, seen, now)
    return Verdict(wanted=where, why=why, obstacles=tuple(found))


def _of_the_device(seen: Seen, now: datetime) -> list[Problem]:
    """A device that is not there, or has not said lately where it stands, is not told anything."""
    if _is_fresh(seen.said, now):
        return []
    age = int((now - seen.said.at).total_seconds()) if seen.said.at else None
    return [Problem(code="interlock.device_silent", limit=int(FRESH.total_seconds()), actual=age)]


def _is_fresh(said: Said, now: datetime) -> bool:
    return (
        said.is_up is not False and said.latch is not None and said.at is not None and now - said.at <= FRESH
    )


def _is_dark(seen: Seen, now: datetime) -> bool:
    """Whether the machine is known to have no supply."""
    shut = seen.means is Means.MAINS and seen.said.latch is Latch.INHIBITED and _is_fresh(seen.said, now)
    return shut and not seen.standing.draws


def _of_the_machine(standing: Standing, lock: Interlock, now: datetime) -> list[Problem]:
    """It stands still, it was heard lately, and it is cool."""
    found = []
    if standing.state is State.UNKNOWN:
        found.append(Problem(code="interlock.unobserved"))
    elif standing.state not in STILL:
        found.append(Problem(code="interlock.busy", actual=standing.state.value))
    if standing.heard_at is None or now - standing.heard_at > FRESH:
        age = int((now - standing.heard_at).total_seconds()) if standing.heard_at else None
        found.append(Problem(code="interlock.stale", limit=int(FRESH.total_seconds()), actual=age))
    if standing.hottest is not None and standing.hottest > lock.cool_below:
        found.append(
            Problem(code="interlock.cooling", limit=int(lock.cool_below), actual=round(standing.hottest))
        )
    return found


def _of_the_past(seen: Seen, where: Latch, now: datetime) -> list[Problem]:
    """One command at a time, and not the same one over and over."""
    tried = 0
    for command in seen.commands:
        if command.outcome is None and now < command.expires_at:
            return [Problem(code="interlock.waiting", limit=int(CONFIRM_WITHIN.total_seconds()))]
        fresh_start = max(
            (at for at in (seen.said.back_at, seen.hold.at if seen.hold else None) if at), default=None
        )
        if command.wanted is not where or (fresh_start and command.issued_at < fresh_start):
            break
        if command.outcome is not Outcome.CONFIRMED or now - command.issued_at < CALM:
            tried += 1
    if tried >= ATTEMPTS:
        return [Problem(code="interlock.gave_up", limit=ATTEMPTS, actual=tried)]
    return []


def _before_inhibiting(lock: Interlock, seen: Seen, now: datetime) -> list[Problem]:
    """Nobody's booking is going on, it has been at rest for a while, and nobody else loses their supply."""
    standing, found = seen.standing, []
    if standing.booked:
        found.append(Problem(code="interlock.booked"))
    if standing.since is None or now - standing.since < lock.quiet:
        rested = int((now - standing.since).total_seconds()) if standing.since else None
        found.append(Problem(code="interlock.too_soon", limit=int(lock.quiet.total_seconds()), actual=rested))
    if standing.draws:
        limit, actual = round(standing.idle_watts or 0), round(standing.peak_watts or 0)
        found.append(Problem(code="interlock.draws_power", limit=limit, actual=actual))
    if seen.means is Means.MAINS:
        for slug, other in seen.neighbours.items():
            if other.booked or _of_the_machine(other, lock, now):
                found.append(Problem(code="interlock.circuit", details={"machine": slug}))
    return found


def judge(command: Command, said: Said, *, now: datetime) -> Outcome | None:
    """What became of a command by what the device said after it; None while that is to be waited for."""
    answered = said.at is not None and said.at >= command.issued_at
    if answered and said.latch is command.wanted:
        return Outcome.CONFIRMED
    if said.refused_at and said.refused_at >= command.issued_at:
        return Outcome.REFUSED
    # The first word after a command may still be the old state; only the last one in time counts.
    if now < command.expires_at:
        return None
    return Outcome.CONTRADICTED if answered else Outcome.SILENT


def alarm(
    lock: Interlock, seen: Seen, verdict: Verdict, *, watts_after: float | None, now: datetime
) -> str | None:
    """What a manager has to be told: the gravest thing that is wrong, or None.

    `watts_after` is what the machine drew once the device had long said that it is inhibited.
    """
    codes = {p.code for p in verdict.obstacles}
    if "interlock.gave_up" in codes:
        return "failed"
    last = seen.commands[0] if seen.commands else None
    is_shut = (
        last is not None
        and last.wanted is Latch.INHIBITED
        and last.outcome is Outcome.CONFIRMED
        and seen.said.latch is Latch.INHIBITED
    )
    if is_shut and last is not None and last.settled_at is not None:
        begun = seen.standing.since
        if seen.standing.state is State.RUNNING and begun and begun > last.settled_at:
            return "defied"
        limit = seen.standing.idle_watts
        if (
            seen.means is Means.MAINS
            and watts_after is not None
            and limit is not None
            and watts_after >= limit
        ):
            return "defied"
    if is_unsafe(lock, seen.said):
        return "unsafe"
    since = seen.hold.at if seen.hold else seen.right.since or lock.set_at
    is_long = since is not None and now - since >= BLOCKED_AFTER
    is_blocked = verdict.wanted is Latch.ENABLED and bool(codes - {"interlock.waiting"})
    return "blocked" if is_blocked and is_long else None


def is_unsafe(lock: Interlock, said: Said) -> bool:
    """Whether the device would switch by itself: after a time, or other than chosen when its power comes back."""
    return bool(said.has_timer) or (said.power_up is not None and said.power_up not in POWER_UP[lock.fails])
