"""Courses that were held before they were entered, as from a centre's paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.services import sales
from gadong.booking.store import qualifications
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.people.services.customers import need_known, need_served
from gadong.people.store import people
from gadong.training.domain.course import Course, Place
from gadong.training.services.courses import LONGEST
from gadong.training.store import courses

# The largest course that a centre holds (courses_seats).
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who attended a past course, and the company that they came for."""

    person: PersonId
    company: CompanyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCourse:
    """A course as paper has it.

    Each participant's company is charged one piece of `good`, or nothing if that is empty.
    """

    code: str
    period: Period
    place: str = ""
    valid_days: int | None = None
    good: str = ""


def enter(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    past: PastCourse,
    participants: Sequence[Participant],
    *,
    now: datetime,
    key: str | None = None,
) -> Course:
    """Enter a course that was held, with everybody who attended, and charge its good.

    The qualification counts from the course's end. It replaces no newer one. A form that is sent
    again under its `key` enters nothing more.
    """
    permit = who.need(centre, Right.DESK_WORK)
    if past.period.end > now:
        raise Invalid("A past training has ended; plan one that is still to come", field="end")
    if past.period.length > LONGEST:
        raise Invalid(
            "A training lasts at most 14 days; plan each part of a longer one", field="end"
        )
    if not past.code.strip():
        raise Invalid("Say for which training", field="code")
    people_ids = {p.person for p in participants}
    if len(people_ids) < len(participants) or not 1 <= len(participants) <= MOST_PEOPLE:
        raise Invalid(f"Name 1 to {MOST_PEOPLE} people, each once", field="participants")
    course = Course(
        id=new_id(),
        centre_id=centre,
        code=past.code.strip(),
        period=past.period,
        place=past.place.strip(),
        seats=len(participants),
        valid_days=past.valid_days,
        good=past.good.strip(),
    )
    sent = [course.code, course.place, course.valid_days, course.good]
    times = [course.period.start.isoformat(), course.period.end.isoformat()]
    whom = sorted(f"{p.person} {p.company}" for p in participants)
    form = KeyedForm(who, key, ("past course", str(centre), *sent, *times, *whom))
    with transaction(pool, permit) as tx:
        if (made := form.first(tx)) and (before := courses.find(tx, made)):
            return before
        if course.good:
            sales.need_piece(tx, centre, course.good, at=course.period.start)
        courses.insert(tx, course, by=who.person_id)
        for participant in participants:
            _attended(tx, who, course, participant)
        form.keep(tx, course.id)
    return course


def _attended(tx: Tx, who: Caller, course: Course, participant: Participant) -> None:
    need_served(tx, course.centre_id, participant.company)
    need_known(tx, course.centre_id, participant.person)
    if participant.company not in {i for i, _ in people.companies_of(tx, participant.person)}:
        raise NotFound("The person is not of this company")
    courses.take_place(tx, course, participant.person, participant.company)
    place = Place(course_id=course.id, person_id=participant.person, company_id=participant.company)
    entry = None
    if course.good:
        entry = sales.enter_service(
            tx,
            who,
            course.centre_id,
            participant.company,
            course.good,
            at=course.period.start,
            note=course.code,
        )
    courses.mark(tx, place, attended=True, entry_id=entry, by=who.person_id)
    qualifications.grant(
        tx,
        centre_id=course.centre_id,
        person_id=participant.person,
        code=course.code,
        granted_by=who.person_id,
        expires_at=course.expires_at,
        granted_at=course.period.end,
    )
