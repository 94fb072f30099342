"""Calling the staff to a machine, and who waits there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.domain.staff.staff_call import Call
from gadong.booking.store import staff_calls
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine

# A short text, typed at a machine; the rest is said in person.
MOST_WORDS = 200
# Somebody who was told that a person comes has met them by then.
ANSWER_SHOWN = timedelta(minutes=15)


def call(pool: Pool, who: Caller, machine: Machine, *, words: str) -> UUID:
    """Have the staff come to a machine, where somebody stands who may book it.

    Managers and technicians are told.

    Conflict where one's last call from there is still open: it is told once, however often the
    button is pressed.
    """
    permit = who.need_entry(machine.centre_id)
    if len(words) > MOST_WORDS:
        raise Invalid(f"Say it in at most {MOST_WORDS} characters", field="words", limit=MOST_WORDS)
    with transaction(pool, permit) as tx:
        made = staff_calls.insert(tx, machine, who.person_id, words.strip())
        outbox.add(tx, machine.centre_id, "machine.called", to="floor", machine=str(machine.id))
    return made


def waiting(pool: Pool, who: Caller, centre: CentreId) -> list[Call]:
    """List the open calls, the longest wait first: all for desk staff, else the caller's own."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        found = staff_calls.waiting(tx, centre)
    sees_all = who.may(centre, Right.DESK_SEE)
    return [one for one in found if sees_all or one.person_id == who.person_id]


def answered(pool: Pool, who: Caller, machine: Machine, *, now: datetime) -> Call | None:
    """Return the caller's last call from a machine that the staff answered a short time ago."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        return staff_calls.answered(tx, machine.id, who.person_id, since=now - ANSWER_SHOWN)


def machines_waiting(pool: Pool, who: Caller, centre: CentreId) -> frozenset[MachineId]:
    """Return the machines with an open call, without names; also for a wall display."""
    permit = who.need(centre, Right.HALL_SEE, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return frozenset(one.machine_id for one in staff_calls.waiting(tx, centre))


def answer(pool: Pool, who: Caller, call_id: UUID) -> None:
    """Say that somebody goes there or went."""
    with transaction(pool, who.reach()) as tx:
        centre = staff_calls.centre_of(tx, call_id)
        if centre is None or not who.may(centre, Right.DESK_WORK):
            raise NotFound("There is no such call")
        if not staff_calls.answer(tx, call_id, by=who.person_id):
            raise Conflict("Somebody answered it before")
