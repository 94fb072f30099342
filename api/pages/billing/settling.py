"""An issued statement after its issue: payments, invoices, readers, and today's difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.pages.billing.document_sums import named_changes
from api.pages.frame.layout import Look
from gadong.billing.domain.cash_receipt import CashReceipt
from gadong.billing.domain.kept_correction import TaxInvoice
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import Payment
from gadong.billing.domain.statement_receipt import StatementReader
from gadong.billing.services import (
    cash_receipts,
    corrections,
    payments,
    statement_readings,
    tax_invoices,
)
from gadong.billing.services.invoices import naming_corrections
from gadong.core.database import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """The state of an issued statement after its issue.

    `proposal` is its difference from the facts of today, if that was `asked` and differs.
    """

    outstanding: int
    payments: Sequence[Payment]
    invoices: Sequence[TaxInvoice]
    receipts: Sequence[CashReceipt]
    receipt_rest: int
    asked: bool
    proposal: corrections.CorrectionProposal | None
    readers: Sequence[StatementReader]
    #: Names and numbers that are others today: their label, before and after.
    names: Sequence[tuple[str, str, str]]
    names_digest: str


def settling(looking: Look, pool: Pool, statement: Statement, *, is_compared: bool) -> Settling:
    """Return what became of an issued statement, compared with today's facts where asked."""
    receipts = cash_receipts.of_statement(pool, looking.who, statement.id)
    account, _ = payments.accounts(pool, [statement], now=datetime.now(UTC))[statement.id]
    proposal = corrections.propose(pool, looking.who, statement.id) if is_compared else None
    readers = statement_readings.of_statements(pool, looking.who, statement.centre_id, [statement])
    naming = naming_corrections.propose(pool, looking.who, statement.id)
    return Settling(
        readers=readers.get(statement.id, ()),
        outstanding=account.outstanding,
        payments=payments.of_statement(pool, looking.who, statement.id),
        invoices=tax_invoices.invoices(pool, looking.who, statement.id),
        receipts=receipts,
        names=named_changes(naming.changes, looking.words),
        names_digest=naming.digest,
        receipt_rest=cash_receipts.rest(pool, statement),
        asked=is_compared,
        proposal=proposal if proposal and proposal.difference.is_any else None,
    )
