"""Assignments of the centre's staff and of machine times to cases, for the desk alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gadong.booking.store import bookings
from gadong.commissions.domain.commission import OVER, Commission
from gadong.commissions.domain.commission_assignment import (
    LONGEST,
    MOST_ASSIGNMENTS,
    CommissionAssignment,
)
from gadong.commissions.services.steps import seen, worked_on
from gadong.commissions.store import commission_assignments
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.store import machines
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAssignment:
    """A person, and the machine's time: of the firm's booking, or of the centre's own use."""

    person: PersonId | None = None
    booking: BookingId | None = None
    machine: MachineId | None = None
    period: Period | None = None


@retried
def assign(
    pool: Pool, who: Caller, commission_id: UUID, wanted: WantedAssignment
) -> CommissionAssignment:
    """Name who works on a commission that is not over, or the machine's time for it."""
    with transaction(pool, who.reach()) as tx:
        found = _open(tx, who, commission_id)
        _need_sense(wanted)
        if wanted.person is not None:
            staff = {member.person.id for member in people.staff(tx, found.centre_id)}
            if wanted.person not in staff:
                raise Invalid("Who works on it is of the centre's staff", field="person")
        if wanted.booking is not None:
            booking = bookings.by_id(tx, wanted.booking)
            theirs = (found.centre_id, found.company_id)
            if booking is None or (booking.centre_id, booking.company_id) != theirs:
                raise Invalid("This is no booking of the firm at this centre", field="booking")
        if wanted.machine is not None:
            machine = machines.by_id(tx, wanted.machine)
            if machine is None or machine.centre_id != found.centre_id:
                raise Invalid("This is no machine of the centre", field="machine")
        before = commission_assignments.of_commissions(tx, [found.id])
        if len(before) >= MOST_ASSIGNMENTS:
            raise Conflict(
                f"A commission has at most {MOST_ASSIGNMENTS} of these", limit=MOST_ASSIGNMENTS
            )
        made = commission_assignments.insert(
            tx,
            found,
            person=wanted.person,
            booking=wanted.booking,
            machine=wanted.machine,
            period=wanted.period,
            by=who.known,
            recorded_at=recorded_at(tx, found.centre_id),
        )
        every = commission_assignments.of_commissions(tx, [found.id])
        return next(one for one in every if one.id == made)


@retried
def end(pool: Pool, who: Caller, assignment_id: UUID) -> None:
    """Take a person or a machine's time off a commission that is not over."""
    with transaction(pool, who.reach()) as tx:
        commission_id = commission_assignments.commission_of(tx, assignment_id)
        if commission_id is None:
            raise NotFound("There is no such entry that you may see")
        at = recorded_at(tx, _open(tx, who, commission_id).centre_id)
        if not commission_assignments.finish(tx, assignment_id, by=who.known, at=at):
            raise Conflict("This was taken off before")


def of_commission(pool: Pool, who: Caller, commission_id: UUID) -> list[CommissionAssignment]:
    """Return the assignments of a commission, for the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        found = seen(tx, who, commission_id)
        who.need(found.centre_id, Right.DESK_SEE)
        return commission_assignments.of_commissions(tx, [found.id])


def workers(pool: Pool, who: Caller, commission_id: UUID) -> list[tuple[PersonId, str]]:
    """Return the staff of a commission's centre by name, for who works at its desk."""
    with transaction(pool, who.reach()) as tx:
        found = worked_on(tx, who, commission_id)
        staff = people.staff(tx, found.centre_id)
        return [(member.person.id, member.person.name) for member in staff]


def _open(tx: Tx, who: Caller, commission_id: UUID) -> Commission:
    found = worked_on(tx, who, commission_id)
    if found.state in OVER:
        raise Conflict("This commission is over, or not that far", state=found.state.value)
    return found


def _need_sense(wanted: WantedAssignment) -> None:
    """Raise Invalid for nothing, half a time, two times, or one that is too long."""
    if wanted.person is None and wanted.booking is None and wanted.machine is None:
        raise Invalid("Choose a person, a booking, or a machine with its time", field="person")
    if (wanted.machine is None) != (wanted.period is None):
        raise Invalid("A machine's time has a machine, a start and an end", field="machine")
    if wanted.machine is not None and wanted.booking is not None:
        raise Invalid("A booking has its own machine and time", field="booking")
    if wanted.period is not None and wanted.period.length > LONGEST:
        raise Invalid("A machine's time is 31 days at most", field="end")
