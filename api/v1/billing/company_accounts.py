"""Endpoints of firms' accounts: open items and credit, and debts by their age (미수금)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import In, Out, Whole
from gadong.billing.domain.accounts.company_account import DebtAge
from gadong.billing.domain.accounts.credit_order import OrderMedium
from gadong.billing.domain.accounts.transfer import Transfer, summed
from gadong.billing.services.accounts import company_accounts, credit_orders, transfers
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.ids import CentreId, CompanyId, StatementId, TransferId

router = APIRouter(tags=["money"])


class FirmTransferPartIn(In):
    """A part of a transfer, for one statement."""

    statement: UUID
    amount: Whole = Field(ge=1, le=1_000_000_000_000, examples=[55000])


class FirmTransferIn(In):
    """Money of a firm that came at once for one statement or several."""

    amount: Whole = Field(ge=1, le=1_000_000_000_000, examples=[132000])
    paid_on: date = Field(examples=["2026-12-10"])
    note: str = Field(default="", max_length=200, examples=["계좌이체"])
    to: list[FirmTransferPartIn] = Field(
        default_factory=list, max_length=100, description="Empty: the oldest open items first."
    )


class SetOffIn(In):
    """Won of a firm's credit for one statement."""

    amount: Whole = Field(ge=1, le=1_000_000_000_000, examples=[10000])


class RefundIn(In):
    """A credit that was paid back, with the account as note."""

    amount: Whole = Field(ge=1, le=1_000_000_000_000, examples=[10000])
    paid_on: date = Field(examples=["2026-12-10"])
    note: str = Field(min_length=1, max_length=200, examples=["기업은행 123-456"])


class FirmTransferOut(Out):
    """Money that came, went back (`is_refund`), or (`reverses`) a wrong entry taken back."""

    id: UUID
    centre: UUID
    company: UUID
    amount: int
    is_refund: bool
    paid_on: date
    note: str
    root: UUID = Field(description="The transfer that it belongs to, or its own id.")
    reverses: UUID | None
    recorded_at: datetime


class CreditOrderIn(In):
    """A firm's wish that its credit pays by itself, or does not, and how the firm asked."""

    is_automatic: bool
    asked: OrderMedium = Field(
        description="`page` for an owner of the firm; staff say `paper` or `telephone`."
    )


class CreditOrderOut(Out):
    """A firm's wish about its credit."""

    id: UUID
    centre: UUID
    company: UUID
    is_automatic: bool
    asked: OrderMedium
    recorded_at: datetime


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
    """A firm's account at a centre; `balance` is `owed` less `credit` and `held`."""

    company: UUID
    company_name: str
    as_of: date
    owed: int
    credit: int
    balance: int
    by_age: dict[str, int] = Field(description="Adds up to `owed`.")
    held: int = Field(description="Of its transfers, what is allotted to no statement.")
    is_credit_automatic: bool = Field(
        description="The credit pays what is issued to the firm by itself."
    )
    statements: list[AccountItemOut] = Field(description="The oldest due first.")
    transfers: list[FirmTransferOut] = Field(description="What came and went back, in order.")


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
        held=account.held,
        is_credit_automatic=found.is_automatic,
        transfers=[firm_transfer(one) for one in found.transfers],
    )


@router.get("/centres/{centre}/receivables.csv", response_class=Response)
def receivables_table(centre: UUID, who: Who, pool: Connections) -> Response:
    """Return a centre's open items as a table, each in the column of its age; for managers."""
    now = datetime.now(UTC)
    rows = company_accounts.receivables_table(pool, who, CentreId(centre), now=now)
    return as_file(table(rows), "receivables.csv", CSV)


@router.post("/centres/{centre}/companies/{company}/transfers", status_code=201)
def record_transfer(
    centre: UUID, company: UUID, body: FirmTransferIn, who: Who, pool: Connections
) -> FirmTransferOut:
    """Enter money that came, for the statements named or the oldest first; the rest is a credit.

    For managers.
    """
    made = transfers.record(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        amount=body.amount,
        paid_on=body.paid_on,
        note=body.note,
        to=summed((StatementId(part.statement), part.amount) for part in body.to),
        now=datetime.now(UTC),
    )
    return firm_transfer(made)


@router.post("/centres/{centre}/companies/{company}/credit-orders", status_code=201)
def set_credit_order(
    centre: UUID, company: UUID, body: CreditOrderIn, who: Who, pool: Connections
) -> CreditOrderOut:
    """Say that a firm's credit pays what is issued to it by itself, or that a person decides.

    For the firm's owners, and managers on its word.
    """
    made = credit_orders.set_order(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        is_automatic=body.is_automatic,
        asked=body.asked,
        now=datetime.now(UTC),
    )
    return CreditOrderOut(
        id=made.id,
        centre=made.centre_id,
        company=made.company_id,
        is_automatic=made.is_automatic,
        asked=made.asked,
        recorded_at=made.recorded_at,
    )


@router.post("/statements/{statement_id}/set-offs", status_code=204)
def set_credit_off(statement_id: UUID, body: SetOffIn, who: Who, pool: Connections) -> None:
    """Set the firm's credit off against a statement that is open; for managers."""
    transfers.set_off(
        pool, who, StatementId(statement_id), amount=body.amount, now=datetime.now(UTC)
    )


@router.post("/centres/{centre}/companies/{company}/refunds", status_code=204)
def record_refund(centre: UUID, company: UUID, body: RefundIn, who: Who, pool: Connections) -> None:
    """Enter that a credit was paid back, and to where; for managers."""
    transfers.refund(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        amount=body.amount,
        paid_on=body.paid_on,
        note=body.note,
        now=datetime.now(UTC),
    )


@router.post("/transfers/{transfer_id}/reverse", status_code=201)
def reverse_transfer(
    transfer_id: UUID, body: ReverseIn, who: Who, pool: Connections
) -> FirmTransferOut:
    """Take back a transfer with all its payments, or a refund; for managers."""
    return firm_transfer(
        transfers.take_back(pool, who, TransferId(transfer_id), reason=body.reason)
    )


def firm_transfer(entry: Transfer) -> FirmTransferOut:
    """Return the wire format of an entry of a firm's money."""
    return FirmTransferOut(
        id=entry.id,
        centre=entry.centre_id,
        company=entry.company_id,
        amount=entry.amount,
        is_refund=entry.is_refund,
        paid_on=entry.paid_on,
        note=entry.note,
        root=entry.root_id,
        reverses=entry.reverses,
        recorded_at=entry.recorded_at,
    )
