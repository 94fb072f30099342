"""Printed documents: statements and corrections as PDF."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import PDF, as_file
from api.identity import Connections, Who
from gadong.domain.ids import CorrectionId, StatementId
from gadong.services import papers

router = APIRouter(tags=["money"])

Language = Annotated[Literal["ko", "en"], Query(description="The document's language.")]


@router.get("/statements/{statement_id}/document.pdf", response_class=Response)
def statement_document(
    statement_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """A statement on paper: PDF/A-3 with its evidence drawn and its data attached, the same bytes each time."""
    name, pdf = papers.statement_pdf(pool, who, StatementId(statement_id), language)
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/statements/{statement_id}/corrections/{correction_id}/document.pdf", response_class=Response)
def correction_document(
    statement_id: UUID, correction_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """A correction on paper."""
    name, pdf = papers.correction_pdf(
        pool, who, StatementId(statement_id), CorrectionId(correction_id), language
    )
    return as_file(pdf, f"{name}.pdf", PDF)
