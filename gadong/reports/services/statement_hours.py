"""The hours of a month's statements by their evidence, from the lines of the statements
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line, StatementState
from gadong.billing.services import corrections as correcting
from gadong.billing.services.statement_document import document, month_named
from gadong.billing.store import corrections, statements
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.reports.domain.evidence_hours import EvidenceHours, hours_of
from gadong.texts.reports import EVIDENCE_HOURS, HEADS

# Statements are read in pages: a centre has some hundred companies.
PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRow:
    """The billed time of a company on a machine."""

    company_id: CompanyId
    company_name: str
    machine: str
    machine_name: str
    hours: EvidenceHours


def of_month(pool: Pool, who: Caller, centre_id: CentreId, month: str) -> list[HoursRow]:
    """Return the month's rows by company and machine, drafts as they stand and issued ones with
    their corrections.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = str(month_named(month))
    rows: dict[tuple[str, CompanyId, str], HoursRow] = {}
    with transaction(pool, permit) as tx:
        for statement, lines in _statements(tx, centre_id, wanted):
            name = document(statement).company_name
            for line in lines:
                hours = hours_of(line.charge)
                if not hours.total:
                    continue
                key = name, statement.company_id, line.machine
                before = rows[key].hours if key in rows else EvidenceHours()
                rows[key] = HoursRow(
                    company_id=statement.company_id,
                    company_name=name,
                    machine=line.machine,
                    machine_name=line.machine_name,
                    hours=before + hours,
                )
    return [rows[key] for key in sorted(rows)]


def whole(rows: Sequence[HoursRow]) -> EvidenceHours:
    """Return the sum of all rows."""
    return sum((row.hours for row in rows), EvidenceHours())


def table_of(rows: Sequence[HoursRow]) -> list[list[str | int | float | None]]:
    """Return the rows as a table with their total."""

    def cells(hours: EvidenceHours) -> list[str | int | float | None]:
        return [hours.signal, hours.ledger, hours.unknown, hours.total]

    body = [[row.company_name, row.machine_name, *cells(row.hours)] for row in rows]
    return [
        [text.ko for text in EVIDENCE_HOURS],
        *body,
        [HEADS["total"].ko, "", *cells(whole(rows))],
    ]


def _statements(
    tx: Tx, centre_id: CentreId, month: str
) -> Iterator[tuple[Statement, Sequence[Line]]]:
    """Yield the month's statements with the lines that hold today, without void ones."""
    before: UUID | None = None
    while True:
        page = statements.statement_page(
            tx,
            centre_ids=[centre_id],
            company_ids=[],
            centre=None,
            company=None,
            states=(),
            month=month,
            before=before,
            most=PAGE,
        )
        for statement in page:
            if statement.state is StatementState.VOID:
                continue
            later = corrections.of_statement(tx, statement.id)
            yield (
                statement,
                correcting.read(later[-1]).lines if later else document(statement).lines,
            )
        if len(page) < PAGE:
            return
        before = page[-1].id
