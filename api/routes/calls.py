"""Calling the staff to a machine."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from api import schemas
from api.identity import Connections, Who
from api.routes.machines import InCentre, find_machine
from gadong.domain.ids import CentreId
from gadong.services import calls

router = APIRouter(tags=["machines"])


@router.post("/machines/{slug}/calls", status_code=201)
def call_staff(
    slug: str, body: schemas.CallIn, who: Who, pool: Connections, centre: InCentre = None
) -> schemas.Created:
    """Have the staff come; refused with 409 while your last call from there is open."""
    machine = find_machine(pool, who, slug, centre)
    return schemas.Created(id=calls.call(pool, who, machine, words=body.words))


@router.get("/centres/{centre}/calls")
def list_calls(centre: UUID, who: Who, pool: Connections) -> list[schemas.CallOut]:
    """Who waits for the staff, the longest first: everybody for the desk, yourself else."""
    return [
        schemas.CallOut(id=c.id, machine=c.machine_id, name=c.name, words=c.words, called_at=c.called_at)
        for c in calls.waiting(pool, who, CentreId(centre))
    ]


@router.post("/calls/{call_id}/answer", status_code=204)
def answer_call(call_id: UUID, who: Who, pool: Connections) -> None:
    """Say that somebody goes there."""
    calls.answer(pool, who, call_id)
