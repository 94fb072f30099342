"""Room for a booking request: the periods nearest to a refused one, the earliest of a length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.equipment.equipped import unequipped, unit_starts
from gadong.booking.domain.rules import policy, quota
from gadong.booking.domain.rules.free_time import free
from gadong.booking.domain.rules.policy import form_codes
from gadong.booking.domain.safety.qualified import hour_edges
from gadong.booking.domain.staff.assistance import helper_starts, helpless
from gadong.booking.domain.time_grid import next_midnight, next_on_grid, on_grid
from gadong.core.domain.period import Period, union, without

# A quota or a night may forbid the farthest end that is free: so many earlier ones are tried, a day
# of five minutes each.
MAX_ENDS = 288
# A time that is offered is read first: one that begins sooner has passed when it is asked for.
READING = timedelta(minutes=5)
# One refusal decides, and these rules refuse most times that are tried: they come first.
_LIKELIEST = (free, policy.while_open, policy.not_during_closure)
FIRST_REFUSAL_RULES = (*_LIKELIEST, *(rule for rule in policy.RULES if rule not in _LIKELIEST))


def alternatives(wish: Wish, facts: Facts, *, now: datetime, most: int = 3) -> list[Period]:
    """Return the nearest allowed periods of the same length, clipped to the allowed lengths.

    A period is allowed although the request's form lacks something: another time would not mend
    that. None begins before it can be read.
    """
    borne = form_codes(wish, facts, now=now)
    length = min(max(wish.period.length, facts.rules.shortest), facts.rules.longest)
    # As many whole steps as are wanted, but none past the greatest length.
    length = -(-length // facts.rules.step) * facts.rules.step
    if length > facts.rules.longest:
        length -= facts.rules.step
    soonest = now + max(facts.rules.notice, READING)
    starts = {s for s in _starts(wish, facts, length, soonest) if s >= soonest}
    found: list[Period] = []
    for start in sorted(starts, key=lambda s: (abs(s - wish.period.start), s)):
        period = with_the_night(Period(start, start + length), facts)
        overlaps = any(period.overlap(other) for other in found)
        if not overlaps and is_allowed(replace(wish, period=period), facts, borne, now):
            found.append(period)
            if len(found) == most:
                break
    return found


def earliest(wish: Wish, facts: Facts, *, now: datetime) -> Period | None:
    """Return the first period of the wish's length from its start on that every rule about time
    accepts.

    A period is accepted although the request's form lacks something at the wish's own start:
    another time would not mend that.

    Where one begins is where something ends: an opening, a closure, another's booking, or a night.
    So only those instants are tried, and the grid's next one after each, not every minute of two
    months.
    """
    length = wish.period.length
    borne = form_codes(wish, facts, now=now)
    notice = timedelta(0) if wish.offer else max(facts.rules.notice, READING)
    begin = max(wish.period.start, now + notice)
    taken = union([*_kept(wish, facts), *facts.closed])
    ends = [t.end for t in taken]
    begins = sorted({*helper_starts(wish, facts), *unit_starts(facts), *_seat_starts(facts)})
    for gap in without(facts.opened, taken):
        first = _next(max(gap.start, begin), facts)
        # A refusal that is about a day (its quota, its night) holds until the next one: try each
        # day of a long gap.
        while first < gap.end:
            period = with_the_night(Period(first, first + length), facts)
            if period.end > now + facts.rules.horizon:
                return None
            # A gap that is too short needs no rule to refuse it; most gaps of a centre's weeks are
            # such.
            after = bisect_right(ends, first)
            if after < len(taken) and taken[after].start < period.end:
                break
            if is_allowed(replace(wish, period=period), facts, borne, now):
                return period
            later = [next_midnight(first, facts.zone), _next_morning(first, facts)]
            later += [begin for begin in begins if begin > first][:1]
            later += [e for e in hour_edges(facts, Period(first, later[0])) if e > first][:1]
            first = _next(min(later), facts)
    return None


def earliest_for_all(
    wishes: Sequence[tuple[Wish, Facts]], *, until: datetime, now: datetime
) -> Period | None:
    """Return the first period before `until` that every rule accepts on all machines at once.

    All wishes have the same start and length, each with the facts of its own machine.
    """
    begin, length = wishes[0][0].period.start, wishes[0][0].period.length
    step = min(facts.rules.step for _, facts in wishes)
    for _ in range(MAX_ENDS):
        tried = [
            (replace(wish, period=Period(begin, begin + length)), facts) for wish, facts in wishes
        ]
        each = [earliest(wish, facts, now=now) for wish, facts in tried]
        periods = [period for period in each if period]
        if len(periods) < len(wishes):
            return None
        # A night that one of the machines has makes the period longer for all.
        latest = max(period.start for period in periods)
        whole = Period(latest, max(period.end for period in periods if period.start == latest))
        if whole.end > until:
            return None
        if all(_would_do_whole(wish, facts, whole, now) for wish, facts in tried):
            return whole
        begin = latest if latest > begin else begin + step
    return None


def longest_extension(wish: Wish, facts: Facts, *, now: datetime) -> Period | None:
    """Return the longest extension up to the wished end that every rule accepts, or None.

    The wish begins where the booking begins, and `was` is the booking's present period.
    """
    if wish.was is None:
        return None
    start, present = wish.period.start, wish.was.end
    taken = [held.start - facts.rules.teardown for held in facts.held if held.start >= present]
    closings = (
        [o.end for o in facts.opened if o.contains(present)]
        if not facts.rules.may_run_past_close
        else []
    )
    bounds = [*taken, *closings, *(c.start for c in facts.closed if c.start >= present)]
    end = _on(min([wish.period.end, start + facts.rules.longest, *bounds]), facts)
    for _ in range(MAX_ENDS):
        if end <= present:
            return None
        period = Period(start, end)
        if is_allowed(replace(wish, period=period), facts, frozenset(), now):
            return period
        end = _on(end - facts.rules.step, facts)
    return None


def is_allowed(wish: Wish, facts: Facts, borne: frozenset[str], now: datetime) -> bool:
    """Return whether the request meets no problems but those that its form has anyway."""
    return all(p.code in borne for p in policy.each_problem(wish, facts, now, FIRST_REFUSAL_RULES))


def _would_do_whole(wish: Wish, facts: Facts, period: Period, now: datetime) -> bool:
    return is_allowed(replace(wish, period=period), facts, form_codes(wish, facts, now=now), now)


def _room(wish: Wish, facts: Facts) -> list[Period]:
    """Return the free periods: open, not closed, and clear of others' bookings and turn-round."""
    return without(facts.opened, [*_kept(wish, facts), *facts.closed])


