"""Usages: whose a part of a run was, and by which rule and witnesses it was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from gadong.booking.domain.booking import Booking
from gadong.core.domain.ids import BookingId, CompanyId, DecisionId, PersonId
from gadong.core.domain.period import Period
from gadong.metering.domain.logged_use import LoggedUse


class Owner(StrEnum):
    """To whom a usage belongs."""

    COMPANY = "company"
    CENTRE = "centre"  # maintenance or the centre's own work: never billed
    NOBODY = "nobody"  # waits in the manager's queue


class AttributionRule(StrEnum):
    """The step of the order that decided."""

    LEDGER = "ledger"  # the entry says whose it was
    DECISION = "decision"
    IDENTITY = "identity"
    MAINTENANCE = "maintenance"
    CONTINUITY = "continuity"
    BOOKING = "booking"
    EARLY_START = "early_start"
    UNBOOKED = "unbooked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributionLimits:
    """The time limits within which events belong together; effective per machine."""

    join_gap: timedelta = timedelta(minutes=10)
    early_grace: timedelta = timedelta(minutes=15)
    no_show_after: timedelta = timedelta(minutes=15)
    # A person who never checks out is not at the machine the next day.
    longest_presence: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A person of a company was at the machine from `at` on; `until` is a check-out."""

    at: datetime
    company_id: CompanyId
    person_id: PersonId
    booking_id: BookingId | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reassignment:
    """A manager's decision: running time that starts in the period belongs to this company, or to
    the centre.
    """

    id: DecisionId
    period: Period
    company_id: CompanyId | None
    booking_id: BookingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A stretch of activity on a machine and whose it was. `runs` are its running parts."""

    period: Period
    runs: tuple[Period, ...]
    owner: Owner
    rule: AttributionRule
    company_id: CompanyId | None = None
    booking_id: BookingId | None = None
    person_id: PersonId | None = None
    decision_id: DecisionId | None = None
    flags: tuple[str, ...] = ()
    # The same activity began before, in an earlier session of the same company.
    is_continued: bool = False
    # The machine ran on across the booking's start, out of that session.
    is_carried: bool = False

    @property
    def seconds(self) -> int:
        """Return its running seconds."""
        return sum(run.seconds for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Everything beside the runs that says whose time it was, for one machine.

    `closures` hold the `maintenance` too.
    """

    bookings: Sequence[Booking] = ()
    check_ins: Sequence[CheckIn] = ()
    maintenance: Sequence[Period] = ()
    closures: Sequence[Period] = ()
    job_starts: Sequence[datetime] = ()
    reassignments: Sequence[Reassignment] = ()
    logged: Sequence[LoggedUse] = ()
