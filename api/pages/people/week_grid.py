"""A week of opening hours as a grid: bars by day to look at, and fields by day to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from fastapi import Depends, Form

from api.pages.frame.labels import parameter_labels
from api.pages.frame.texts import Words
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.problem import Invalid

#: Morning and afternoon around a lunch break, and one more.
MOST_SPANS = 3
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSpan:
    """Open time within one day, in minutes from its midnight."""

    weekday: int
    start: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFields:
    """The fields of one day: pairs of opening and closing, as `09:00`; empty ones are unused."""

    weekday: int
    spans: Sequence[tuple[str, str]]


def lines_of(words: Words, hours: Iterable[OpeningHours]) -> list[str]:
    """Return a week as people write it, the days of equal hours together: `Mon,Tue 09:00-18:00`."""
    days: dict[str, list[str]] = {}
    for entry in hours:
        span = f"{entry.opens:%H:%M}-{entry.closes:%H:%M}"
        days.setdefault(span, []).append(words.weekday(entry.weekday))
    return [f"{','.join(names)} {span}" for span, names in days.items()]


def told_lines_of(words: Words, hours: Iterable[OpeningHours]) -> list[str]:
    """Return a week as one reads it; whole days are said in words."""
    # Equal times are 24 hours; only those of midnight are one day.
    whole = words.say("open day and night")
    return [line.replace("00:00-00:00", whole) for line in lines_of(words, hours)]


def hours_of_lines(text: str) -> list[OpeningHours]:
    """Return the week of such lines; raise Invalid for a line that is none."""
    try:
        read = parameter_labels.read("opening_hours", text) or []
        windows = PARAMETERS["opening_hours"].read(read)
    except ValueError as trouble:
        raise Invalid("This is not written as it says beside the field", field="hours") from trouble
    return [entry for window in windows for entry in window.hours]


def bars_of(hours: Iterable[OpeningHours]) -> list[OpenSpan]:
    """Return the bars of a week; hours that end on the next day have one on each."""
    bars: list[OpenSpan] = []
    for entry in hours:
        start, end = _minute(entry.opens), _minute(entry.closes)
        if start < end:
            bars.append(OpenSpan(weekday=entry.weekday, start=start, minutes=end - start))
            continue
        bars.append(OpenSpan(weekday=entry.weekday, start=start, minutes=DAY_MINUTES - start))
        if end:
            bars.append(OpenSpan(weekday=(entry.weekday + 1) % 7, start=0, minutes=end))
    return sorted(bars, key=lambda bar: (bar.weekday, bar.start))


def fields_of(hours: Iterable[OpeningHours]) -> list[DayFields]:
    """Return the fields of each day, Monday first, with at least one unused pair."""
    spans: list[list[tuple[str, str]]] = [[] for _ in range(7)]
    for entry in sorted(hours, key=lambda entry: entry.opens):
        spans[entry.weekday].append((f"{entry.opens:%H:%M}", f"{entry.closes:%H:%M}"))
    return [_day(weekday, known) for weekday, known in enumerate(spans)]


def given_fields(
    weekday: Annotated[list[int] | None, Form()] = None,
    opens: Annotated[list[str] | None, Form()] = None,
    closes: Annotated[list[str] | None, Form()] = None,
) -> list[DayFields] | None:
    """Return the fields as a form has them; None for a form without a grid."""
    if not weekday:
        return None
    spans: list[list[tuple[str, str]]] = [[] for _ in range(7)]
    for day, begin, end in zip(weekday, opens or [], closes or [], strict=False):
        if 0 <= day < len(spans) and (begin or end):
            spans[day].append((begin, end))
    return [_day(number, known) for number, known in enumerate(spans)]


Grid = Annotated[list[DayFields] | None, Depends(given_fields)]


def hours_in(fields: Iterable[DayFields]) -> list[OpeningHours]:
    """Return the hours of filled fields; raise Invalid for half a pair and for what is no time."""
    return [
        OpeningHours(weekday=day.weekday, opens=_time(opens), closes=_time(closes))
        for day in fields
        for opens, closes in day.spans
        if opens or closes
    ]


def _day(weekday: int, known: list[tuple[str, str]]) -> DayFields:
    unused = max(1, MOST_SPANS - 1 - len(known))
    return DayFields(weekday=weekday, spans=[*known, *[("", "")] * unused])


def _time(text: str) -> time:
    # A day that ends at midnight is often written so; hours that close at 00:00 end there.
    if text == "24:00":
        return time(0)
    try:
        found = time.fromisoformat(text)
    except ValueError as trouble:
        raise Invalid(
            "Write when it opens and when it closes, as in 09:00 and 18:00", field="hours"
        ) from trouble
    return found.replace(second=0, microsecond=0, tzinfo=None)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