def _kept(wish: Wish, facts: Facts) -> list[Period]:
    """Return others' bookings with the turn-round beside them, and one's own with their gap."""
    held = [h.widened(before=facts.rules.teardown, after=facts.rules.setup) for h in facts.held]
    return held + quota.apart_from(facts) + helpless(wish, facts) + unequipped(facts)


def _starts(wish: Wish, facts: Facts, length: timedelta, soonest: datetime) -> Iterator[datetime]:
    """Candidates: in every gap its edges and what is nearest to the wish, and the same hour of
    other days.
    """
    for gap in _room(wish, facts):
        earliest_start = _next(max(gap.start, soonest), facts)
        latest = _on(gap.end - length, facts)
        if earliest_start <= latest:
            yield min(max(_on(wish.period.start, facts), earliest_start), latest)
            yield min(max(_next(wish.period.start, facts), earliest_start), latest)
            yield from (earliest_start, latest)
        elif facts.rules.may_run_past_close:
            yield earliest_start
        # A training may be missing for some hours only: it ends before them, or begins after.
        for edge in hour_edges(facts, gap):
            yield from (_on(edge - length, facts), _next(edge, facts))
        if facts.rules.overnight:
            yield from (
                n.start
                for n in facts.rules.overnight.touching(gap, facts.zone)
                if gap.contains(n.start)
            )
    for begin in [*helper_starts(wish, facts), *unit_starts(facts), *_seat_starts(facts)]:
        yield _next(begin, facts)
    for days in range(-7, 8):
        yield _on(wish.period.start, facts) + timedelta(days=days)


def _seat_starts(facts: Facts) -> list[datetime]:
    """Return when seats of a shared room become free, turn-round included."""
    return [end + facts.rules.setup for end in facts.seating.starts] if facts.seating else []


def with_the_night(period: Period, facts: Facts) -> Period:
    """Return the period with the whole of every night that it reaches into."""
    if facts.rules.overnight is None:
        return period
    for night in facts.rules.overnight.touching(period, facts.zone):
        period = Period(period.start, max(period.end, night.end))
    return period


def _next_morning(instant: datetime, facts: Facts) -> datetime:
    """Return the next instant at which a night begins or ends."""
    night = facts.rules.overnight
    ahead = Period(instant, instant + timedelta(days=2))
    edges = [
        e for w in (night.touching(ahead, facts.zone) if night else []) for e in (w.start, w.end)
    ]
    return min((e for e in edges if e > instant), default=ahead.end)


def _on(instant: datetime, facts: Facts) -> datetime:
    return on_grid(instant, facts.rules.step, facts.zone)


def _next(instant: datetime, facts: Facts) -> datetime:
    return next_on_grid(instant, facts.rules.step, facts.zone)
