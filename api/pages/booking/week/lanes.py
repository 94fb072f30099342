"""A week of several machines as lanes: each day of each machine, over the opening hours alone.

A lane is drawn by the centre's clock, as the booking form is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from api.pages.booking import day_strip
from api.pages.frame.texts import Words
from gadong.booking.domain.booking import Taken
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.time_grid import next_on_grid, on_grid
from gadong.booking.services.centre_calendar.agenda import AgendaRow
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.period import Period, span, whole_minutes, within, without
from gadong.machines.domain.machine import Machine

HOUR, DAY = 60, 1440
# LaneHours that are drawn where a week has no opening hours at all.
OFFICE_HOURS = (9 * HOUR, 18 * HOUR)
#: As many lanes of seven days fit on one screen of a desk: where nobody chose, the first.
MOST_SUGGESTED = 4
# The hand draws no finer, however fine the grid of the rules is.
MIN_PACE = timedelta(minutes=10)
#: A draft's length in minutes, before it is drawn longer or shorter.
DRAFT_MINUTES = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneHours:
    """The hours that all lanes show, in minutes from midnight."""

    first: int
    last: int

    def share(self, minute: float) -> float:
        """Return where a minute lies, in per cent of a lane."""
        inside = min(max(minute, self.first), self.last)
        return (inside - self.first) * 100 / (self.last - self.first)

    @property
    def clock_of_first(self) -> str:
        """Return the first hour as a clock shows it."""
        return f"{self.first // HOUR:02d}:00"

    @property
    def clock_of_last(self) -> str:
        """Return the last hour as a clock shows it; the end of the day is 24:00."""
        return f"{self.last // HOUR:02d}:00"

    @property
    def marks(self) -> list[tuple[str, float]]:
        """Return the whole hours with their places; every second one of a long day."""
        pace = HOUR if self.last - self.first <= 14 * HOUR else 2 * HOUR
        return [(f"{n // HOUR:02d}", self.share(n)) for n in range(self.first, self.last, pace)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of a lane: what it is, where it lies in per cent, and where it leads.

    `first` and `last` are its minutes from midnight.
    """

    look: str
    first: int
    last: int
    left: float
    width: float
    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDay:
    """A machine's day: what can be booked of it, what is taken, and the same in words.

    A draft moves by `step`, and is as long as the rules allow; all three are minutes.
    """

    machine: Machine
    blocks: Sequence[Block]
    told: str
    step: int
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """A day with a lane for each machine."""

    day: date
    is_today: bool
    lanes: Sequence[MachineDay]


def hours_of(rows: Iterable[AgendaRow], days: Sequence[date], words: Words) -> LaneHours:
    """Return the whole hours within which any of the machines is open on any of the days."""
    opened = [
        (part, day)
        for row in rows
        for day in days
        for part in within(row.opened, day_strip.day_of(day, words.zone))
    ]
    if not opened:
        return LaneHours(first=OFFICE_HOURS[0], last=OFFICE_HOURS[1])
    first = min(_minute(part.start, day, words) for part, day in opened)
    last = max(_minute(part.end, day, words) for part, day in opened)
    return LaneHours(first=first // HOUR * HOUR, last=-(-last // HOUR) * HOUR)


def lane(
    row: AgendaRow, day: date, hours: LaneHours, who: Caller, words: Words, *, now: datetime
) -> MachineDay:
    """Return a machine's day as a lane."""
    drawing = _Drawing(row=row, day=day, hours=hours, who=who, words=words)
    rules = row.rules
    return MachineDay(
        machine=row.machine,
        blocks=[block for block in drawing.blocks(now) if block.width > 0],
        told=day_strip.told(row, day, who, words),
        step=whole_minutes(-(-MIN_PACE // rules.step) * rules.step),
        shortest=whole_minutes(_shortest(rules)),
        longest=whole_minutes(rules.longest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """The blocks of a machine's day, those in front last."""

    row: AgendaRow
    day: date
    hours: LaneHours
    who: Caller
    words: Words

    def blocks(self, now: datetime) -> Iterator[Block]:
        """Yield all blocks of the day."""
        whole, row = day_strip.day_of(self.day, self.words.zone), self.row
        opened = within(row.opened, whole)
        yield from (self._block(part, "open") for part in opened)
        if past := span(whole.start, min(now, whole.end)):
            yield from (self._block(part, "past") for part in within(opened, past))
        yield from (
            self._block(part, "shut", label=closure.reason)
            for closure in row.closed
            if (part := closure.period.overlap(whole))
        )
        for part in self._bookable(opened, now):
            yield self._free(part)
        for taken in row.taken:
            if part := taken.period.overlap(whole):
                yield self._taken(taken, part)
        yield from (self._block(part, "ran") for part in within(row.ran, whole))

    def _bookable(self, opened: Sequence[Period], now: datetime) -> Iterator[Period]:
        """Yield the free time on the grid of the machine's rules that holds a shortest booking."""
        rules, zone = self.row.rules, self.words.zone
        # Between two bookings lies the time to clear away and to set up.
        held = [
            taken.held.widened(before=rules.teardown, after=rules.setup) for taken in self.row.taken
        ]
        free = within(self.row.free, opened[0].hull(opened[-1])) if opened else []
        free = free if self.row.machine.seats > 1 else without(free, held)
        for part in free:
            start = next_on_grid(max(part.start, now + rules.notice), rules.step, zone)
            end = on_grid(part.end, rules.step, zone)
            if end - start >= _shortest(rules):
                yield Period(start, end)

    def _free(self, part: Period) -> Block:
        minutes = min(DRAFT_MINUTES, whole_minutes(self.row.rules.longest), part.seconds // 60)
        query = urlencode({"start": self.words.field(part.start), "minutes": minutes})
        label = self.words.say("{machine}, {when}: free", machine=self._name, when=self._span(part))
        slug = quote(self.row.machine.slug)
        return self._block(part, "free", label=label, href=f"/machines/{slug}/book?{query}")

    def _taken(self, taken: Taken, part: Period) -> Block:
        centre = self.row.machine.centre_id
        if not self.who.may_see(centre, taken.company_id, Right.DESK_SEE):
            return self._block(part, "taken")
        said = taken.purpose or self.words.say("yours")
        label = f"{self._name}, {self._span(part)}: {said}"
        return self._block(part, "own", label=label, href=f"/bookings/{taken.id}")

    @property
    def _name(self) -> str:
        return self.words.either(self.row.machine.name_ko, self.row.machine.name_en)

    def _span(self, part: Period) -> str:
        return self.words.span(part)

    def _block(self, part: Period, look: str, *, label: str = "", href: str = "") -> Block:
        first, last = (_minute(at, self.day, self.words) for at in (part.start, part.end))
        left = self.hours.share(first)
        return Block(
            look=look,
            first=first,
            last=last,
            left=round(left, 3),
            width=round(self.hours.share(last) - left, 3),
            label=label,
            href=href,
        )


def _shortest(rules: Rules) -> timedelta:
    """Return the shortest length of whole steps."""
    return -(-rules.shortest // rules.step) * rules.step


def _minute(at: datetime, day: date, words: Words) -> int:
    """Return an instant's minutes from the day's midnight, as the centre's clock shows them."""
    local = at.astimezone(words.zone)
    return (local.date() - day).days * DAY + local.hour * HOUR + local.minute
