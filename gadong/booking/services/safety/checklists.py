"""Checklists before and after use: published, answered, and a failed one closes the machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.safety.checklist import (
    MOST_LETTERS,
    MOST_QUESTIONS,
    AnsweredChecklist,
    AnswerFault,
    CheckAnswer,
    Checklist,
    CheckQuestion,
    Moment,
    fault,
    is_passed,
)
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.shares import own_bookings
from gadong.booking.store import bookings, checklists
from gadong.booking.store.checklists import Unanswered
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.services.photos import made_small
from gadong.machines.store import machines
from gadong.texts.machines import CHECKLIST_FAILED

# A failed checklist closes the machine until a person lifts the closure. A closure needs an end:
# ten years are beyond every booking's horizon and every machine's calendar.
UNTIL_LIFTED = timedelta(days=3652)
#: The states in which a booking's use is about to begin or has begun.
BEGINNING = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.IN_USE})
ENDING = frozenset({BookingState.CHECKED_IN, BookingState.IN_USE, BookingState.COMPLETED})
# A plant may be looked over the day before; an older answer says nothing of it.
BEFORE_USE = timedelta(hours=24)
# A person answers the checklist after use on the same day.
AFTER_USE = timedelta(hours=12)
MOST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An answer with its photo as it was sent."""

    is_good: bool
    note: str = ""
    photo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """The outcome of a checklist: passed, or the machine's closure."""

    id: UUID
    closure_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueChecklist:
    """A checklist that a person is to answer for a booking of theirs."""

    checklist: Checklist
    booking: Booking


def publish(
    pool: Pool, who: Caller, machine: Machine, moment: Moment, questions: Sequence[CheckQuestion]
) -> UUID:
    """Publish the next version of a machine's checklist; one without questions ends it."""
    permit = who.need(machine.centre_id, Right.FLOOR_WORK)
    if len(questions) > MOST_QUESTIONS:
        raise Invalid(
            f"A checklist has at most {MOST_QUESTIONS} questions",
            field="questions",
            limit=MOST_QUESTIONS,
        )
    for question in questions:
        for text in (question.ko, question.en):
            if not 1 <= len(text.strip()) <= MOST_LETTERS:
                raise Invalid(
                    f"A question is there in both languages, in at most {MOST_LETTERS} characters",
                    field="questions",
                    limit=MOST_LETTERS,
                )
    made = new_id()
    with transaction(pool, permit) as tx:
        machines.lock(tx, [machine.id])
        last = checklists.in_force(tx, machine.id).get(moment)
        checklists.publish(
            tx,
            made,
            machine.centre_id,
            machine.id,
            moment=moment,
            version=last.version + 1 if last else 1,
            questions=questions,
            by=who.known,
        )
    return made


def of_machine(pool: Pool, who: Caller, machine: Machine) -> list[Checklist]:
    """Return the checklists in force of a machine; for everybody who may enter the centre."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        return _asked(checklists.in_force(tx, machine.id).values())


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> list[Checklist]:
    """Return the checklists in force of a centre's machines."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return _asked(checklists.of_centre(tx, centre))


@retried
def answer(
    pool: Pool,
    who: Caller,
    machine: Machine,
    moment: Moment,
    given: Sequence[GivenAnswer],
    *,
    booking: BookingId | None,
    now: datetime,
) -> CheckOutcome:
    """Keep the answers of the caller; a bad one closes the machine and tells who is hit.

    Members answer for a booking that their company made or has a part of; the desk's staff also
    without a booking.
    """
    who.need_entry(machine.centre_id)
    photos = [made_small(one.photo) if one.photo else None for one in given]
    answers = [
        CheckAnswer(is_good=one.is_good, note=one.note.strip(), has_photo=photo is not None)
        for one, photo in zip(given, photos, strict=True)
    ]
    with transaction(pool, who.reach()) as tx:
        held = _booking(tx, who, machine, booking)
        if held is None:
            who.need(machine.centre_id, Right.DESK_WORK)
        checklist = checklists.in_force(tx, machine.id).get(moment)
        if checklist is None or not checklist.questions:
            raise NotFound("The machine has no such checklist")
        _need_complete(checklist, answers)
        _need_time(held, moment, now)
        if moment is Moment.BEFORE and checklists.is_closed(tx, machine.id, now):
            raise Conflict("A checklist failed here; the staff opens the machine again")
        closure_id = None
        if not is_passed(answers):
            closure_id = _close(tx, machine, checklist, answers, now=now)
        made = new_id()
        checklists.insert_answer(
            tx,
            made,
            checklist,
            held,
            answers,
            person_id=who.person_id,
            closure_id=closure_id,
            at=now,
        )
        for number, photo in enumerate(photos):
            if photo is not None:
                checklists.insert_photo(tx, made, number, machine.centre_id, photo)
    return CheckOutcome(id=made, closure_id=closure_id)


