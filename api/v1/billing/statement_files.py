"""Documents for companies and authorities: PDF, and tax invoices for Hometax."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import PDF, XLSX, as_file
from api.identity import Connections, Who
from api.v1.schemas import MonthText
from gadong.billing.services.documents import hometax, statement_pdf
from gadong.core.domain.ids import CentreId, CorrectionId, StatementId

router = APIRouter(tags=["money"])

Language = Annotated[Literal["ko", "en"], Query(description="The document's language.")]


@router.get("/statements/{statement_id}/document.pdf", response_class=Response)
def statement_document(
    statement_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a statement as PDF/A-3 with its evidence and data, the same bytes each time."""
    name, pdf = statement_pdf.statement_pdf(pool, who, StatementId(statement_id), language)
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/statements/{statement_id}/corrections/{correction_id}/document.pdf", response_class=Response)
def correction_document(
    statement_id: UUID, correction_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a correction on paper."""
    name, pdf = statement_pdf.correction_pdf(
        pool, who, StatementId(statement_id), CorrectionId(correction_id), language
    )
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/centres/{centre}/hometax.xlsx", response_class=Response)
def hometax_sheet(
    centre: UUID,
    who: Who,
    pool: Connections,
    month: Annotated[MonthText, Query()],
    part: Annotated[int, Query(ge=1, le=100, description="A file holds a hundred documents.")] = 1,
) -> Response:
    """Return a month's tax invoices as Hometax's bulk upload, with omissions; for managers."""
    name, sheet = hometax.bulk(pool, who, CentreId(centre), month, part)
    return as_file(sheet, f"{name}.xlsx", XLSX)
