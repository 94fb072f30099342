"""Endpoints of firms' accounts: open items and credit, and debts by their age (미수금)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.schemas import Out
from gadong.billing.domain.accounts.company_account import DebtAge
from gadong.billing.services.accounts import company_accounts
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.ids import CentreId, CompanyId

router = APIRouter(tags=["money"])


class AccountItemOut(Out):
    """An issued statement with its corrections and payments, in won.

    `open` and `credit` are never below zero, and one of them is zero.
    """

    statement: UUID
    number: str
    month: str
    due_on: date | None
    charged: int = Field(description="The statement, less what a programme pays.")
    corrected: int = Field(description="The sum of its corrections.")
    payable: int
    paid: int
    written_off: int
    open: int
    credit: int
    days_late: int
    age: DebtAge


class CompanyAccountOut(Out):
    """A firm's account at a centre; `balance` is `owed` less `credit`."""

    company: UUID
    company_name: str
    as_of: date
    owed: int
    credit: int
    balance: int
    by_age: dict[str, int] = Field(description="Adds up to `owed`.")
    statements: list[AccountItemOut] = Field(description="The oldest due first.")


@router.get("/centres/{centre}/companies/{company}/account")
def get_company_account(
    centre: UUID, company: UUID, who: Who, pool: Connections
) -> CompanyAccountOut:
    """Return a firm's open items and credit, for its people and the centre's managers."""
    found = company_accounts.of_company(
        pool, who, CentreId(centre), CompanyId(company), now=datetime.now(UTC)
    )
    account = found.account
    return CompanyAccountOut(
        company=found.company_id,
        company_name=found.company_name,
        as_of=found.today,
        owed=account.owed,
        credit=account.credit,
        balance=account.balance,
        by_age={age.value: amount for age, amount in found.ages.items()},
        statements=[
            AccountItemOut(
                statement=item.statement_id,
                number=item.number,
                month=item.month,
                due_on=item.due_on,
                charged=item.charged,
                corrected=item.corrected,
                payable=item.payable,
                paid=item.paid,
                written_off=item.written_off,
                open=item.open,
                credit=item.credit,
                days_late=item.days_late(found.today),
                age=item.age(found.today),
            )
            for item in account.items
        ],
    )


@router.get("/centres/{centre}/receivables.csv", response_class=Response)
def receivables_table(centre: UUID, who: Who, pool: Connections) -> Response:
    """Return a centre's open items as a table, each in the column of its age; for managers."""
    now = datetime.now(UTC)
    rows = company_accounts.receivables_table(pool, who, CentreId(centre), now=now)
    return as_file(table(rows), "receivables.csv", CSV)
