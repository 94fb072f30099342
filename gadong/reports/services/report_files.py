"""Reports as tables, spreadsheets and paper, with exact numbers and named standard times."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from gadong.billing.domain.documents.relief import Relief
from gadong.billing.services.documents import pdf
from gadong.billing.services.documents.pdf import Printed, print_
from gadong.billing.services.documents.spreadsheets import NO_TIME, WON
from gadong.core.domain.period import Period
from gadong.machines.domain.upkeep import KINDS
from gadong.reports.domain.monthly_report import by_class, by_kind, by_machine, seldom_used, whole
from gadong.reports.domain.upkeep import UpkeepSource
from gadong.reports.domain.utilisation import Denominator, Utilisation
from gadong.reports.services.income import together
from gadong.reports.services.logbooks import Log
from gadong.reports.services.monthly_reports import Report
from gadong.texts.catalogue import Text
from gadong.texts.reports import (
    OPERATION,
    RATIOS,
    RELIEF,
    SELDOM,
    STANDARDS,
    UPKEEP,
    WRITERS,
)

Cell = str | int | float | None
Sheet = tuple[str, list[list[Cell]]]


def per_cent(value: Fraction | None) -> str | None:
    """Return a ratio in per cent with two decimals; overtime makes it exceed 100."""
    if value is None:
        return None
    exact = Decimal(value.numerator) * 100 / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def machine_table(report: Report, denominator: Denominator, *, per: int = 1) -> list[list[Cell]]:
    """Return a table with a row for each machine and a total."""
    rows: list[list[Cell]] = [["장비", "종류", *_heads(per), *_ko(RATIOS)]]
    rows += [
        [m.name, m.kind, *_time(time, per)] for m, time in by_machine(report.months, denominator)
    ]
    return [*rows, ["합계", denominator.value, *_time(whole(report.months, denominator), per)]]


def centre_table(found: Sequence[Report], denominator: Denominator) -> list[list[Cell]]:
    """Return a table with a row for each centre and a total: time in seconds, money in won."""
    rows: list[list[Cell]] = [
        [
            "센터",
            *_heads(1),
            *_ko(RATIOS),
            "지원 기업 수",
            "이용 건수",
            "발행 내역서",
            "공급가액",
            "부가세",
            "불과세(위약금 등)",
            "합계",
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
    return [*rows, ["합계", *_time(whole(months, denominator), 1), *counted, *sums]]


def sheets(report: Report, denominator: Denominator, *, per: int = 1) -> list[Sheet]:
    """Return a report's sheets; times are in seconds, or (per=3600) in hours."""
    zone = report.centre.zone
    income = together(report.income, report.name)
    summary: list[list[Cell]] = [
        ["항목", "값"],
        ["센터", report.centre.name],
        ["기간", _days(report.period, report)],
        ["기준시간", STANDARDS[denominator].ko],
        ["지원 기업 수", report.supported.companies],
        ["신규 기업 수", report.supported.new],
        ["재이용 기업 수", report.supported.returning],
        ["이용 건수", report.supported.sessions],
        ["기술지원(시간)", _hours(income.operator_seconds)],
        ["교육 수료", income.trainings],
        ["발행 내역서", income.statements],
        ["정정서", income.corrections],
        ["공급가액", income.supply],
        ["부가세", income.vat],
        ["불과세(위약금 등)", income.out_of_scope],
        ["총액", income.total],
        ["미수금", income.outstanding],
        ["대손 처리", income.written_off],
        ["감면·지원 합계", income.relief.granted],
    ]
    ratios = whole(report.months, denominator).ratios
    summary += [[RATIOS[name].ko, _number(ratios[name])] for name in RATIOS]
    kinds: list[list[Cell]] = [["종류", *_heads(per), *_ko(RATIOS)]]
    kinds += [[kind, *_time(time, per)] for kind, time in by_kind(report.months, denominator)]
    classes: list[list[Cell]] = [["기업 구분", "기업 수", "이용 건수", "가동(시간)", *_ko(RELIEF)]]
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
            "월",
            *_heads(per),
            *_ko(RATIOS),
            "내역서",
            "공급가액",
            "총액",
            "감면·지원 합계",
            "기준 시각",
        ]
    ]
    for figures_, known, part in zip(report.months, report.known, report.income, strict=True):
        time = whole([figures_], denominator)
        sums = [part.statements, part.supply, part.total, part.relief.granted]
        months.append(
            [figures_.month, *_time(time, per), *sums, f"{known.astimezone(zone):%Y-%m-%d %H:%M}"]
        )
    return [
        ("요약", summary),
        ("장비", machine_table(report, denominator, per=per)),
        ("종류", kinds),
        ("기업구분", classes),
        ("월별", months),
        ("유휴·저활용", _seldom(report, denominator, per)),
    ]


