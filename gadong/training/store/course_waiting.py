"""The waiting lists of courses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import errors

from gadong.booking.domain.waiting_entry import WaitingState
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.training.domain.course_wait import CourseWait

SQL = statements(__file__)


def insert(tx: Tx, entry: CourseWait) -> None:
    """Put an entry at the end of the list; raise Conflict if the person waits already."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=entry.id,
                course_id=entry.course_id,
                centre_id=entry.centre_id,
                person_id=entry.person_id,
                company_id=entry.company_id,
                turn=entry.turn,
            )
    except errors.UniqueViolation as trouble:
        if trouble.diag.constraint_name != "course_waiting_once":
            raise
        raise Conflict("This person waits for a seat already") from trouble


def update(tx: Tx, entry: CourseWait) -> None:
    """Write what became of an entry."""
    run(
        tx,
        SQL["update"],
        id=entry.id,
        state=entry.state.value,
        offered_until=entry.offered_until,
        missed=entry.missed,
        turn=entry.turn,
        rests_until=entry.rests_until,
    )


def by_id(tx: Tx, entry_id: UUID) -> CourseWait | None:
    """Return one entry."""
    row = one(tx, SQL["by_id"], id=entry_id)
    return _entry(row) if row else None


def open_of(tx: Tx, course_ids: Iterable[UUID]) -> list[CourseWait]:
    """Return the entries of courses that wait or have an offer, in the order of their turns."""
    return [_entry(row) for row in many(tx, SQL["open_of"], course_ids=list(course_ids))]


def courses(tx: Tx) -> list[UUID]:
    """Return the courses for which anybody waits."""
    return [row["course_id"] for row in many(tx, SQL["courses"])]


def _entry(row: dict[str, Any]) -> CourseWait:
    return CourseWait(**{**row, "state": WaitingState(row["state"])})
