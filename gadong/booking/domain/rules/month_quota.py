"""Limits of a person's and a company's bookings in a month and on days in a row.

A refusal says how much is left, and from which later day on the same request would be in the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from gadong.booking.domain.booking import HOLDING, BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Wish
from gadong.booking.domain.rules.quota import asked, at_once, companys, minutes, own
from gadong.core.domain import clock
from gadong.core.domain.calendar import Month
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period, whole_minutes, within
from gadong.core.domain.problem import Problem

ONE_DAY = timedelta(days=1)
# Nobody books further ahead than two years (`horizon_days`).
MOST_MONTHS = 24
# Any row of days that a rule may count ends within it (`days_in_row`, at most 31).
MOST_DAYS = 62
_COUNTS = HOLDING | {BookingState.NO_SHOW}


def max_bookings_per_month(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit a person's bookings in a month, by their start; a missed one counts."""
    limit = facts.rules.month_bookings
    return _bookings("booking.month_bookings", limit, wish, facts, own(facts))


def max_time_per_month(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit a person's time in every month that the booking reaches into; a missed one counts."""
    held = [h.period for h in own(facts) if h.state in _COUNTS]
    return _time("booking.month_minutes", facts.rules.month, wish, facts, held)


def max_company_bookings(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the bookings of a company's people together in a month; a missed one counts."""
    limit = facts.rules.company_month_bookings
    return _bookings("booking.company_month_bookings", limit, wish, facts, companys(facts))


def max_company_time(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the time of a company's people in every month that the booking reaches into."""
    held = [h.period for h in companys(facts) if h.state in HOLDING]
    limit = facts.rules.company_month
    return _time("booking.company_month_minutes", limit, wish, facts, held)


def max_days_in_row(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the days in a row on which a person has bookings; a missed one counts."""
    return _row("booking.days_in_row", facts.rules.days_in_row, wish, facts, own(facts))


def max_company_days_in_row(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Limit the days in a row on which a company has bookings; a missed one counts."""
    limit = facts.rules.company_days_in_row
    return _row("booking.company_days_in_row", limit, wish, facts, companys(facts))


def _bookings(
    code: str, limit: int | None, wish: Wish, facts: Facts, held: Sequence[HeldBooking]
) -> Problem | None:
    if limit is None:
        return None
    months = [Month.of(h.period.start, facts.zone) for h in held if h.state in _COUNTS]
    month, more = Month.of(wish.period.start, facts.zone), at_once(wish, facts)
    if months.count(month) + more <= limit:
        return None
    free = _free_month(month, lambda later: months.count(later) + more <= limit)
    return _problem(code, limit, months.count(month), more, month=month, free=free, facts=facts)


def _time(
    code: str, limit: timedelta | None, wish: Wish, facts: Facts, held: Sequence[Period]
) -> Problem | None:
    """Return the problem of the fullest month that the request reaches into."""
    if limit is None:
        return None
    most, wanted = whole_minutes(limit), asked(wish, facts)

    def used(month: Month, periods: Sequence[Period]) -> int:
        return minutes(within(periods, month.period(facts.zone)), facts)

    full = [month for month in _months(wish.period, facts) if used(month, [*held, *wanted]) > most]
    if not full:
        return None
    month = max(full, key=lambda each: used(each, [*held, *wanted]))
    more = used(month, [*held, *wanted]) - used(month, held)
    free = _free_month(month, lambda later: used(later, held) + minutes(wanted, facts) <= most)
    return _problem(code, most, used(month, held), more, month=month, free=free, facts=facts)


def _row(
    code: str, limit: int | None, wish: Wish, facts: Facts, held: Sequence[HeldBooking]
) -> Problem | None:
    if limit is None:
        return None
    taken = {day for h in held if h.state in _COUNTS for day in _days(h.period, facts)}
    wanted = _days(wish.period, facts)
    row = _length(wanted, taken)
    if row <= limit:
        return None
    later = ([day + n * ONE_DAY for day in wanted] for n in range(1, MOST_DAYS + 1))
    free = next(
        (each[0] for each in later if not taken & {*each} and _length(each, taken) <= limit), None
    )
    own_days = len([day for day in wanted if day not in taken])
    return Problem(
        code=code,
        limit=limit,
        actual=row,
        overridable_by="manager",
        details={
            "left": max(0, limit - (row - own_days)),
            **({"free_from": _midnight(free, facts)} if free else {}),
        },
    )


def _problem(
    code: str,
    limit: int,
    held: int,
    more: int,
    *,
    month: Month,
    free: Month | None,
    facts: Facts,
) -> Problem:
    start = write_instant(free.period(facts.zone).start) if free else None
    return Problem(
        code=code,
        limit=limit,
        actual=held + more,
        overridable_by="manager",
        details={
            "month": str(month),
            "left": max(0, limit - held),
            **({"free_from": start} if start else {}),
        },
    )


def _free_month(month: Month, would_do: Callable[[Month], bool]) -> Month | None:
    """Return the first later month in which the request would be in the limit."""
    for _ in range(MOST_MONTHS):
        month = month.following
        if would_do(month):
            return month
    return None


def _months(period: Period, facts: Facts) -> list[Month]:
    """Return the months of the centre's calendar that a period touches."""
    found = [Month.of(period.start, facts.zone)]
    while found[-1].period(facts.zone).end < period.end:
        found.append(found[-1].following)
    return found


def _length(wanted: Sequence[date], taken: set[date]) -> int:
    """Return the length of the row of taken days in which the wanted ones lie."""
    first, last = wanted[0], wanted[-1]
    while first - ONE_DAY in taken:
        first -= ONE_DAY
    while last + ONE_DAY in taken:
        last += ONE_DAY
    return (last - first).days + 1


def _days(period: Period, facts: Facts) -> list[date]:
    """Return the days of the centre's calendar that a period touches."""
    first = period.start.astimezone(facts.zone).date()
    last = (period.end - timedelta(microseconds=1)).astimezone(facts.zone).date()
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def _midnight(day: date, facts: Facts) -> str:
    return write_instant(clock.midnight(day, facts.zone))
