"""Machines and teachers that courses hold, by the constraints that bookings hold them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from psycopg import errors

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_range

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHold:
    """A course's hold of a machine. The closure that shows it to everybody has the same `id`."""

    id: UUID
    course_id: UUID
    machine_id: MachineId


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """A course's teacher; the name is empty for those who may not read it."""

    course_id: UUID
    person_id: PersonId
    name: str


def hold_machine(tx: Tx, hold: MachineHold, centre_id: CentreId, period: Period) -> bool:
    """Hold a machine for a course; return False where a booking or another course has it."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["hold_machine"],
                id=hold.id,
                centre_id=centre_id,
                machine_id=hold.machine_id,
                course_id=hold.course_id,
                during=to_range(period),
            )
    except errors.ExclusionViolation as trouble:
        if trouble.diag.constraint_name != "bookings_no_overlap":
            raise
        return False
    return True


def machines(tx: Tx, course_ids: Iterable[UUID]) -> list[MachineHold]:
    """Return the machines that the courses hold."""
    rows = many(tx, SQL["machines"], course_ids=list(course_ids))
    return [MachineHold(**row) for row in rows]


def release_machines(tx: Tx, course_id: UUID) -> None:
    """Hold no machine for a course."""
    run(tx, SQL["release_machines"], course_id=course_id)


def is_hold(tx: Tx, closure_id: UUID) -> bool:
    """Return whether a closure belongs to a course."""
    row = one(tx, SQL["is_hold"], id=closure_id)
    return bool(row and row["is_so"])


def hold_teacher(
    tx: Tx, course_id: UUID, centre_id: CentreId, person_id: PersonId, period: Period
) -> bool:
    """Hold a teacher for a course; return False where they are elsewhere or away then."""
    run(tx, SQL["keep_teacher"], centre_id=centre_id, person_id=person_id)
    try:
        with tx.transaction():
            held = run(
                tx,
                SQL["hold_teacher"],
                course_id=course_id,
                centre_id=centre_id,
                person_id=person_id,
                during=to_range(period),
            )
    except errors.ExclusionViolation as trouble:
        if trouble.diag.constraint_name != "assistances_one_place":
            raise
        return False
    return held > 0


def teachers(tx: Tx, course_ids: Iterable[UUID]) -> dict[UUID, Teacher]:
    """Return the teacher of each of the courses that has one."""
    rows = many(tx, SQL["teachers"], course_ids=list(course_ids))
    return {row["course_id"]: Teacher(**row) for row in rows}


def release_teacher(tx: Tx, course_id: UUID) -> None:
    """Hold no teacher for a course."""
    run(tx, SQL["release_teacher"], course_id=course_id)
