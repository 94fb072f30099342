"""Firms' debts by their age, and one firm's account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Looking, page
from gadong.billing.domain.accounts.company_account import DebtAge
from gadong.billing.services.accounts import company_accounts
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId

router = APIRouter(include_in_schema=False)

AGES = {
    DebtAge.NOT_DUE: "not due yet",
    DebtAge.UP_TO_30: "1–30 days late",
    DebtAge.UP_TO_60: "31–60 days late",
    DebtAge.UP_TO_90: "61–90 days late",
    DebtAge.OVER_90: "over 90 days late",
}


@router.get("/receivables")
def receivables(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show what firms owe the centre, by the age of the debt."""
    centre = looking.need(Right.MONEY_SEE)
    found = company_accounts.of_centre(pool, looking.who, centre.id, now=datetime.now(UTC))
    return page(
        request,
        looking,
        "billing/receivables.html",
        accounts=found,
        ages=AGES,
        sums={age: sum(one.ages[age] for one in found) for age in DebtAge},
        owed=sum(one.account.owed for one in found),
        credit=sum(one.account.credit for one in found),
        centre_id=centre.id,
    )


@router.get("/receivables/{company_id}")
def account(
    request: Request, company_id: UUID, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show a firm's account to its people and to whoever sees the centre's money."""
    found = company_accounts.of_company(
        pool,
        looking.who,
        looking.need_centre().id,
        CompanyId(company_id),
        now=datetime.now(UTC),
    )
    return page(request, looking, "billing/account.html", found=found, ages=AGES)
