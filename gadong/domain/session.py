"""Sessions: what one booking, or one stretch of unbooked use, amounted to on a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gadong.domain.attribution import CheckIn, Limits, Owner, Usage, Witnesses
from gadong.domain.booking import CLAIMING, Booking
from gadong.domain.ids import CompanyId, MachineId
from gadong.domain.metering import Run, within
from gadong.domain.period import Period, total_seconds
from gadong.domain.state import State
from gadong.domain.usage_mode import UsageMode

# Below this share of known time nobody can say that nothing happened (billing §4.6).
KNOWN_SHARE = 0.8


class Presence(StrEnum):
    """What the facts say of a booking's start."""

    SHOWED = "showed"
    NO_SHOW = "no_show"
    UNVERIFIABLE = "unverifiable"
    CANCELLED = "cancelled"  # given up by its people after it was confirmed
    EXCUSED = "excused"  # it was not theirs to come, or another, or the centre, kept them out


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A booking with what was used of it, or a stretch of use without one. What a charge is for.

    `occupied` runs from the first activity or check-in to the last activity or check-out. `taken` is what others
    used of the booked time, `maintenance` what the centre did. `runs` are all the machine's runs around it.
    """

    key: str
    machine_id: MachineId
    company_id: CompanyId
    booking: Booking | None
    presence: Presence
    usages: tuple[Usage, ...]
    occupied: Period | None
    taken: tuple[Period, ...]
    neighbours: tuple[Period, ...]
    runs: tuple[Run, ...]
    maintenance: tuple[Period, ...] = ()

    @property
    def start(self) -> Period:
        """The period whose start decides which month and which tariff the session begins in."""
        known = self.booking.period if self.booking else self.occupied
        if known is None:
            raise ValueError("a session needs a booking or an activity")
        return known

    @property
    def usage_mode(self) -> UsageMode:
        """How the machine was to be used; use without a booking is the company's own."""
        return self.booking.usage_mode if self.booking else UsageMode.SELF


def sessions(
    machine_id: MachineId,
    usages: Sequence[Usage],
    runs: Sequence[Run],
    witnesses: Witnesses,
    limits: Limits,
    *,
    of: CompanyId | None = None,
) -> list[Session]:
    """Every company's sessions on one machine, or one company's, in order of their start."""
    claims = [(b, claimed) for b in witnesses.bookings if (claimed := b.claimed)]
    found = [
        _booked(machine_id, booking, usages, runs, witnesses, limits, claims)
        for booking in witnesses.bookings
        if (booking.state in CLAIMING or booking.cancelled_at) and of in {None, booking.company_id}
    ]
    booked = {b.id for b in witnesses.bookings}
    found += [
        _unbooked(machine_id, usage, usages, runs, witnesses, tuple(period for _, period in claims))
        for usage in usages
        if usage.owner is Owner.COMPANY
        and usage.company_id
        and usage.booking_id not in booked
        and of in {None, usage.company_id}
    ]
    return sorted(found, key=lambda s: (s.start.start, s.key))


def presence(booking: Booking, runs: Sequence[Run], check_ins: Sequence[CheckIn], limits: Limits) -> Presence:
    """Whether the booking's start was kept: by anyone, since people swap (billing §2.2)."""
    window = Period(booking.period.start - limits.early_grace, booking.period.start + limits.no_show_after)
    if any(window.contains(c.at) or c.booking_id == booking.id for c in check_ins):
        return Presence.SHOWED
    parts = [(run.state, part) for run, part in within(runs, window)]
    if any(state in {State.RUNNING, State.PAUSED, State.SETUP} for state, _ in parts):
        return Presence.SHOWED
    known = total_seconds(part for state, part in parts if state not in {State.UNKNOWN, State.FAULT})
    return Presence.NO_SHOW if known >= KNOWN_SHARE * window.seconds else Presence.UNVERIFIABLE


def _booked(
    machine_id: MachineId,
    booking: Booking,
    usages: Sequence[Usage],
    runs: Sequence[Run],
    witnesses: Witnesses,
    limits: Limits,
    claims: Sequence[tuple[Booking, Period]],
) -> Session:
    own = tuple(u for u in usages if u.booking_id == booking.id and u.company_id == booking.company_id)
    start, end = booking.period.start, booking.period.end
    others = [
        u.period
        for u in usages
        if u.period.start < end and start < u.period.end and u.owner is not Owner.NOBODY and u not in own
    ]
    came = [c for c in witnesses.check_ins if c.booking_id == booking.id]
    seen = presence(booking, runs, witnesses.check_ins, limits)
    if not came and any(period.start < start for period in others):
        # Whom an overrun displaced owes nothing (peers.md §5.4, §5.11). A run of nobody's may be their own: it excuses
        # only once a decision says whose it was.
        seen = Presence.EXCUSED
    due = Period(start, start + limits.no_show_after)
    if not came and seen is not Presence.SHOWED and any(c.overlap(due) for c in witnesses.closures):
        # Nor does whom the centre itself kept out.
        seen = Presence.EXCUSED
    if seen is Presence.NO_SHOW and booking.usage_mode is UsageMode.COMMISSIONED:
        # Nobody of theirs was to come.
        seen = Presence.EXCUSED
    if booking.cancelled_at:
        own, came, seen = (), [], Presence.CANCELLED
    return Session(
        key=f"booking:{booking.id}",
        machine_id=machine_id,
        company_id=booking.company_id,
        booking=booking,
        presence=Presence.SHOWED if own else seen,
        usages=own,
        occupied=_occupied(own, came),
        taken=tuple(part for o in others if (part := o.overlap(booking.period))),
        neighbours=tuple(period for b, period in claims if b is not booking),
        runs=_around(runs, booking.period),
        maintenance=_kept_out(witnesses, booking.period),
    )


def _unbooked(
    machine_id: MachineId,
    usage: Usage,
    usages: Sequence[Usage],
    runs: Sequence[Run],
    witnesses: Witnesses,
    claimed: tuple[Period, ...],
) -> Session:
    company = usage.company_id
    if company is None:
        raise ValueError("a usage without a company makes no session")
    return Session(
        key=f"usage:{usage.period.start.isoformat()}",
        machine_id=machine_id,
        company_id=company,
        booking=None,
        presence=Presence.SHOWED,
        usages=(usage,),
        occupied=usage.period,
        taken=tuple(u.period for u in usages if u.company_id != company),
        neighbours=claimed,
        runs=_around(runs, usage.period),
        maintenance=_kept_out(witnesses, usage.period),
    )


def _occupied(own: Sequence[Usage], came: Sequence[CheckIn]) -> Period | None:
    instants = [i for u in own for i in (u.period.start, u.period.end)]
    instants += [i for c in came for i in (c.at, c.until) if i is not None]
    if len(instants) < 2 or min(instants) == max(instants):
        return None
    return Period(min(instants), max(instants))


def _around(runs: Sequence[Run], period: Period) -> tuple[Run, ...]:
    """The runs that a charge for this period can touch."""
    return tuple(run for run, _ in within(runs, _wide(period)))


def _kept_out(witnesses: Witnesses, period: Period) -> tuple[Period, ...]:
    """The maintenance that a charge for this period can touch."""
    return tuple(p for p in witnesses.maintenance if p.overlap(_wide(period)))


def _wide(period: Period) -> Period:
    """A day on either side holds any overrun."""
    return period.widened(before=timedelta(days=1), after=timedelta(days=1))
