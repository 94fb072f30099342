"""Endpoints after a statement's issue: differences, corrections, voidings, and tax invoices."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.billing import corrections_schemas as schemas
from api.v1.booking.bookings_schemas import ReasonIn
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.services import cash_receipts, corrections, tax_invoices
from gadong.billing.services.invoices import naming_corrections
from gadong.core.domain.document import plain
from gadong.core.domain.ids import CorrectionId, StatementId

router = APIRouter(tags=["money"])


@router.get("/statements/{statement_id}/difference")
def get_difference(statement_id: UUID, who: Who, pool: Connections) -> schemas.DifferenceOut:
    """Compare a statement with the facts of today.

    The result shows the changes of a correction for an issued statement, and of a recomputation for
    a draft.
    """
    proposal = corrections.propose(pool, who, StatementId(statement_id))
    found = proposal.difference
    return schemas.DifferenceOut(
        changes=[
            schemas.ChangeOut(
                key=c.key,
                was=c.was,
                now=c.now,
                was_tax_type=c.was_tax_type,
                now_tax_type=None if c.now is None else c.line.charge.tax_type,
                sentence_ko=c.line.sentence_ko,
                sentence_en=c.line.sentence_en,
            )
            for c in found.changes
        ],
        steps=[schemas.StepOut(figure=s.figure, was=s.was, now=s.now) for s in found.steps],
        payers=[
            schemas.PayerStepOut(programme=p.programme, payer=p.payer, was=p.was, now=p.now)
            for p in found.payers
        ],
        was_total=found.was.total,
        now_total=found.now.total,
        difference=found.amount,
        is_material=found.is_material,
        digest=proposal.digest,
        is_too_late=proposal.too_late_after is not None,
        is_going_on=proposal.open_session is not None,
    )


@router.get("/statements/{statement_id}/corrections")
def list_corrections(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CorrectionOut]:
    """Return a statement's corrections in order; for its company and the centre's managers."""
    return paging.whole(
        [_correction(c) for c in corrections.of_statement(pool, who, StatementId(statement_id))]
    )


@router.post("/statements/{statement_id}/corrections", status_code=201)
def issue_correction(
    statement_id: UUID, body: schemas.CorrectionIn, who: Who, pool: Connections
) -> schemas.CorrectionOut:
    """Issue the difference that was looked at; 409 where it is another one by now. For managers."""
    made = corrections.issue(
        pool, who, StatementId(statement_id), digest=body.digest, reason=body.reason
    )
    return _correction(made)


@router.get("/statements/{statement_id}/naming")
def get_naming(
    statement_id: UUID, who: Who, pool: Connections, registration_number: str = ""
) -> schemas.NamingOut:
    """Compare the names and numbers on an issued statement with those of today; for managers."""
    found = naming_corrections.propose(
        pool, who, StatementId(statement_id), registration_number=registration_number
    )
    return schemas.NamingOut(
        changes=[
            schemas.NameChangeOut(side=c.side, field=c.field, was=c.was, now=c.now)
            for c in found.changes
        ],
        digest=found.digest,
    )


@router.post("/statements/{statement_id}/naming-corrections", status_code=201)
def issue_naming_correction(
    statement_id: UUID, body: schemas.NamingIn, who: Who, pool: Connections
) -> schemas.CorrectionOut:
    """Issue the names that were looked at as a correction of no amount; for managers."""
    made = naming_corrections.issue(
        pool,
        who,
        StatementId(statement_id),
        digest=body.digest,
        reason=body.reason,
        registration_number=body.registration_number,
    )
    return _correction(made)


@router.post("/statements/{statement_id}/void", status_code=204)
def void_statement(statement_id: UUID, body: ReasonIn, who: Who, pool: Connections) -> None:
    """Make an issued statement void in the month of its issue, while nothing was paid or invoiced.

    For managers.
    """
    corrections.void(
        pool, who, StatementId(statement_id), reason=body.reason, now=datetime.now(UTC)
    )


@router.post("/statements/{statement_id}/tax-invoices", status_code=204)
def register_tax_invoice(
    statement_id: UUID, body: schemas.TaxInvoiceIn, who: Who, pool: Connections
) -> None:
    """Keep under which approval a tax invoice was issued elsewhere; for managers."""
    tax_invoices.register_invoice(
        pool,
        who,
        StatementId(statement_id),
        correction=CorrectionId(body.correction) if body.correction else None,
        approval=body.approval,
        reason_code=body.reason_code,
        kind=body.kind,
        written_on=body.written_on,
        issued_on=body.issued_on,
    )


@router.get("/statements/{statement_id}/tax-invoices")
def list_tax_invoices(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.TaxInvoiceOut]:
    """Return the tax invoices of a statement and its corrections.

    For its company and the centre's managers.
    """
    return paging.whole(
        [
            schemas.TaxInvoiceOut(
                id=i.id,
                correction=i.correction_id,
                kind=i.kind,
                approval=i.approval,
                reason_code=i.reason_code,
                written_on=i.written_on,
                issued_on=i.issued_on,
                recorded_at=i.recorded_at,
            )
            for i in tax_invoices.invoices(pool, who, StatementId(statement_id))
        ]
    )


@router.post("/statements/{statement_id}/cash-receipts", status_code=204)
def register_cash_receipt(
    statement_id: UUID, body: schemas.CashReceiptIn, who: Who, pool: Connections
) -> None:
    """Keep under which approval a cash receipt was issued elsewhere; for managers.

    Of a payer without a registration number. What is cancelled is another, of less than nothing.
    """
    cash_receipts.register(
        pool,
        who,
        StatementId(statement_id),
        approval=body.approval,
        amount=body.amount,
        issued_on=body.issued_on,
        now=datetime.now(UTC),
    )


@router.get("/statements/{statement_id}/cash-receipts")
def list_cash_receipts(
    statement_id: UUID, who: Who, pool: Connections
) -> paging.Page[schemas.CashReceiptOut]:
    """Return a statement's cash receipts; for its company and the centre's managers."""
    return paging.whole(
        [
            schemas.CashReceiptOut.model_validate(receipt, from_attributes=True)
            for receipt in cash_receipts.of_statement(pool, who, StatementId(statement_id))
        ]
    )


def _correction(correction: Correction) -> schemas.CorrectionOut:
    return schemas.CorrectionOut(
        id=correction.id,
        number=correction.number,
        difference=correction.difference,
        document=plain(correction.document),
        document_digest=correction.document_digest.hex(),
        chain_hash=correction.chain_hash.hex(),
        issued_at=correction.issued_at,
    )
