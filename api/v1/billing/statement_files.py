"""Documents for companies and authorities: PDF, spreadsheets, and tax invoices for Hometax."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from api.files import CSV, PDF, XLSX, ZIP, as_file, as_stream
from api.identity import Connections, Who
from api.v1.schemas import MonthText
from gadong.billing.services import statement_readings
from gadong.billing.services.documents import (
    booking_papers,
    business_papers,
    hometax,
    month_archive,
    spreadsheets,
    statement_pdf,
)
from gadong.billing.services.documents.booking_papers import Paper
from gadong.core.domain.ids import BookingId, CentreId, CorrectionId, StatementId

router = APIRouter(tags=["money"])

Language = Annotated[Literal["ko", "en"], Query(description="The document's language.")]


@router.get("/statements/{statement_id}/document.pdf", response_class=Response)
def statement_document(
    statement_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a statement as PDF/A-3 with its evidence and data, the same bytes each time."""
    name, pdf = statement_pdf.statement_pdf(pool, who, StatementId(statement_id), language)
    statement_readings.record(pool, who, StatementId(statement_id), now=datetime.now(UTC))
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/statements/{statement_id}/transaction.pdf", response_class=Response)
def transaction_statement(
    statement_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return an issued statement as a transaction statement (거래명세서), after its corrections."""
    name, pdf = business_papers.transaction_statement(
        pool, who, StatementId(statement_id), language
    )
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/statements/{statement_id}/payment.pdf", response_class=Response)
def payment_confirmation(
    statement_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a confirmation (입금확인서) of what was paid of a statement; 409 before."""
    name, pdf = business_papers.payment_confirmation(
        pool, who, StatementId(statement_id), language, now=datetime.now(UTC)
    )
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/statements/{statement_id}/sheets.xlsx", response_class=Response)
def statement_sheets(statement_id: UUID, who: Who, pool: Connections) -> Response:
    """Return a statement as a spreadsheet, with sheets of its times and messages."""
    name, sheet = spreadsheets.as_sheets(pool, who, StatementId(statement_id))
    statement_readings.record(pool, who, StatementId(statement_id), now=datetime.now(UTC))
    return as_file(sheet, f"{name}.xlsx", XLSX)


@router.get("/statements/{statement_id}/lines.csv", response_class=Response)
def statement_lines(statement_id: UUID, who: Who, pool: Connections) -> Response:
    """Return a statement's lines as CSV with a byte order mark, which Korean needs."""
    name, text = spreadsheets.as_table(pool, who, StatementId(statement_id))
    statement_readings.record(pool, who, StatementId(statement_id), now=datetime.now(UTC))
    return as_file(text, f"{name}.csv", CSV)


@router.get(
    "/statements/{statement_id}/corrections/{correction_id}/document.pdf", response_class=Response
)
def correction_document(
    statement_id: UUID, correction_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a correction on paper."""
    name, pdf = statement_pdf.correction_pdf(
        pool, who, StatementId(statement_id), CorrectionId(correction_id), language
    )
    return as_file(pdf, f"{name}.pdf", PDF)


@router.get("/bookings/{booking_id}/application.pdf", response_class=Response)
def booking_application(
    booking_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return a booking's application (이용신청서), to be signed and kept."""
    return _paper(pool, who, booking_id, Paper.APPLICATION, language)


@router.get("/bookings/{booking_id}/approval.pdf", response_class=Response)
def booking_approval(
    booking_id: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return the approval (이용승인서) of a booking that is approved; 409 before."""
    return _paper(pool, who, booking_id, Paper.APPROVAL, language)


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


@router.get("/centres/{centre}/statements.zip", response_class=StreamingResponse)
def month_archive_file(
    centre: UUID,
    who: Who,
    pool: Connections,
    month: Annotated[MonthText, Query()],
    language: Language = "ko",
) -> Response:
    """Return all issued statements and corrections of a month as PDF, with a list, in one file."""
    name, parts = month_archive.archive(pool, who, CentreId(centre), month, language)
    return as_stream(parts, f"{name}.zip", ZIP)


def _paper(pool: Connections, who: Who, booking_id: UUID, paper: Paper, language: str) -> Response:
    name, pdf = booking_papers.booking_paper(pool, who, BookingId(booking_id), paper, language)
    return as_file(pdf, f"{name}.pdf", PDF)
