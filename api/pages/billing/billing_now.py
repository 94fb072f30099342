"""The form that bills at once what a company used by now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.billing.statements import so_far_page
from api.pages.frame.layout import Looking, go
from api.pages.frame.problem_page import reasons
from gadong.billing.services.accounts import billing_now
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.problem import GadongError

router = APIRouter(include_in_schema=False)


@router.post("/statements/bill-now")
def bill_now(
    request: Request,
    looking: Looking,
    pool: Connections,
    company: Annotated[UUID, Form()],
    accept: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Issue a statement of what the company used by now, and lead to it."""
    centre = looking.need(Right.MONEY_WORK)
    try:
        issued = billing_now.bill_now(
            pool,
            looking.who,
            centre=centre.id,
            company=CompanyId(company),
            accept=[code for code in accept.split(",") if code],
        )
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return so_far_page(request, looking, pool, CompanyId(company), why=why)
    said = looking.words.say("Billed. Enter the payment as it comes.")
    return go(f"/statements/{issued.id}", said=said)
