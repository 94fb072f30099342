"""Kinds of payers at centres, and the numbers of their cash receipts."""

from __future__ import annotations

from collections.abc import Iterable

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.store.queries import statements
from gadong.people.domain.payer import A_BUSINESS, Payer, PayerKind, Receipt, ReceiptPurpose

SQL = statements(__file__)


def keep(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, payer: Payer, *, by: PersonId | None
) -> None:
    """Insert or replace the kind of a payer at a centre, and its receipts."""
    run(
        tx,
        SQL["keep"],
        centre_id=centre_id,
        company_id=company_id,
        kind=payer.kind,
        identification=payer.identification,
        receipt_purpose=payer.receipt.purpose,
        receipt_number=payer.receipt.number,
        set_by=by,
    )


def of_companies(
    tx: Tx, centre_id: CentreId, company_ids: Iterable[CompanyId]
) -> dict[CompanyId, Payer]:
    """Return the payers among the companies; a company that is missing is a business."""
    rows = many(tx, SQL["of_companies"], centre_id=centre_id, companies=list(company_ids))
    return {
        row["company_id"]: Payer(
            kind=PayerKind(row["kind"]),
            identification=row["identification"],
            receipt=Receipt(
                purpose=ReceiptPurpose(row["receipt_purpose"]), number=row["receipt_number"]
            ),
        )
        for row in rows
    }


def of_company(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> Payer:
    """Return a company as a payer at a centre."""
    return of_companies(tx, centre_id, [company_id]).get(company_id, A_BUSINESS)
