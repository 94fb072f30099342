"""Corrections on paper: both parties, the lines that changed, and every sum before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.correction import CorrectionDocument
from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.statement import Line
from gadong.billing.services import corrections as correcting
from gadong.billing.services.documents import pdf, pdf_parts
from gadong.billing.services.documents.columns import (
    cells,
    named_parts,
    named_sums,
    payers_of,
    sums_of,
)
from gadong.billing.services.documents.pdf import Printed, print_
from gadong.billing.services.documents.pdf_parts import won
from gadong.billing.services.invoices.naming_corrections import changed_names
from gadong.billing.services.statement_document import Document
from gadong.people.domain.legal_party import UNNAMED
from gadong.texts.documents import words_of

#: The word of each field of a party.
LABELS = {
    "registration_number": "registration",
    "name": "name",
    "branch": "branch",
    "representative": "representative",
    "address": "address",
    "business_type": "business_type",
    "business_item": "business_item",
    "email": "email",
}


def printed_correction(correction: Correction, of: Document, language: str) -> bytes:
    """Print a correction from its own document and its statement's alone."""
    words, zone = words_of(language), ZoneInfo(of.zone)
    said = correcting.read(correction)
    was, now = sums_before(said), sums_of(said.lines, said.now)
    changed: list[Mapping[str, Any]] = (
        _names(words, said, now)
        if said.is_of_names
        else [
            pdf.heading(words["changes"]),
            _changes(words, said, zone, language),
            pdf.heading(words["steps"]),
            _steps(words, said, language),
        ]
    )
    parts: list[Mapping[str, Any]] = [
        # Corrections of before version 5 of the engine name no parties; they are their statement's.
        pdf_parts.parties(
            words,
            of.supplier if said.supplier == UNNAMED else said.supplier,
            of.customer if said.customer == UNNAMED else said.customer,
        ),
        pdf.pairs(
            "",
            [
                (words["number"], said.number),
                (words["original"], said.statement),
                (words["month"], said.month),
                (words["issued"], pdf_parts.clock(correction.issued_at, zone)),
                (words["reason"], said.reason),
            ],
        ),
        *changed,
    ]
    if (was.taxable, was.vat) != (now.taxable, now.vat):
        parts.append(pdf.note(_tax_invoices(words, was, now)))
    parts.append(pdf.note(words["proof"]))
    return print_(
        Printed(
            title=words["correction"],
            subtitle=f"{said.company_name} · {said.month}",
            author=of.supplier.name or of.centre_name,
            language=language,
            at=correction.issued_at,
            parts=parts,
            footer=f"{of.centre_name} · {said.number}",
            attached=pdf_parts.attached(said, words["correction"]),
        )
    )


def sums_before(said: CorrectionDocument) -> Breakdown:
    """Return the sums by tax type of what a correction changes."""
    return sums_of(_lines_before(said), said.was)


def _lines_before(said: CorrectionDocument) -> Sequence[Line]:
    """Return the lines as they read before the correction."""
    changed = {change.key: change for change in said.changes}
    kept = [line for line in said.lines if line.charge.key not in changed]
    return [
        *kept,
        *(
            # Documents of engines before 5 name no tax type from before, since it could not change.
            replace(
                c.line,
                charge=replace(
                    c.line.charge, amount=c.was, tax_type=c.was_tax_type or c.line.charge.tax_type
                ),
            )
            for c in said.changes
            if c.was is not None
        ),
    ]


def _tax_invoices(words: Mapping[str, str], was: Breakdown, now: Breakdown) -> str:
    """Write what amended tax invoices would say; exempt supply and fees outside VAT are on none."""
    figures = {
        "minus": (-was.taxable, -was.vat),
        "now": (now.taxable, now.vat),
        "change": (now.taxable - was.taxable, now.vat - was.vat),
    }
    return words["tax"].format(
        **{
            name: words["invoice"].format(supply=won(supply), vat=won(vat))
            for name, (supply, vat) in figures.items()
        }
    )


def _names(
    words: Mapping[str, str], said: CorrectionDocument, now: Breakdown
) -> list[Mapping[str, Any]]:
    """Set the names and numbers before and after, and say that the amounts stay."""
    rows = [
        [f"{words[one.side]} {words[LABELS[one.field]]}", one.was or "–", one.now or "–"]
        for one in changed_names(said)
    ]
    head = [words[name] for name in ("field", "wrong", "right")]
    stay = words["amounts_stay"].format(
        supply=won(now.supply), vat=won(now.vat), payable=won(now.payable)
    )
    parts: list[Mapping[str, Any]] = [
        pdf.heading(words["names"]),
        pdf.table(head, rows, align="lll", widths=[0, 1, 1]),
        pdf.paragraph(stay),
    ]
    if now.taxable > 0:
        figures = {
            name: words["invoice"].format(supply=won(sign * now.taxable), vat=won(sign * now.vat))
            for name, sign in (("minus", -1), ("now", 1))
        }
        parts.append(pdf.note(words["names_tax"].format(**figures)))
    return parts


def _changes(
    words: Mapping[str, str], said: CorrectionDocument, zone: Any, language: str
) -> dict[str, Any]:
    found = [(c, cells(c.line, zone, language)) for c in said.changes]
    rows = [
        [
            pdf_parts.item(c.line, x),
            x.tax_type,
            won(c.was),
            won(c.now),
            won((c.now or 0) - (c.was or 0)),
        ]
        for c, x in found
    ]
    return pdf.table(
        [words[name] for name in ("item", "tax_type", "was", "now", "change")],
        rows,
        align="llrrr",
        widths=[1, 0, 0, 0, 0],
        notes=[x.sentence for _, x in found],
    )


def _steps(words: Mapping[str, str], said: CorrectionDocument, language: str) -> dict[str, Any]:
    """Set every sum before and after, with the difference.

    No sum is left out, so that none is guessed.
    """
    payer = payers_of(said.was, said.now)
    was = named_sums(sums_before(said), language, payer=payer)
    now = named_sums(sums_of(said.lines, said.now), language, payer=payer)
    sums = [(name, before, after) for (name, before), (_, after) in zip(was, now, strict=True)]
    rows = [
        [name, won(before), won(after), won(after - before)]
        for name, before, after in [*sums, *named_parts(said.was, said.now)]
    ]
    return pdf.table(
        [words[name] for name in ("sum", "was", "now", "change")],
        rows,
        align="lrrr",
        widths=[1, 0, 0, 0],
    )
