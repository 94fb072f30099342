"""Firms' debts by their age, and one firm's account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.accounts.company_account import DebtAge
from gadong.billing.domain.accounts.transfer import summed
from gadong.billing.services.accounts import company_accounts, transfers
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, StatementId, TransferId
from gadong.core.domain.problem import Conflict, Invalid

router = APIRouter(include_in_schema=False)

# A transfer has at most 1,000,000,000,000 won.
MOST_DIGITS = 13

Won = Annotated[int, Form(ge=1, le=1_000_000_000_000)]


class TransferForm(BaseModel):
    """A transfer as the form sends it: one part for each statement, in the same order."""

    amount: int = Field(ge=1, le=1_000_000_000_000)
    paid_on: date
    note: str = Field(default="", max_length=200)
    statement: list[UUID] = Field(default_factory=list)
    part: list[str] = Field(default_factory=list)

    def parts(self) -> dict[StatementId, int]:
        """Return the parts that were filled in; raise Invalid for what is no number of won."""
        found: list[tuple[StatementId, int]] = []
        for statement_id, text in zip(self.statement, self.part, strict=False):
            if part := text.strip():
                # Python refuses to read a number of over 4,300 digits.
                if not part.isdecimal() or len(part) > MOST_DIGITS:
                    raise Invalid("Write a part in won", field="part")
                found.append((StatementId(statement_id), int(part)))
        return summed(found)


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
        credit=sum(one.account.credit + one.account.held for one in found),
        centre_id=centre.id,
    )


@router.get("/receivables/{company_id}")
def account(
    request: Request, company_id: UUID, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show a firm's account to its people and to whoever sees the centre's money."""
    return _account(request, looking, pool, company_id)


@router.post("/receivables/{company_id}/transfers")
def record_transfer(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    given: Annotated[TransferForm, Form()],
) -> Response:
    """Enter money that came for several statements; parts left empty go to the oldest first."""
    centre, now = looking.need(Right.MONEY_WORK), datetime.now(UTC)

    def work() -> None:
        transfers.record(
            pool,
            looking.who,
            centre.id,
            CompanyId(company_id),
            amount=given.amount,
            paid_on=given.paid_on,
            note=given.note,
            to=given.parts(),
            now=now,
        )

    return _done(request, looking, pool, company_id, work)


@router.post("/receivables/{company_id}/set-off")
def set_off(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    statement: Annotated[UUID, Form()],
    amount: Won,
) -> Response:
    """Set the firm's credit off against an open statement."""
    looking.need(Right.MONEY_WORK)

    def work() -> None:
        transfers.set_off(
            pool, looking.who, StatementId(statement), amount=amount, now=datetime.now(UTC)
        )

    return _done(request, looking, pool, company_id, work)


@router.post("/receivables/{company_id}/refunds")
def refund(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    amount: Won,
    paid_on: Annotated[date, Form()],
    note: Annotated[str, Form(max_length=200)],
) -> Response:
    """Enter that a credit was paid back."""
    centre, now = looking.need(Right.MONEY_WORK), datetime.now(UTC)

    def work() -> None:
        transfers.refund(
            pool,
            looking.who,
            centre.id,
            CompanyId(company_id),
            amount=amount,
            paid_on=paid_on,
            note=note,
            now=now,
        )

    return _done(request, looking, pool, company_id, work)


@router.post("/receivables/{company_id}/take-back")
def take_back(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    transfer: Annotated[UUID, Form()],
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take back a wrong transfer with its payments, or a refund."""
    looking.need(Right.MONEY_WORK)

    def work() -> None:
        transfers.take_back(pool, looking.who, TransferId(transfer), reason=reason)

    return _done(request, looking, pool, company_id, work)


def _done(
    request: Request, looking: Look, pool: Connections, company_id: UUID, work: Callable[[], None]
) -> Response:
    try:
        work()
    except (Invalid, Conflict) as trouble:
        return _account(request, looking, pool, company_id, why=reasons(trouble, looking.words))
    return go(f"/receivables/{company_id}", said=looking.words.say("Entered."))


def _account(
    request: Request,
    looking: Look,
    pool: Connections,
    company_id: UUID,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    found = company_accounts.of_company(
        pool,
        looking.who,
        looking.need_centre().id,
        CompanyId(company_id),
        now=datetime.now(UTC),
    )
    return page(
        request,
        looking,
        "billing/company_account.html",
        status=409 if why else 200,
        reasons=why or [],
        found=found,
        ages=AGES,
    )
