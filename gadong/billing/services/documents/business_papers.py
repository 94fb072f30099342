"""Papers around a statement: the transaction statement (거래명세서) and the confirmation of payment
(입금확인서), as PDF.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import Payment, StatementAccount
from gadong.billing.domain.statement import Line, StatementState, Totals
from gadong.billing.services import payments
from gadong.billing.services.documents import pdf, pdf_parts
from gadong.billing.services.invoices.naming_corrections import latest_document
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import find
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import Conflict
from gadong.people.domain.legal_party import Party
from gadong.texts.documents import paper_words_of


def transaction_statement(
    pool: Pool, who: Caller, statement_id: StatementId, language: str
) -> tuple[str, bytes]:
    """Return the name and the PDF of an issued statement's 거래명세서.

    It has the lines and sums as they are after the corrections, and a place for the receiver to
    sign. For the statement's company and the centre's managers; Conflict before the issue.
    """
    statement = _issued(pool, who, statement_id)
    words = paper_words_of(language)
    found = document(statement)
    zone = ZoneInfo(found.zone)
    lines, totals, number, at, supplier, customer = _now(pool, who, statement)
    rows = [
        (words["number"], number),
        (words["month"], found.month),
        (words["stretch"], pdf_parts.stretch(found.month, found.period, zone)),
        (words["issued"], pdf_parts.clock(at, zone)),
    ]
    printed = pdf.Printed(
        title=words["transaction"],
        subtitle=f"{customer.name or found.company_name} · {found.month}",
        author=supplier.name or found.centre_name,
        language=language,
        at=at,
        parts=[
            pdf_parts.parties(words, supplier, customer),
            pdf.pairs("", rows),
            pdf_parts.lines(words, lines, zone, language) if lines else pdf.note(words["none"]),
            pdf_parts.sums(words, lines, totals, language),
            *pdf_parts.where_to_pay(words, found.account, statement.due_on),
            pdf.signatures([(words["received"], "", words["signed"])]),
        ],
        footer=f"{found.centre_name} · {number}",
    )
    return f"{number}-transaction", pdf.print_(printed)


def payment_confirmation(
    pool: Pool, who: Caller, statement_id: StatementId, language: str, *, now: datetime
) -> tuple[str, bytes]:
    """Return the name and the PDF of a confirmation of what was paid of a statement by now.

    Entries that were taken back are left out. For the statement's company and the centre's
    managers; Conflict where nothing was paid.
    """
    statement = _issued(pool, who, statement_id)
    entries = payments.of_statement(pool, who, statement_id)
    account, _ = payments.accounts(pool, [statement], now=now)[statement.id]
    standing = _standing(entries)
    if not standing:
        raise Conflict("Nothing was paid of this statement")
    names = _now(pool, who, statement)[-2:]
    return f"{statement.number}-payment", _confirmed(
        statement, standing, account, language, names=names, now=now
    )


def _confirmed(
    statement: Statement,
    entries: Sequence[Payment],
    account: StatementAccount,
    language: str,
    *,
    names: tuple[Party, Party],
    now: datetime,
) -> bytes:
    words = paper_words_of(language)
    found = document(statement)
    zone = ZoneInfo(found.zone)
    supplier, customer = names
    centre = supplier.name or found.centre_name
    rows = [[e.paid_on.isoformat(), pdf_parts.won(e.amount), e.note] for e in entries]
    head = [words[name] for name in ("paid_on", "amount", "note")]
    parts: list[Mapping[str, Any]] = [
        pdf_parts.parties(words, supplier, customer),
        pdf.pairs(
            "",
            [
                (words["statement"], statement.number or ""),
                (words["month"], found.month),
                (words["as_of"], pdf_parts.clock(now, zone)),
            ],
        ),
        pdf.table(head, rows, align="lrl", widths=[0, 0, 1]),
        pdf.sums(
            [
                (words["payable"], pdf_parts.won(account.total), False),
                (words["open"], pdf_parts.won(account.outstanding), False),
                (words["paid"], pdf_parts.won(sum(e.amount for e in entries)), True),
            ]
        ),
        pdf.paragraph(words["confirms"]),
        pdf.paragraph(now.astimezone(zone).date().isoformat()),
        pdf.signatures([(words["supplier"], centre, words["seal"])]),
    ]
    return pdf.print_(
        pdf.Printed(
            title=words["payment"],
            subtitle=f"{customer.name or found.company_name} · {statement.number}",
            author=centre,
            language=language,
            at=now,
            parts=parts,
            footer=f"{found.centre_name} · {statement.number}",
        )
    )


def _standing(entries: Sequence[Payment]) -> list[Payment]:
    """Return the money that came, without what was taken back or written off."""
    taken_back = {e.reverses for e in entries}
    return [
        e for e in entries if e.reverses is None and e.id not in taken_back and not e.is_written_off
    ]


def _now(
    pool: Pool, who: Caller, statement: Statement
) -> tuple[Sequence[Line], Totals, str, datetime, Party, Party]:
    """Return a statement as its last document says it: lines, sums, number, instant, and names."""
    with transaction(pool, who.reach()) as tx:
        last = latest_document(tx, statement)
    at = last.row.issued_at or last.row.recorded_before
    return last.lines, last.totals, last.row.number or "", at, last.supplier, last.customer


def _issued(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    statement = find(pool, who, statement_id)
    if statement.state is not StatementState.ISSUED:
        raise Conflict("Only an issued statement has this paper")
    return statement
