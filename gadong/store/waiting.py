"""Who waits for a machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from gadong.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.domain.machine import Machine
from gadong.domain.period import Period, whole_minutes
from gadong.store.database import Tx, many, one, run
from gadong.store.queries import statements
from gadong.store.values import to_period, to_range

SQL = statements("waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A wish for a stretch of `length` anywhere inside the period; `booking_id` is the offer made for it."""

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    length: timedelta
    state: str = "waiting"
    booking_id: BookingId | None = None


def insert(tx: Tx, entry: Waiting) -> None:
    """Put an entry at the end of its machine's list."""
    run(
        tx,
        SQL["insert"],
        id=entry.id,
        centre_id=entry.centre_id,
        machine_id=entry.machine_id,
        company_id=entry.company_id,
        person_id=entry.person_id,
        during=to_range(entry.period),
        minutes=whole_minutes(entry.length),
    )


def first(tx: Tx, machine_id: MachineId, *, now: datetime) -> list[Waiting]:
    """Who waits for the machine, in the order of asking."""
    return [_entry(row) for row in many(tx, SQL["first"], machine_id=machine_id, now=now)]


def by_id(tx: Tx, entry_id: UUID) -> Waiting | None:
    """One entry."""
    row = one(tx, SQL["by_id"], id=entry_id)
    return _entry(row) if row else None


def page(tx: Tx, *, centre_ids: Iterable[CentreId], company_ids: Iterable[CompanyId]) -> list[Waiting]:
    """The open entries of centres and companies."""
    rows = many(tx, SQL["page"], centre_ids=list(centre_ids), company_ids=list(company_ids))
    return [_entry(row) for row in rows]


def offer(tx: Tx, entry_id: UUID, booking_id: BookingId) -> None:
    """An offer was made."""
    run(tx, SQL["offer"], id=entry_id, booking_id=booking_id)


def settle(tx: Tx, booking_id: BookingId, state: str) -> None:
    """What became of the offer: served, passed or left."""
    run(tx, SQL["settle"], booking_id=booking_id, state=state)


def leave(tx: Tx, entry_id: UUID) -> int:
    """The entry waits no more; 0 where it did not."""
    return run(tx, SQL["leave"], id=entry_id)


def machines(tx: Tx, *, now: datetime) -> list[MachineId]:
    """The machines that anybody waits for."""
    return [row["machine_id"] for row in many(tx, SQL["machines"], now=now)]


def listen(tx: Tx, machine: Machine, person_id: PersonId, *, least: timedelta, ahead: timedelta) -> None:
    """The person wants to hear of freed time of this length and more, so far ahead."""
    run(
        tx,
        SQL["listen"],
        centre_id=machine.centre_id,
        machine_id=machine.id,
        person_id=person_id,
        minutes=whole_minutes(least),
        days=ahead.days,
    )


def listen_no_more(tx: Tx, machine_id: MachineId, person_id: PersonId) -> None:
    """The person does not any more."""
    run(tx, SQL["listen_no_more"], machine_id=machine_id, person_id=person_id)


def listeners(tx: Tx, machine_id: MachineId, freed: Period, *, now: datetime) -> list[PersonId]:
    """Who wants to hear of this stretch of freed time."""
    minutes = whole_minutes(freed.length)
    rows = many(tx, SQL["listeners"], machine_id=machine_id, minutes=minutes, start=freed.start, now=now)
    return [row["person_id"] for row in rows]


def _entry(row: DictRow) -> Waiting:
    during, minutes = row.pop("during"), row.pop("minutes")
    return Waiting(**row, period=to_period(during), length=timedelta(minutes=minutes))
