"""Terms and privacy notices of the installation."""

from __future__ import annotations

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.people.agreements_schemas import AgreementIn, AgreementOut, AgreementsAcceptanceIn
from api.v1.schemas import Created
from gadong.people.services import agreements

router = APIRouter(tags=["joining"])


@router.get("/agreements")
def list_agreements(pool: Connections) -> paging.Page[AgreementOut]:
    """List the agreements in force in full; for everybody, since new members accept them first."""
    return paging.whole(
        [AgreementOut.model_validate(a, from_attributes=True) for a in agreements.in_force(pool)]
    )


@router.post("/agreements", status_code=201)
def publish_agreement(body: AgreementIn, who: Who, pool: Connections) -> Created:
    """Publish another version of an agreement, in force at once; for the administrator."""
    made = agreements.publish(pool, who, body.kind, body.version, ko=body.ko, en=body.en)
    return Created(id=made)


@router.post("/agreements/accept", status_code=204)
def accept_agreements(body: AgreementsAcceptanceIn, who: Who, pool: Connections) -> None:
    """Accept all agreements in force."""
    agreements.accept(pool, who, body.accepted)
