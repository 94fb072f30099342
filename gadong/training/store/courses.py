"""Courses and the places at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, EntryId, PersonId
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_patterns, to_period, to_range
from gadong.satisfaction.domain.request import Use
from gadong.training.domain.course import Course, Place

SQL = statements(__file__)


def insert(tx: Tx, course: Course, *, by: PersonId) -> None:
    """Insert a course."""
    run(
        tx,
        SQL["insert"],
        id=course.id,
        centre_id=course.centre_id,
        code=course.code,
        during=to_range(course.period),
        place=course.place,
        seats=course.seats,
        valid_days=course.valid_days,
        good=course.good,
        by=by,
    )


def find(tx: Tx, course_id: UUID) -> Course | None:
    """Return a course, locked from others until the transaction ends."""
    row = one(tx, SQL["find"], id=course_id)
    return _course(row) if row else None


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    *,
    since: datetime,
    until: datetime | None = None,
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[Course]:
    """Return a centre's courses that end after `since` and begin before `until`, the soonest first.

    `text` has words of their trainings and places. They go on after the start and id of the page
    before.
    """
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    words = to_patterns(text) or None
    bounds = {"since": since, "until": until, "words": words, "most": most, **edge}
    return [_course(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id, **bounds)]


def cancel(tx: Tx, course_id: UUID, *, reason: str) -> None:
    """Cancel a course."""
    run(tx, SQL["cancel"], id=course_id, reason=reason)


def take_place(tx: Tx, course: Course, person_id: PersonId, company_id: CompanyId) -> None:
    """Insert a place; raise Conflict if the person has one or no seat is free."""
    keys = {"course_id": course.id, "person_id": person_id, "company_id": company_id}
    try:
        with tx.transaction():
            added = run(tx, SQL["take_place"], centre_id=course.centre_id, **keys)
    except errors.CheckViolation as trouble:
        raise Conflict("Every seat of this training is taken") from trouble
    if not added:
        raise Conflict("This person has a place already")


def give_up(tx: Tx, course_id: UUID, person_id: PersonId) -> bool:
    """Give up a place; return False if the person had none."""
    return bool(run(tx, SQL["give_up"], course_id=course_id, person_id=person_id))


def places(tx: Tx, course_ids: Sequence[UUID]) -> list[Place]:
    """Return the places at courses that the transaction may see."""
    return [Place(**row) for row in many(tx, SQL["places"], course_ids=list(course_ids))]


def attended(tx: Tx, centre_id: CentreId, *, since: datetime, now: datetime) -> list[Use]:
    """Return who attended a centre's courses that ended after an instant, up to now."""
    rows = many(tx, SQL["attended"], centre_id=centre_id, since=since, now=now)
    return [Use(**row) for row in rows]


def mark(tx: Tx, place: Place, *, attended: bool, entry_id: EntryId | None, by: PersonId) -> None:
    """Record attendance with the entry of its charge."""
    run(
        tx,
        SQL["mark"],
        course_id=place.course_id,
        person_id=place.person_id,
        attended=attended,
        entry_id=entry_id,
        by=by,
    )


def planned_codes(
    tx: Tx, centre_id: CentreId, person_id: PersonId, *, before: datetime
) -> set[str]:
    """Return the trainings at whose courses a person has a place that end by the instant."""
    rows = many(tx, SQL["planned_codes"], centre_id=centre_id, person_id=person_id, before=before)
    return {row["code"] for row in rows}


def completed(tx: Tx, centre_id: CentreId, person_id: PersonId) -> list[Course]:
    """Return the courses that a person attended, the latest first."""
    rows = many(tx, SQL["completed"], centre_id=centre_id, person_id=person_id)
    return [_course(row) for row in rows]


def _course(row: dict[str, Any]) -> Course:
    return Course(
        **{k: v for k, v in row.items() if k != "during"}, period=to_period(row["during"])
    )
