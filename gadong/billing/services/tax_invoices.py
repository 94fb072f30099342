"""Tax invoices written elsewhere, their numbers, and warnings before one is due."""

from __future__ import annotations

from datetime import date, datetime

from gadong.billing.domain.kept_correction import InvoiceKind, TaxInvoice
from gadong.billing.domain.tax_invoice import first_invoice, tax_invoice_due
from gadong.billing.services import holidays
from gadong.billing.services.corrections import visible_statement
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import managed
from gadong.billing.store import corrections
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CorrectionId, StatementId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre

# Managers are warned on these days before the tax invoice is due
# (docs/reference/billing.md#tax-invoices).
TAX_WARNINGS = (3, 1)


def register_invoice(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    correction: CorrectionId | None,
    approval: str,
    reason_code: str | None,
    written_on: date,
    issued_on: date,
    kind: InvoiceKind = InvoiceKind.TAX,
) -> None:
    """Keep under which approval a tax invoice was issued elsewhere.

    A statement has one of each kind: one of exempt supply stands beside the tax invoice. An amended
    one is of a correction, and names its reason (01 to 06).
    """
    statement = managed(pool, who, statement_id)
    if not document(statement).registration_number:
        raise Conflict("A payer without a registration number gets a cash receipt")
    with transaction(pool, who.reach()) as tx:
        corrections.lock_statement(tx, statement.id)
        if correction and correction not in {
            c.id for c in corrections.of_statement(tx, statement.id)
        }:
            raise NotFound("This statement has no such correction")
        if (correction is None) != (reason_code is None):
            raise Invalid(
                "A correction's tax invoice has a reason code, a statement's has none",
                field="reason_code",
            )
        if issued_on < written_on:
            raise Invalid(
                "A tax invoice is issued on the day it is written for or later", field="issued_on"
            )
        first = first_invoice(corrections.invoices(tx, statement.id), kind)
        if correction is None and first and first.approval != approval:
            raise Conflict(
                f"An invoice of this kind is registered for this statement already, under "
                f"{first.approval}; one that amends it names its correction",
            )
        corrections.insert_invoice(
            tx,
            centre_id=statement.centre_id,
            statement_id=statement.id,
            correction_id=correction,
            approval=approval,
            reason_code=reason_code,
            written_on=written_on,
            issued_on=issued_on,
            kind=kind,
            by=who.person_id,
            at=recorded_at(tx, statement.centre_id),
        )


def invoices(pool: Pool, who: Caller, statement_id: StatementId) -> list[TaxInvoice]:
    """Return the tax invoices of a statement and its corrections.

    For its company and the centre's managers.
    """
    with transaction(pool, who.reach()) as tx:
        visible_statement(tx, who, statement_id)
        return corrections.invoices(tx, statement_id)


def warn(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Tell managers, some days before last month's tax invoices are due, which statements have
    none; how many.
    """
    today = now.astimezone(centre.zone).date()
    month = Month.of(now, centre.zone).previous
    period = month.following.period(centre.zone)
    due = tax_invoice_due(month, holidays.within(tx, centre, period, recorded_before=END_OF_TIME))
    if (due - today).days not in TAX_WARNINGS:
        return 0
    found = corrections.without_invoice(tx, centre.id, str(month))
    for statement in found:
        outbox.add(
            tx,
            centre.id,
            "statement.tax_due",
            to="managers",
            statement=str(statement.id),
            number=statement.number,
            due_on=due.isoformat(),
        )
    return len(found)
