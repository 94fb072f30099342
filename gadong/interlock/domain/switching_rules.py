"""Switching rules: no command reaches a machine that works, cools or is not observed.

The reasons: docs/reference/signals.md#switching.

A person's check-in enables the machine. A machine without a check-in is inhibited after its work is
done, never at a fixed minute. Both directions require the same standstill.
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
    InterlockDecision,
    InterlockFacts,
    Latch,
    MachineStatus,
    Means,
    Outcome,
    RunRight,
    Said,
)

#: A machine may be switched in these states, if they were observed within FRESH.
STILL = frozenset({State.IDLE, State.OFF})
# A state older than this does not justify a command (docs/reference/signals.md#before-switching).
FRESH = timedelta(seconds=90)
# A relay answers within a second; a slow wireless one within a few.
CONFIRM_WITHIN = timedelta(seconds=10)
# A command is repeated at most twice (docs/reference/signals.md#reading-back).
ATTEMPTS = 3
# ATTEMPTS counts within this time, so that the rules do not fight a person at the switch.
CALM = timedelta(hours=1)
# A relay that is off carries no current; a meter reports that within this time
# (docs/reference/signals.md#reading-back).
REREAD_AFTER = timedelta(seconds=10)
# A person at a blocked machine waits this long before a manager is notified.
BLOCKED_AFTER = timedelta(minutes=1)
#: The power-up settings that a device may have, by the way it is to fail
#: (docs/reference/signals.md#power-restored).
POWER_UP: Mapping[Failing, frozenset[str]] = {
    Failing.OPEN: frozenset({"last", "on"}),
    Failing.CLOSED: frozenset({"last", "off"}),
}


def required_latch(right: RunRight, hold: Hold | None) -> tuple[Latch | None, str]:
    """Return the position that the interlock should have, and the reason."""
    if hold:
        return hold.latch, "held"
    if not right.needs_booking:
        return Latch.ENABLED, "open_to_all"
    if right.booking_id:
        return Latch.ENABLED, "checked_in"
    return Latch.INHIBITED, "nobody_checked_in"


def decide(lock: Interlock, seen: InterlockFacts, *, now: datetime) -> InterlockDecision:
    """Return the command that is due at an instant, with every obstacle that forbids it."""
    where, why = required_latch(seen.right, seen.hold)
    if where is None or where is seen.said.latch:
        return InterlockDecision(wanted=None, why=why)
    problems = [*_device_problems(seen, now), *_repetition_problems(seen, where, now)]
    if not _is_dark(seen, now):
        # A machine without supply does nothing, whatever its devices reported last.
        problems += _machine_problems(seen.standing, lock, now)
    if where is Latch.INHIBITED:
        problems += _inhibiting_problems(lock, seen, now)
    return InterlockDecision(wanted=where, why=why, obstacles=tuple(problems))


def _device_problems(seen: InterlockFacts, now: datetime) -> list[Problem]:
    """Return a problem if the device is offline or has not reported its position lately."""
    if _is_fresh(seen.said, now):
        return []
    age = int((now - seen.said.at).total_seconds()) if seen.said.at else None
    return [Problem(code="interlock.device_silent", limit=int(FRESH.total_seconds()), actual=age)]


def _is_fresh(said: Said, now: datetime) -> bool:
    return (
        said.is_up is not False
        and said.latch is not None
        and said.at is not None
        and now - said.at <= FRESH
    )


def _is_dark(seen: InterlockFacts, now: datetime) -> bool:
    """Return whether the machine is known to have no supply."""
    shut = (
        seen.means is Means.MAINS
        and seen.said.latch is Latch.INHIBITED
        and _is_fresh(seen.said, now)
    )
    return shut and not seen.standing.draws


def _machine_problems(standing: MachineStatus, lock: Interlock, now: datetime) -> list[Problem]:
    """Return a problem for each doubt about the standstill, the observation or the temperature."""
    problems = []
    if standing.state is State.UNKNOWN:
        problems.append(Problem(code="interlock.unobserved"))
    elif standing.state not in STILL:
        problems.append(Problem(code="interlock.busy", actual=standing.state.value))
    if standing.heard_at is None or now - standing.heard_at > FRESH:
        age = int((now - standing.heard_at).total_seconds()) if standing.heard_at else None
        problems.append(
            Problem(code="interlock.stale", limit=int(FRESH.total_seconds()), actual=age)
        )
    if standing.hottest is not None and standing.hottest > lock.cool_below:
        problems.append(
            Problem(
                code="interlock.cooling", limit=int(lock.cool_below), actual=round(standing.hottest)
            )
        )
    return problems


def _repetition_problems(seen: InterlockFacts, where: Latch, now: datetime) -> list[Problem]:
    """Return a problem while a command is pending, or after too many equal commands."""
    attempts = 0
    for command in seen.commands:
        if command.outcome is None and now < command.expires_at:
            return [Problem(code="interlock.waiting", limit=int(CONFIRM_WITHIN.total_seconds()))]
        fresh_start = max(
            (at for at in (seen.said.back_at, seen.hold.at if seen.hold else None) if at),
            default=None,
        )
        if command.wanted is not where or (fresh_start and command.issued_at < fresh_start):
            break
        if command.outcome is not Outcome.CONFIRMED or now - command.issued_at < CALM:
            attempts += 1
    if attempts >= ATTEMPTS:
        return [Problem(code="interlock.gave_up", limit=ATTEMPTS, actual=attempts)]
    return []


def _inhibiting_problems(lock: Interlock, seen: InterlockFacts, now: datetime) -> list[Problem]:
    """Return a problem for a current booking, too short a rest, a load, or a neighbour in use."""
    standing, problems = seen.standing, []
    if standing.booked:
        problems.append(Problem(code="interlock.booked"))
    if standing.since is None or now - standing.since < lock.quiet:
        rested = int((now - standing.since).total_seconds()) if standing.since else None
        problems.append(
            Problem(code="interlock.too_soon", limit=int(lock.quiet.total_seconds()), actual=rested)
        )
    if standing.draws:
        limit, actual = round(standing.idle_watts or 0), round(standing.peak_watts or 0)
        problems.append(Problem(code="interlock.draws_power", limit=limit, actual=actual))
    if seen.means is Means.MAINS:
        for slug, other in seen.neighbours.items():
            if other.booked or _machine_problems(other, lock, now):
                problems.append(Problem(code="interlock.circuit", details={"machine_slug": slug}))
    return problems


def outcome_of(command: Command, said: Said, *, now: datetime) -> Outcome | None:
    """Return the outcome of a command by the device's later reports; None while it is pending."""
    answered = said.at is not None and said.at >= command.issued_at
    if answered and said.latch is command.wanted:
        return Outcome.CONFIRMED
    if said.refused_at and said.refused_at >= command.issued_at:
        return Outcome.REFUSED
    # The first report after a command may still be the old state; only the last one in time counts.
    if now < command.expires_at:
        return None
    return Outcome.CONTRADICTED if answered else Outcome.SILENT


def alarm(
    lock: Interlock,
    seen: InterlockFacts,
    verdict: InterlockDecision,
    *,
    watts_after: float | None,
    now: datetime,
) -> str | None:
    """Return the gravest fault of which managers are to be notified, or None.

    `watts_after` is the power that the machine drew long after the device reported "inhibited".
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
    """Return whether the device would switch by itself.

    A timer does so, and so does a power-up setting other than the chosen one.
    """
    return bool(said.has_timer) or (
        said.power_up is not None and said.power_up not in POWER_UP[lock.fails]
    )
