"""The window in which a month's time on a machine is applied for.

Here also is the rule by which a direct booking of that month waits for the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules.limits import ApplicationDays, Rules
from gadong.core.domain import clock
from gadong.core.domain.calendar import Month
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period, span
from gadong.core.domain.problem import Problem

#: Problems that the draw decides. An application is accepted with them.
DECIDED_BY_DRAW = frozenset(
    {
        "booking.taken",
        "booking.no_technician",
        "booking.no_equipment",
        "booking.gap",
        "booking.day_bookings",
        "booking.ahead_bookings",
        "booking.ahead_minutes",
        "booking.day_minutes",
        "booking.week_minutes",
        "booking.month_bookings",
        "booking.month_minutes",
        "booking.company_month_bookings",
        "booking.company_month_minutes",
        "booking.days_in_row",
        "booking.company_days_in_row",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The window of one month: applications are made in `period`, and the draw follows its end."""

    month: Month
    period: Period


def window_of(month: Month, days: ApplicationDays, zone: ZoneInfo) -> Window:
    """Return the window for a month: the given days of the month before."""
    first = month.previous.period(zone).start.astimezone(zone).date()
    begin = clock.midnight(first.replace(day=days.first), zone)
    end = clock.midnight(first.replace(day=days.last) + timedelta(days=1), zone)
    return Window(month=month, period=Period(begin, end))


def open_window(rules: Rules, zone: ZoneInfo, now: datetime) -> Window | None:
    """Return the window that is open at the instant; None outside every window."""
    if rules.application_days is None:
        return None
    window = window_of(Month.of(now, zone).following, rules.application_days, zone)
    return window if window.period.contains(now) else None


def after_the_draw(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse a direct request that reaches into a month whose applications are not answered."""
    days = facts.rules.application_days
    asked = _asked_time(wish)
    if asked is None:
        return None
    if days is None:
        return _kept_round(asked, facts)
    month = Month.of(asked.start, facts.zone)
    while _is_answered(window := window_of(month, days, facts.zone), facts, now):
        month = month.following
        if asked.end <= month.period(facts.zone).start:
            return None
    return _unanswered(window)


def _asked_time(wish: Wish) -> Period | None:
    """Return the time that is asked for directly: of an extension only what it adds.

    Nothing is asked for by an application, nor by an answer to a booking at its own time.
    """
    if wish.is_application:
        return None
    if not wish.is_extension:
        return wish.period
    return span(wish.was.end, wish.period.end) if wish.was else None


def _kept_round(asked: Period, facts: Facts) -> Problem | None:
    """Refuse a request into a month of which a round was opened before its rule was taken away."""
    for month, window in sorted(facts.kept_rounds.items(), key=lambda kept: kept[1]):
        if month.period(facts.zone).overlap(asked):
            return _unanswered(Window(month=month, period=window))
    return None


def _is_answered(window: Window, facts: Facts, now: datetime) -> bool:
    """Return whether a month's draw was made, or its window passed without a round.

    A draw answers its month for good, also where the rules name later days by now.
    """
    if window.month in facts.drawn:
        return True
    return window.period.end <= now and window.month not in facts.undrawn


def _unanswered(window: Window) -> Problem:
    return Problem(
        code="booking.applications",
        limit=str(window.month),
        overridable_by="manager",
        details={
            "from": write_instant(window.period.start),
            "until": write_instant(window.period.end),
        },
    )
