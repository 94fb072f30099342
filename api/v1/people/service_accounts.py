"""Accounts of programs that work for a centre."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.people.service_accounts_schemas import ProgramIn, ProgramOut, ProgramTokenOut
from gadong.core.domain.ids import CentreId, PersonId
from gadong.people.services import service_accounts
from gadong.people.services.service_accounts import Issued

router = APIRouter(tags=["programs"])


@router.get("/centres/{centre}/programs")
def list_programs(centre: UUID, who: Who, pool: Connections) -> paging.Page[ProgramOut]:
    """List the programs of a centre, with rights, end and last use."""
    return paging.whole(
        [
            ProgramOut(
                id=p.id,
                name=p.name,
                rights=list(p.rights),
                created_at=p.created_at,
                expires_at=p.expires_at,
                last_used_at=p.last_used_at,
            )
            for p in service_accounts.of_centre(pool, who, CentreId(centre))
        ]
    )


@router.post("/centres/{centre}/programs", status_code=201)
def make_program(centre: UUID, body: ProgramIn, who: Who, pool: Connections) -> ProgramTokenOut:
    """Make an account for a program, independent of its maker; its token is shown this once."""
    issued = service_accounts.make(
        pool,
        who,
        CentreId(centre),
        name=body.name,
        rights=body.rights,
        lifetime=timedelta(days=body.days),
        now=datetime.now(UTC),
    )
    return _told(issued)


@router.post("/programs/{program_id}/token", status_code=201)
def renew_program(
    response: Response, program_id: UUID, who: Who, pool: Connections
) -> ProgramTokenOut:
    """Renew a program's token for a year; the one before stays valid for a day."""
    issued = service_accounts.renew(pool, who, PersonId(program_id), now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/centres/{issued.centre_id}/programs"
    return _told(issued)


@router.delete("/programs/{program_id}", status_code=204)
def end_program(program_id: UUID, who: Who, pool: Connections) -> None:
    """End the program's account at once."""
    service_accounts.end(pool, who, PersonId(program_id))


def _told(issued: Issued) -> ProgramTokenOut:
    return ProgramTokenOut(id=issued.program_id, token=issued.token, expires_at=issued.expires_at)
