"""Wire formats of a centre's bank: its table, lines with proposals, and their settlement."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from api.v1.billing.company_accounts import FirmTransferPartIn
from api.v1.schemas import BrokenRule, In, Out
from gadong.billing.domain.bank.bank_entry import EntryVerdict, SettlementKind
from gadong.billing.domain.bank.bank_match import MatchBasis
from gadong.billing.services.bank.bank_imports import LONGEST_ACCOUNT

# As the largest body allows (api/app.py).
LONGEST_TEXT, LONGEST_FILE = 1_000_000, 2_800_000


class BankImportIn(In):
    """A bank's table of the centre's account as a text, or as a file in base64."""

    text: str | None = Field(
        default=None,
        max_length=LONGEST_TEXT,
        examples=["거래일시\t보낸분\t입금액\n2026-12-10 14:03:11\t(주)한솔정밀\t132,000"],
    )
    file: str | None = Field(
        default=None, max_length=LONGEST_FILE, description="CSV (UTF-8 or CP949) or XLSX in base64."
    )
    fields: dict[str, str] | None = Field(
        default=None,
        max_length=60,
        description="The field of each heading; without it, as in earlier imports.",
    )
    account: str = Field(
        default="",
        max_length=LONGEST_ACCOUNT,
        description="The account's name, where the centre has several: equal lines of two are two.",
        examples=["농협 1234"],
    )
    keeps_good: bool = Field(default=False, description="Leave faulty rows out.")
    takes_similar: bool = Field(
        default=False, description="Take in rows that look like imported lines."
    )


class BankRowOut(Out):
    """A row of a bank's table: its number in the table, its verdict, and what is wrong with it."""

    line: int
    verdict: EntryVerdict
    came_on: date | None
    came_at: str
    amount: int | None
    payer: str
    problems: list[BrokenRule]


class BankImportOut(Out):
    """A bank's table as it was read. `problems` are those of its columns."""

    items: list[BankRowOut]
    next: str | None = None
    counts: dict[str, int] = Field(description="The rows of each verdict.")
    new_won: int
    fields: dict[str, str]
    problems: list[BrokenRule]


class BankProposalOut(Out):
    """A firm that may have sent the money, and the statements that it would pay. Won."""

    company: UUID
    company_name: str
    basis: str = Field(examples=[MatchBasis.NAME.name.lower()])
    is_exact: bool
    to: list[FirmTransferPartIn]
    rest: int = Field(description="What would become the firm's credit.")


class EnteredMoneyOut(Out):
    """Money of the amount that staff entered by hand on a day near the line's."""

    company: UUID
    company_name: str
    paid_on: date
    transfer: UUID | None
    payment: UUID | None
    statement_number: str | None


class BankSettlementOut(Out):
    """A person's decision about a line."""

    kind: SettlementKind
    reason: str
    transfer: UUID | None
    company: UUID | None
    company_name: str


class BankEntryOut(Out):
    """A line that brought money; open lines have proposals, settled ones their settlement."""

    id: UUID
    centre: UUID
    came_on: date
    came_at: str
    amount: int
    payer: str
    memo: str
    balance: int | None
    account: str
    proposals: list[BankProposalOut] = Field(default_factory=list)
    entered: list[EnteredMoneyOut] = Field(default_factory=list)
    settlement: BankSettlementOut | None = None


class BankTransferIn(In):
    """The firm that sent a line's money, and the statements that it pays."""

    company: UUID
    to: list[FirmTransferPartIn] = Field(
        default_factory=list, max_length=100, description="Empty: the oldest open items first."
    )


class BankLinkIn(In):
    """The transfer or the payment that was entered by hand and is the line's money."""

    transfer: UUID | None = None
    payment: UUID | None = None


class BankReasonIn(In):
    """The nature of the money, or the reason that its settlement is taken back."""

    reason: str = Field(min_length=1, max_length=200, examples=["예금 이자"])


class BankState(StrEnum):
    """The lines that a list has."""

    OPEN = "open"
    SETTLED = "settled"
