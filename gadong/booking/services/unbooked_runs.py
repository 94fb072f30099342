"""Ghost runs: a machine ran and nobody had it booked.

They wait for a manager's decision, with who it may have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.booking.domain.usage import Owner, Usage, Witnesses
from gadong.booking.services import machine_activity
from gadong.booking.services.rules.company_rule_book import book
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MessageId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.domain.run import Run
from gadong.metering.store import runs

# A month is closed on the second working day of the next; what is older has been accepted or
# decided.
LONGEST = timedelta(days=62)
# A person near a machine within half a day may have started it.
NEAR = timedelta(hours=12)
MOST_LIKELY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Somebody who may have run the machine: why they are named, and how far from it they were."""

    company_id: CompanyId
    booking_id: BookingId | None
    why: str
    distance: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghost:
    """A stretch of running that belongs to nobody, with the message that began it and who is
    likeliest.
    """

    machine: Machine
    usage: Usage
    opened_by: MessageId | None
    jobs: tuple[str, ...]
    suspects: tuple[Suspect, ...]


def waiting(
    pool: Pool, who: Caller, centre: CentreId, period: Period, *, now: datetime
) -> list[Ghost]:
    """Return a centre's unbooked runs that begin in the period, the latest first."""
    permit = who.need(centre, Right.DESK_SEE, Right.MONEY_SEE)
    if period.length > LONGEST:
        raise Invalid("Look at no more than 62 days at once", field="end", limit=62)
    found: list[Ghost] = []
    with transaction(pool, permit) as tx:
        for machine in machines.of_centres(tx, [centre]):
            found += _of_machine(tx, machine, period, now=now)
    return sorted(found, key=lambda g: (g.usage.period, g.machine.slug), reverse=True)


def tell_new(tx: Tx, *, now: datetime) -> int:
    """Notify managers once of every unbooked run; return the number of notices."""
    told = 0
    for machine_id in runs.running(tx):
        machine = machines.by_id(tx, machine_id)
        if machine is None:
            continue
        for ghost in _of_machine(tx, machine, Period(now - timedelta(days=1), now), now=now):
            if ghost.usage.period.end >= now and runs.tell_ghost(
                tx, machine, ghost.usage.period.start
            ):
                likely = ghost.suspects[0] if ghost.suspects else None
                outbox.add(
                    tx,
                    machine.centre_id,
                    "machine.unbooked",
                    to="managers",
                    machine=str(machine.id),
                    start=write_instant(ghost.usage.period.start),
                    likely=str(likely.company_id) if likely else None,
                )
                told += 1
    return told


def _of_machine(tx: Tx, machine: Machine, period: Period, *, now: datetime) -> list[Ghost]:
    if period.start >= now:
        return []
    bounds = period.widened(before=NEAR, after=NEAR)
    seen = machine_activity.read(tx, machine, book(tx, machine.centre_id, at=now), bounds, now=now)
    jobs = runs.jobs_of_machine(tx, machine.id, period)
    return [
        Ghost(
            machine=machine,
            usage=usage,
            opened_by=_opened_by(seen.runs, usage),
            jobs=tuple(
                j.name for j in jobs if j.name and usage.period.start <= j.start < usage.period.end
            ),
            suspects=_suspects(seen.witnesses, usage),
        )
        for usage in seen.usages
        if usage.owner is Owner.NOBODY and period.contains(usage.period.start)
    ]


def _opened_by(found: Sequence[Run], usage: Usage) -> MessageId | None:
    return next((r.opened_by for r in found if r.start == usage.period.start), None)


def _suspects(witnesses: Witnesses, usage: Usage) -> tuple[Suspect, ...]:
    """Return the companies near an unbooked run, the nearest first, each once.

    They were at the machine before, or had booked it around the run.
    """
    start = usage.period.start
    near = [
        Suspect(
            company_id=c.company_id, booking_id=c.booking_id, why="was_there", distance=start - c.at
        )
        for c in witnesses.check_ins
        if c.at <= start
    ]
    for booking in witnesses.bookings:
        if booking.claimed and booking.period.end <= start:
            near.append(
                _suspect(
                    booking.company_id, booking.id, "booked_before", start - booking.period.end
                )
            )
        elif booking.claimed and booking.period.start > start:
            near.append(
                _suspect(booking.company_id, booking.id, "books_next", booking.period.start - start)
            )
    likeliest: dict[CompanyId, Suspect] = {}
    for suspect in sorted(near, key=lambda s: s.distance):
        if suspect.distance <= NEAR:
            likeliest.setdefault(suspect.company_id, suspect)
    return tuple(likeliest.values())[:MOST_LIKELY]


def _suspect(company: CompanyId, booking: BookingId, why: str, distance: timedelta) -> Suspect:
    return Suspect(company_id=company, booking_id=booking, why=why, distance=distance)
