"""Statements and corrections as PDF, in Korean or English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.services.documents import pdf, pdf_parts
from gadong.billing.services.documents.correction_pdf import printed_correction
from gadong.billing.services.documents.pdf import Printed, print_
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import find
from gadong.billing.store import corrections, statements
from gadong.booking.domain.session_evidence import described, drawing
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.delivery import Enclosure
from gadong.core.domain.ids import CorrectionId, StatementId
from gadong.core.domain.problem import NotFound
from gadong.texts.documents import words_of


def statement_pdf(
    pool: Pool, who: Caller, statement_id: StatementId, language: str
) -> tuple[str, bytes]:
    """Return a statement's name and its PDF.

    For those who may see it. A draft is marked as one and carries no number.
    """
    statement = find(pool, who, statement_id)
    return _name(statement), printed_statement(statement, language)


def correction_pdf(
    pool: Pool, who: Caller, statement_id: StatementId, correction_id: CorrectionId, language: str
) -> tuple[str, bytes]:
    """Return a correction's number and its PDF; for those who may see its statement."""
    statement = find(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        found = next(
            (c for c in corrections.of_statement(tx, statement.id) if c.id == correction_id), None
        )
    if found is None:
        raise NotFound
    return found.number, printed_correction(found, document(statement), language)


def enclosed(pool: Pool, what: Enclosure) -> tuple[str, bytes] | None:
    """Return the document that goes with a mail, and its file's name; None if it is gone."""
    with transaction(pool, SYSTEM) as tx:
        statement = statements.statement(tx, what.statement_id)
        found = [
            c
            for c in corrections.of_statement(tx, what.statement_id)
            if c.number == what.correction
        ]
    if statement is None or (what.correction and not found):
        return None
    if found:
        return f"{what.correction}.pdf", printed_correction(
            found[0], document(statement), what.language
        )
    return f"{_name(statement)}.pdf", printed_statement(statement, what.language)


def printed_statement(statement: Statement, language: str) -> bytes:
    """Return the statement's PDF, made from the statement alone."""
    words = words_of(language)
    found = document(statement)
    zone = ZoneInfo(found.zone)
    drawings = {
        f"band-{number}.svg": drawing(e, zone, language).encode()
        for number, e in enumerate(found.evidence, start=1)
    }
    mark = {StatementState.ISSUED: "", StatementState.VOID: words["void"]}.get(
        statement.state, words["draft"]
    )
    parts: list[Mapping[str, Any]] = [
        pdf_parts.parties(words, found.supplier, found.customer),
        pdf.pairs(
            "",
            [
                (words["number"], statement.number or words["draft"]),
                (words["month"], found.month),
                (words["stretch"], pdf_parts.stretch(found.month, found.period, zone)),
                (words["issued"], pdf_parts.clock(statement.issued_at, zone)),
                (words["due"], statement.due_on.isoformat() if statement.due_on else ""),
            ],
        ),
        pdf.heading(words["lines"]),
        pdf_parts.lines(words, found.lines, zone, language)
        if found.lines
        else pdf.note(words["none"]),
        pdf_parts.sums(words, found.lines, found.totals, language),
        *pdf_parts.where_to_pay(words, found.account, statement.due_on),
    ]
    if found.evidence:
        parts.append(pdf.heading(words["evidence"]))
        parts += [
            pdf.drawing(described(e, zone, language), name)
            for e, name in zip(found.evidence, drawings, strict=True)
        ]
        parts.append(pdf.note(words["legend"].format(zone=found.zone)))
    parts += [pdf.note(words["proof"]), pdf.note(_proof(words, statement))]
    return print_(
        Printed(
            title=words["statement"],
            subtitle=f"{found.company_name} · {found.month}",
            author=found.supplier.name or found.centre_name,
            language=language,
            # Of the document, never of the printer: so that every print of it is the same.
            at=statement.issued_at or found.recorded_before,
            parts=parts,
            footer=f"{found.centre_name} · {statement.number or words['draft']}",
            watermark=mark,
            files=drawings,
            attached=pdf_parts.attached(found, words["statement"]),
        )
    )


def _name(statement: Statement) -> str:
    return statement.number or f"draft-{statement.month}"


def _proof(words: Mapping[str, str], statement: Statement) -> str:
    proof = f"{words['digest']} {statement.document_digest.hex()}"
    return proof + (
        f" · {words['chain']} {statement.chain_hash.hex()}" if statement.chain_hash else ""
    )
