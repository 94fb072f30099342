"""Endpoints of the legal parties of centres and companies, and of companies' categories."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import customer_check_schemas as schemas
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Invalid
from gadong.people.domain.bank_account import BankAccount
from gadong.people.domain.legal_party import Party, written
from gadong.people.services import legal_parties

router = APIRouter(tags=["people"])


@router.get("/centres/{centre}/party")
def centre_party(centre: UUID, who: Who, pool: Connections) -> schemas.PartyIO:
    """Return the legal party of a centre."""
    return _told(legal_parties.of_centre(pool, who, CentreId(centre)))


@router.put("/centres/{centre}/party", status_code=204)
def set_centre_party(centre: UUID, body: schemas.PartyIO, who: Who, pool: Connections) -> None:
    """Say who a centre is, from the next document on; for managers."""
    legal_parties.set_centre(pool, who, CentreId(centre), _read(body))


@router.get("/centres/{centre}/bank-account")
def bank_account(centre: UUID, who: Who, pool: Connections) -> schemas.BankAccountIO:
    """Return the bank account of a centre; empty if it has none."""
    return schemas.BankAccountIO(**asdict(legal_parties.account_of(pool, who, CentreId(centre))))


@router.put("/centres/{centre}/bank-account", status_code=204)
def set_bank_account(
    centre: UUID, body: schemas.BankAccountIO, who: Who, pool: Connections
) -> None:
    """Say into which account companies pay, from the next document on; an empty one withdraws it.

    For managers.
    """
    try:
        account = BankAccount(**body.model_dump())
    except ValueError as trouble:
        raise Invalid(str(trouble), field=str(trouble).split(" ", 1)[0]) from trouble
    legal_parties.set_account(pool, who, CentreId(centre), account)


@router.get("/centres/{centre}/companies/{company}/party")
def company_party(centre: UUID, company: UUID, who: Who, pool: Connections) -> schemas.PartyIO:
    """Return the legal party of a company; for itself and the centre's managers."""
    return _told(legal_parties.of_company(pool, who, CentreId(centre), CompanyId(company)))


@router.put("/centres/{centre}/companies/{company}/party", status_code=204)
def set_company_party(
    centre: UUID, company: UUID, body: schemas.PartyIO, who: Who, pool: Connections
) -> None:
    """Say who a company is, from the next document on; for managers."""
    legal_parties.set_company(pool, who, CentreId(centre), CompanyId(company), _read(body))


@router.get("/centres/{centre}/companies/{company}/categories")
def list_categories(
    centre: UUID, company: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CategoryIO]:
    """List the statements of a company's category, the latest first; for itself and managers."""
    return paging.whole(
        [
            schemas.CategoryIO(category=c.name, since=c.since, until=c.until, proof=c.proof)
            for c in legal_parties.categories_of(pool, who, CentreId(centre), CompanyId(company))
        ]
    )


@router.post("/centres/{centre}/companies/{company}/categories", status_code=204)
def categorise_company(
    centre: UUID, company: UUID, body: schemas.CategoryIO, who: Who, pool: Connections
) -> None:
    """Say which category a company is of, with its proof; the latest word about a day counts.

    For managers.
    """
    legal_parties.categorise(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        category=body.category,
        since=body.since,
        until=body.until,
        proof=body.proof,
    )


def _read(body: schemas.PartyIO) -> Party:
    given = body.model_dump()
    given["registration_number"] = body.registration_number.replace("-", "")
    try:
        return Party(**given)
    except ValueError as trouble:
        raise Invalid(str(trouble), field=str(trouble).split(" ", 1)[0]) from trouble


def _told(party: Party) -> schemas.PartyIO:
    return schemas.PartyIO(
        **{**asdict(party), "registration_number": written(party.registration_number)}
    )
