"""Machines that fall due: calibration, insurance and service, with reminders ahead of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain import clock
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import NotFound
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import RegisterEntry, ServiceHours, Subject, due_dates
from gadong.machines.store import machines, register
from gadong.metering.store import service_hours
from gadong.people.domain.centre import Centre
from gadong.people.store import people

#: The kinds of the notices.
BY_DAY: Mapping[Subject, str] = {
    Subject.CALIBRATION: "machine.calibration_due",
    Subject.INSURANCE: "machine.insurance_ends",
    Subject.SERVICE: "machine.service_due",
}
SERVICE_BY_HOURS = "machine.service_hours_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDue:
    """A subject of a machine that is overdue or due soon, by a day or by its hours of run time."""

    machine: Machine
    subject: Subject
    is_overdue: bool
    due_on: date | None = None
    hours: ServiceHours | None = None
    # Reminders are told once of each: the day, or the hours since a service.
    key: str


def waiting(pool: Pool, who: Caller, centre_id: CentreId, *, now: datetime) -> list[MachineDue]:
    """Return what is overdue or due soon, the overdue first; for the floor's staff."""
    permit = who.need(centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        found = list(_due(tx, centre, now))
    return sorted(found, key=lambda d: (not d.is_overdue, d.due_on or date.max, d.machine.slug))


def hours_of(
    pool: Pool, who: Caller, machine: Machine, entry: RegisterEntry, *, now: datetime
) -> ServiceHours | None:
    """Return a machine's run time since its last service; None without such an interval."""
    permit = who.need(machine.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, machine.centre_id)
        if centre is None:
            raise NotFound
        return _hours(tx, centre, machine, entry, now)


def remind(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Remind the floor's staff once of each due date, and return the number of reminders.

    A date is told thirty days ahead, and hours of run time at nine tenths of them.
    """
    reminders = 0
    for due in _due(tx, centre, now):
        machine = due.machine
        if not service_hours.keep_reminder(
            tx, centre.id, machine.id, subject=due.subject, due=due.key
        ):
            continue
        outbox.add(
            tx,
            centre.id,
            SERVICE_BY_HOURS if due.hours else BY_DAY[due.subject],
            machine=str(machine.id),
            to="floor",
            due_on=due.due_on.isoformat() if due.due_on else "",
            number=str(due.hours.run_hours) if due.hours else "",
            code=str(due.hours.limit_hours) if due.hours else "",
        )
        reminders += 1
    return reminders


def _due(tx: Tx, centre: Centre, now: datetime) -> Iterator[MachineDue]:
    today = clock.day_of(now, centre.zone)
    hall = {m.id: m for m in machines.of_centres(tx, [centre.id]) if m.retired_at is None}
    entries = register.of_machines(tx, hall, recorded_before=END_OF_TIME)
    for machine_id, entry in entries.items():
        machine = hall[machine_id]
        for due in due_dates(entry, today):
            if due.is_overdue(today) or due.is_soon(today):
                yield MachineDue(
                    machine=machine,
                    subject=due.subject,
                    is_overdue=due.is_overdue(today),
                    due_on=due.due_on,
                    key=due.due_on.isoformat(),
                )
        hours = _hours(tx, centre, machine, entry, now)
        if hours and (hours.is_overdue or hours.is_soon):
            yield MachineDue(
                machine=machine,
                subject=Subject.SERVICE,
                is_overdue=hours.is_overdue,
                hours=hours,
                key=f"{hours.limit_hours} h since {entry.service_since}",
            )


def _hours(
    tx: Tx, centre: Centre, machine: Machine, entry: RegisterEntry, now: datetime
) -> ServiceHours | None:
    since = entry.service_since
    today = clock.day_of(now, centre.zone)
    is_over = entry.in_service_until is not None and entry.in_service_until <= today
    if entry.service_hours is None or since is None or since > today or is_over:
        return None
    start = clock.midnight(since, centre.zone)
    seconds = service_hours.run_seconds(tx, machine.id, since=start, until=now)
    return ServiceHours(run_seconds=seconds, limit_hours=entry.service_hours)
