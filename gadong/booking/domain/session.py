"""Sessions: what one booking, or one stretch of unbooked use, amounted to on a machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import CLAIMING, Booking
from gadong.booking.domain.held_time import BookedTimes, in_the_way
from gadong.booking.domain.own_time import (
    Claim,
    Claimed,
    Vouched,
    late_presence,
    own_times,
    vouched,
)
from gadong.booking.domain.presence import BILLED, Presence, is_tail, presence, standing
from gadong.booking.domain.usage import (
    AttributionLimits,
    AttributionRule,
    CheckIn,
    Owner,
    Usage,
    Witnesses,
)
from gadong.core.domain.ids import BookingId, CompanyId, MachineId
from gadong.core.domain.period import Period, span, within
from gadong.core.domain.usage_mode import UsageMode
from gadong.metering.domain.run import Run
from gadong.metering.domain.run import within as runs_within

# Edges of runs are whole seconds, so the run that follows the last one begins within it (ADR 4).
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A booking with what was used of it, or a stretch of use without one. What a charge is for.

    `occupied` runs from the first activity or check-in to the last activity or check-out. `taken`
    is what others used of the booked time, `maintenance` what the centre did. `neighbours` are what
    other companies booked. `own_time` is what only this session may be charged for. `runs` are the
    machine's runs in it. `vouched` are the gaps between its company's runs of which a run-hour
    counter speaks. `beside` are the other sessions in the booked time of one that may owe a fee.
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
    own_time: tuple[Period, ...] = ()
    vouched: tuple[Run, ...] = ()
    beside: tuple[Session, ...] = ()

    @property
    def start(self) -> Period:
        """Return the period whose start decides the session's month and tariff."""
        known = self.booking.period if self.booking else self.occupied
        if known is None:
            raise ValueError("a session needs a booking or an activity")
        return known

    def is_uncertain(self, seconds: int) -> bool:
        """Tell whether an edge of its work may lie so far before where it is shown, as where a
        clock was wrong.
        """
        if self.occupied is None:
            return False
        whole = self.start.hull(self.occupied)
        return any(run.uncertain_seconds > seconds for run in self.runs if run.clipped(whole))

    def is_of(self, company_id: CompanyId) -> bool:
        """Return whether the session is the company's, or one that it has a part of."""
        return self.booking.is_of(company_id) if self.booking else self.company_id == company_id

    @property
    def companies(self) -> frozenset[CompanyId]:
        """Return every company of which the session is."""
        return self.booking.companies if self.booking else frozenset({self.company_id})

    @property
    def is_shared(self) -> bool:
        """Return whether others may have been in its room at the same instants."""
        return self.booking is not None and self.booking.shares

    @property
    def usage_mode(self) -> UsageMode:
        """Return the booked usage mode; use without a booking is the company's own."""
        return self.booking.usage_mode if self.booking else UsageMode.SELF

    @property
    def reach(self) -> Period:
        """Return the time that its charges can touch: from the start to the end of everything."""
        return self.start.hull(self.occupied) if self.occupied else self.start


