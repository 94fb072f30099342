"""Endpoints of companies and other payers: who is served, their kinds and their cash receipts."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.identity import Connections, Told, Who
from api.v1 import paging
from api.v1.schemas import In, Name, Out
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.natural_order import matches, natural_key
from gadong.people.domain.payer import A_BUSINESS, Payer, PayerKind, Receipt, ReceiptPurpose
from gadong.people.services import accounts
from gadong.people.services.payers import payers

router = APIRouter(tags=["people"])


class CompanyIn(In):
    """A payer to be made."""

    centre: UUID
    name: Name = Field(examples=["한솔정밀"])
    registration_number: str = Field(
        default="",
        max_length=12,
        examples=["124-81-00998"],
        description="사업자등록번호 or 고유번호. Empty for a payer that has none.",
    )
    kind: PayerKind = Field(
        default=PayerKind.BUSINESS, description="What stands for the number: docs/payers.md."
    )
    identification: str = Field(
        default="",
        max_length=150,
        description="In place of a number: a school, a number in the farm register … Never a "
        "주민등록번호.",
    )
    category: str = Field(default="small-manufacturer", max_length=60)
    since: date = Field(examples=["2026-01-01"])


class CompanyOut(Out):
    """A payer."""

    id: UUID
    name: str
    registration_number: str = Field(description="Empty for a payer without one.")
    kind: PayerKind = PayerKind.BUSINESS


class PayerIO(In):
    """A payer at a centre: its kind, and what cash receipts are issued under.

    `identification` stands for a number with the tax office; it is never a 주민등록번호.
    """

    kind: PayerKind = PayerKind.BUSINESS
    identification: str = Field(default="", max_length=150)
    receipt_purpose: ReceiptPurpose = ReceiptPurpose.UNNAMED
    receipt_number: str = Field(default="", max_length=25)


@router.get("/companies")
def list_companies(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    *,
    kind: Annotated[PayerKind | None, Query(description="Only payers of this kind.")] = None,
    text: paging.SearchText = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[CompanyOut]:
    """Return the companies a centre serves, by name; for its managers.

    `text` has words of the name or of the registration number.
    """
    kinds = payers.every(pool, who, CentreId(centre))
    served = sorted(
        accounts.companies(pool, who, CentreId(centre)), key=lambda c: (natural_key(c.name), c.id)
    )
    found = [
        CompanyOut(id=c.id, name=c.name, registration_number=c.registration_number, kind=of_kind)
        for c in paging.after_id(served, cursor)
        if matches(f"{c.name} {c.registration_number}", text)
        if (of_kind := kinds.get(c.id, A_BUSINESS).kind) is kind or kind is None
    ][:limit]
    return paging.Page(items=found, next=paging.next_id(found, limit))


@router.post("/companies", status_code=201)
def create_company(body: CompanyIn, who: Who, pool: Connections, told: Told) -> CompanyOut:
    """Add a company that a centre serves, or another payer; for its managers.

    A company that another centre serves is asked for its consent first: `GET /companies` lists it
    once it agrees, under its own id. The answer is alike.
    """
    company = accounts.create_company(
        pool,
        who,
        centre=CentreId(body.centre),
        name=body.name,
        registration_number=body.registration_number,
        category=body.category,
        since=body.since,
        payer=Payer(kind=body.kind, identification=body.identification),
        public_url=told.public_url,
    )
    return CompanyOut(
        id=company.id,
        name=company.name,
        registration_number=company.registration_number,
        kind=body.kind,
    )


@router.get("/centres/{centre}/companies/{company}/payer")
def get_payer(centre: UUID, company: UUID, who: Who, pool: Connections) -> PayerIO:
    """Return a company as a payer; for itself and the centre's managers."""
    found = payers.of_company(pool, who, CentreId(centre), CompanyId(company))
    return PayerIO(
        kind=found.kind,
        identification=found.identification,
        receipt_purpose=found.receipt.purpose,
        receipt_number=found.receipt.number,
    )


@router.put("/centres/{centre}/companies/{company}/payer", status_code=204)
def set_payer(centre: UUID, company: UUID, body: PayerIO, who: Who, pool: Connections) -> None:
    """Set the kind of a payer, what it gave for a number, and its receipts; for managers."""
    payers.set_payer(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        Payer(
            kind=body.kind,
            identification=body.identification,
            receipt=Receipt(purpose=body.receipt_purpose, number=body.receipt_number),
        ),
    )
