"""The waiting list of a machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from gadong.booking.domain.waiting_entry import Waiting, WaitingFilter, WaitingState
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period, whole_minutes
from gadong.core.domain.usage_mode import UsageMode
from gadong.core.store.queries import statements
from gadong.core.store.values import to_patterns, to_period, to_range
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


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
        answers=Jsonb(dict(entry.answers)),
        usage_mode=entry.usage_mode,
        turn=entry.turn,
        also=list(entry.also),
        equipment=list(entry.equipment),
        seats=entry.seats,
    )


def first(tx: Tx, machine_id: MachineId, *, now: datetime) -> list[Waiting]:
    """Return the entries of the machine that still can be served, in the order of their turns."""
    return [_entry(row) for row in many(tx, SQL["first"], machine_id=machine_id, now=now)]


def by_id(tx: Tx, entry_id: UUID) -> Waiting | None:
    """Return one entry."""
    row = one(tx, SQL["by_id"], id=entry_id)
    return _entry(row) if row else None


def of_offer(tx: Tx, booking_id: BookingId) -> Waiting | None:
    """Return the entry that an unanswered offer was made for."""
    row = one(tx, SQL["of_offer"], booking_id=booking_id)
    return _entry(row) if row else None


def page(
    tx: Tx,
    *,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    only: WaitingFilter,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> list[Waiting]:
    """Return a page of the entries of centres and companies, in the order of their turns.

    It goes on after the turn and id of the page before.
    """
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    rows = many(
        tx,
        SQL["page"],
        centre_ids=list(centre_ids),
        company_ids=list(company_ids),
        since=only.ended_since,
        centre_id=only.centre,
        machine_id=only.machine,
        company_id=only.company,
        person_id=only.person,
        states=[state.value for state in only.states] or None,
        during=to_range(only.during) if only.during else None,
        words=to_patterns(only.text) or None,
        most=most,
        **edge,
    )
    return [_entry(row) for row in rows]


def end_over(tx: Tx, *, now: datetime) -> list[Waiting]:
    """End the entries whose time left is too short to serve them, and return them."""
    return [_entry(row) for row in many(tx, SQL["end_over"], now=now)]


def end_of_those_gone(tx: Tx, machine_id: MachineId) -> set[UUID]:
    """End the machine's waits of people who have left their company, and return their ids."""
    return {row["id"] for row in many(tx, SQL["end_of_those_gone"], machine_id=machine_id)}


def offered_in_vain(tx: Tx) -> list[BookingId]:
    """Return the unanswered offers to people who have left their company, or in a closure."""
    return [row["booking_id"] for row in many(tx, SQL["offered_in_vain"])]


def offer(tx: Tx, entry_id: UUID, booking_id: BookingId) -> None:
    """Record an offer."""
    run(tx, SQL["offer"], id=entry_id, booking_id=booking_id)


def settle(tx: Tx, entry: Waiting) -> None:
    """Write what became of an entry's offer."""
    run(
        tx,
        SQL["settle"],
        id=entry.id,
        state=entry.state,
        booking_id=entry.booking_id,
        missed=entry.missed,
        turn=entry.turn,
        rests_until=entry.rests_until,
    )


def leave(tx: Tx, entry_id: UUID) -> int:
    """End the entry's wait; return 0 if it had ended."""
    return run(tx, SQL["leave"], id=entry_id)


def machines(tx: Tx, *, now: datetime) -> list[MachineId]:
    """Return the machines that people wait for."""
    return [row["machine_id"] for row in many(tx, SQL["machines"], now=now)]


def listen(
    tx: Tx, machine: Machine, person_id: PersonId, *, least: timedelta, ahead: timedelta
) -> None:
    """Subscribe the person to freed time of this length and more, so far ahead."""
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
    """End the person's subscription."""
    run(tx, SQL["listen_no_more"], machine_id=machine_id, person_id=person_id)


def listeners(tx: Tx, machine_id: MachineId, freed: Period, *, now: datetime) -> list[PersonId]:
    """Return the people who subscribed to freed time like this stretch."""
    minutes = whole_minutes(freed.length)
    rows = many(
        tx, SQL["listeners"], machine_id=machine_id, minutes=minutes, start=freed.start, now=now
    )
    return [row["person_id"] for row in rows]


def _entry(row: DictRow) -> Waiting:
    names = ("during", "minutes", "state", "usage_mode", "also", "equipment")
    during, minutes, state, mode, also, chosen = (row.pop(name) for name in names)
    return Waiting(
        **row,
        also=tuple(also),
        equipment=tuple(chosen),
        period=to_period(during),
        length=timedelta(minutes=minutes),
        state=WaitingState(state),
        usage_mode=UsageMode(mode) if mode else None,
    )
