"""Recent activity at a machine and its owners, from derived runs: fast enough for each minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.decision import filled
from gadong.booking.domain.usage import AttributionLimits, Usage, Witnesses
from gadong.booking.services.rules.company_rule_book import Book
from gadong.booking.store import booking_history, check_ins, closures, decisions
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.metering.domain.logged_use import overlaid
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import logged_uses, runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A machine's runs up to now, who was there, and whose the activity was."""

    runs: Sequence[Run]
    witnesses: Witnesses
    limits: AttributionLimits
    usages: Sequence[Usage]


def read(tx: Tx, machine: Machine, known: Book, bounds: Period, *, now: datetime) -> Activity:
    """Return the machine's activity within the bounds, after deriving the runs that are due."""
    metering.settle(tx, machine)
    limits = known.limits(machine, bounds.start)
    # Nothing is known past now: a run that still lasts ends there.
    past = Period(bounds.start, min(now, bounds.end))
    found = [
        replace(run, start=part.start, end=part.end)
        for run in runs.of_machine(tx, machine.id, past)
        if (part := run.clipped(past))
    ]
    closed = closures.of_machine(
        tx, machine.centre_id, machine.id, bounds, recorded_before=END_OF_TIME
    )
    decided = decisions.in_force(tx, machine.id, bounds, recorded_before=END_OF_TIME)
    logged = logged_uses.in_force(tx, machine.id, past, recorded_before=END_OF_TIME)
    found = overlaid(filled(found, decided), logged, past)
    started = [j.start for j in runs.jobs_of_machine(tx, machine.id, past) if j.is_start_known]
    witnesses = Witnesses(
        bookings=booking_history.as_known(tx, machine.id, bounds, recorded_before=END_OF_TIME),
        check_ins=check_ins.during(tx, machine.id, bounds, recorded_before=END_OF_TIME),
        maintenance=[p for p, kind in closed if kind == "maintenance"],
        closures=[p for p, _ in closed],
        job_starts=started,
        reassignments=decisions.reassignments(decided),
        logged=logged,
    )
    usages = attribute(found, witnesses, limits, bounds=bounds)
    return Activity(runs=found, witnesses=witnesses, limits=limits, usages=usages)
