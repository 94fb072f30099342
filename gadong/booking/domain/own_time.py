"""Each second of a machine's time belongs to at most one session, whatever each one's basis."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from gadong.booking.domain.usage import Usage
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period, span, union, without
from gadong.metering.domain.run import Run


class Claim(IntEnum):
    """A reason why a second is a session's.

    Of two sessions the one with the stronger reason has it.

    docs/tariffs.md states the order. Equal reasons meet only where bookings were entered twice;
    the earlier one has the second then.
    """

    WRITTEN = 0  # its use that a ledger names, also in a rest of other activity
    ACTIVITY = 1  # its usage, from the first run to the last
    LATE_PRESENCE = 2  # its people left after the booked end, and nobody had come for that time
    BOOKED = 3  # its booked time that was not freed
    PRESENCE = 4  # between its first and its last sign of life
    FREED = 5  # its booked time that was freed
    VOUCHED = 6  # a rest in its activity in which, by a run-hour counter, the machine ran


@dataclass(frozen=True, slots=True, order=True)
class Claimed:
    """A period that a session, by its place among the sessions, has a reason to be charged for."""

    claim: Claim
    period: Period
    session: int


def own_times(claims: Iterable[Claimed], sessions: int) -> list[tuple[Period, ...]]:
    """Return each session's own time: disjoint periods, none of them another session's."""
    taken = _Taken()
    own: list[list[Period]] = [[] for _ in range(sessions)]
    for claimed in sorted(claims):
        parts = taken.take(claimed.period)
        if claimed.session >= 0:
            own[claimed.session] += parts
    return [tuple(sorted(parts)) for parts in own]


class _Taken:
    """Disjoint periods in order of time."""

    def __init__(self) -> None:
        self.periods: list[Period] = []

    def take(self, period: Period) -> list[Period]:
        """Take the free rest of the period, and return it."""
        rest = without([period], self._near(period))
        for part in rest:
            insort(self.periods, part)
        return rest

    def _near(self, period: Period) -> Sequence[Period]:
        first = bisect_left(self.periods, period.start, key=lambda p: p.end)
        last = bisect_left(self.periods, period.end, key=lambda p: p.start)
        return self.periods[first:last]


def late_presence(
    booked: Period, present: Period | None, arrivals: Iterable[tuple[Period, datetime]]
) -> Period | None:
    """Return the presence after the booked end, until somebody arrives for their own time.

    An arrival is another session's booked period, and the first sign of its people.
    """
    if present is None:
        return None
    start, end = max(booked.end, present.start), present.end
    for theirs, came_at in arrivals:
        if theirs.start < end and start < theirs.end:
            end = min(end, max(theirs.start, came_at))
    return span(start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A counted gap between two usages of a company.

    `before` is the place of the earlier usage's session. `is_rest` says that the usages are one
    activity.
    """

    run: Run
    gap: Period
    company_id: CompanyId
    before: int
    is_rest: bool


def vouched(
    runs: Iterable[Run],
    usages: Sequence[Usage],
    placed: Mapping[int, int],
    reaches: Sequence[Period],
    kept: Mapping[CompanyId, Sequence[Period]],
) -> Iterator[Vouched]:
    """Yield the counted gaps before and after which the machine ran for the same company.

    A gap counts inside one activity. It counts too where the company's `kept` sessions cover it
    together, and the use before and after lies in sessions whose `reaches` touch it. Use that is
    farther away says nothing of who ran the machine in it.
    """
    for run in runs:
        if not run.counted:
            continue
        gap, _ = run.counted
        before = next((u for u in reversed(usages) if u.period.start <= gap.start), None)
        after = next((u for u in usages if u.period.end >= gap.end), None)
        if (
            not before
            or not after
            or not before.company_id
            or before.company_id != after.company_id
        ):
            continue
        company = before.company_id
        is_rest = before is after or after.is_continued
        is_near = all(_touches(reaches[placed[id(u)]], gap) for u in (before, after))
        if is_rest or (is_near and not without([gap], union(kept[company]))):
            yield Vouched(
                run=run, gap=gap, company_id=company, before=placed[id(before)], is_rest=is_rest
            )


def _touches(one: Period, other: Period) -> bool:
    return one.start <= other.end and other.start <= one.end
