"""Corrections and tax invoices as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.document import JsonObject
from gadong.core.domain.ids import CentreId, CompanyId, CorrectionId, PersonId, StatementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An issued document that changes a statement by a stated difference. Whole won."""

    id: CorrectionId
    centre_id: CentreId
    statement_id: StatementId
    sequence: int
    number: str
    difference: int
    document: JsonObject  # as stored; billing.services.corrections reads it
    document_digest: bytes
    input_digest: bytes
    recorded_before: datetime
    engine_version: str
    issued_at: datetime
    issued_by: PersonId
    chain_hash: bytes
    previous_hash: bytes
    # None where it was issued before evidence was kept.
    evidence_digest: bytes | None = None


class InvoiceKind(StrEnum):
    """The kind of an invoice, by the supply that it is of."""

    TAX = "tax"
    #: Of exempt supply (계산서).
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxInvoice:
    """A tax invoice that was issued elsewhere.

    `reason_code` is that of an amended one (수정세금계산서, 01 to 06).
    """

    id: UUID
    statement_id: StatementId
    correction_id: CorrectionId | None
    approval: str
    reason_code: str | None
    written_on: date
    issued_on: date
    recorded_at: datetime
    kind: InvoiceKind = InvoiceKind.TAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Uninvoiced:
    """An issued statement that charges a tax and has no tax invoice yet."""

    id: StatementId
    company_id: CompanyId
    number: str