def due(pool: Pool, who: Caller, machine: Machine, held: Sequence[Booking]) -> list[DueChecklist]:
    """Return the checklists of a machine that some bookings of the caller still need."""
    permit = who.need_entry(machine.centre_id)
    found: list[DueChecklist] = []
    with transaction(pool, permit) as tx:
        asked = _asked(checklists.in_force(tx, machine.id).values())
        for booking in held if asked else []:
            answered = checklists.answered(tx, booking.id)
            found += [
                DueChecklist(checklist=one, booking=booking)
                for one in asked
                if one.moment not in answered and booking.state in _states(one.moment)
            ]
    return found


def need_answered(
    tx: Tx, who: Caller, machine: Machine, booking: Booking, *, now: datetime
) -> None:
    """Raise Refused where the checklist before use is not answered, or one failed.

    The desk's staff check in without it: who stands at the machine with them has their word.
    """
    if who.may(machine.centre_id, Right.DESK_WORK):
        return
    if checklists.is_closed(tx, machine.id, now):
        raise Refused([Problem(code="booking.checklist_failed", overridable_by="manager")])
    checklist = checklists.in_force(tx, machine.id).get(Moment.BEFORE)
    if checklist is None or not checklist.questions:
        return
    if Moment.BEFORE not in checklists.answered(tx, booking.id):
        raise Refused([Problem(code="booking.checklist", overridable_by="manager")])


def log(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    bounds: Period,
    *,
    machine: MachineId | None = None,
    before: tuple[datetime, UUID] | None = None,
    most: int,
) -> list[AnsweredChecklist]:
    """Return the answers of a stretch of time, the latest first; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return checklists.log(tx, centre, bounds, machine=machine, before=before, most=most)


def unanswered(pool: Pool, who: Caller, centre: CentreId, bounds: Period) -> list[Unanswered]:
    """Return the bookings that ended without the checklist after use; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return checklists.unanswered(tx, centre, bounds)


def photo(pool: Pool, who: Caller, answer_id: UUID, question: int) -> bytes:
    """Return the photo of one answer, for the staff and for people of its company."""
    with transaction(pool, who.reach()) as tx:
        found = checklists.photo(tx, answer_id, question)
    is_own = found is not None and found.company_id in who.companies
    if found is None or not (is_own or who.may(found.centre_id, Right.DESK_SEE)):
        raise NotFound("There is no such photo that you may see")
    return found.data


def _asked(found: Iterable[Checklist]) -> list[Checklist]:
    """Return the checklists that ask something."""
    return [one for one in found if one.questions]


def _states(moment: Moment) -> frozenset[BookingState]:
    return BEGINNING if moment is Moment.BEFORE else ENDING


def _booking(tx: Tx, who: Caller, machine: Machine, booking_id: BookingId | None) -> Booking | None:
    if booking_id is None:
        return None
    found = bookings.by_id(tx, booking_id)
    if found is None or not (
        who.may_see(found.centre_id, found.company_id, Right.DESK_WORK)
        or own_bookings.has_part(tx, who, found)
    ):
        raise NotFound("There is no such booking that you may see")
    if found.machine_id != machine.id:
        raise Invalid("This booking is of another machine", field="booking")
    return found


def _need_complete(checklist: Checklist, answers: Sequence[CheckAnswer]) -> None:
    found = fault(checklist.questions, answers)
    if found is None:
        if any(len(one.note) > MOST_NOTE for one in answers):
            raise Invalid(f"A note has at most {MOST_NOTE} characters", field="answers")
        return
    why, number = found
    if why is AnswerFault.COUNT:
        raise Invalid(f"Answer each of the {number} questions", field="answers", limit=number)
    if why is AnswerFault.NOTE:
        raise Invalid(f"Say what is wrong at question {number}", field="answers", limit=number)
    raise Invalid(f"Question {number} needs a photo", field="answers", limit=number)


def _need_time(booking: Booking | None, moment: Moment, now: datetime) -> None:
    if booking is None:
        return
    if booking.state not in _states(moment):
        raise Conflict("This checklist does not fit the state of the booking", field="booking")
    if moment is Moment.BEFORE and booking.period.start - now > BEFORE_USE:
        hours = BEFORE_USE // timedelta(hours=1)
        raise Conflict(
            f"The checklist before use is answered at most {hours} hours before the booking",
            field="booking",
            limit=hours,
        )


def _close(
    tx: Tx, machine: Machine, checklist: Checklist, answers: Sequence[CheckAnswer], *, now: datetime
) -> UUID:
    """Close the machine until a person lifts the closure, and tell the staff and who is hit."""
    bad = next(
        f"{question.ko}: {one.note}"
        for question, one in zip(checklist.questions, answers, strict=True)
        if not one.is_good
    )
    reason = f"{CHECKLIST_FAILED.ko} / {CHECKLIST_FAILED.en}: {bad}"[:500]
    made = closures.close_at_once(
        tx, machine, Period(now, now + UNTIL_LIFTED), reason=reason, now=now
    )
    outbox.add(
        tx,
        machine.centre_id,
        "machine.checklist_failed",
        to="floor",
        machine=str(machine.id),
        code=bad[:300],
        closure=str(made.closure.id),
    )
    return made.closure.id
