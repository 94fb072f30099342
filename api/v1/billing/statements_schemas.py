"""Tariffs and statements on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, MonthText, Out, Whole
from gadong.billing.domain.statement import StatementState
from gadong.billing.services.statement_blockers import ACCEPTABLE


class TariffDocument(In):
    """A price table: see docs/tariffs.md for its fields."""

    tariff: dict[str, Any] = Field(
        examples=[
            {
                "effective_from": "2026-01-01",
                "items": [
                    {
                        "kind": "3d-printer",
                        "rate_per_hour": "3000",
                        "basis": "actual_run",
                        "increment_seconds": 600,
                        "minimum_seconds": 1800,
                    }
                ],
                "discounts": [{"category": "small-manufacturer", "pct": "50"}],
                "document_unit": 10,
            }
        ]
    )


class TariffIn(TariffDocument):
    """A centre's new price table."""

    centre: UUID


class UnmeasuredOut(Out):
    """A machine without signals that an item prices by use, and the basis that holds of it."""

    machine: UUID
    machine_slug: str
    item: str
    basis: str


class WithoutDeviceOut(Out):
    """A machine that an item prices by use, observed by signals, to which no device is bound."""

    machine: UUID
    machine_slug: str
    item: str


class TariffOut(Out):
    """A price table; in force from its day once published."""

    id: UUID
    centre: UUID
    published_at: datetime | None
    tariff: dict[str, Any]
    unmeasured: list[UnmeasuredOut] = Field(
        default_factory=list, description="Named as it is published."
    )
    without_device: list[WithoutDeviceOut] = Field(
        default_factory=list, description="Named as it is published."
    )


class EffectOut(Out):
    """The effect of a tariff on a company's month. Won, with tax."""

    company: UUID
    company_name: str
    month: str
    was: int
    now: int
    difference: int
    lines_changed: int


class StatementIn(In):
    """The centre, company and month of a statement to compute."""

    centre: UUID
    company: UUID
    month: MonthText


class ApproveIn(In):
    """The unsettled problems that the approving manager accepts."""

    accept: list[str] = Field(
        default_factory=list,
        max_length=len(ACCEPTABLE),
        examples=[["statement.sequence_gap"]],
    )
    reason: str = Field(
        default="",
        max_length=200,
        description="Told to a company whose review is ended before its time.",
    )


class IssueIn(In):
    """Options of an issue."""

    close_early: bool = Field(default=False, description="Issue although the month still runs.")


class StatementOut(Out):
    """A company's month. `document` is what was computed; issued, it never changes."""

    id: UUID
    centre: UUID
    company: UUID
    month: str
    since: datetime | None = Field(
        description="A statement within the month bills what began from here; null: its beginning."
    )
    until: datetime | None = Field(description="And before here; null: the month's end.")
    state: StatementState = Field(examples=["draft"])
    number: str | None = Field(examples=["mullae-202611-0001"])
    total: int = Field(examples=[55000])
    check_until: datetime | None = Field(
        description="The end of the time that its company has, or had, to check it."
    )
    blockers: list[dict[str, Any]]
    document: dict[str, Any]
    document_digest: str
    input_digest: str
    chain_hash: str | None
    approved_at: datetime | None
    issued_at: datetime | None
    due_on: date | None = Field(description="By when an issued statement is to be paid.")
    payment: str | None = Field(
        examples=["open"], description="open, part_paid, paid, overdue or written_off, once issued."
    )
    outstanding: int | None = Field(description="Won still owed, once issued.")


class ReaderOut(Out):
    """A person of a statement's company, with the notice of its issue and their first reading."""

    person_id: UUID | None = Field(
        description="Null for one whom another centre entered, and for a token without people.see."
    )
    name: str
    told_at: datetime | None = Field(description="When the notice of its issue was made.")
    first_read_at: datetime | None = Field(
        description="When the person first opened it: the page, a document, or by a program."
    )


class PaymentIn(In):
    """Money that came for a statement.

    `is_written_off`: that nobody expects to come any more, with the reason as note.
    """

    amount: Whole = Field(ge=1, le=1_000_000_000_000, examples=[55000])
    paid_on: date = Field(examples=["2026-12-10"])
    note: str = Field(default="", max_length=200, examples=["계좌이체"])
    is_written_off: bool = False


class PaymentOut(Out):
    """One entry; a negative one takes back the one it names."""

    id: UUID
    amount: int
    paid_on: date
    note: str
    reverses: UUID | None
    recorded_by: UUID
    recorded_at: datetime
    is_written_off: bool


class PreviewOut(Out):
    """A company's month so far; nothing is stored."""

    total: int
    blockers: list[dict[str, Any]]
    document: dict[str, Any]
    document_digest: str
