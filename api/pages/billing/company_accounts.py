"""Firms' debts by their age, and one firm's account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.form_keys import FormKey, new_form_key
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.accounts.company_account import DebtAge
from gadong.billing.domain.accounts.credit_order import OrderMedium
from gadong.billing.domain.accounts.transfer import summed
from gadong.billing.services.accounts import company_accounts, credit_orders, transfers
from gadong.billing.services.claims import claim_payments
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId, CompanyId, StatementId, TransferId
from gadong.core.domain.problem import Conflict, Invalid

router = APIRouter(include_in_schema=False)

# More than any firm owes: the largest debt comes first where others sort by their names.
MOST_OWED = 10**18

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
    key: str | None = Field(default=None, min_length=8, max_length=200)

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


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A form of a firm's account that somebody with the right to it has sent."""

    request: Request
    looking: Look
    pool: Pool
    centre: CentreId
    company: CompanyId

    def done(self, work: Callable[[], object]) -> Response:
        """Do the work and go back to the account, which says why where it was refused."""
        try:
            work()
        except (Invalid, Conflict) as trouble:
            why = reasons(trouble, self.looking.words)
            return _account(self.request, self.looking, self.pool, self.company, why=why)
        said = self.looking.words.say("Entered.")
        return go(f"/receivables/{self.company}", said=said)


async def entering(
    request: Request, company_id: UUID, looking: Looking, pool: Connections
) -> AccountEntry:
    """Return the form as of whoever works with the centre's money; Forbidden to others."""
    centre = looking.need(Right.MONEY_WORK)
    return AccountEntry(request, looking, pool, centre.id, CompanyId(company_id))


Entering = Annotated[AccountEntry, Depends(entering)]

AGES = {
    DebtAge.NOT_DUE: "not due yet",
    DebtAge.UP_TO_30: "1–30 days late",
    DebtAge.UP_TO_60: "31–60 days late",
    DebtAge.UP_TO_90: "61–90 days late",
    DebtAge.OVER_90: "over 90 days late",
}


@router.get("/receivables")
def receivables(
    request: Request, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show what firms owe the centre, by the age of the debt."""
    centre = looking.need(Right.MONEY_SEE)
    found = company_accounts.of_centre(pool, looking.who, centre.id, now=datetime.now(UTC))
    return page(
        request,
        looking,
        "billing/receivables.html",
        accounts=listing(
            "/receivables",
            found,
            asked.of(""),
            text=lambda one: one.company_name,
            orders={
                "name": ("Company", lambda one: one.company_name),
                "owed": ("Still owed", lambda one: str(MOST_OWED - one.account.owed)),
            },
        ),
        ages=AGES,
        sums={age: sum(one.ages[age] for one in found) for age in DebtAge},
        owed=sum(one.account.owed for one in found),
        credit=sum(one.account.available for one in found),
        centre_id=centre.id,
        claims=claim_payments.open_at(pool, looking.who, centre.id, now=datetime.now(UTC)),
    )


@router.get("/receivables/{company_id}")
def account(
    request: Request, company_id: UUID, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show a firm's account to its people and to whoever sees the centre's money."""
    return _account(request, looking, pool, company_id, asked=asked)


@router.post("/receivables/{company_id}/transfers")
def record_transfer(entry: Entering, given: Annotated[TransferForm, Form()]) -> Response:
    """Enter money that came for several statements; parts left empty go to the oldest first."""
    return entry.done(
        lambda: transfers.record(
            entry.pool,
            entry.looking.who,
            entry.centre,
            entry.company,
            amount=given.amount,
            paid_on=given.paid_on,
            note=given.note,
            to=given.parts(),
            now=datetime.now(UTC),
            key=given.key,
        )
    )


@router.post("/receivables/{company_id}/set-off")
def set_off(
    entry: Entering, statement: Annotated[UUID, Form()], amount: Won, key: FormKey = None
) -> Response:
    """Set the firm's credit off against an open statement."""
    return entry.done(
        lambda: transfers.set_off(
            entry.pool,
            entry.looking.who,
            StatementId(statement),
            amount=amount,
            now=datetime.now(UTC),
            key=key,
        )
    )


@router.post("/receivables/{company_id}/refunds")
def refund(
    entry: Entering,
    amount: Won,
    paid_on: Annotated[date, Form()],
    note: Annotated[str, Form(max_length=200)],
    key: FormKey = None,
) -> Response:
    """Enter that a credit was paid back."""
    return entry.done(
        lambda: transfers.refund(
            entry.pool,
            entry.looking.who,
            entry.centre,
            entry.company,
            amount=amount,
            paid_on=paid_on,
            note=note,
            now=datetime.now(UTC),
            key=key,
        )
    )


@router.post("/receivables/{company_id}/credit-order")
def set_order(
    request: Request,
    looking: Looking,
    pool: Connections,
    company_id: UUID,
    is_automatic: Annotated[bool, Form()],
    asked: Annotated[OrderMedium, Form()],
) -> Response:
    """Say whether the firm's credit pays by itself; for its owners and staff on its word."""
    entry = AccountEntry(request, looking, pool, looking.need_centre().id, CompanyId(company_id))
    return entry.done(
        lambda: credit_orders.set_order(
            pool,
            looking.who,
            entry.centre,
            entry.company,
            is_automatic=is_automatic,
            asked=asked,
            now=datetime.now(UTC),
        )
    )


@router.post("/receivables/{company_id}/take-back")
def take_back(
    entry: Entering,
    transfer: Annotated[UUID, Form()],
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take back a wrong transfer with its payments, or a refund."""
    return entry.done(
        lambda: transfers.take_back(
            entry.pool, entry.looking.who, TransferId(transfer), reason=reason
        )
    )


def _account(
    request: Request,
    looking: Look,
    pool: Connections,
    company_id: UUID,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    asked, path = asked or ListSearch(), f"/receivables/{company_id}"
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
        items=listing(
            path,
            found.account.items,
            asked.of("statements"),
            text=lambda item: f"{item.number} {item.month}",
        ),
        transfers=listing(
            path,
            found.transfers,
            asked.of("transfers"),
            text=lambda t: f"{t.paid_on} {t.amount} {t.note}",
        ),
        ages=AGES,
        new_key=new_form_key,
    )
