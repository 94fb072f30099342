"""Qualifications that lapse soon: a list for the centre, and reminders while a renewal is
possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.booking.domain.rules.limits import Rules
from gadong.booking.services.rules import company_rule_book
from gadong.booking.store import qualifications
from gadong.booking.store.qualifications import Holder
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.training.domain.course import Course
from gadong.training.domain.training import chain_of, next_step
from gadong.training.services import courses
from gadong.training.store import trainings

# Courses are held every few weeks, so that the next one can be attended within this time.
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsing:
    """A qualification that lapses soon, with the machines that then require a new one."""

    person_id: PersonId
    name: str
    code: str
    lapses_at: datetime
    machines: tuple[Machine, ...]


def lapsing(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[Lapsing]:
    """Return the qualifications that lapse within thirty days, the soonest first; for the desk."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return _lapsing(tx, centre, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredTraining:
    """The trainings that a machine requires, and the caller's next step towards them.

    `code` is the training to attend next with its next course; of who has all of them, their list.
    """

    code: str
    is_trained: bool
    course: Course | None
    codes: tuple[str, ...] = ()


def required_codes(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[str]:
    """Return the trainings that some machine of the centre requires."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return sorted(
            {
                code
                for _, rules in _machines_with_training(tx, centre, now)
                for code in rules.trainings
            }
        )


def required_training(
    pool: Pool, who: Caller, machine: Machine, *, now: datetime
) -> RequiredTraining | None:
    """Return the trainings that a machine requires of a caller, or None."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        rules = company_rule_book.book(tx, machine.centre_id, at=now).rules(machine, now)
        codes = rules.qualifications
        if not codes:
            return None
        known = qualifications.of_person(tx, machine.centre_id, who.person_id, kind=machine.kind)
        ends = {code: held.lapses_at(rules) for code, held in known.items()}
        held = {code for code, end in ends.items() if end is None or now < end}
        step = next_step(chain_of(trainings.of_centre(tx, machine.centre_id)), codes, held)
        course = courses.next_for(tx, machine.centre_id, step, now=now) if step else None
    return RequiredTraining(
        code=step or ", ".join(codes), is_trained=step is None, course=course, codes=codes
    )


def remind(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Remind people once of each lapsing qualification, and return the number of reminders."""
    reminders = 0
    for one in _lapsing(tx, centre.id, now):
        day = one.lapses_at.astimezone(centre.zone).date()
        if qualifications.keep_reminder(tx, centre.id, one.person_id, one.code, day):
            outbox.add(
                tx,
                centre.id,
                "qualification.lapses",
                person=str(one.person_id),
                code=one.code,
                due_on=day.isoformat(),
            )
            reminders += 1
    return reminders


def _machines_with_training(
    tx: Tx, centre_id: CentreId, now: datetime
) -> list[tuple[Machine, Rules]]:
    """Return the machines that require a training, with their rules."""
    rule_book = company_rule_book.book(tx, centre_id, at=now)
    return [
        (machine, rules)
        for machine in machines.of_centres(tx, [centre_id])
        if machine.retired_at is None and (rules := rule_book.rules(machine, now)).trainings
    ]


def _lapsing(tx: Tx, centre_id: CentreId, now: datetime) -> list[Lapsing]:
    found: dict[tuple[PersonId, str], Lapsing] = {}
    held: dict[str, list[Holder]] = {}
    for machine, rules in _machines_with_training(tx, centre_id, now):
        holders = held.setdefault(
            machine.kind, qualifications.holders(tx, centre_id, kind=machine.kind)
        )
        for holder in holders:
            end = holder.qualification.lapses_at(rules)
            if holder.code not in rules.trainings or end is None or not now < end <= now + AHEAD:
                continue
            key = (holder.person_id, holder.code)
            before = found.get(key)
            found[key] = Lapsing(
                person_id=holder.person_id,
                name=holder.name,
                code=holder.code,
                lapses_at=min(end, before.lapses_at) if before else end,
                machines=(*(before.machines if before else ()), machine),
            )
    return sorted(found.values(), key=lambda one: (one.lapses_at, one.name, one.code))
