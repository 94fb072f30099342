"""Teachers who leave the staff: their courses to come need another one first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.booking.store import course_holds
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right, Role
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.problem import Conflict
from gadong.people.services import members
from gadong.people.store import people
from gadong.training.services.courses import MOST_SHOWN
from gadong.training.store import courses


def set_roles(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    person: PersonId,
    roles: Collection[Role],
    *,
    now: datetime,
) -> None:
    """Set the roles of a person at a centre; without a role the person leaves the staff.

    Raise Conflict, naming the courses, while the person who leaves teaches any that is to come.
    """
    if not roles:
        _need_no_course(pool, who, centre, person, now=now)
    members.set_roles(pool, who, centre, person, roles)


def _need_no_course(
    pool: Pool, who: Caller, centre: CentreId, person: PersonId, *, now: datetime
) -> None:
    with transaction(pool, who.need(centre, Right.STAFF_WORK)) as tx:
        known = people.centre(tx, centre)
        found = courses.of_centre(tx, centre, since=now, most=MOST_SHOWN)
        teachers = course_holds.teachers(tx, [c.id for c in found])
    # One that has begun has its teacher to the end, whatever roles they have.
    ahead = [c for c in found if c.period.start > now]
    taught = [c for c in ahead if c.id in teachers and teachers[c.id].person_id == person]
    if known and taught:
        days = (c.period.start.astimezone(known.zone) for c in taught)
        named = ", ".join(f"{c.code} {day:%Y-%m-%d}" for c, day in zip(taught, days, strict=True))
        raise Conflict(f"This person teaches {named}; name another teacher first", field="roles")
