"""Calling the staff to a machine."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1.machines.machines import InCentre, find_machine
from api.v1.machines.machines_schemas import CallIn, CallOut
from api.v1.schemas import Created
from gadong.booking.services import staff_calls
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["machines"])


@router.post("/machines/{slug}/calls", status_code=201)
def call_staff(slug: str, body: CallIn, who: Who, pool: Connections, centre: InCentre = None) -> Created:
    """Have the staff come; refused with 409 while your last call from there is open."""
    machine = find_machine(pool, who, slug, centre)
    return Created(id=staff_calls.call(pool, who, machine, words=body.words))


@router.get("/centres/{centre}/calls")
def list_calls(centre: UUID, who: Who, pool: Connections) -> list[CallOut]:
    """List the open calls, the longest wait first: all for desk staff, else your own."""
    return [
        CallOut(id=c.id, machine=c.machine_id, name=c.name, words=c.words, called_at=c.called_at)
        for c in staff_calls.waiting(pool, who, CentreId(centre))
    ]


@router.post("/calls/{call_id}/answer", status_code=204)
def answer_call(call_id: UUID, who: Who, pool: Connections) -> None:
    """Say that somebody goes there."""
    staff_calls.answer(pool, who, call_id)
