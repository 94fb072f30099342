"""Wire formats after a statement's issue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Reason, Whole
from gadong.billing.domain.correction import StatementSum
from gadong.billing.domain.kept_correction import InvoiceKind
from gadong.billing.domain.tariff_terms import TaxType


class ChangeOut(Out):
    """One line that differs; null before it existed, or after it vanished."""

    key: str
    was: int | None
    now: int | None
    was_tax_type: TaxType | None = Field(
        description="The tax type before; the amount may be the same."
    )
    now_tax_type: TaxType | None
    sentence_ko: str
    sentence_en: str


class StepOut(Out):
    """One sum of the document before and after. Won."""

    figure: StatementSum
    was: int
    now: int


class PayerStepOut(Out):
    """One programme's part of the document before and after. Won."""

    programme: str
    payer: str
    was: int
    now: int


class DifferenceOut(Out):
    """The difference between a statement with its corrections and the facts of today. Won."""

    changes: list[ChangeOut]
    steps: list[StepOut] = Field(
        description="Supply by tax type, tax, the programmes' part and the company's; it is "
        "material by any of them."
    )
    payers: list[PayerStepOut] = Field(
        description="Each programme's part; it is material by any of them, though all together "
        "pay the same."
    )
    was_total: int
    now_total: int
    difference: int = Field(description="Amount that the company owes more, or less if negative.")
    is_material: bool = Field(description="True if it is large enough for a correction.")
    is_too_late: bool = Field(
        description="In the centre's favour, and claimed no more (`rebill_days`)."
    )
    is_going_on: bool = Field(
        description="Use is not over, so that the difference still changes: a correction is "
        "refused until its end (`statement.open_session`)."
    )
    digest: str = Field(
        description="Digest of this difference; a correction is issued for exactly this."
    )


class CorrectionIn(In):
    """Issue the difference that was looked at."""

    digest: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$", examples=["0" * 64])
    reason: Reason


class NamingIn(In):
    """Issue the names that were looked at."""

    digest: str = Field(min_length=64, max_length=64, pattern="^[0-9a-f]+$", examples=["0" * 64])
    reason: Reason
    registration_number: str = Field(
        default="",
        max_length=20,
        description="The customer's right number, where it was entered wrong.",
    )


class NameChangeOut(Out):
    """One name or number before and after."""

    side: str = Field(examples=["customer"])
    field: str = Field(examples=["representative"])
    was: str
    now: str


class NamingOut(Out):
    """The names that differ from those on a statement; no amount changes."""

    changes: list[NameChangeOut]
    digest: str


class CorrectionOut(Out):
    """An issued correction. `document` never changes."""

    id: UUID
    number: str = Field(examples=["mullae-202611-0001-C01"])
    difference: int
    document: dict[str, Any]
    document_digest: str
    chain_hash: str
    issued_at: datetime


class TaxInvoiceIn(In):
    """A tax invoice that was issued elsewhere."""

    approval: str = Field(pattern="^[0-9A-Za-z]{24}$", examples=["202611301000000012345678"])
    written_on: date = Field(examples=["2026-11-30"])
    issued_on: date = Field(examples=["2026-12-10"])
    correction: UUID | None = None
    kind: InvoiceKind = Field(
        default=InvoiceKind.TAX, description="`exempt` for supply without tax (계산서)."
    )
    reason_code: Literal["01", "02", "03", "04", "05", "06"] | None = Field(
        default=None,
        description="Of an amended invoice: 01 mistake, 02 changed amount, 04 cancelled, 06 "
        "issued twice.",
    )


class CashReceiptIn(In):
    """A cash receipt (현금영수증) that was issued elsewhere. Won with the tax."""

    approval: str = Field(pattern="^[0-9A-Za-z]{9}$", examples=["123456789"])
    amount: Whole = Field(
        ge=-1_000_000_000_000,
        le=1_000_000_000_000,
        examples=[55000],
        description="Below nothing: an earlier one was cancelled.",
    )
    issued_on: date = Field(examples=["2026-12-03"])


class CashReceiptOut(Out):
    """A registered cash receipt."""

    id: UUID
    approval: str
    amount: int
    issued_on: date
    recorded_at: datetime


class TaxInvoiceOut(Out):
    """A registered tax invoice."""

    id: UUID
    correction: UUID | None
    kind: InvoiceKind
    approval: str
    reason_code: str | None
    written_on: date
    issued_on: date
    recorded_at: datetime