def log_sheet(log: Log, *, is_upkeep: bool) -> Sheet:
    """Return the 운영일지 or 유지보수일지 as a sheet."""

    def clock(at: Period) -> tuple[str, str]:
        start, end = (i.astimezone(log.centre.zone) for i in (at.start, at.end))
        return f"{start:%Y-%m-%d %H:%M:%S}", f"{end:%Y-%m-%d %H:%M:%S}"

    if is_upkeep:
        rows: Iterator[list[Cell]] = (
            [
                u.machine,
                u.registration,
                u.manager,
                u.writer or WRITERS[u.source].ko,
                *clock(u.period),
                _minutes(u.period.seconds),
                "고장" if u.source is UpkeepSource.SIGNAL else KINDS[u.kind][0],
                u.reason or "장비 신호",
                u.repairer,
                u.action,
                "" if u.cost is None else u.cost,
            ]
            for u in log.upkeep
        )
        return "유지보수일지", [[text.ko for text in UPKEEP], *rows]
    rows = (
        [
            o.machine,
            o.registration,
            o.manager,
            WRITERS[o.source].ko,
            *clock(o.period),
            _minutes(o.ran_seconds),
            o.organisation,
            o.organisation_type,
            o.user,
            int(o.samples) if o.samples.isdecimal() else o.samples,
            _minutes(o.staff_seconds),
            "미확정" if o.fee is None else o.fee,
            o.use_type,
            o.climate,
        ]
        for o in log.operations
    )
    return "운영일지", [[text.ko for text in OPERATION], *rows]


def _minutes(seconds: int) -> int:
    """Return whole minutes, half a minute up; an inspector's form has no seconds."""
    return (seconds + 30) // 60


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
    words = [(str(row[0]), _shown(row[1])) for row in found["요약"][1:]]
    half = (len(words) + 1) // 2
    parts: list[Mapping[str, Any]] = [
        pdf.beside(pdf.pairs("", words[:half]), pdf.pairs("", words[half:]))
    ]
    for name, title in (
        ("장비", "장비별"),
        ("종류", "종류별"),
        ("기업구분", "기업 구분별"),
        ("월별", "월별"),
        ("유휴·저활용", "유휴(6개월 무가동)·저활용(가동률 10 % 이하) 장비"),
    ):
        head, *rows = found[name]
        parts.append(pdf.heading(title))
        parts.append(
            pdf.table(
                [str(h) for h in head],
                [[_shown(c) for c in row] for row in rows],
                align="l" + "r" * (len(head) - 1),
                widths=[1] * len(head),
            )
        )
    parts.append(
        pdf.note(
            "시간은 초 단위 측정값의 합이며 같은 구간이 이용내역서의 근거입니다. 비율의 분모는 위에 적은 기준시간입니다. "
            "금액은 발행된 이용내역서와 정정서의 합입니다."
        )
    )
    return print_(
        Printed(
            title="공동장비 운영 보고서",
            subtitle=f"{report.centre.name} · {report.name}",
            author=report.centre.name,
            language="ko",
            at=max(report.known),
            parts=parts,
            footer=f"{report.centre.name} · {report.name}",
            is_wide=True,
        )
    )


def _seldom(report: Report, denominator: Denominator, per: int) -> list[list[Cell]]:
    """Return the machines that are hardly used; unobserved time may hide use."""
    rows: list[list[Cell]] = [["장비", "등록번호", "상태", *_heads(per), RATIOS["utilisation"].ko]]
    for machine, time, seldom in seldom_used(report.months, denominator):
        share = _number(time.ratios["utilisation"])
        spent = _time(time, per)[: len(_heads(per))]
        rows.append([machine.name, machine.registration, SELDOM[seldom].ko, *spent, share])
    return rows


def _ko(texts: Mapping[str, Text]) -> list[str]:
    return [text.ko for text in texts.values()]


def _heads(per: int) -> list[str]:
    unit = "초" if per == 1 else "시간"
    return [f"{name}({unit})" for name in ("기준시간", "가동", "점유", "예약", "미확인")]


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
