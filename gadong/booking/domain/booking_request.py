"""A wish for a machine, and the facts that the rules look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.equipment.equipment import NeededUnits
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.seating import Seating
from gadong.core.domain.calendar import UTC_ZONE, Month
from gadong.core.domain.ids import BookingId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.people.domain.company_profile import CompanyProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A booking request: a period on a machine, for a person of a company.

    `moving` is the booking that would give up its own place (`was`); with `is_extension` the
    request goes on from there. `offer` is the waiting list's offer that would become this booking.
    `together` are the slugs of the machines in the same request. `leaving` are the bookings that
    move with `moving` and give up their places too. Without a `usage_mode` the
    machine's first applies. `is_unnamed` marks a manager's request that names no person of the
    company. `pledge` is the version of the terms that the person accepts with the request.
    `equipment` are the slugs that are chosen where the machine needs any of several.
    """

    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    moving: BookingId | None = None
    leaving: frozenset[BookingId] = frozenset()
    offer: BookingId | None = None
    was: Period | None = None
    is_extension: bool = False
    # Its time is held already, with the turn-round of when it was booked.
    is_held: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    together: frozenset[str] = frozenset()
    usage_mode: UsageMode | None = None
    is_unnamed: bool = False
    pledge: str = ""
    equipment: tuple[str, ...] = ()
    # Seats of a room, which the booking shares if it leaves any and does not want it alone.
    seats: int = 1
    is_alone: bool = False
    # A monthly application, whose window stands in for the notice and the horizon.
    is_application: bool = False


def wish_again(machine_id: MachineId, booking: Booking) -> Wish:
    """Return a booking as its people's wish for a machine, which holds no place for it yet."""
    return Wish(
        machine_id=machine_id,
        company_id=booking.company_id,
        person_id=booking.person_id,
        period=booking.period,
        answers=booking.answers,
        usage_mode=booking.usage_mode,
        equipment=booking.equipment,
        seats=booking.seats,
        is_alone=not booking.shares,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """That a person was trained, and when they last came to a machine of the kind."""

    granted_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None

    def lapses_at(self, rules: Rules) -> datetime | None:
        """Return when it ends: on its date, or after long disuse.

        The limits: docs/reference/peers.md#qualifications.
        """
        ends = [self.expires_at] if self.expires_at else []
        if self.used_at and rules.qualification_idle:
            ends.append(self.used_at + rules.qualification_idle)
        if not self.used_at and rules.qualification_unused:
            ends.append(self.granted_at + rules.qualification_unused)
        return min(ends, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBooking:
    """A booking as quotas count it: its time, where it stands, whose it is, and whether it was
    given up late.
    """

    period: Period
    state: BookingState
    is_own: bool = True
    is_here: bool = True
    # False for a booking of the person for another company of theirs.
    is_companys: bool = True
    # The slug of the machine, where quotas count its kind.
    slug: str = ""
    was_late: bool = False
    # True where it leaves seats of a room to others.
    shares: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that the rules evaluate.

    `opened` are the opening hours, `closed` the closures in them, `held` the bookings of others.
    `counted` are the bookings of the machine by the company and by the person (`is_own`).
    If quotas count the kind, they include those on its other machines (`slug`). They also include
    the person's missed and cancelled bookings on other machines of the centre (not `is_here`).
    `stopped_until` is the end of a manager's suspension, `unpaid_since` the day on which the
    company's oldest unpaid statement was due.
    """

    rules: Rules
    opened: Sequence[Period]
    held: Sequence[Period]
    closed: Sequence[Period] = ()
    counted: Sequence[HeldBooking] = ()
    qualifications: Mapping[str, Qualification] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    stopped_until: datetime | None = None
    unpaid_since: date | None = None
    is_retired: bool = False
    # The company's profile on the day of the request; None where nothing was said of it, or no rule
    # looks at it.
    profile: CompanyProfile | None = None
    zone: ZoneInfo = UTC_ZONE
    # The free time of each technician who assists at the machine; None where the centre has none.
    helpers: Sequence[Sequence[Period]] | None = None
    # The equipment that the booking needs, with the free time of each unit.
    equipment: Sequence[NeededUnits] = ()
    # Months of which the machine's applications have not been answered.
    undrawn: Collection[Month] = ()
    # The windows of rounds that are not drawn, where the rules name no days of applications now.
    kept_rounds: Mapping[Month, Period] = field(default_factory=dict)
    # Months of which they have.
    drawn: Collection[Month] = ()
    # Slugs of the kind's machines, where quotas count the kind.
    alike: Collection[str] = ()
    # The room that the booking shares with others; None where it has the machine alone.
    seating: Seating | None = None
    # Seats of the machine.
    seats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSlot:
    """A machine and a time on it that every rule would accept."""

    machine_id: MachineId
    machine: str
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedBooking:
    """A booking that quotas or strikes may count, on whichever machine."""

    id: BookingId
    machine_id: MachineId
    period: Period
    state: BookingState
    company_id: CompanyId
    person_id: PersonId
    cancelled_at: datetime | None
    shares: bool

    @property
    def may_be_struck(self) -> bool:
        """Return whether the booking can be a strike against its person, on whichever machine."""
        return self.state in {BookingState.NO_SHOW, BookingState.CANCELLED}

    def concerns(
        self, company_id: CompanyId, person_id: PersonId, hall: Collection[MachineId]
    ) -> bool:
        """Return whether the booking counts for quotas of the company or the person on the hall's
        machines, or as a strike against the person.
        """
        if self.person_id == person_id and self.may_be_struck:
            return True
        return self.machine_id in hall and (
            self.company_id == company_id or self.person_id == person_id
        )

    def on(
        self,
        machine_id: MachineId | None,
        free_cancellation: timedelta,
        person_id: PersonId,
        company_id: CompanyId,
        *,
        alike: Mapping[MachineId, str] | None = None,
    ) -> HeldBooking:
        """Return the booking as a machine's rules see it for a person of a company."""
        late = (
            self.cancelled_at is not None
            and self.cancelled_at > self.period.start - free_cancellation
        )
        return HeldBooking(
            period=self.period,
            state=self.state,
            is_own=self.person_id == person_id,
            is_here=self.machine_id == machine_id,
            is_companys=self.company_id == company_id,
            slug=(alike or {}).get(self.machine_id, ""),
            was_late=late,
            shares=self.shares,
        )
