"""Reports as tables, spreadsheets and paper, with exact numbers and named standard times."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from gadong.billing.domain.documents.relief import Relief
from gadong.billing.services.documents import pdf
from gadong.billing.services.documents.pdf import Printed, print_
from gadong.billing.services.documents.spreadsheets import NO_TIME, WON
from gadong.core.domain.period import Period
from gadong.reports.domain.monthly_report import by_class, by_kind, by_machine, seldom_used, whole
from gadong.reports.domain.utilisation import Denominator, Utilisation
from gadong.reports.services.centre_reports import Report
from gadong.reports.services.income import together
from gadong.satisfaction.services import figures
from gadong.satisfaction.services.figures import SatisfactionRow
from gadong.texts.catalogue import Text
from gadong.texts.reports import (
    HEADS,
    HOURS,
    RATIOS,
    RELIEF,
    REPORT,
    REPORT_NOTE,
    SECONDS,
    SELDOM,
    SHEETS,
    STANDARDS,
    TIMES,
    TITLES,
    heads,
)
from gadong.texts.satisfaction import SATISFACTION as ANSWERS

Cell = str | int | float | None
#: The headings of what `satisfaction_cells` returns.
SATISFACTION = ("satisfaction", "satisfied", "asked", "answered")
Sheet = tuple[str, list[list[Cell]]]


def per_cent(value: Fraction | None) -> str | None:
    """Return a ratio in per cent with two decimals; overtime makes it exceed 100."""
    if value is None:
        return None
    exact = Decimal(value.numerator) * 100 / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def machine_table(report: Report, denominator: Denominator, *, per: int = 1) -> list[list[Cell]]:
    """Return a table with a row for each machine and a total."""
    rows: list[list[Cell]] = [[*heads("machine", "kind"), *_heads(per), *_ko(RATIOS)]]
    rows += [
        [m.name, m.kind, *_time(time, per)] for m, time in by_machine(report.months, denominator)
    ]
    return [
        *rows,
        [HEADS["total"].ko, denominator.value, *_time(whole(report.months, denominator), per)],
    ]


def centre_table(found: Sequence[Report], denominator: Denominator) -> list[list[Cell]]:
    """Return a table with a row for each centre and a total: time in seconds, money in won."""
    rows: list[list[Cell]] = [
        [
            HEADS["centre"].ko,
            *_heads(1),
            *_ko(RATIOS),
            *heads("companies", "sessions", "statements", "supply", "vat", "out_of_scope", "total"),
        ]
    ]
    for report in found:
        income = together(report.income, report.name)
        money = [income.statements, income.supply, income.vat, income.out_of_scope, income.total]
        times = _time(whole(report.months, denominator), 1)
        rows.append(
            [
                report.centre.name,
                *times,
                report.supported.companies,
                report.supported.sessions,
                *money,
            ]
        )
    months = [month for report in found for month in report.months]
    all_ = together([i for report in found for i in report.income], "")
    counted = [sum(r.supported.companies for r in found), sum(r.supported.sessions for r in found)]
    sums = [all_.statements, all_.supply, all_.vat, all_.out_of_scope, all_.total]
    return [*rows, [HEADS["total"].ko, *_time(whole(months, denominator), 1), *counted, *sums]]


def satisfaction_cells(row: SatisfactionRow) -> list[Cell]:
    """Return the mean score, the share of satisfied scores, and the numbers of asked and answered.

    A text stands for scores that are not shown.
    """
    hidden: Cell = ANSWERS["hidden"].ko if row.tally.answered else None
    return [
        float(figures.score(row.tally.mean)) if row.is_shown else hidden,
        float(figures.per_cent(row.tally.satisfied)) if row.is_shown else hidden,
        row.tally.sent,
        row.tally.answered,
    ]


def sheets(report: Report, denominator: Denominator, *, per: int = 1) -> list[Sheet]:
    """Return a report's sheets; times are in seconds, or (per=3600) in hours."""
    zone = report.centre.zone
    income = together(report.income, report.name)
    summary: list[list[Cell]] = [
        [*heads("entry", "value")],
        [HEADS["centre"].ko, report.centre.name],
        [HEADS["period"].ko, _days(report.period, report)],
        [HEADS["standard"].ko, STANDARDS[denominator].ko],
        [HEADS["companies"].ko, report.supported.companies],
        [HEADS["new_companies"].ko, report.supported.new],
        [HEADS["returning_companies"].ko, report.supported.returning],
        [HEADS["sessions"].ko, report.supported.sessions],
        [HEADS["support_hours"].ko, _hours(income.operator_seconds)],
        [HEADS["trainings"].ko, income.trainings],
        [HEADS["guided_times"].ko, report.guided_times],
        [HEADS["guided_hours"].ko, _hours(report.guided_minutes * 60)],
        [HEADS["statements"].ko, income.statements],
        [HEADS["corrections"].ko, income.corrections],
        [HEADS["supply"].ko, income.supply],
        [HEADS["vat"].ko, income.vat],
        [HEADS["out_of_scope"].ko, income.out_of_scope],
        [HEADS["sum"].ko, income.total],
        [HEADS["outstanding"].ko, income.outstanding],
        [HEADS["written_off"].ko, income.written_off],
        [HEADS["granted"].ko, income.relief.granted],
    ]
    ratios = whole(report.months, denominator).ratios
    summary += [[RATIOS[name].ko, _number(ratios[name])] for name in RATIOS]
    answers = satisfaction_cells(report.satisfaction)
    summary += [[h, cell] for h, cell in zip(heads(*SATISFACTION), answers, strict=True)]
    kinds: list[list[Cell]] = [[HEADS["kind"].ko, *_heads(per), *_ko(RATIOS)]]
    kinds += [[kind, *_time(time, per)] for kind, time in by_kind(report.months, denominator)]
    classes: list[list[Cell]] = [
        [*heads("class", "class_companies", "sessions", "ran_hours"), *_ko(RELIEF)]
    ]
    granted = income.by_class
    used = {c.category: c for c in by_class(report.months)}
    for category in sorted({*used, *granted}):
        use = used.get(category)
        figures = [use.companies, use.sessions, _hours(use.seconds)] if use else [0, 0, 0]
        classes.append(
            [report.classes.of(category), *figures, *_relief(granted.get(category, Relief()))]
        )
    months: list[list[Cell]] = [
        [
            HEADS["month"].ko,
            *_heads(per),
            *_ko(RATIOS),
            *heads("month_statements", "supply", "sum", "granted", "known_at"),
        ]
    ]
    for figures_, known, part in zip(report.months, report.known, report.income, strict=True):
        time = whole([figures_], denominator)
        sums = [part.statements, part.supply, part.total, part.relief.granted]
        months.append(
            [figures_.month, *_time(time, per), *sums, f"{known.astimezone(zone):%Y-%m-%d %H:%M}"]
        )
    return [
        (SHEETS["summary"].ko, summary),
        (SHEETS["machines"].ko, machine_table(report, denominator, per=per)),
        (SHEETS["kinds"].ko, kinds),
        (SHEETS["classes"].ko, classes),
        (SHEETS["months"].ko, months),
        (SHEETS["seldom"].ko, _seldom(report, denominator, per)),
    ]


