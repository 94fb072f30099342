"""Utilisation (가동률) and related ratios, from the runs and sessions that are billed.

The formulas: docs/reference/billing.md#utilisation.

Every ratio is kept as two whole numbers. Every figure names its standard time: three are in use,
and they differ by a factor.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking import CLAIMING
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import Owner, Usage
from gadong.core.domain.calendar import is_working
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds, union, without
from gadong.metering.domain.run import Run

WORKING_DAY = 8 * 3600
# A Korean registration of equipment calls 2,000 hours a year the whole
# (docs/reference/billing.md#equipment-statistics).
WORKING_YEAR = 2000 * 3600


class Denominator(StrEnum):
    """The standard time by which a ratio is divided."""

    CALENDAR = "calendar"  # opening hours on open days, without planned maintenance
    FIXED_DAY = "fixed_day"  # eight hours each working day, without days under repair
    FIXED_YEAR = "fixed_year"  # 2,000 hours a year, by its days


@dataclass(frozen=True, slots=True, kw_only=True)
class Utilisation:
    """The time of a machine, or of several, in a period: seconds and counts.

    `logged` is the part of `ran` that a ledger names. `ran` is attributed to companies, to the
    centre itself, or to nobody. `kept` is booked time with a person present. `starts` are bookings
    whose start passed and could be observed; `no_shows` are those of them without a person.
    """

    standard: int = 0
    open: int = 0
    ran: int = 0
    ran_open: int = 0
    logged: int = 0
    occupied: int = 0
    booked: int = 0
    kept: int = 0
    unknown: int = 0
    down: int = 0
    by_companies: int = 0
    by_centre: int = 0
    by_nobody: int = 0
    undecided: int = 0
    starts: int = 0
    no_shows: int = 0
    companies: frozenset[CompanyId] = frozenset()

    def __add__(self, other: Utilisation) -> Utilisation:
        """Return the sum of both."""
        return Utilisation(
            **{n: getattr(self, n) + getattr(other, n) for n in SECONDS},
            companies=self.companies | other.companies,
        )

    @property
    def ratios(self) -> dict[str, Fraction | None]:
        """Return every ratio by its name; None without a divisor."""
        return {
            "utilisation": _of(self.ran, self.standard),
            "occupancy": _of(self.occupied, self.standard),
            "booking_rate": _of(self.booked, self.standard),
            "fulfilment": _of(self.kept, self.booked),
            "no_show_rate": _of(self.no_shows, self.starts),
            "shared_use": _of(self.by_companies, self.ran),
            "confidence": _of(self.open - min(self.unknown, self.open), self.open),
            "attributed_by_itself": _of(self.undecided, self.ran),
            "ledger_share": _of(self.logged, self.ran),
            "availability": _of(self.standard - min(self.down, self.standard), self.standard),
        }


SECONDS = tuple(n for n in Utilisation.__dataclass_fields__ if n != "companies")


def _of(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def standard_time(
    denominator: Denominator,
    period: Period,
    opened: Sequence[Period],
    maintenance: Sequence[Period],
    *,
    holidays: Container[date],
    zone: ZoneInfo,
) -> int:
    """Return the seconds that a machine could have worked in a period, by a denominator.

    `opened` excludes closures.
    """
    if denominator is Denominator.CALENDAR:
        return total_seconds(without(opened, maintenance))
    days = _days(period, zone)
    if denominator is Denominator.FIXED_YEAR:
        return WORKING_YEAR * len(days) // 365
    repaired = {d for m in maintenance for d in _days(m, zone)}
    working = [d for d in days if is_working(d, holidays) and d not in repaired]
    return WORKING_DAY * len(working)


def _days(period: Period, zone: ZoneInfo) -> list[date]:
    first = period.start.astimezone(zone).date()
    last = (period.end - timedelta(seconds=1)).astimezone(zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def measure(
    period: Period,
    *,
    standard: int,
    opened: Sequence[Period],
    maintenance: Sequence[Period],
    runs: Sequence[Run],
    usages: Sequence[Usage],
    sessions: Sequence[Session],
    ledgers: Sequence[Period] = (),
) -> Utilisation:
    """Return a machine's time in the period, each kind of it clipped to the period.

    Open time of which no run speaks is unknown, as of a machine without a device. Where a ledger is
    kept (`ledgers`) it is known: who wrote nothing down used nothing.
    """
    running = _in(period, (r for r in runs if r.state is State.RUNNING))
    booked = union(
        part
        for s in sessions
        if s.booking and s.booking.state in CLAIMING and (part := s.booking.period.overlap(period))
    )
    occupied = union(part for s in sessions if s.occupied and (part := s.occupied.overlap(period)))
    faults = _in(period, (r for r in runs if r.state is State.FAULT))
    planned = [part for m in maintenance if (part := m.overlap(period))]
    began = [s for s in sessions if s.booking and period.contains(s.booking.period.start)]
    watched = [s for s in began if s.presence in {Presence.SHOWED, Presence.NO_SHOW}]
    silent = without(opened, union([*_in(period, runs), *ledgers]))
    unknown = union([*_in(period, (r for r in runs if r.state is State.UNKNOWN)), *silent])
    parts = {owner: _used(usages, period, owner) for owner in Owner}
    decided = sum(
        _seconds(u, period)
        for u in usages
        if u.decision_id is not None and u.owner is not Owner.NOBODY
    )
    return Utilisation(
        standard=standard,
        open=total_seconds(opened),
        ran=total_seconds(running),
        ran_open=total_seconds(part for r in running for o in opened if (part := r.overlap(o))),
        occupied=total_seconds(occupied),
        booked=total_seconds(booked),
        kept=total_seconds(part for b in booked for o in occupied if (part := b.overlap(o))),
        logged=total_seconds(_in(period, (r for r in runs if r.grade is Grade.LEDGER))),
        unknown=total_seconds(part for u in unknown for o in opened if (part := u.overlap(o))),
        down=total_seconds(
            part for d in union([*faults, *planned]) for o in opened if (part := d.overlap(o))
        ),
        by_companies=parts[Owner.COMPANY],
        by_centre=parts[Owner.CENTRE],
        by_nobody=parts[Owner.NOBODY],
        undecided=parts[Owner.COMPANY] + parts[Owner.CENTRE] - decided,
        starts=len(watched),
        no_shows=sum(s.presence is Presence.NO_SHOW for s in watched),
        companies=frozenset(
            s.company_id
            for s in sessions
            if s.usages and any(_seconds(u, period) for u in s.usages)
        ),
    )


def _in(period: Period, runs: Iterable[Run]) -> list[Period]:
    return union(part for r in runs if (part := r.clipped(period)))


def _used(usages: Sequence[Usage], period: Period, owner: Owner) -> int:
    return sum(_seconds(u, period) for u in usages if u.owner is owner)


def _seconds(usage: Usage, period: Period) -> int:
    return total_seconds(part for r in usage.runs if (part := r.overlap(period)))