def sessions(
    machine_id: MachineId,
    usages: Sequence[Usage],
    runs: Sequence[Run],
    witnesses: Witnesses,
    limits: AttributionLimits,
    *,
    of: CompanyId | None = None,
) -> list[Session]:
    """Return every company's sessions on one machine, or one company's, in order of their start."""
    witnesses = standing(witnesses)
    used: dict[BookingId, list[Usage]] = {}
    for usage in usages:
        if usage.booking_id:
            used.setdefault(usage.booking_id, []).append(usage)
    found: list[Session] = []
    signed: dict[BookingId, list[CheckIn]] = {}
    for check_in in witnesses.check_ins:
        if check_in.booking_id:
            signed.setdefault(check_in.booking_id, []).append(check_in)
    # Seats of one room take nothing from each other (ADR 51).
    seats = frozenset({None, *(b.id for b in witnesses.bookings if b.shares)})
    came: list[list[CheckIn]] = []
    placed: dict[int, int] = {}
    for booking in witnesses.bookings:
        own = tuple(u for u in used.get(booking.id, ()) if u.company_id == booking.company_id)
        if not (own or booking.state in CLAIMING or booking.cancelled_at or booking.claimed):
            continue
        placed |= {id(u): len(found) for u in own}
        came.append(signed.get(booking.id, []))
        beside = seats - {booking.id} if booking.shares else ()
        seen = [u for u in usages if u.owner is Owner.CENTRE or u.booking_id not in beside]
        found.append(_booked(booking, own, came[-1], seen, runs, witnesses, limits))
    for usage in usages:
        if usage.owner is Owner.COMPANY and usage.company_id and id(usage) not in placed:
            placed[id(usage)] = len(found)
            came.append([])
            found.append(_unbooked(machine_id, usage))
    missed = {s.booking.id for s in found if s.booking and s.presence is Presence.NO_SHOW}
    booked_times = BookedTimes(in_the_way(witnesses.bookings, missed, limits))
    gaps = list(vouched(runs, usages, placed, [s.reach for s in found], _reaches(found)))
    times = _own_times([*_claims(found, came, usages, placed), *_rests(gaps)], found)
    every = [
        replace(
            s,
            neighbours=booked_times.of_others(s.companies, shares=s.is_shared),
            own_time=own_time,
            runs=_around(runs, s.reach),
            maintenance=_kept_out(witnesses, s.reach),
            vouched=tuple(
                g.run for g in gaps if g.company_id == s.company_id and within(own_time, g.gap)
            ),
        )
        for s, own_time in zip(found, times, strict=True)
    ]
    return sorted(
        (_with_others(s, every) for s in every if of is None or s.is_of(of)),
        key=lambda s: (s.start.start, s.key),
    )


def _own_times(claims: Sequence[Claimed], found: Sequence[Session]) -> list[tuple[Period, ...]]:
    """Return each session's own time. Seats of one room are no part of each other (ADR 51)."""
    apart: dict[int, list[Claimed]] = {n: [] for n, s in enumerate(found) if s.is_shared}
    together: list[Claimed] = []
    for claim in claims:
        apart.get(claim.session, together).append(claim)
    times = own_times(together, len(found))
    for n, own in apart.items():
        (times[n],) = own_times([replace(c, session=0) for c in own], 1)
    return times


def _with_others(session: Session, every: Sequence[Session]) -> Session:
    """Return a session that may owe a fee with the sessions in its booked time, whose use is no
    part of it. Seats of one room take nothing from each other (ADR 51).
    """
    if session.presence not in {Presence.NO_SHOW, Presence.CANCELLED}:
        return session
    return replace(
        session,
        beside=tuple(
            s
            for s in every
            if s is not session
            and not (s.is_shared and session.is_shared)
            and s.reach.overlap(session.start)
        ),
    )


def _reaches(found: Sequence[Session]) -> dict[CompanyId, list[Period]]:
    """Return the reaches of each company's kept sessions."""
    reaches: dict[CompanyId, list[Period]] = {}
    for session in found:
        if session.presence in BILLED:
            reaches.setdefault(session.company_id, []).append(session.reach)
    return reaches


def _rests(gaps: Sequence[Vouched]) -> Iterator[Claimed]:
    """Yield what a counter says of rests in an activity: where nobody else claims it, it is the
    earlier session's.
    """
    for gap in gaps:
        if gap.is_rest and gap.run.counted:
            yield Claimed(Claim.VOUCHED, gap.run.counted[1], gap.before)


def _claims(
    found: Sequence[Session],
    came: Sequence[Sequence[CheckIn]],
    usages: Sequence[Usage],
    placed: dict[int, int],
) -> Iterator[Claimed]:
    """Yield every session's reasons to be charged for time, and the centre's own usages (-1)."""
    for usage in usages:
        if usage.owner is not Owner.NOBODY:
            is_written = usage.rule is AttributionRule.LEDGER
            claim = Claim.WRITTEN if is_written else Claim.ACTIVITY
            yield Claimed(claim, usage.period, placed.get(id(usage), -1))
    kept = [n for n, s in enumerate(found) if s.booking and s.presence in BILLED]
    signs = {n: i for n in kept if (i := _signs(found[n].usages, came[n]))}
    for n in kept:
        booked = found[n].start
        free = found[n].booking
        if claimed := free.claimed if free else None:
            yield Claimed(Claim.BOOKED, claimed, n)
        yield Claimed(Claim.FREED, booked, n)
        if present := found[n].occupied:
            yield Claimed(Claim.PRESENCE, present, n)
            arrivals = ((found[m].start, min(s)) for m, s in signs.items() if m != n)
            if late := late_presence(booked, present, arrivals if present.end > booked.end else ()):
                yield Claimed(Claim.LATE_PRESENCE, late, n)


