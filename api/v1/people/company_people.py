"""Endpoints of a company's people: their ownership, and phone numbers without a login."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.people import people_schemas as schemas
from api.v1.people.phone_numbers import ContactPhoneIn
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.operations.services import privacy
from gadong.people.services import members, phone_numbers

router = APIRouter(tags=["people"])


@router.get("/companies/{company}/people")
def list_people(
    company: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CompanyPersonOut]:
    """List the people of a company; for its own people and the centres that serve it."""
    found = members.of_company(pool, who, CompanyId(company))
    phones = phone_numbers.of_company(pool, who, CompanyId(company))
    return paging.whole(
        [
            schemas.CompanyPersonOut(
                id=p.id,
                email=p.email,
                name=p.name,
                is_owner=owns,
                has_login=p.has_login,
                phone=phones.get(p.id, ""),
            )
            for p, owns in found
        ]
    )


@router.put("/companies/{company}/people/{person}", status_code=204)
def set_ownership(
    company: UUID, person: UUID, body: schemas.OwnershipIn, who: Who, pool: Connections
) -> None:
    """Say whether one of a company's people owns it.

    For its owners and the centres that serve it.
    """
    members.put_into(pool, who, CompanyId(company), PersonId(person), is_owner=body.is_owner)


@router.delete("/companies/{company}/people/{person}", status_code=204)
def take_out(company: UUID, person: UUID, who: Who, pool: Connections) -> None:
    """Remove a person from a company; for its owners, its centres, and the person."""
    members.take_out(pool, who, CompanyId(company), PersonId(person))


@router.put("/companies/{company}/people/{person}/phone", status_code=204)
def set_phone(
    company: UUID, person: UUID, body: ContactPhoneIn, who: Who, pool: Connections
) -> None:
    """Set the phone number of a person without a login; for the company's owners and the desk."""
    phone_numbers.set_contact(pool, who, CompanyId(company), PersonId(person), body.phone)


@router.get("/companies/{company}/people/{person}/data")
def read_kept_data(company: UUID, person: UUID, who: Who, pool: Connections) -> dict[str, Any]:
    """Return everything that is kept about a person without a login, by table.

    For the company's owners and the centre's managers, who hand it to the person.
    """
    return privacy.known_of_contact(pool, who, CompanyId(company), PersonId(person))


@router.post("/companies/{company}/people/{person}/erasure", status_code=204)
def erase_person(company: UUID, person: UUID, who: Who, pool: Connections) -> None:
    """Erase a person without a login, who asked for it.

    Name and number go. Documents that the law wants kept stay, and name them by a number.
    """
    privacy.erase_contact(pool, who, CompanyId(company), PersonId(person))
