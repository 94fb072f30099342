"""A claim on paper, as a spreadsheet and as a plain table: the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import xlsxwriter

from gadong.billing.domain.claims.payer_lines import PayerLine
from gadong.billing.domain.claims.programme_claim import (
    VOID,
    ClaimedDocument,
    FinalClaim,
    ProgrammeClaim,
)
from gadong.billing.services.claims import programme_claims
from gadong.billing.services.documents import pdf, pdf_parts
from gadong.billing.services.documents.pdf_parts import won
from gadong.billing.services.documents.spreadsheets import NO_TIME, WON, table
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.people.domain.legal_party import written
from gadong.texts.documents import claim_columns_of, claim_words_of, words_of

Cell = str | int | Decimal | date | None


def claim_pdf(pool: Pool, who: Caller, claim_id: UUID, language: str) -> tuple[str, bytes]:
    """Return a final claim's number and its paper, with its data attached."""
    claim = programme_claims.find(pool, who, claim_id)
    return claim.number, printed_claim(claim, language)


def claim_table(pool: Pool, who: Caller, claim_id: UUID) -> tuple[str, str]:
    """Return a final claim's number and its lines as CSV in Korean, the sum last."""
    claim = programme_claims.find(pool, who, claim_id)
    rows = [[_text(cell) for cell in row.values()] for row in _rows(claim)]
    return claim.number, table([_head(), *rows])


def claim_sheet(pool: Pool, who: Caller, claim_id: UUID) -> tuple[str, bytes]:
    """Return a final claim's number and its lines as a spreadsheet in Korean, the sum last."""
    claim = programme_claims.find(pool, who, claim_id)
    out = io.BytesIO()
    # Texts are texts: nothing that somebody named is a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": claim.number, "created": NO_TIME.replace(tzinfo=None)})
        bold, formats = book.add_format({"bold": True}), _formats(book)
        sheet = book.add_worksheet(claim_words_of("ko")["lines"])
        sheet.write_row(0, 0, _head(), bold)
        for index, row in enumerate(_rows(claim), start=1):
            for column, cell in enumerate(row.values()):
                _write(sheet, index, column, cell, formats)
        sheet.set_column(0, len(_head()) - 1, 16)
        sheet.freeze_panes(1, 0)
    return claim.number, out.getvalue()


def printed_claim(claim: FinalClaim, language: str) -> bytes:
    """Print a claim from its own document alone."""
    words, papers = claim_words_of(language), words_of(language)
    content = programme_claims.read(claim)
    until = f" – {content.until}" if content.until != content.since else ""
    months = f"{content.since}{until}"
    about = [
        (words["number"], content.number),
        (words["programme"], content.of.programme),
        (words["payer"], content.of.payer),
        (words["months"], months),
        (words["made"], claim.made_at.astimezone(ZoneInfo(content.zone)).date().isoformat()),
        (words["due"], content.due_on.isoformat() if content.due_on else ""),
    ]
    centre = content.supplier.name or content.centre_name
    parts: list[Mapping[str, Any]] = [
        pdf.beside(
            pdf_parts.party_box(papers, "supplier", content.supplier),
            pdf.pairs(words["title"], about),
        ),
        pdf.heading(words["lines"]),
        _lines(content, language),
        pdf.heading(words["companies"]),
        pdf.sums(
            [
                *((name, won(amount), False) for name, amount in content.companies.items()),
                (words["amount"], won(content.amount), True),
            ]
        ),
        *_budgets(content, words),
        *pdf_parts.where_to_pay(papers, content.account, content.due_on),
        pdf.note(words["left_note"]),
        pdf.note(words["later"]),
        pdf.note(f"{papers['digest']} {claim.document_digest.hex()}"),
        pdf.signatures([(words["claimant"], centre, words["seal"])]),
    ]
    return pdf.print_(
        pdf.Printed(
            title=words["title"],
            subtitle=f"{content.of.payer} · {months}",
            author=centre,
            language=language,
            at=claim.made_at,
            parts=parts,
            footer=f"{content.centre_name} · {content.number}",
            is_wide=True,
            attached=pdf_parts.attached(content, words["title"]),
        )
    )


def item_of(document: ClaimedDocument, line: PayerLine, language: str) -> str:
    """Name a claimed line by its machine and kind, and whether a later document changed it."""
    words = claim_words_of(language)
    label = line.label_en if language == "en" else line.label_ko
    named = " · ".join(x for x in (line.machine_name, label) if x) or words["whole"]
    if not document.part:
        return named
    return f"{named} ({words['of_void' if document.part == VOID else 'of_correction']})"


def _lines(content: ProgrammeClaim, language: str) -> dict[str, Any]:
    columns = claim_columns_of(language)
    rows = [
        [_printed(cell) for cell in _cells(document, line, language).values()]
        for document in content.documents
        for line in document.lines
    ]
    return pdf.table(
        list(columns.values()), rows, align="llllllrrr", widths=[1, 0, 0, 0, 0, 1, 0, 0, 0]
    )


def _budgets(content: ProgrammeClaim, words: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Set what was left of each budget before the claim, and what is left now."""
    rows: list[tuple[str, str, bool]] = []
    for key, rest in (("own_budget", content.budget), ("year_budget", content.year_budget)):
        if rest is not None:
            rows.append((words["rest"].format(name=words[key]), won(rest.before), False))
            rows.append((words["left"].format(name=words[key]), won(rest.after), True))
    return [pdf.sums(rows)] if rows else []


def _cells(document: ClaimedDocument, line: PayerLine, language: str) -> Mapping[str, Cell]:
    """Return a line's cells by its columns; numbers are numbers."""
    return {
        "company": document.company_name,
        "registration": written(document.registration_number),
        "number": document.number,
        "issued": document.issued_on,
        "day": line.day,
        "item": item_of(document, line, language),
        "supply": line.supply,
        "pct": line.pct,
        "amount": line.amount,
    }


def _head() -> list[str]:
    return list(claim_columns_of("ko").values())


def _rows(claim: FinalClaim) -> list[Mapping[str, Cell]]:
    """Return all lines of a table, and their sum."""
    content = programme_claims.read(claim)
    rows = [_cells(x, line, "ko") for x in content.documents for line in x.lines]
    last: dict[str, Cell] = dict.fromkeys(claim_columns_of("ko"))
    return [*rows, {**last, "item": claim_words_of("ko")["amount"], "amount": content.amount}]


def _text(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    return "" if cell is None else str(cell)


def _printed(cell: Cell) -> str:
    return won(cell) if isinstance(cell, int) else str(_text(cell))


def _formats(book: Any) -> Mapping[type, Any]:
    return {
        int: book.add_format({"num_format": WON}),
        Decimal: book.add_format({"num_format": "0.######"}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
    }


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: Mapping[type, Any]) -> None:
    """Write a cell; what is not known stays empty."""
    if isinstance(cell, int | Decimal):
        sheet.write_number(row, column, cell, formats[type(cell)])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats[date])
    elif cell:
        sheet.write_string(row, column, cell)