def book(of: Sequence[Sheet]) -> bytes:
    """Return the sheets as a spreadsheet with the same bytes each time, without formulas."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as made:
        made.set_properties({"created": NO_TIME.replace(tzinfo=None)})
        bold, number = made.add_format({"bold": True}), made.add_format({"num_format": WON})
        for name, rows in of:
            sheet = made.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    _write(sheet, y, x, cell, bold if y == 0 else None, number)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, max((len(r) for r in rows), default=1), 16)
    return out.getvalue()


def paper(report: Report, denominator: Denominator) -> bytes:
    """Return the report as a PDF for the ministry."""
    found = dict(sheets(report, denominator, per=3600))
    words = [(str(row[0]), _shown(row[1])) for row in found[SHEETS["summary"].ko][1:]]
    half = (len(words) + 1) // 2
    parts: list[Mapping[str, Any]] = [
        pdf.beside(pdf.pairs("", words[:half]), pdf.pairs("", words[half:]))
    ]
    for key, title in TITLES.items():
        head, *rows = found[SHEETS[key].ko]
        parts.append(pdf.heading(title.ko))
        parts.append(
            pdf.table(
                [str(h) for h in head],
                [[_shown(c) for c in row] for row in rows],
                align="l" + "r" * (len(head) - 1),
                widths=[1] * len(head),
            )
        )
    parts.append(pdf.note(REPORT_NOTE.ko))
    return print_(
        Printed(
            title=REPORT.ko,
            subtitle=f"{report.centre.name} · {report.name}",
            author=report.centre.name,
            language="ko",
            at=report.as_of,
            parts=parts,
            footer=f"{report.centre.name} · {report.name}",
            is_wide=True,
        )
    )


def _seldom(report: Report, denominator: Denominator, per: int) -> list[list[Cell]]:
    """Return the machines that are hardly used; unobserved time may hide use."""
    rows: list[list[Cell]] = [
        [*heads("machine", "registration", "state"), *_heads(per), RATIOS["utilisation"].ko]
    ]
    for machine, time, seldom in seldom_used(report.months, denominator):
        share = _number(time.ratios["utilisation"])
        spent = _time(time, per)[: len(_heads(per))]
        rows.append([machine.name, machine.registration, SELDOM[seldom].ko, *spent, share])
    return rows


def _ko(texts: Mapping[str, Text]) -> list[str]:
    return [text.ko for text in texts.values()]


def _heads(per: int) -> list[str]:
    unit = SECONDS if per == 1 else HOURS
    return [text.filled(unit=unit).ko for text in TIMES.values()]


def _time(time: Utilisation, per: int) -> list[Cell]:
    seconds = (time.standard, time.ran, time.occupied, time.booked, time.unknown)
    measured = [n if per == 1 else round(n / per, 2) for n in seconds]
    return [*measured, *(_number(time.ratios[name]) for name in RATIOS)]


def _relief(of: Relief) -> list[Cell]:
    return [getattr(of, name) for name in RELIEF]


def _number(ratio: Fraction | None) -> float | None:
    shown = per_cent(ratio)
    return None if shown is None else float(shown)


def _hours(seconds: int) -> float:
    return round(seconds / 3600, 2)


def _days(period: Period, report: Report) -> str:
    start, end = (i.astimezone(report.centre.zone) for i in (period.start, period.end))
    return f"{start:%Y-%m-%d} – {end:%Y-%m-%d %H:%M}"


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else f"{cell:,}".replace("-", "−")


def _write(sheet: Any, y: int, x: int, cell: Cell, form: Any, number: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(y, x, cell, form)
    elif isinstance(cell, int):
        sheet.write_number(y, x, cell, number)
    elif cell is not None:
        sheet.write_number(y, x, cell)
