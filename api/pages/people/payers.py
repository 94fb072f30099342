"""The form of a payer: its kind, what it gave for a number, and its cash receipts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.frame.layout import Looking
from api.pages.people.company import done
from api.pages.people.party_form import PartyText
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.people.domain.payer import Payer, PayerKind, Receipt, ReceiptPurpose
from gadong.people.services.payers import payers

router = APIRouter(include_in_schema=False)


@router.post("/companies/{company_id}/payer")
def set_payer(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    kind: Annotated[PayerKind, Form()],
    identification: PartyText = "",
    receipt_purpose: Annotated[ReceiptPurpose, Form()] = ReceiptPurpose.UNNAMED,
    receipt_number: Annotated[str, Form(max_length=25)] = "",
) -> Response:
    """Keep the kind of a payer, what it gave for a number, and its receipts."""
    payer = Payer(
        kind=kind,
        identification=identification,
        receipt=Receipt(purpose=receipt_purpose, number=receipt_number),
    )

    def work() -> None:
        centre = looking.need(Right.PEOPLE_WORK)
        payers.set_payer(pool, looking.who, centre.id, CompanyId(company_id), payer)

    return done(request, looking, pool, company_id, work, "Kept.", payer=payer)
