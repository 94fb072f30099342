"""The rule book: one rule, one function; all of them speak.

A rule never queries and never writes sentences for users. It returns a code and its figures, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.domain.ids import BookingId, CompanyId, MachineId, PersonId
from gadong.domain.period import Period, without
from gadong.domain.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants: a period on a machine. `moving` is the booking that would give its own place up."""

    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    moving: BookingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The limits of one machine. Defaults after the peers' (peers.md §4)."""

    shortest: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=8)
    # How far ahead one may book, and how soon before.
    horizon: timedelta = timedelta(days=60)
    notice: timedelta = timedelta(0)
    step: timedelta = timedelta(minutes=10)
    setup: timedelta = timedelta(0)
    teardown: timedelta = timedelta(0)
    qualification: str | None = None

    def __post_init__(self) -> None:
        if not timedelta(0) < self.shortest <= self.longest:
            raise ValueError("shortest is positive and not above longest")
        if min(self.horizon, self.notice, self.setup, self.teardown) < timedelta(0):
            raise ValueError("horizon, notice, setup and teardown cannot be negative")
        if self.step < timedelta(minutes=1):
            raise ValueError("step is at least a minute")

    def held(self, period: Period) -> Period:
        """The period with its turn-round: what is kept free of others."""
        return period.widened(before=self.setup, after=self.teardown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the rules look at: the limits, when the centre is open, what is held, and what the person may do."""

    rules: Rules
    opened: Sequence[Period]
    held: Sequence[Period]
    qualifications: frozenset[str]
    is_retired: bool = False


Rule = Callable[[Wish, Facts, datetime], Problem | None]


def in_the_future(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """A booking starts in the future, by at least the notice."""
    if wish.period.start < now:
        # A manager may enter what was agreed by telephone before.
        return Problem(
            code="booking.in_the_past",
            limit=_text(now),
            actual=_text(wish.period.start),
            overridable_by="manager",
        )
    lead = wish.period.start - now
    if lead < facts.rules.notice:
        return Problem(
            code="booking.notice",
            limit=_minutes(facts.rules.notice),
            actual=_minutes(lead),
            overridable_by="manager",
        )
    return None


def within_the_horizon(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """A booking ends no later than the horizon ahead."""
    if wish.period.end <= now + facts.rules.horizon:
        return None
    ahead = (wish.period.end - now).days
    return Problem(
        code="booking.horizon", limit=facts.rules.horizon.days, actual=ahead, overridable_by="manager"
    )


def long_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """A booking has a least length."""
    if wish.period.length >= facts.rules.shortest:
        return None
    return Problem(
        code="booking.too_short",
        limit=_minutes(facts.rules.shortest),
        actual=_minutes(wish.period.length),
        overridable_by="manager",
    )


def short_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """A booking has a greatest length."""
    if wish.period.length <= facts.rules.longest:
        return None
    return Problem(
        code="booking.too_long",
        limit=_minutes(facts.rules.longest),
        actual=_minutes(wish.period.length),
        overridable_by="manager",
    )


def while_open(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """A booking lies inside opening hours."""
    outside = without([wish.period], facts.opened)
    if not outside:
        return None
    seconds = sum(part.seconds for part in outside)
    return Problem(code="booking.closed", limit=0, actual=seconds // 60, overridable_by="manager")


def qualified(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """Some machines want a training (장비교육) first."""
    needed = facts.rules.qualification
    if needed is None or needed in facts.qualifications:
        return None
    return Problem(code="booking.unqualified", limit=needed, overridable_by="manager")


def free(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """Nobody else holds the machine then, turn-round included."""
    wanted = facts.rules.held(wish.period)
    taken = [part for held in facts.held if (part := held.overlap(wanted))]
    if not taken:
        return None
    return Problem(
        code="booking.taken",
        actual=sum(part.seconds for part in taken) // 60,
        details={"from": _text(min(p.start for p in taken)), "until": _text(max(p.end for p in taken))},
    )


def in_service(wish: Wish, facts: Facts, now: datetime) -> Problem | None:  # noqa: ARG001  # every rule has one shape
    """A retired machine is not booked."""
    return Problem(code="booking.retired") if facts.is_retired else None


RULES: tuple[Rule, ...] = (
    in_service,
    in_the_future,
    within_the_horizon,
    long_enough,
    short_enough,
    while_open,
    qualified,
    free,
)


def check(wish: Wish, facts: Facts, *, now: datetime) -> list[Problem]:
    """Everything that stands in the way; empty where nothing does."""
    return [problem for rule in RULES if (problem := rule(wish, facts, now))]


def alternatives(wish: Wish, facts: Facts, *, now: datetime, most: int = 3) -> list[Period]:
    """The nearest periods of the same length, clipped to the allowed lengths, that every rule would accept."""
    length = min(max(wish.period.length, facts.rules.shortest), facts.rules.longest)
    starts: list[datetime] = []
    room = without(facts.opened, [_grown(held, facts.rules) for held in facts.held])
    for gap in room:
        earliest = max(gap.start, _rounded_up(now + facts.rules.notice, facts.rules.step))
        latest = gap.end - length
        if earliest <= latest:
            wanted = min(max(wish.period.start, earliest), latest)
            starts += [wanted, earliest, latest]
    candidates = (
        Wish(
            machine_id=wish.machine_id,
            company_id=wish.company_id,
            person_id=wish.person_id,
            period=Period(start, start + length),
            moving=wish.moving,
        )
        for start in sorted(set(starts), key=lambda s: (abs(s - wish.period.start), s))
    )
    found: list[Period] = []
    for candidate in candidates:
        overlaps = any(candidate.period.overlap(other) for other in found)
        if not overlaps and not check(candidate, facts, now=now):
            found.append(candidate.period)
            if len(found) == most:
                break
    return found


def _grown(held: Period, rules: Rules) -> Period:
    """What another's held period rules out for ours, whose own turn-round must fit beside it."""
    return held.widened(before=rules.teardown, after=rules.setup)


def _rounded_up(instant: datetime, step: timedelta) -> datetime:
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    steps = -(-(instant - midnight) // step)
    return midnight + steps * step


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _text(instant: datetime) -> str:
    return instant.isoformat()
