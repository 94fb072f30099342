"""A world: what happened at a centre in a month, as plain facts that the engine and the oracle both
read.
Instants are seconds since 1970. Companies have names of one letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from gadong.billing.domain.tariff import Tariff
from gadong.booking.domain.booking import BookingState
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A half-open stretch of seconds in which a machine was in one state.

    `counted` is how many seconds a run-hour counter moved across an unknown stretch. `entry` is the
    number of the ledger's entry that says so, where no signal does.
    """

    start: int
    end: int
    state: State
    counted: int | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A booking. `freed` is when others could have its time before its end.

    `parts` are the fixed parts of its cost by company, the booker's first; without any it is the
    booker's alone. `seats` are those of a room that it takes; `shares` says that it leaves others
    to others.
    """

    name: str
    company: str
    start: int
    end: int
    state: BookingState = BookingState.CONFIRMED
    mode: UsageMode = UsageMode.SELF
    cancelled: int | None = None
    freed: int | None = None
    parts: tuple[tuple[str, int], ...] = ()
    seats: int = 1
    shares: bool = False

    @property
    def firms(self) -> set[str]:
        """Return the companies whose own the booking is."""
        return {self.company, *(name for name, _ in self.parts)}

    def is_beside(self, other: Slot) -> bool:
        """Say whether the two sit in a room at once, each with seats of its own."""
        return self.shares and other.shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A check-in of a company, for a booking by name or for none, until a check-out if there was
    one.
    """

    company: str
    start: int
    end: int | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A manager's decision about a booking: what is billed, how it was used, or (`is_waived`) what
    costs nothing.

    A waiver of no component is one of all.
    """

    slot: str
    seconds: int | None = None
    mode: UsageMode | None = None
    is_waived: bool = False
    component: Component | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A decision that what begins in the time is a company's ("": the centre's), and maybe of which
    booking.
    """

    start: int
    end: int
    company: str
    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An entry of the ledger: a company ("": the centre) used the machine, for a booking by name or
    for none.
    """

    start: int
    end: int
    company: str
    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A machine with everything that happened at it.

    `stretches` touch each other, and entries of `logged` do not overlap.

    Of `words` and `assignments` the latest come first. `jobs` are when jobs began. The machine is
    `observed` so until the first of its `changes`, and from each on as it says, in order of time.
    Where `slots` are some of a room's, as one of its visitors saw it, `room` has all of them. In
    that case `aside` is how those visitors saw the room that have no seats beside these.
    """

    machine: str
    stretches: tuple[Stretch, ...]
    slots: tuple[Slot, ...] = ()
    stays: tuple[Stay, ...] = ()
    maintenance: tuple[tuple[int, int], ...] = ()
    words: tuple[Word, ...] = ()
    jobs: tuple[int, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    logged: tuple[Logged, ...] = ()
    observed: Observed = Observed.SIGNAL
    changes: tuple[tuple[int, Observed], ...] = ()
    room: tuple[Slot, ...] = ()
    aside: tuple[Floor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A name that a company has proved, from a day on and (where `until` is set) before another."""

    name: str
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the proof holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A company: its categories (at most one a day), and the extras that it has proved."""

    name: str
    categories: tuple[Proof, ...] = ()
    extras: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A manager's own line of a company in won, or a `quantity` of a good, at an instant.

    What was `spoiled` was so by the "machine" or by the "user"."""

    company: str
    at: int
    amount: int = 0
    is_taxable: bool = True
    good: str = ""
    quantity: int = 0
    spoiled: str = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """The draws on a programme's budget: by the company's month, and by all other documents."""

    company: str
    programme: str
    others: int
    own: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """A programme's budget of a calendar year at the centre, maybe with others, in won.

    `drawn` is what documents of its centres drew by year, without the company's own month.
    """

    programme: str
    year: int
    amount: int
    drawn: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class World:
    """Everything that the documents of one month rest on. `tariffs` rise by their first day."""

    zone: ZoneInfo
    month: Month
    tariffs: tuple[Tariff, ...]
    floors: tuple[Floor, ...]
    firms: tuple[Firm, ...]
    sales: tuple[Sale, ...] = ()
    draws: tuple[Draw, ...] = ()
    funds: tuple[Fund, ...] = ()
    holidays: frozenset[date] = frozenset()

    def __repr__(self) -> str:
        from tests.oracle.telling import described  # it reads this module

        return described(self)

    def bounds(self, month: Month) -> tuple[int, int]:
        """Return the month's first second and the next month's."""
        period = month.period(self.zone)
        return int(period.start.timestamp()), int(period.end.timestamp())

    def local(self, second: int) -> datetime:
        """Return a second as the centre's clock shows it."""
        return datetime.fromtimestamp(second, UTC).astimezone(self.zone)
