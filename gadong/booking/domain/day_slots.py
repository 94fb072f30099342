"""The starts that a day offers for a length: free ones to choose, and the time that others hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.availability import is_allowed, with_the_night
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules import eligibility
from gadong.booking.domain.rules.policy import form_codes
from gadong.booking.domain.time_grid import next_on_grid
from gadong.core.domain.period import Period, union, within, without

# A list for the thumb: starts lie at least so far apart, however fine the grid of the rules is.
MIN_PACE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySlots:
    """A day's free periods of one length by their start, and what is taken of its opening hours."""

    free: tuple[Period, ...]
    taken: tuple[Period, ...]
    is_open: bool


def day_slots(wish: Wish, facts: Facts, day: Period, *, now: datetime) -> DaySlots:
    """Return the periods of the wish's length that begin on the day and that every rule accepts.

    What the form lacks is asked with the form, and stands in no period's way. Nor does a machine
    that is kept for other firms: its times are shown, and the quote of one says for whom it is.
    """
    length = wish.period.length
    borne = form_codes(wish, facts, now=now) | eligibility.CODES
    opened = within(facts.opened, day)
    free = []
    for start in sorted(set(_starts(facts, opened, day))):
        if start < now:
            continue
        period = with_the_night(Period(start, start + length), facts)
        if is_allowed(replace(wish, period=period), facts, borne, now):
            free.append(period)
    return DaySlots(
        free=tuple(free),
        taken=tuple(_taken(facts, opened)),
        is_open=bool(without(opened, facts.closed)),
    )


def in_common(each: Sequence[DaySlots]) -> DaySlots:
    """Return the slots that several machines offer at the same time."""
    first, *others = each
    return DaySlots(
        free=tuple(p for p in first.free if all(p in slots.free for slots in others)),
        taken=tuple(union(p for slots in each for p in slots.taken)),
        is_open=all(slots.is_open for slots in each),
    )


def _starts(facts: Facts, opened: list[Period], day: Period) -> Iterator[datetime]:
    """Yield each opening's starts at an even pace, and the first start after each held time."""
    step = facts.rules.step
    pace = -(-MIN_PACE // step) * step
    for opening in opened:
        start = next_on_grid(opening.start, step, facts.zone)
        while start < opening.end:
            yield start
            start = next_on_grid(start + pace, step, facts.zone)
    for held in [*facts.held, *facts.closed]:
        after = next_on_grid(held.end + facts.rules.setup, step, facts.zone)
        if any(opening.contains(after) for opening in opened) and day.contains(after):
            yield after


def _taken(facts: Facts, opened: list[Period]) -> list[Period]:
    """Return the opening hours that others hold or that are closed."""
    return [part for one in union([*facts.held, *facts.closed]) for part in within(opened, one)]
