"""Pledges of a centre: their texts, and who accepted which."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.identity import Connections, Who
from api.v1.paging import Page
from api.v1.people.pledges_schemas import PledgeAcceptanceOut, PledgeIn, PledgeOut, TermsIn
from api.v1.schemas import Created
from gadong.core.domain.ids import CentreId, PersonId
from gadong.people.services import pledges

router = APIRouter(tags=["policy"])


@router.get("/centres/{centre}/pledges")
def list_pledges(centre: UUID, who: Who, pool: Connections) -> Page[PledgeOut]:
    """List a centre's pledges word for word, the latest first."""
    accepted = pledges.own(pool, who, CentreId(centre))
    items = [
        PledgeOut(
            id=p.id,
            version=p.version,
            ko=p.ko,
            en=p.en,
            published_at=p.published_at,
            is_accepted=p.version in accepted,
        )
        for p in pledges.of_centre(pool, who, CentreId(centre))
    ]
    return Page(items=items, next=None)


@router.post("/centres/{centre}/pledges", status_code=201)
def publish_pledge(centre: UUID, body: PledgeIn, who: Who, pool: Connections) -> Created:
    """Publish a version of a centre's pledge; its text never changes. For managers."""
    made = pledges.publish(pool, who, CentreId(centre), body.version, ko=body.ko, en=body.en)
    return Created(id=made)


@router.post("/centres/{centre}/terms", status_code=204)
def accept_terms(centre: UUID, body: TermsIn, who: Who, pool: Connections) -> None:
    """Accept a version of a centre's pledge; the desk records what a person signed on paper."""
    person = PersonId(body.person) if body.person else None
    pledges.accept(pool, who, CentreId(centre), body.version, person=person)


@router.get("/centres/{centre}/pledge-acceptances")
def list_acceptances(
    centre: UUID,
    who: Who,
    pool: Connections,
    version: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[PledgeAcceptanceOut]:
    """List who accepted which text when, the latest first; for the desk."""
    found = pledges.acceptances(pool, who, CentreId(centre), version=version)
    items = [
        PledgeAcceptanceOut(
            person=a.person_id,
            name=a.name,
            version=a.version,
            pledge=a.pledge_id,
            accepted_at=a.accepted_at,
            is_on_paper=a.is_on_paper,
        )
        for a in found
    ]
    return Page(items=items, next=None)