def _booked(
    booking: Booking,
    own: tuple[Usage, ...],
    came: Sequence[CheckIn],
    usages: Sequence[Usage],
    runs: Sequence[Run],
    witnesses: Witnesses,
    limits: AttributionLimits,
) -> Session:
    start, end = booking.period.start, booking.period.end
    # The time in which they had to come.
    due = Period(start, min(end, start + limits.no_show_after))
    others = [
        u
        for u in usages
        if u.period.start < end
        and start < u.period.end
        and u.owner is not Owner.NOBODY
        and u not in own
    ]
    if booking.is_given_up and not own:
        came, seen = (), Presence.CANCELLED
    elif any(not is_tail(u, due) for u in own):
        seen = Presence.SHOWED
    else:
        seen = presence(booking, runs, witnesses.check_ins, limits, usages)
        if not came and is_excused(booking, others, witnesses, due, seen):
            seen = Presence.EXCUSED
    return Session(
        key=f"booking:{booking.id}",
        machine_id=booking.machine_id,
        company_id=booking.company_id,
        booking=booking,
        presence=seen,
        usages=own,
        occupied=_occupied(own, came),
        taken=tuple(
            part
            for o in others
            if not booking.is_of(o.company_id) and (part := o.period.overlap(booking.period))
        ),
        neighbours=(),
        runs=(),
    )


def is_excused(
    booking: Booking, others: Sequence[Usage], witnesses: Witnesses, due: Period, seen: Presence
) -> bool:
    """Return whether nobody of the booking's company could be expected to come."""
    # A company displaced by an overrun owes nothing (docs/reference/peers.md#displaced-bookings),
    # if the overrun lasted for all the time in which they had to come. An unattributed run may be
    # their own: it excuses only once a decision names its owner.
    if any(
        not booking.is_of(u.company_id) and u.period.start < due.start and due.end <= u.period.end
        for u in others
    ):
        return True
    # Nor does whom the centre itself kept out.
    if seen is not Presence.SHOWED and any(c.overlap(due) for c in witnesses.closures):
        return True
    # Of commissioned work nobody of theirs was to come; what a person released is never charged.
    is_commissioned = booking.usage_mode is UsageMode.COMMISSIONED and seen is Presence.NO_SHOW
    return is_commissioned or booking.is_sent_away


def _unbooked(machine_id: MachineId, usage: Usage) -> Session:
    company = usage.company_id
    if company is None:
        raise ValueError("a usage without a company makes no session")
    return Session(
        # Two machines of one hall may start within the same second.
        key=f"usage:{usage.period.start.isoformat()}@{machine_id}",
        machine_id=machine_id,
        company_id=company,
        booking=None,
        presence=Presence.SHOWED,
        usages=(usage,),
        occupied=usage.period,
        taken=(),
        neighbours=(),
        runs=(),
    )


def _signs(own: Sequence[Usage], came: Sequence[CheckIn]) -> list[datetime]:
    """Return the instants at which its people, or their activity, were there."""
    signs = [i for u in own for i in (u.period.start, u.period.end)]
    return signs + [i for c in came for i in (c.at, c.until) if i is not None]


def _occupied(own: Sequence[Usage], came: Sequence[CheckIn]) -> Period | None:
    instants = _signs(own, came)
    return span(min(instants), max(instants)) if instants else None


def _around(runs: Sequence[Run], reach: Period) -> tuple[Run, ...]:
    """Return the runs in a session, and the run after them, whose first message ended the last."""
    return tuple(
        run for run, _ in runs_within(runs, reach.widened(before=timedelta(0), after=A_SECOND))
    )


def _kept_out(witnesses: Witnesses, reach: Period) -> tuple[Period, ...]:
    return tuple(p for p in witnesses.maintenance if p.overlap(reach))
