"""Activity of machines now and before: runs, jobs, bookings, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.store import bookings
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MessageId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.services.archive import reading
from gadong.machines.store import machines, messages
from gadong.machines.store.messages import Meaning, StoredMessage
from gadong.metering.domain.job import Job
from gadong.metering.domain.live_state import LiveState
from gadong.metering.domain.run import Run
from gadong.metering.store import runs

# A quarter on one screen; longer spans belong to reports.
LONGEST_TIMELINE = timedelta(days=92)

# A message this near to a company's booking is about it (the early grace of attribution).
NEAR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """A machine and what it does now; `live` is None while nothing was ever heard."""

    machine: Machine
    live: LiveState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Runs of a machine, clipped to a period, with its jobs and bookings."""

    machine: Machine
    period: Period
    runs: list[Run]
    jobs: list[Job]
    bookings: list[Booking]


def seen(pool: Pool, who: Caller, *, centre: CentreId | None = None) -> list[MachineView]:
    """Return the machines the caller may see and what each does now."""
    with transaction(pool, who.reach()) as tx:
        everything = (
            machines.every(tx)
            if who.is_administrator
            else machines.of_centres(tx, who.centres | who.works_at)
        )
        mine = [m for m in everything if centre in {None, m.centre_id}]
        live = runs.live(tx, [m.id for m in mine])
        return [MachineView(machine=m, live=_shown(who, m, live.get(m.id))) for m in mine]


def _shown(who: Caller, machine: Machine, live: LiveState | None) -> LiveState | None:
    """Return a machine's live state without its job's name, another company's secret."""
    return (
        replace(live, job=None)
        if live and not who.may(machine.centre_id, Right.FLOOR_SEE)
        else live
    )


def timeline(
    pool: Pool, who: Caller, machine: Machine, period: Period, *, now: datetime
) -> Timeline:
    """Return a machine's runs, jobs and bookings of a period.

    Members see others' bookings as taken time only.
    """
    permit = who.need_entry(machine.centre_id)
    if period.length > LONGEST_TIMELINE:
        raise Invalid("A timeline spans at most 92 days", field="until", limit=92)
    with transaction(pool, permit) as tx:
        found = runs.of_machine(tx, machine.id, period)
        worked = runs.jobs_of_machine(tx, machine.id, period)
        held = bookings.page(
            tx,
            centre_ids=[machine.centre_id],
            company_ids=[],
            only=BookingFilter(machine=machine.id, during=period),
            before=None,
            most=1000,
        )
    known = Period(period.start, min(period.end, now)) if period.start < now else None
    # A run held into the future by a heartbeat that is owed still lasts.
    shown = [
        replace(run, end=None if run.end and run.end > now else run.end)
        for run in found
        if known and run.clipped(known)
    ]
    return Timeline(
        machine=machine,
        period=period,
        runs=shown,
        jobs=[_named(who, machine, job, held) for job in worked],
        bookings=sorted((b for b in held if b.is_holding), key=lambda b: b.period),
    )


def _named(who: Caller, machine: Machine, job: Job, held: Sequence[Booking]) -> Job:
    """Return a job, with its name for managers and the holder of the booking then."""
    own = any(
        who.may_see(b.centre_id, b.company_id, Right.FLOOR_SEE)
        and b.period.start < (job.end or b.period.end)
        and job.start < b.period.end
        for b in held
    )
    return job if own or who.may(machine.centre_id, Right.FLOOR_SEE) else replace(job, name=None)


def message(pool: Pool, who: Caller, message_id: MessageId) -> tuple[StoredMessage, list[Meaning]]:
    """Return a message as the machine sent it, with its meaning.

    Managers see every message; a company sees those that speak of the time around its own bookings.
    """
    with transaction(pool, who.reach()) as tx:
        found = messages.message(tx, message_id) or reading.message(tx, message_id)
        if found and not who.may(found[0].centre_id, Right.FLOOR_SEE, Right.MONEY_SEE):
            stored = found[0]
            # When it happened, where it says so: a queue may have held it for hours.
            at = found[1][0].event_time if found[1] else stored.received_at
            around = Period(at - NEAR, at + NEAR)
            own = bookings.page(
                tx,
                centre_ids=[],
                company_ids=who.companies,
                only=BookingFilter(machine=stored.machine_id, during=around),
                before=None,
                most=1,
            )
            found = found if own else None
    if found is None:
        raise NotFound
    return found
