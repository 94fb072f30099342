"""Limits of a person's and a company's bookings of a machine, and the penalty for no-shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from gadong.booking.domain.booking import HOLDING, BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Wish
from gadong.booking.domain.time_grid import next_midnight
from gadong.core.domain import clock
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period, whole_minutes, within, without
from gadong.core.domain.problem import Problem


def max_bookings_per_day(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the bookings of a day; a missed one counts, or who misses would book again."""
    day = _day(wish.period.start, facts)
    counts = HOLDING | {BookingState.NO_SHOW}
    begun = [h for h in own(facts) if h.state in counts and _day(h.period.start, facts) == day]
    return _over(
        "booking.day_bookings", facts.rules.day_bookings, len(begun) + at_once(wish, facts)
    )


def max_future_bookings(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the bookings that are still to come."""
    if wish.period.end <= now:
        return None
    ahead = len(_ahead(facts, now)) + at_once(wish, facts)
    return _over("booking.ahead_bookings", facts.rules.ahead_bookings, ahead)


def max_future_time(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the booked time that is still to come."""
    if wish.period.end <= now:
        return None
    periods = [*_ahead(facts, now), *asked(wish, facts)]
    return _too_long("booking.ahead_minutes", facts.rules.ahead, periods, facts)


def max_time_per_day(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the booked time of any one day."""
    return _worst("booking.day_minutes", facts.rules.day, wish, facts, days=1)


def max_time_per_week(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the booked time of any one week, which begins on Monday."""
    return _worst("booking.week_minutes", facts.rules.week, wish, facts, days=7)


def min_gap(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a gap between two bookings of one person, so that a length limit holds."""
    wanted = wish.period.widened(before=facts.rules.gap, after=facts.rules.gap)
    near = [p for p in _own_here(facts) if p.overlap(wanted)]
    if not near or not facts.rules.gap:
        return None
    between = min(max(p.start - wish.period.end, wish.period.start - p.end) for p in near)
    return Problem(
        code="booking.gap",
        limit=whole_minutes(facts.rules.gap),
        actual=max(0, whole_minutes(between)),
        overridable_by="manager",
    )


def apart_from(facts: Facts) -> list[Period]:
    """Return the person's own bookings with the gap around them, where no other fits."""
    if not facts.rules.gap:
        return []
    gap = facts.rules.gap
    return [period.widened(before=gap, after=gap) for period in _own_here(facts)]


def max_strikes(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a person with too many no-shows or late cancellations, counted from the bookings."""
    until = stopped_until(facts, now)
    if until is None:
        return None
    return Problem(
        code="booking.strikes",
        limit=facts.rules.strikes,
        actual=write_instant(until),
        overridable_by="manager",
    )


def stopped_until(facts: Facts, now: datetime) -> datetime | None:
    """Return the end of the person's suspension by strikes, or None.

    It lasts for the rule's `stop` from the strike that exceeded the limit.
    """
    rules = facts.rules
    if rules.strikes is None:
        return None
    struck = sorted(
        (h.period.start, 2 if h.state is BookingState.NO_SHOW else 1)
        for h in facts.counted
        if h.is_own and (h.state is BookingState.NO_SHOW or h.was_late)
    )
    for at, _ in reversed(struck):
        # Half points, so that two late cancellations weigh as much as one no-show.
        halves = sum(points for when, points in struck if at - rules.strike < when <= at)
        if halves >= 2 * rules.strikes and at <= now < at + rules.stop:
            return at + rules.stop
    return None


def own(facts: Facts) -> list[HeldBooking]:
    """Return the person's bookings that quotas of the machine count, for whichever company."""
    return [h for h in facts.counted if h.is_own and _in_scope(h, facts)]


def companys(facts: Facts) -> list[HeldBooking]:
    """Return the company's bookings that quotas of the machine count, of all its people."""
    return [h for h in facts.counted if h.is_companys and _in_scope(h, facts)]


def asked(wish: Wish, facts: Facts) -> list[Period]:
    """Return the period of each machine in the request that the same quota counts."""
    return [wish.period] * at_once(wish, facts)


def at_once(wish: Wish, facts: Facts) -> int:
    """Return how many machines of the request the same quota counts: several of one kind.

    Machines of a group that are held already are counted with what is held.
    """
    made = {h.slug for h in facts.counted if h.period == wish.period and h.state in HOLDING}
    return max(1, len(wish.together & frozenset(facts.alike) - made))


def minutes(periods: Sequence[Period], facts: Facts) -> int:
    """Return the minutes of the periods outside the hours that no quota counts.

    Periods on two machines at once count twice.
    """
    windows = facts.rules.quota_exempt
    exempt = [x for w in windows for p in periods for x in w.touching(p, facts.zone)]
    return sum(part.seconds for p in periods for part in without([p], exempt)) // 60


def _in_scope(held: HeldBooking, facts: Facts) -> bool:
    return held.is_here or (facts.rules.quota_scope == "kind" and held.slug != "")


def _own_here(facts: Facts) -> list[Period]:
    """Return the times that the person holds on the machine itself."""
    mine = (h for h in facts.counted if h.is_own and h.is_here)
    return [h.period for h in mine if h.state in HOLDING]


def _ahead(facts: Facts, now: datetime) -> list[Period]:
    return [h.period for h in own(facts) if h.state in HOLDING and h.period.end > now]


def _worst(
    code: str, limit: timedelta | None, wish: Wish, facts: Facts, *, days: int
) -> Problem | None:
    """Return the problem of the fullest day, or week, of the request."""
    held = [h.period for h in own(facts) if h.state in HOLDING or h.state is BookingState.NO_SHOW]
    found = (
        _too_long(code, limit, within([*held, *asked(wish, facts)], span), facts)
        for span in _spans(wish.period, facts, days)
    )
    return max((p for p in found if p), key=lambda p: int(p.actual or 0), default=None)


def _spans(period: Period, facts: Facts, days: int) -> Iterable[Period]:
    """Yield each local day, or week from Monday, that the period reaches into."""
    day = _day(period.start, facts)
    begin = _midnight(day - timedelta(days=day.weekday() if days == 7 else 0), facts)
    while begin < period.end:
        end = begin
        for _ in range(days):
            end = next_midnight(end, facts.zone)
        yield Period(begin, end)
        begin = end


def _too_long(
    code: str, limit: timedelta | None, periods: Sequence[Period], facts: Facts
) -> Problem | None:
    if limit is None:
        return None
    return _over(code, whole_minutes(limit), minutes(periods, facts))


def _over(code: str, limit: int | None, actual: int) -> Problem | None:
    if limit is None or actual <= limit:
        return None
    return Problem(code=code, limit=limit, actual=actual, overridable_by="manager")


def _day(instant: datetime, facts: Facts) -> date:
    return instant.astimezone(facts.zone).date()


def _midnight(day: date, facts: Facts) -> datetime:
    return clock.midnight(day, facts.zone)
