"""Waiting lists of courses: a freed seat is offered in turn, and kept until the answer is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.rulebook import RuleSubject, in_force, rules
from gadong.booking.domain.waiting_entry import WaitingState, answer_by
from gadong.booking.services.rules.company_rule_book import book
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CompanyId, PersonId, new_id
from gadong.core.domain.problem import Conflict, NotAllowed, NotFound
from gadong.core.store import outbox
from gadong.people.store import people
from gadong.training.domain.course import Course
from gadong.training.domain.course_wait import CourseWait
from gadong.training.services.course_places import comer_of, need_required
from gadong.training.store import course_waiting, courses


@retried
def join(
    pool: Pool,
    who: Caller,
    course_id: UUID,
    *,
    company: CompanyId,
    person: PersonId | None,
    now: datetime,
) -> CourseWait:
    """Wait for a seat, for the caller or a colleague; a free seat is offered at once."""
    with transaction(pool, who.reach()) as tx:
        course = _found(tx, who, course_id)
        comer = comer_of(tx, who, course, company, person)
        course.need_open(now)
        need_required(tx, course, comer, with_planned=True)
        if comer in {place.person_id for place in courses.places(tx, [course.id])}:
            raise Conflict("This person has a place already")
        entry = CourseWait(
            id=new_id(),
            course_id=course.id,
            centre_id=course.centre_id,
            person_id=comer,
            company_id=company,
            turn=now,
        )
        course_waiting.insert(tx, entry)
        settle(tx, course.id, now=now)
        return course_waiting.by_id(tx, entry.id) or entry


@retried
def accept(pool: Pool, who: Caller, entry_id: UUID, *, now: datetime) -> CourseWait:
    """Take the offered seat, by every rule of a direct request; a second time changes nothing."""
    with transaction(pool, who.reach()) as tx:
        entry, course = _own(tx, who, entry_id, now=now)
        if entry.state is WaitingState.SERVED:
            return entry
        if entry.state is not WaitingState.OFFERED:
            raise NotAllowed(state=entry.state, action="accept")
        course.need_open(now)
        # They may have left the company since, or the centre may serve it no more.
        comer_of(tx, who, course, entry.company_id, entry.person_id)
        need_required(tx, course, entry.person_id, with_planned=True)
        served = entry.ended(WaitingState.SERVED)
        # The offer's seat is freed and taken in one transaction, under the course's lock.
        course_waiting.update(tx, served)
        courses.take_place(tx, course, entry.person_id, entry.company_id)
        return served


@retried
def leave(pool: Pool, who: Caller, entry_id: UUID, *, now: datetime) -> None:
    """Wait no more, or decline an offer; a second time changes nothing."""
    with transaction(pool, who.reach()) as tx:
        entry, course = _own(tx, who, entry_id, now=now)
        if entry.state is WaitingState.LEFT:
            return
        if not entry.is_open:
            raise NotAllowed(state=entry.state, action="leave")
        course_waiting.update(tx, entry.ended(WaitingState.LEFT))
        settle(tx, course.id, now=now)


def settle(tx: Tx, course_id: UUID, *, now: datetime) -> int:
    """End what time has ended on a course's list, and offer its free seats; return the offers made.

    Every change of the course's places calls this, and the scheduler each minute.
    """
    course = courses.find(tx, course_id)
    if course is None:
        return 0
    entries = course_waiting.open_of(tx, [course.id])
    if course.cancelled_at is not None or course.period.start <= now:
        for entry in entries:
            course_waiting.update(tx, entry.ended(WaitingState.OVER))
            if course.cancelled_at is None:
                _notify(tx, course, entry, "course.wait_over")
        return 0
    for entry in entries:
        if entry.has_lapsed(now):
            after = entry.after_lapse(now)
            course_waiting.update(tx, after)
            _notify(tx, course, after, "course.offer_lapsed")
    return _offer(tx, course_id, now=now)


def settle_all(tx: Tx, *, now: datetime) -> int:
    """Settle every course for which anybody waits; return how many offers were made.

    Only here every company's people are seen. A person who left the company waits no more, and an
    offer to such a person goes to the next at once.
    """
    made = 0
    for course_id in course_waiting.courses(tx):
        _end_of_those_gone(tx, course_id)
        made += settle(tx, course_id, now=now)
    return made


def _end_of_those_gone(tx: Tx, course_id: UUID) -> None:
    """End the entries, offered or not, of people who have left the company that waits."""
    # The course's lock, which every change of its places takes.
    courses.find(tx, course_id)
    for entry in course_waiting.open_of(tx, [course_id]):
        if entry.company_id not in {
            company for company, _ in people.companies_of(tx, entry.person_id)
        }:
            course_waiting.update(tx, entry.ended(WaitingState.LEFT))


def _offer(tx: Tx, course_id: UUID, *, now: datetime) -> int:
    """Offer the free seats in the order of turns to those who hold what the training requires.

    A company does not see the places of another's people at earlier courses. Whoever holds only
    such a place is passed over here, and served by the scheduler within a minute.
    """
    course = courses.find(tx, course_id)
    if course is None:
        return 0
    free, made = course.seats - course.taken, 0
    for entry in course_waiting.open_of(tx, [course_id]):
        if made == free:
            break
        if not entry.is_due(now) or not _is_ready(tx, course, entry):
            continue
        known = book(tx, course.centre_id, at=now)
        until = answer_by(now, course.period.start, _rules(tx, course, now), known.centre.zone)
        course_waiting.update(tx, entry.offered(until))
        _notify(tx, course, entry, "course.offered", until=write_instant(until))
        made += 1
    return made


def _is_ready(tx: Tx, course: Course, entry: CourseWait) -> bool:
    """Return whether the person holds, or will hold, what the training requires."""
    try:
        need_required(tx, course, entry.person_id, with_planned=True)
    except Conflict:
        return False
    return True


def _rules(tx: Tx, course: Course, now: datetime) -> Rules:
    """Return the centre's own rules; a course is of no machine."""
    known = book(tx, course.centre_id, at=now)
    subject = RuleSubject(centre_id=course.centre_id, kind="", machine_id=None)
    return rules(in_force(known.settings, subject, now))


def _notify(tx: Tx, course: Course, entry: CourseWait, kind: str, **more: str) -> None:
    outbox.add(
        tx,
        course.centre_id,
        kind,
        person=str(entry.person_id),
        company=str(entry.company_id),
        code=course.code,
        start=write_instant(course.period.start),
        end=write_instant(course.period.end),
        **more,
    )


def _found(tx: Tx, who: Caller, course_id: UUID) -> Course:
    course = courses.find(tx, course_id)
    if course is None or not who.may_enter(course.centre_id):
        raise NotFound("There is no such training")
    return course


def _own(tx: Tx, who: Caller, entry_id: UUID, *, now: datetime) -> tuple[CourseWait, Course]:
    """Return an entry of the caller's company with its course, as time has left both."""
    entry = course_waiting.by_id(tx, entry_id)
    if entry is None or not who.may_see(entry.centre_id, entry.company_id, Right.DESK_WORK):
        raise NotFound("There is no such entry of a waiting list")
    course = _found(tx, who, entry.course_id)
    settle(tx, course.id, now=now)
    # The course's lock is held: the entry is what it is now.
    current = course_waiting.by_id(tx, entry_id) or entry
    return current, courses.find(tx, course.id) or course
