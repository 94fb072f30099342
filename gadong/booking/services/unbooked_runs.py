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
from gadong.core.store.values import by_key
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
    with transaction(pool, permit) as tx:
        found = _of_machines(tx, machines.of_centres(tx, [centre]), period, now=now)
    return sorted(found, key=lambda g: (g.usage.period, g.machine.slug), reverse=True)


def tell_new(tx: Tx, *, now: datetime) -> int:
    """Notify managers once of every unbooked run; return the number of notices."""
    told = 0
    running = [m for found in runs.running(tx) if (m := machines.by_id(tx, found))]
    lately = Period(now - timedelta(days=1), now)
    for hall in by_key((machine.centre_id, machine) for machine in running).values():
        for ghost in _of_machines(tx, hall, lately, now=now):
            machine = ghost.machine
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


def _of_machines(tx: Tx, hall: Sequence[Machine], period: Period, *, now: datetime) -> list[Ghost]:
    """Return the unbooked runs of some machines of one centre that begin in the period."""
    if period.start >= now or not hall:
        return []
    bounds = period.widened(before=NEAR, after=NEAR)
    known = book(tx, hall[0].centre_id, at=now)
    found = [
        (machine, seen, usage)
        for machine, seen in machine_activity.read_unbooked(tx, hall, known, bounds, now=now)
        for usage in seen.usages
        if usage.owner is Owner.NOBODY and period.contains(usage.period.start)
    ]
    ids = {machine.id for machine, _, _ in found}
    jobs = runs.jobs_of_machines(tx, ids, period) if ids else {}
    return [
        Ghost(
            machine=machine,
            usage=usage,
            opened_by=_opened_by(seen.runs, usage),
            jobs=tuple(
                job.name
                for job in jobs.get(machine.id, ())
                if job.name and usage.period.start <= job.start < usage.period.end
            ),
            suspects=_suspects(seen.witnesses, usage),
        )
        for machine, seen, usage in found
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
