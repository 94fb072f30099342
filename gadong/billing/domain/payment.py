"""Payments: what of an issued statement is still owed, and since when it is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gadong.core.domain.ids import CentreId, PaymentId, PersonId, StatementId, TransferId


class PaymentState(StrEnum):
    """The payment state of an issued statement, apart from the document's own state.

    The reason: docs/reference/billing.md#payments.
    """

    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    WRITTEN_OFF = "written_off"  # nobody expects the unpaid rest any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came, or (`is_written_off`) that nobody expects to come; or (`reverses`) a wrong
    entry taken back. Won.
    """

    id: PaymentId
    centre_id: CentreId
    statement_id: StatementId
    amount: int
    paid_on: date
    note: str
    reverses: PaymentId | None
    recorded_by: PersonId
    recorded_at: datetime
    is_written_off: bool = False
    # The firm's transfer that it is a part of (ADR 68).
    transfer_id: TransferId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivables:
    """Debts of companies to a centre for issued statements, and what of them is past its day.

    Won, companies.
    """

    owed: int = 0
    companies: int = 0
    overdue: int = 0
    overdue_companies: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A month's issued statements as companies have to pay them, with their corrections.

    Won, statements.
    """

    total: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAccount:
    """The account of an issued statement: total, paid, written off, and the due day."""

    total: int
    paid: int
    due_on: date | None
    written_off: int = 0

    @property
    def outstanding(self) -> int:
        """Return the amount that is still owed; a credit owes nothing."""
        return max(0, self.total - self.paid - self.written_off)

    def late(self, today: date) -> timedelta:
        """Return the time overdue; zero before the due day or without a debt."""
        if self.due_on is None or not self.outstanding or today <= self.due_on:
            return timedelta(0)
        return today - self.due_on

    def state(self, today: date) -> PaymentState:
        """Paid, written off, late, partly paid, or merely open.

        A statement of nothing is paid by its issue.
        """
        if not self.outstanding:
            return PaymentState.WRITTEN_OFF if self.written_off > 0 else PaymentState.PAID
        if self.late(today):
            return PaymentState.OVERDUE
        return PaymentState.PART_PAID if self.paid else PaymentState.OPEN
