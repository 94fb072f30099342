"""The figures of statements and corrections on pages, in the words of their papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.pages.frame.texts import Words
from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.statement import Line
from gadong.billing.services.corrections import read
from gadong.billing.services.documents.columns import (
    cells,
    named_parts,
    named_sums,
    payers_of,
    shown_sums,
    sums_of,
)
from gadong.billing.services.documents.correction_pdf import LABELS, sums_before
from gadong.billing.services.documents.pdf_parts import money, quantity
from gadong.billing.services.invoices.naming_corrections import NameChange, changed_names
from gadong.billing.services.statement_document import Document
from gadong.texts.documents import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A line's figures as texts: its label, day, quantity, unit price, list price, relief and tax
    type.
    """

    label: str
    day: str
    quantity: str
    unit_price: str
    listed: str
    relief: str
    tax_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction with every sum before and after."""

    correction: Correction
    steps: Sequence[tuple[str, int, int]]
    #: What a correction of names alone says otherwise.
    names: Sequence[tuple[str, str, str]] = ()


def line_figures(doc: Document, words: Words) -> Mapping[str, Figures]:
    """Return the figures of each of a document's lines, by the line's key."""
    return {line.charge.key: _figures(line, words) for line in doc.lines}


def document_sums(doc: Document, words: Words) -> list[tuple[str, int, bool]]:
    """Return the sums that a document shows; of the last the company pays all."""
    return shown_sums(sums_of(doc.lines, doc.totals), words.paper, payer=doc.totals.payer)


def corrected(found: Sequence[Correction], words: Words) -> list[Corrected]:
    """Return corrections with their sums before and after."""
    return [
        Corrected(
            correction=c, steps=_steps(c, words), names=named_changes(changed_names(read(c)), words)
        )
        for c in found
    ]


def named_changes(changes: Sequence[NameChange], words: Words) -> list[tuple[str, str, str]]:
    """Return each name or number as papers label it, before and after."""
    on_paper = words_of(words.paper)
    return [
        (f"{on_paper[one.side]} {on_paper[LABELS[one.field]]}", one.was or "–", one.now or "–")
        for one in changes
    ]


def _figures(line: Line, words: Words) -> Figures:
    of = cells(line, words.zone, words.paper)
    figures = of.figures
    return Figures(
        label=of.label,
        day=figures.day.isoformat() if figures.day else "",
        quantity=quantity(words_of(words.paper), of),
        unit_price="" if figures.unit_price is None else money(figures.unit_price),
        listed=words.won(figures.listed),
        relief=words.won(-figures.relief) if figures.relief else "",
        tax_type=of.tax_type,
    )


def _steps(correction: Correction, words: Words) -> list[tuple[str, int, int]]:
    said = read(correction)
    was, now = sums_before(said), sums_of(said.lines, said.now)
    payer = payers_of(said.was, said.now)
    pairs = zip(_named(was, words, payer), _named(now, words, payer), strict=True)
    sums = [(name, before, after) for (name, before), (_, after) in pairs if before or after]
    return [*sums, *named_parts(said.was, said.now)]


def _named(of: Breakdown, words: Words, payer: str) -> list[tuple[str, int]]:
    return named_sums(of, words.paper, payer=payer)
