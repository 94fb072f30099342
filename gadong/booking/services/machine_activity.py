"""Recent activity at machines and its owners, from derived runs: fast enough for each minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import Decision, filled
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Usage, Witnesses
from gadong.booking.services.rules.company_rule_book import Book
from gadong.booking.store import (
    booking_history,
    check_ins,
    closures,
    decisions,
    unbooked_machines,
)
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.metering.domain.job import Job
from gadong.metering.domain.logged_use import LoggedUse, overlaid
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import due_confirmations, logged_uses, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A machine's runs up to now, who was there, and whose the activity was."""

    runs: Sequence[Run]
    witnesses: Witnesses
    limits: AttributionLimits
    usages: Sequence[Usage]


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptOfMachine:
    """Everything kept of one machine in a stretch of time."""

    runs: Sequence[Run]
    jobs: Sequence[Job]
    closures: Sequence[tuple[Period, str]]
    decisions: Sequence[Decision]
    logged: Sequence[LoggedUse]
    bookings: Sequence[Booking]
    check_ins: Sequence[CheckIn]


def read(tx: Tx, machine: Machine, known: Book, bounds: Period, *, now: datetime) -> Activity:
    """Return the machine's activity within the bounds, after deriving the runs that are due."""
    metering.settle(tx, machine)
    past = _past(bounds, now)
    facts = _KeptOfMachine(
        runs=runs.of_machine(tx, machine.id, past),
        jobs=runs.jobs_of_machine(tx, machine.id, past),
        closures=closures.of_machine(
            tx, machine.centre_id, machine.id, bounds, recorded_before=END_OF_TIME
        ),
        decisions=decisions.in_force(tx, machine.id, bounds, recorded_before=END_OF_TIME),
        logged=logged_uses.in_force(tx, machine.id, past, recorded_before=END_OF_TIME),
        bookings=booking_history.as_known(tx, machine.id, bounds, recorded_before=END_OF_TIME),
        check_ins=check_ins.during(tx, machine.id, bounds, recorded_before=END_OF_TIME),
    )
    return _attributed(facts, known.limits(machine, bounds.start), bounds, past)


def read_unbooked(
    tx: Tx, hall: Sequence[Machine], known: Book, bounds: Period, *, now: datetime
) -> list[tuple[Machine, Activity]]:
    """Return the activity of those machines of a centre that may have run without a booking.

    Each fact is read once for all of them, after deriving the runs that are due.
    """
    due = due_confirmations.due_among(tx, [machine.id for machine in hall])
    for machine in hall:
        if machine.id in due:
            metering.settle(tx, machine)
    ids = unbooked_machines.may_be_unbooked(tx, [machine.id for machine in hall], bounds)
    past = _past(bounds, now)
    facts = _facts(tx, known, ids, bounds, past) if ids else {}
    return [
        (
            machine,
            _attributed(facts[machine.id], known.limits(machine, bounds.start), bounds, past),
        )
        for machine in hall
        if machine.id in facts
    ]


def _past(bounds: Period, now: datetime) -> Period:
    """Return the bounds up to now: nothing is known past it, and a run that lasts ends there."""
    return Period(bounds.start, min(now, bounds.end))


def _facts(
    tx: Tx, known: Book, ids: set[MachineId], bounds: Period, past: Period
) -> dict[MachineId, _KeptOfMachine]:
    ran = runs.of_machines(tx, ids, past)
    jobs = runs.jobs_of_machines(tx, ids, past)
    closed = closures.of_machines(tx, known.centre.id, ids, bounds, recorded_before=END_OF_TIME)
    decided = decisions.in_force_of(tx, ids, bounds, recorded_before=END_OF_TIME)
    logged = logged_uses.in_force_of(tx, ids, past, recorded_before=END_OF_TIME)
    booked = booking_history.of_machines(tx, ids, bounds, recorded_before=END_OF_TIME)
    came = check_ins.of_machines(tx, ids, bounds, recorded_before=END_OF_TIME)
    return {
        machine_id: _KeptOfMachine(
            runs=ran.get(machine_id, []),
            jobs=jobs.get(machine_id, []),
            closures=closed.get(machine_id, []),
            decisions=decided.get(machine_id, []),
            logged=logged.get(machine_id, []),
            bookings=booked.get(machine_id, []),
            check_ins=came.get(machine_id, []),
        )
        for machine_id in ids
    }


def _attributed(
    facts: _KeptOfMachine, limits: AttributionLimits, bounds: Period, past: Period
) -> Activity:
    found = [
        replace(run, start=part.start, end=part.end)
        for run in facts.runs
        if (part := run.clipped(past))
    ]
    found = overlaid(filled(found, facts.decisions), facts.logged, past)
    witnesses = Witnesses(
        bookings=facts.bookings,
        check_ins=facts.check_ins,
        maintenance=[p for p, kind in facts.closures if kind == "maintenance"],
        closures=[p for p, _ in facts.closures],
        job_starts=[j.start for j in facts.jobs if j.is_start_known],
        reassignments=decisions.reassignments(facts.decisions),
        logged=facts.logged,
    )
    usages = attribute(found, witnesses, limits, bounds=bounds)
    return Activity(runs=found, witnesses=witnesses, limits=limits, usages=usages)
