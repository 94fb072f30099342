"""Rules of which each may be right, and that together leave no time that anybody could book.

They are refused when they are set. Settings that stand already are read as they are, shown to their
managers, and in no way of a change of other rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from gadong.booking.domain.rules.limits import BookingQuestion, Contradiction, OpeningWindow, Rules
from gadong.core.domain.period import Period, union, without

# Any Monday does: windows repeat by weekday. Two weeks show one that goes on over a Sunday.
MONDAY, WEEKS = date(2024, 1, 1), 2


@dataclass(frozen=True, slots=True, kw_only=True)
class UncheckedRules(Rules):
    """Rules as they are set, which may contradict each other."""

    def __post_init__(self) -> None:
        pass


def need_bookable(rules: Rules) -> None:
    """Raise ValueError, naming the pair, for rules under which nobody could ever book."""
    for found in unbookable(rules):
        raise ValueError(found.text)


def contradictions(rules: Rules) -> list[Contradiction]:
    """Return everything in which rules contradict each other, or leave nobody time to book."""
    found = list(rules.contradictions())
    # Without a length that can be booked the rest says nothing more.
    return found or list(unbookable(rules))


def unbookable(rules: Rules) -> Iterator[Contradiction]:
    """Yield each pair of rules under which nobody could ever book."""
    # The least length on the grid that is not too short.
    least = -(-rules.shortest // rules.step) * rules.step
    if rules.company_month is not None and rules.company_month < least:
        yield Contradiction(
            text="company_month_minutes is below shortest_minutes: no company could ever book",
            parameters=frozenset({"company_month_minutes", "shortest_minutes", "step_minutes"}),
        )
    if not _is_open_for(rules, least):
        yield Contradiction(
            text="opening_hours and shortest_minutes:"
            " no opening lasts as long as the shortest booking",
            parameters=frozenset(
                {
                    "opening_hours",
                    "holidays",
                    "holiday_hours",
                    "may_run_past_close",
                    "shortest_minutes",
                    "step_minutes",
                }
            ),
        )
    if not _nights_leave(rules, least):
        yield Contradiction(
            text="overnight and longest_minutes:"
            " a night is booked whole, and is longer than any booking",
            parameters=frozenset(
                {"overnight", "longest_minutes", "shortest_minutes", "step_minutes"}
            ),
        )


def need_distinct(questions: Iterable[BookingQuestion]) -> None:
    """Raise ValueError for two questions of one key, which would have one answer."""
    keys = [question.key for question in questions]
    if len(set(keys)) < len(keys):
        raise ValueError("questions: two of them have one key, and would have one answer")


def _is_open_for(rules: Rules, least: timedelta) -> bool:
    """Return whether some opening lasts so long. A machine without any hours is closed on
    purpose.
    """
    if not rules.opening_hours or rules.may_run_past_close:
        return True
    on_holidays = (rules.holiday_hours or ()) if rules.holidays == "own" else ()
    return any(
        _longest(union(_laid_out(windows))) >= least
        for windows in (rules.opening_hours, on_holidays)
    )


def _nights_leave(rules: Rules, least: timedelta) -> bool:
    """Return whether a night fits into one booking, or a booking between two nights."""
    if rules.overnight is None:
        return True
    nights = _laid_out([rules.overnight])
    if not nights or min(night.length for night in nights) <= rules.longest:
        return True
    week = timedelta(days=7)
    whole = Period(nights[0].start, nights[0].start + week)
    return _longest(without([whole], nights)) >= least


def _laid_out(windows: Iterable[OpeningWindow]) -> list[Period]:
    """Return the windows of some weeks, on a clock that is never changed."""
    begin = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC)
    found: list[Period] = []
    for window in windows:
        since, until = (
            timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
            for at in (window.since, window.until)
        )
        length = until - since if since < until else until - since + timedelta(days=1)
        for day in range(7 * WEEKS):
            if day % 7 in window.weekdays:
                start = begin + timedelta(days=day) + since
                found.append(Period(start, start + length))
    return sorted(found, key=lambda period: period.start)


def _longest(periods: Sequence[Period]) -> timedelta:
    return max((period.length for period in periods), default=timedelta(0))
