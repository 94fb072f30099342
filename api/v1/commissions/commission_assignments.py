"""Endpoints of who works on commissioned work, on which machine and when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1 import machine_names, paging
from api.v1.machine_names import NamesMachine
from api.v1.schemas import Out, period_of
from gadong.commissions.domain.commission_assignment import CommissionAssignment
from gadong.commissions.services import commission_assignments, commissions
from gadong.commissions.services.commission_assignments import WantedAssignment
from gadong.core.database import Pool
from gadong.core.domain.ids import BookingId, MachineId, PersonId
from gadong.core.domain.problem import Invalid

router = APIRouter(tags=["commissions"])


class CommissionAssignmentIn(NamesMachine):
    """A person of the staff, a machine's time, or both.

    The time is the firm's booking, or a machine of the centre with a start and an end.
    """

    person: UUID | None = None
    booking: UUID | None = None
    start: datetime | None = Field(default=None, examples=["2026-12-01T09:00:00+09:00"])
    end: datetime | None = Field(default=None, examples=["2026-12-01T11:00:00+09:00"])


class CommissionAssignmentOut(Out):
    """A person who works on a commission, or a machine's time for it."""

    id: UUID
    commission: UUID
    person: UUID | None
    name: str
    booking: UUID | None
    machine: UUID | None
    machine_slug: str | None
    start: datetime | None
    end: datetime | None
    is_lost: bool = Field(description="The booking was cancelled, declined, or expired.")


@router.get("/commissions/{commission_id}/assignments")
def list_commission_assignments(
    commission_id: UUID, who: Who, pool: Connections
) -> paging.Page[CommissionAssignmentOut]:
    """List who works on a commission and its machines' times, for the centre's desk."""
    found = commission_assignments.of_commission(pool, who, commission_id)
    return paging.whole(_told(pool, found))


@router.post("/commissions/{commission_id}/assignments", status_code=201)
def assign_commission(
    commission_id: UUID, body: CommissionAssignmentIn, who: Who, pool: Connections
) -> CommissionAssignmentOut:
    """Name who works on a commission that is not over, or the machine's time for it."""
    centre = commissions.find(pool, who, commission_id).centre_id
    machine = machine_names.chosen(pool, who, body.machine, body.machine_slug, centre)
    if (body.start is None) != (body.end is None):
        raise Invalid("A machine's time has a machine, a start and an end", field="end")
    made = commission_assignments.assign(
        pool,
        who,
        commission_id,
        WantedAssignment(
            person=PersonId(body.person) if body.person else None,
            booking=BookingId(body.booking) if body.booking else None,
            machine=machine.id if machine else None,
            period=period_of(body.start, body.end) if body.start and body.end else None,
        ),
    )
    return _told(pool, [made])[0]


@router.post("/commission-assignments/{commission_assignment_id}/end", status_code=204)
def end_commission_assignment(commission_assignment_id: UUID, who: Who, pool: Connections) -> None:
    """Take a person or a machine's time off a commission that is not over."""
    commission_assignments.end(pool, who, commission_assignment_id)


def _told(pool: Pool, found: list[CommissionAssignment]) -> list[CommissionAssignmentOut]:
    slugs = machine_names.slugs(pool, (one.machine_id for one in found))
    return [
        CommissionAssignmentOut(
            id=one.id,
            commission=one.commission_id,
            person=one.person_id,
            name=one.name,
            booking=one.booking_id,
            machine=one.machine_id,
            machine_slug=slugs[MachineId(one.machine_id)] if one.machine_id else None,
            start=one.period.start if one.period else None,
            end=one.period.end if one.period else None,
            is_lost=one.is_lost,
        )
        for one in found
    ]
