"""Conditions of a place at a course: the person, their company, and what the training requires."""

from __future__ import annotations

from gadong.booking.store import qualifications
from gadong.core.database import Tx
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.people.services.customers import need_customer
from gadong.people.store import people
from gadong.training.domain.course import Course
from gadong.training.domain.training import chain_of
from gadong.training.store import courses, trainings


def comer_of(
    tx: Tx, who: Caller, course: Course, company: CompanyId, person: PersonId | None
) -> PersonId:
    """Return who is to come: the caller, or the person of a company that the centre serves."""
    if not who.may_see(course.centre_id, company, Right.DESK_WORK):
        raise NotFound("There is no such company")
    need_customer(tx, course.centre_id, company)
    comer = person or who.person_id
    of_company = (
        people.people_of(tx, company)
        if company in who.companies
        else people.people_at(tx, company, [course.centre_id])
    )
    if comer not in of_company:
        raise Invalid("Somebody of the company is to come", field="person")
    return comer


def need_required(tx: Tx, course: Course, person: PersonId, *, with_planned: bool) -> None:
    """Raise Conflict unless the person holds what the course's training requires.

    With `with_planned`, a place at an earlier course of a required training is enough.
    """
    required = chain_of(trainings.of_centre(tx, course.centre_id)).get(course.code, ())
    if not required:
        return
    start = course.period.start
    known = qualifications.of_person(tx, course.centre_id, person, kind="")
    held = {c for c, q in known.items() if q.expires_at is None or q.expires_at > start}
    if with_planned:
        held |= courses.planned_codes(tx, course.centre_id, person, before=start)
    if missing := [code for code in required if code not in held]:
        raise Conflict(f"This training requires {', '.join(missing)} before it")
