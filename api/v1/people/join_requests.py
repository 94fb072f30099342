"""Endpoints for new members: invitations, and requests to a centre."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.identity import Connections, Keys, Told, Who, address
from api.v1 import paging
from api.v1.people import people_schemas as schemas
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.people.domain.payer import Payer
from gadong.people.services import join_requests
from gadong.people.services.join_requests import Invited

router = APIRouter(tags=["people"])


@router.post("/invitations", status_code=201)
def invite_person(
    response: Response,
    body: schemas.InvitationIn,
    who: Who,
    pool: Connections,
    told: Told,
    keys: Keys,
) -> schemas.InvitedOut:
    """Invite somebody into a company (its owners, the centres that serve it), or to work at a
    centre (its managers).

    An account that exists is offered the place by mail; the answer is alike, and its path opens
    nothing.
    """
    made = join_requests.invite(
        pool,
        who,
        email=body.email,
        name=body.name,
        company=CompanyId(body.company) if body.company else None,
        centre=CentreId(body.centre) if body.centre else None,
        roles=frozenset(body.roles),
        public_url=told.public_url,
        keys=keys,
        now=datetime.now(UTC),
    )
    # One of the two is named, or the invitation is refused.
    response.headers["Location"] = (
        f"/api/v1/companies/{body.company}/people"
        if body.company
        else f"/api/v1/centres/{body.centre}/staff"
    )
    return _invited(made)


@router.post("/centres/{centre}/join-requests", status_code=202)
def ask_to_join(
    request: Request, centre: UUID, body: schemas.JoinRequestIn, pool: Connections
) -> None:
    """Ask a centre to serve a company. The answer does not tell whether it is known already."""
    join_requests.ask(
        pool,
        CentreId(centre),
        company=body.company,
        registration_number=body.registration_number,
        name=body.name,
        email=body.email,
        address=address(request),
        accepted=body.accepted,
        payer=Payer(kind=body.kind, identification=body.identification),
    )


@router.get("/join-requests")
def list_join_requests(
    who: Who, pool: Connections, centre: Annotated[UUID, Query()]
) -> paging.Page[schemas.JoinRequestOut]:
    """List the requests that wait for a centre's answer, the oldest first."""
    return paging.whole(
        [
            schemas.JoinRequestOut(
                id=r.id,
                company=r.company,
                registration_number=r.registration_number,
                kind=r.kind,
                identification=r.identification,
                name=r.name,
                email=r.email,
                asked_at=r.asked_at,
            )
            for r in join_requests.waiting(pool, who, CentreId(centre))
        ]
    )


@router.post("/join-requests/{request_id}/approve", status_code=201)
def approve_join_request(
    response: Response,
    request_id: UUID,
    body: schemas.AdmitIn,
    who: Who,
    pool: Connections,
    told: Told,
    keys: Keys,
) -> schemas.InvitedOut:
    """Serve the company under a tariff category, and invite its first person, who owns it.

    A company that another centre serves is asked for its consent first. The answer is alike.
    """
    made = join_requests.approve(
        pool,
        who,
        request_id,
        category=body.category,
        public_url=told.public_url,
        keys=keys,
        now=datetime.now(UTC),
    )
    response.headers["Location"] = f"/api/v1/companies?centre={made.centre_id}"
    return _invited(made)


@router.post("/join-requests/{request_id}/decline", status_code=204)
def decline_join_request(
    request_id: UUID, body: schemas.DeclineIn, who: Who, pool: Connections
) -> None:
    """Say no, and why."""
    join_requests.decline(pool, who, request_id, reason=body.reason)


def _invited(made: Invited) -> schemas.InvitedOut:
    person = made.person
    return schemas.InvitedOut(id=person.id, email=person.email, name=person.name, path=made.path)
