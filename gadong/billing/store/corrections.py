"""Events after a statement's issue: voidings, corrections, and tax invoices written elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from psycopg import errors

from gadong.billing.domain.kept_correction import Correction, InvoiceKind, TaxInvoice, Uninvoiced
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CorrectionId, PersonId, StatementId, new_id
from gadong.core.domain.problem import Changed, Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)


def lock_statement(tx: Tx, statement_id: StatementId) -> None:
    """Lock an issued statement until the transaction ends; Changed if it is not issued."""
    if one(tx, SQL["lock_statement"], statement_id=statement_id) is None:
        raise Changed


def void(
    tx: Tx,
    statement_id: StatementId,
    centre_id: CentreId,
    *,
    reason: str,
    by: PersonId,
    at: datetime,
) -> None:
    """Make an issued statement void, with the reason."""
    if not run(tx, SQL["void"], statement_id=statement_id):
        raise Changed
    run(
        tx,
        SQL["insert_void"],
        statement_id=statement_id,
        centre_id=centre_id,
        reason=reason,
        voided_by=by,
        voided_at=at,
    )


def is_voided(tx: Tx, statement_id: StatementId) -> bool:
    """Return whether a statement was made void with a reason."""
    row = one(tx, SQL["is_voided"], statement_id=statement_id)
    return bool(row and row["is_voided"])


def lacking(tx: Tx, statement_id: StatementId) -> int:
    """Return how many corrections of a statement are gone, and have left their evidence."""
    row = one(tx, SQL["lacking"], statement_id=statement_id)
    return int(row["lacking"]) if row else 0


def insert(tx: Tx, correction: Correction) -> None:
    """Keep an issued correction."""
    run(
        tx,
        SQL["insert"],
        id=correction.id,
        centre_id=correction.centre_id,
        statement_id=correction.statement_id,
        sequence=correction.sequence,
        number=correction.number,
        difference=correction.difference,
        document=to_document(correction.document),
        document_digest=correction.document_digest,
        input_digest=correction.input_digest,
        recorded_before=correction.recorded_before,
        engine_version=correction.engine_version,
        issued_at=correction.issued_at,
        issued_by=correction.issued_by,
        chain_hash=correction.chain_hash,
        previous_hash=correction.previous_hash,
        evidence_digest=correction.evidence_digest,
    )


def of_statement(tx: Tx, statement_id: StatementId) -> list[Correction]:
    """Return the statement's corrections, in order."""
    return of_statements(tx, [statement_id]).get(statement_id, [])


def of_statements(
    tx: Tx, statement_ids: Collection[StatementId]
) -> dict[StatementId, list[Correction]]:
    """Return the corrections of each statement that has some, in order."""
    found: dict[StatementId, list[Correction]] = {}
    for row in many(tx, SQL["of_statements"], statement_ids=list(statement_ids)):
        found.setdefault(row["statement_id"], []).append(Correction(**row))
    return found


def insert_invoice(
    tx: Tx,
    *,
    centre_id: CentreId,
    statement_id: StatementId,
    correction_id: CorrectionId | None,
    approval: str,
    reason_code: str | None,
    written_on: date,
    issued_on: date,
    by: PersonId,
    at: datetime,
    kind: InvoiceKind = InvoiceKind.TAX,
) -> None:
    """Register a tax invoice; Conflict where its approval is registered already."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_invoice"],
                id=new_id(),
                centre_id=centre_id,
                statement_id=statement_id,
                correction_id=correction_id,
                approval=approval,
                reason_code=reason_code,
                written_on=written_on,
                issued_on=issued_on,
                recorded_by=by,
                recorded_at=at,
                kind=kind,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("A tax invoice of this approval number is registered already") from trouble


def invoices(tx: Tx, statement_id: StatementId) -> list[TaxInvoice]:
    """Return the tax invoices of a statement and its corrections, in order."""
    rows = many(tx, SQL["invoices"], statement_id=statement_id)
    return [TaxInvoice(**{**row, "kind": InvoiceKind(row["kind"])}) for row in rows]


def registered(tx: Tx, approvals: Collection[str]) -> set[str]:
    """Return the approval numbers among some that are registered and that the permit shows."""
    rows = many(tx, SQL["registered"], approvals=list(approvals))
    return {row["approval"] for row in rows}


def without_invoice(tx: Tx, centre_id: CentreId, month: str) -> list[Uninvoiced]:
    """Return the issued statements of a month that charge a tax and have no tax invoice yet."""
    return [
        Uninvoiced(**r) for r in many(tx, SQL["without_invoice"], centre_id=centre_id, month=month)
    ]
