"""The columns beside an issued document: money is paid and counted by them, so each says what the
document says. And a correction's words of its own change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.recount import correction_objections
from gadong.billing.domain.statement import Line, StatementState, Totals
from gadong.billing.services import corrections as correction_service
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections, evidence, statements
from gadong.billing.store.statements import BrokenSeries
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period


def objections(tx: Tx, row: Statement | Correction, statement: Statement) -> Iterator[str]:
    """Yield what the columns of a statement, or of a correction of it, say otherwise than the
    document.
    """
    pairs = _of_correction(row, statement) if isinstance(row, Correction) else _of_statement(row)
    for name, (column, said) in pairs.items():
        if column != said:
            yield f"{name} {column} in its row, {said} in its document"
    # The chain covers the dates of what is issued since it does; the record, those of all.
    if not evidence.is_recorded(tx, row):
        yield (
            "its row is not as the record left it: its issue instant, its due day or another column"
        )
    if isinstance(row, Correction):
        return
    if (row.state is StatementState.VOID) != corrections.is_voided(tx, row.id):
        yield "it is void without a reason, or has one and is not void"
    if lost := corrections.lacking(tx, row.id):
        yield f"{lost} of its corrections are missing"


def of_change(row: Correction, lines: Sequence[Line], sums: Totals) -> Iterator[str]:
    """Yield what a correction says of its own change that the document before it does not bear
    out.
    """
    return correction_objections(correction_service.read(row), lines, sums)


def of_series(series: BrokenSeries) -> tuple[str, str]:
    """Return the number with which a series ended, and what is wrong with it."""
    number = statements.number(series.slug, series.month, series.last_number)
    return number, "the last of its series is missing, or another"


def _of_statement(row: Statement) -> Mapping[str, tuple[object, object]]:
    then = document(row)
    month = Month.parse(row.month).period(ZoneInfo(then.zone))
    return {
        "total": (row.total, then.totals.total),
        "company": (row.company_id, then.company_id),
        "month": (row.month, then.month),
        "period": (Period(row.since or month.start, row.until or month.end), then.period),
        "instant": (row.recorded_before, then.recorded_before),
        "engine": (row.engine_version, then.engine_version),
    }


def _of_correction(row: Correction, statement: Statement) -> Mapping[str, tuple[object, object]]:
    then = correction_service.read(row)
    return {
        "difference": (row.difference, then.difference),
        "number": (row.number, then.number),
        "place": (f"{statement.number}-C{row.sequence:02d}", then.number),
        "statement": (statement.number, then.statement),
        "month": (statement.month, then.month),
        "instant": (row.recorded_before, then.recorded_before),
        "engine": (row.engine_version, then.engine_version),
    }
