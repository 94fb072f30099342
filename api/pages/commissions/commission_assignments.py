"""Naming who works on a commission, and taking them off, on its page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.commissions.commission import commission_page
from api.pages.frame.choices import chosen_booking, chosen_person
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go
from api.pages.frame.problem_page import reasons
from api.v1.schemas import period_of
from gadong.commissions.services import commission_assignments, commissions
from gadong.commissions.services.commission_assignments import WantedAssignment
from gadong.core.domain.ids import MachineId
from gadong.core.domain.problem import GadongError, Invalid

router = APIRouter(include_in_schema=False)

Choice = Annotated[str, Form(max_length=36)]
ClockText = Annotated[str, Form(max_length=40)]


@router.post("/commissions/{commission_id}/assignments")
def assign(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    person: Choice = "",
    booking: Choice = "",
    machine: Choice = "",
    start: ClockText = "",
    end: ClockText = "",
) -> Response:
    """Name who works on it, or the machine's time for it."""
    # A person who may not see it is refused before anything is tried.
    found = commissions.find(pool, looking.who, commission_id)
    try:
        wanted = _wanted(
            looking.at(found.centre_id), person, booking, machine=machine, start=start, end=end
        )
        commission_assignments.assign(pool, looking.who, commission_id, wanted)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say("Entered."))


@router.post("/commissions/{commission_id}/assignments/{commission_assignment_id}/end")
def end_assignment(
    request: Request,
    commission_id: UUID,
    commission_assignment_id: UUID,
    looking: Looking,
    pool: Connections,
) -> Response:
    """Take a person or a machine's time off."""
    commissions.find(pool, looking.who, commission_id)
    try:
        commission_assignments.end(pool, looking.who, commission_assignment_id)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say("Taken off."))


def _wanted(
    there: Look, person: str, booking: str, *, machine: str, start: str, end: str
) -> WantedAssignment:
    if bool(start) != bool(end):
        raise Invalid("A machine's time has a machine, a start and an end", field="end")
    return WantedAssignment(
        person=chosen_person(person),
        booking=chosen_booking(booking),
        machine=_machine(machine),
        period=period_of(instant(there, start), instant(there, end)) if start else None,
    )


def _machine(text: str) -> MachineId | None:
    try:
        return MachineId(UUID(text)) if text else None
    except ValueError as trouble:
        raise Invalid("Choose the machine from the list", field="machine") from trouble
