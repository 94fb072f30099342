"""The columns of a document's lines and sums, in the words of Korean papers.

PDF, spreadsheet and table share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gadong.billing.domain.correction import payer_changes
from gadong.billing.domain.documents.charge_text import labels
from gadong.billing.domain.documents.line_figures import LineFigures, figures
from gadong.billing.domain.documents.tax_breakdown import Breakdown, breakdown
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.tax_invoice import tax_item
from gadong.texts.charges import TAX_ITEMS
from gadong.texts.documents import SUMS, TAX_TYPES, UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A line's texts in one language, and its figures."""

    machine: str
    label: str
    good: str
    item: str
    unit: str
    tax_type: str
    sentence: str
    figures: LineFigures


def cells(line: Line, zone: ZoneInfo, language: str) -> Cells:
    """Return what a paper in the language says of a line."""
    which = 1 if language == "en" else 0
    found, sold = figures(line.charge, zone), line.charge.trace.sold
    return Cells(
        machine=line.machine_name,
        label=labels(line.charge)[which],
        good=(sold.name_ko, sold.name_en)[which] if sold else "",
        item=TAX_ITEMS[tax_item(line.charge)][which],
        unit=found.names[which] if found.names else UNITS[found.unit][which],
        tax_type=TAX_TYPES[line.charge.tax_type][which],
        sentence=line.sentence_en if language == "en" else line.sentence_ko,
        figures=found,
    )


def sums_of(lines: Sequence[Line], totals: Totals) -> Breakdown:
    """Return the sums of a document's lines by tax type."""
    return breakdown([line.charge for line in lines], totals)


def named_sums(of: Breakdown, language: str, *, payer: str = "") -> list[tuple[str, int]]:
    """Return every sum with its name, and who pays the programme's part."""
    which = 1 if language == "en" else 0
    names = {key: names[which] for key, names in SUMS.items()}
    if payer:
        names["subsidy"] += f" ({payer})"
    return [(name, getattr(of, key)) for key, name in names.items()]


def payers_of(was: Totals, now: Totals) -> str:
    """Return who pays a part before or after a correction, each once."""
    return ", ".join(dict.fromkeys(step.payer for step in payer_changes(was, now)))


def named_parts(was: Totals, now: Totals) -> list[tuple[str, int, int]]:
    """Return each programme's part before and after with its name, where there is more than one
    programme.
    """
    steps = payer_changes(was, now)
    named = [(f"{step.programme} ({step.payer})", step.was, step.now) for step in steps]
    return named if len(named) > 1 else []


def shown_sums(of: Breakdown, language: str, *, payer: str = "") -> list[tuple[str, int, bool]]:
    """Return the sums that a statement shows: a name, won, and whether the company pays it. What is
    of no line is left out.
    """
    left_out = {"subsidy", "payable"} if not of.subsidy else set()
    left_out |= {"taxable", "exempt"} if not of.exempt else set()
    left_out |= {"out_of_scope"} if not of.out_of_scope else set()
    last = "payable" if of.subsidy else "total"
    return [
        (name, -amount if key == "subsidy" else amount, key == last)
        for key, (name, amount) in zip(SUMS, named_sums(of, language, payer=payer), strict=True)
        if key not in left_out
    ]
