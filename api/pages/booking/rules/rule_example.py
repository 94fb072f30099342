"""The example booking beside the rules: its form, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query

from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.rules.example import MOST_EARLIER, Example, ExampleOutcome
from gadong.booking.services.rules.example import Change, judge_example
from gadong.core.database import Pool
from gadong.core.domain import clock
from gadong.core.domain.calendar import is_working
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine

# Ten in the morning and two hours, far enough ahead for most notices.
USUAL_TIME, USUAL_MINUTES, USUAL_DAYS_AHEAD = time(10), 120, 2
#: Lengths to choose from, in minutes: from the shortest usual booking to three days of a printer.
LENGTHS = (30, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 4320)
EARLIER = range(MOST_EARLIER + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleForm:
    """An example as its form holds it."""

    start: str = ""
    minutes: int = USUAL_MINUTES
    earlier: int = 0
    is_newcomer: bool = False

    def booking(self, looking: Look, now: datetime) -> Example:
        """Return the example; without a start it is on a working day at ten."""
        start = instant(looking, self.start) if self.start else _usual_start(looking, now)
        return Example(
            period=Period(start, start + timedelta(minutes=self.minutes)),
            earlier=self.earlier,
            is_newcomer=self.is_newcomer,
        )


async def read(
    start: Annotated[str, Query(max_length=40)] = "",
    minutes: Annotated[int, Query(ge=1, le=44_640)] = USUAL_MINUTES,
    earlier: Annotated[int, Query(ge=0, le=MOST_EARLIER)] = 0,
    *,
    newcomer: Annotated[bool, Query()] = False,
) -> ExampleForm:
    """Read an example of a page's address."""
    return ExampleForm(start=start, minutes=minutes, earlier=earlier, is_newcomer=newcomer)


USUAL_EXAMPLE = ExampleForm()
AskedExample = Annotated[ExampleForm, Depends(read)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExample:
    """An example with its outcome under the rules as they are, and under changed ones.

    `reasons` say why a change cannot be, or why the rules as they are contradict each other.
    """

    machine: Machine
    booking: Example
    before: ExampleOutcome | None = None
    after: ExampleOutcome | None = None
    reasons: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Return whether the change means anything for this booking."""
        return self.after is not None and self.after != self.before


def show(
    looking: Look,
    pool: Pool,
    machine: Machine,
    asked: ExampleForm,
    *,
    tier: str | None,
    change: Callable[[], Change | None] = lambda: None,
    now: datetime,
) -> ShownExample:
    """Judge an example on a machine, with the change beside it if there is one.

    A change that cannot be read, or contradicts other rules, is shown with its reasons.
    """
    booking = asked.booking(looking, now)
    shown = ShownExample(machine=machine, booking=booking)
    try:
        before = judge_example(pool, looking.who, machine, booking, tier=tier, now=now)
        shown = replace(shown, before=before)
    except GadongError as trouble:
        shown = replace(shown, reasons=tuple(reasons(trouble, looking.words)))
    try:
        changed = change()
        if changed is None:
            return shown
        after = judge_example(
            pool, looking.who, machine, booking, tier=tier, change=changed, now=now
        )
    except GadongError as trouble:
        return replace(shown, reasons=tuple(reasons(trouble, looking.words)))
    return replace(shown, after=after, reasons=())


def lengths(asked: ExampleForm) -> list[int]:
    """Return the lengths to choose from, with the one that was asked for."""
    return sorted({*LENGTHS, asked.minutes})


def _usual_start(looking: Look, now: datetime) -> datetime:
    zone = looking.words.zone
    day = now.astimezone(zone).date() + timedelta(days=USUAL_DAYS_AHEAD)
    while not is_working(day, ()):
        day += timedelta(days=1)
    return clock.instant(day, USUAL_TIME, zone).astimezone(UTC)
