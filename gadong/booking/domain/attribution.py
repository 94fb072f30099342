"""Attribution: runs become usages, by the order of docs/reference/billing.md#attribution.
Attributed seconds and unattributed seconds together are the observed running seconds, always, and
no second belongs to two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.held_time import booked_at, booking_of, next_after, payer_of
from gadong.booking.domain.presence import is_of_people, present_at, standing
from gadong.booking.domain.usage import (
    AttributionLimits,
    AttributionRule,
    CheckIn,
    Owner,
    Usage,
    Witnesses,
)
from gadong.core.domain.ids import BookingId, CompanyId, LoggedUseId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, span, union, within
from gadong.metering.domain.logged_use import LoggedUse
from gadong.metering.domain.run import Run


def attribute(
    runs: Sequence[Run], witnesses: Witnesses, limits: AttributionLimits, *, bounds: Period
) -> list[Usage]:
    """Attribute the activity of one machine inside the bounds, in order of time.

    The bounds should hold everything that crosses an edge of the period of interest. Then such
    activity is read the same from both sides (`booking/services/machine_ledger.py`).
    """
    witnesses = standing(witnesses)
    # Time freed before a booking's end belongs to nobody from there on.
    own = (replace(b, period=claimed) for b in witnesses.bookings if (claimed := b.claimed))
    held = sorted(own, key=lambda b: b.period)
    named = {d.id: d.booking_id for d in witnesses.reassignments}
    usages: list[Usage] = []
    for parts in _blocks(runs, witnesses, held, limits, bounds, usages):
        usage = _owned(parts, witnesses, held, limits, usages)
        usages += _by_booking(
            usage, held, named.get(usage.decision_id) if usage.decision_id else None
        )
    logged = _logged(runs, witnesses, held, limits, bounds)
    return sorted([*usages, *logged], key=lambda u: u.period)


def _logged(
    runs: Sequence[Run],
    witnesses: Witnesses,
    held: Sequence[Booking],
    limits: AttributionLimits,
    bounds: Period,
) -> Iterator[Usage]:
    """Yield the usages of a ledger's runs: each is of whom its entry names, and joins no other
    activity.
    """
    by_id: dict[LoggedUseId, LoggedUse] = {entry.id: entry for entry in witnesses.logged}
    for run in runs:
        part = run.clipped(bounds)
        if run.logged is None or part is None:
            continue
        entry = by_id[run.logged]
        company = entry.company_id
        theirs = (
            booking_of(held, company, entry.booking_id, part.start, near=limits.early_grace)
            if company
            else None
        )
        usage = Usage(
            period=part,
            runs=(part,),
            owner=Owner.COMPANY if company else Owner.CENTRE,
            rule=AttributionRule.LEDGER,
            company_id=payer_of(witnesses.bookings, theirs, company) if company else None,
            booking_id=theirs,
            person_id=entry.person_id,
        )
        yield from _by_booking(usage, held, entry.booking_id)


def _by_booking(usage: Usage, held: Sequence[Booking], named: BookingId | None) -> list[Usage]:
    """Divide a usage where a later booking of its own company begins: that time is booked.

    A booking that a decision `named` counts as used by its people (not `is_carried`), also where
    the machine only ran on into it.
    """
    if usage.company_id is None:
        return [usage]
    later = list(_later(usage, held))
    found: list[Usage] = []
    owners: list[Booking | None] = [None, *later]
    for booking, following in zip(owners, [*later, None], strict=True):
        start = booking.period.start if booking else usage.period.start
        end = following.period.start if following else usage.period.end
        runs = tuple(within(usage.runs, Period(start, end)))
        if not runs:
            continue
        part = replace(usage, period=Period(runs[0].start, runs[-1].end), runs=runs)
        if booking:
            is_over = part.period.end > booking.period.end
            runs_on = bool(found) and found[-1].period.end == part.period.start
            rule = AttributionRule.CONTINUITY if is_over else AttributionRule.BOOKING
            part = replace(
                part,
                rule=usage.rule if usage.rule is AttributionRule.LEDGER else rule,
                company_id=booking.company_id,
                booking_id=booking.id,
                person_id=booking.person_id,
                is_continued=bool(found),
                is_carried=runs_on and booking.id != named,
                flags=("overrun",) if is_over else (),
            )
        found.append(part)
    return found


def _later(usage: Usage, held: Sequence[Booking]) -> Iterator[Booking]:
    """Yield the bookings that begin in a usage and have a company in common with the one before."""
    begun = bisect_right(held, usage.period.start, key=_start)
    beginning = held[begun : bisect_left(held, usage.period.end, key=_start)]
    own = _companies(usage, held) if beginning else frozenset()
    for booking in beginning:
        if booking.id != usage.booking_id and booking.companies & own:
            own = booking.companies
            yield booking


def _start(booking: Booking) -> datetime:
    return booking.period.start


def _companies(usage: Usage, held: Sequence[Booking]) -> frozenset[CompanyId]:
    """Return the companies whose a usage is: those of its booking, or the one that used."""
    if usage.company_id is None:
        return frozenset()
    booking = next((b for b in held if b.id == usage.booking_id), None)
    if booking and booking.company_id == usage.company_id:
        return booking.companies
    return frozenset({usage.company_id})


def _blocks(
    runs: Sequence[Run],
    witnesses: Witnesses,
    held: Sequence[Booking],
    limits: AttributionLimits,
    bounds: Period,
    earlier: Sequence[Usage],
) -> Iterator[tuple[Period, ...]]:
    """Yield running parts gathered into activity: short gaps and pauses do not end it, another's
    arrival does.

    `earlier` are the usages of the blocks before, which the caller adds as they come.
    """
    by_signals = (r for r in runs if r.state is State.RUNNING and r.grade is not Grade.LEDGER)
    running = [p for r in by_signals if (p := r.clipped(bounds))]
    paused = union(p for r in runs if r.state is State.PAUSED and (p := r.clipped(bounds)))
    block: list[Period] = []
    for part in running:
        if block and _joins(block, part, paused, witnesses, held, limits, earlier):
            block.append(part)
            continue
        if block:
            yield tuple(block)
        block = [part]
    if block:
        yield tuple(block)


def _joins(
    block: Sequence[Period],
    part: Period,
    paused: Sequence[Period],
    witnesses: Witnesses,
    held: Sequence[Booking],
    limits: AttributionLimits,
    earlier: Sequence[Usage],
) -> bool:
    gap = span(block[-1].end, part.start)
    if gap is None:
        return True
    is_pause = any(p.start <= gap.start and gap.end <= p.end for p in paused)
    if gap.length > limits.join_gap and not is_pause:
        return False
    after = booked_at(held, part.start)
    # A second's room: a job that starts and the state that follows it are often two messages of one
    # second.
    job_started = any(
        gap.start < job <= gap.end + timedelta(seconds=1) for job in witnesses.job_starts
    )
    if not witnesses.check_ins and not (after and job_started):
        return True
    # A block is of whom its first part is.
    first = _owned((block[0],), witnesses, held, limits, earlier)
    owners = _companies(first, held)
    for check_in in witnesses.check_ins:
        if gap.start <= check_in.at <= gap.end and check_in.company_id not in owners:
            return False
    is_own = after is not None and bool(after.companies & owners)
    rested_from = None if is_pause else gap.start
    people = [
        c for c in witnesses.check_ins if c.company_id in owners and is_of_people(c, first, held)
    ]
    if not is_own and _handed_over(
        rested_from, part.start, after, owners, people, witnesses, held, limits
    ):
        return False
    changes_hands = after is not None and not is_own
    return not (changes_hands and job_started)


def _handed_over(
    rested_from: datetime | None,
    start: datetime,
    after: Booking | None,
    owners: frozenset[CompanyId],
    people: Sequence[CheckIn],
    witnesses: Witnesses,
    held: Sequence[Booking],
    limits: AttributionLimits,
) -> bool:
    """Return whether people's comings and goings end an activity in time that is not its owners'.

    They do where the people of the booking that has begun are there. They do where the activity's
    own `people` have left and others are there, or left in the rest itself and another's booking
    has begun.
    """
    there = present_at(witnesses.check_ins, start, held, limits)
    is_other = there is not None and there.company_id not in owners
    if there is not None and is_other and after is not None and after.is_of(there.company_id):
        return True
    came = [c for c in people if c.at <= start]
    left = max(came, key=lambda c: c.at).until if came else None
    if left is None or left > start:
        return False
    left_in_rest = rested_from is not None and left >= rested_from
    return is_other or (after is not None and left_in_rest)


def _owned(
    parts: tuple[Period, ...],
    witnesses: Witnesses,
    held: Sequence[Booking],
    limits: AttributionLimits,
    earlier: Sequence[Usage],
) -> Usage:
    period = Period(parts[0].start, parts[-1].end)
    start, near = period.start, limits.early_grace
    booked = booked_at(held, start)
    # The latest decision holds; the caller hands them over newest first.
    for decision in witnesses.reassignments:
        if decision.period.contains(start):
            company = decision.company_id
            theirs = (
                booking_of(held, company, decision.booking_id, start, near=near)
                if company
                else None
            )
            return Usage(
                period=period,
                runs=parts,
                owner=Owner.COMPANY if company else Owner.CENTRE,
                rule=AttributionRule.DECISION,
                company_id=payer_of(witnesses.bookings, theirs, company) if company else None,
                booking_id=theirs,
                decision_id=decision.id,
            )
    present = present_at(witnesses.check_ins, start, held, limits)
    if present and not _stands(booked, present, start, earlier, witnesses.check_ins):
        swapped = booked is not None and not booked.is_of(present.company_id)
        theirs = booking_of(held, present.company_id, present.booking_id, start, near=near)
        return Usage(
            period=period,
            runs=parts,
            owner=Owner.COMPANY,
            rule=AttributionRule.IDENTITY,
            company_id=payer_of(witnesses.bookings, theirs, present.company_id),
            person_id=present.person_id,
            booking_id=theirs,
            flags=("swap",) if swapped else (),
        )
    if any(window.contains(start) for window in witnesses.maintenance):
        return Usage(
            period=period, runs=parts, owner=Owner.CENTRE, rule=AttributionRule.MAINTENANCE
        )
    rule = AttributionRule.BOOKING
    if booked is not None and period.end > booked.period.end:
        # It began as theirs and is theirs until it ends, even inside another's booking.
        rule = AttributionRule.CONTINUITY
    if booked is None:
        booked, rule = next_after(held, start, near=near), AttributionRule.EARLY_START
    if booked is None:
        return Usage(period=period, runs=parts, owner=Owner.NOBODY, rule=AttributionRule.UNBOOKED)
    return Usage(
        period=period,
        runs=parts,
        owner=Owner.COMPANY,
        rule=rule,
        company_id=booked.company_id,
        person_id=booked.person_id,
        booking_id=booked.id,
        flags=("overrun",) if period.end > booked.period.end else (),
    )


def _stands(
    booked: Booking | None,
    present: CheckIn,
    start: datetime,
    earlier: Sequence[Usage],
    check_ins: Sequence[CheckIn],
) -> bool:
    """Return whether the booking keeps its time while another company's person is present.

    It does once anybody of its company ran the machine or checked in during it (ADR 27).
    """
    if booked is None or booked.is_of(present.company_id):
        return False
    return any(
        booked.is_of(usage.company_id) and any(run.overlap(booked.period) for run in usage.runs)
        for usage in earlier
    ) or any(
        booked.is_of(c.company_id)
        and c.at <= start
        and (c.booking_id == booked.id or booked.period.contains(c.at))
        for c in check_ins
    )
