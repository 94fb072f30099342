"""Calling the staff to a machine."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machine_names import InCentre, MachineInPath, find_machine, slugs
from api.v1.machines.machines_schemas import CallIn, CallOut
from api.v1.schemas import Created
from gadong.booking.services.staff import staff_calls
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["machines"])


@router.post("/machines/{machine}/calls", status_code=201)
def call_staff(
    machine_ref: MachineInPath,
    body: CallIn,
    response: Response,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> Created:
    """Have the staff come; refused with 409 while your last call from there is open."""
    machine = find_machine(pool, who, machine_ref, centre)
    response.headers["Location"] = f"/api/v1/centres/{machine.centre_id}/calls"
    return Created(id=staff_calls.call(pool, who, machine, words=body.words))


@router.get("/centres/{centre}/calls")
def list_calls(centre: UUID, who: Who, pool: Connections) -> paging.Page[CallOut]:
    """List the open calls, the longest wait first: all for desk staff, else your own."""
    found = staff_calls.waiting(pool, who, CentreId(centre))
    names = slugs(pool, [c.machine_id for c in found])
    return paging.whole(
        [
            CallOut(
                id=c.id,
                machine=c.machine_id,
                machine_slug=names[c.machine_id],
                name=c.name,
                words=c.words,
                called_at=c.called_at,
            )
            for c in found
        ]
    )


@router.post("/calls/{call_id}/answer", status_code=204)
def answer_call(call_id: UUID, who: Who, pool: Connections) -> None:
    """Say that somebody goes there."""
    staff_calls.answer(pool, who, call_id)
