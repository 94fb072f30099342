"""Approval numbers of tax invoices, read from Hometax's list of what was issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gadong.billing.domain.documents.approval_table import (
    ApprovalVerdict,
    JudgedApproval,
    OpenInvoice,
    SumsOfDay,
    judge,
    months_of,
    need_columns,
    written_of,
)
from gadong.billing.domain.kept_correction import InvoiceKind
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState, Totals
from gadong.billing.domain.tax_invoice import first_invoice
from gadong.billing.services.corrections import read
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections, statements
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import day_of
from gadong.core.domain.ids import CentreId, StatementId
from gadong.core.domain.problem import Conflict, Invalid, Problem, Refused
from gadong.people.domain.imports.headed_table import (
    HeadedTable,
    UnreadableTable,
    read_headed,
)
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.store import legal_parties
from gadong.texts.headings import APPROVALS as HEADINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadApprovals:
    """Hometax's list as an import reads it; `problems` are those of its columns."""

    fields: Mapping[str, str]
    rows: Sequence[JudgedApproval]
    problems: Sequence[Problem] = ()

    @property
    def good(self) -> int:
        """Return the number of rows that are registered."""
        return sum(row.verdict is ApprovalVerdict.REGISTER for row in self.rows)


def preview(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    rows: Sequence[Sequence[str]],
    fields: Mapping[str, str] | None = None,
) -> ReadApprovals:
    """Judge every row and write nothing."""
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        return _read(tx, centre, rows, fields)


@retried
def keep(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    rows: Sequence[Sequence[str]],
    fields: Mapping[str, str] | None = None,
) -> ReadApprovals:
    """Register the approval numbers that fit a statement; every other row stays as it was named.

    The same list again registers nothing, since its numbers are known.
    """
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        read = _read(tx, centre, rows, fields)
        if read.problems:
            raise Refused(list(read.problems))
        return replace(read, rows=[_kept(tx, who, centre, row) for row in read.rows])


def _kept(tx: Tx, who: Caller, centre: CentreId, row: JudgedApproval) -> JudgedApproval:
    """Register a row's number, and return the row as it came out.

    It is left where the statement got its invoice meanwhile, or a centre that the caller does not
    see has the number.
    """
    if row.verdict is not ApprovalVerdict.REGISTER or row.statement is None:
        return row
    if row.written_on is None or row.issued_on is None:
        return row
    left = replace(row, verdict=ApprovalVerdict.UNMATCHED, statement=None)
    corrections.lock_statement(tx, row.statement.statement_id)
    if _has_invoice(tx, row.statement.statement_id):
        return left
    try:
        corrections.insert_invoice(
            tx,
            centre_id=centre,
            statement_id=row.statement.statement_id,
            correction_id=None,
            approval=row.approval,
            reason_code=None,
            written_on=row.written_on,
            issued_on=max(row.issued_on, row.written_on),
            by=who.person_id,
            at=recorded_at(tx, centre),
        )
    except Conflict:
        return left
    return row


def _read(
    tx: Tx,
    centre: CentreId,
    rows: Sequence[Sequence[str]],
    fields: Mapping[str, str] | None,
) -> ReadApprovals:
    if wrong := set((fields or {}).values()) - {"", *HEADINGS}:
        raise Invalid(f"There is no field {min(wrong)!r}", field="fields")
    try:
        table: HeadedTable = read_headed(rows, HEADINGS, given=fields)
    except UnreadableTable as trouble:
        raise Refused([unreadable(trouble)]) from trouble
    try:
        need_columns(table)
    except UnreadableTable as trouble:
        return ReadApprovals(fields=table.fields, rows=(), problems=(unreadable(trouble),))
    supplier = legal_parties.latest(tx, centre, None, recorded_before=END_OF_TIME)
    registered = corrections.registered(tx, [written_of(row.get("approval")) for row in table.rows])
    invoices = [one for month in months_of(table) for one in _invoices(tx, centre, month)]
    return ReadApprovals(
        fields=table.fields,
        rows=judge(
            table,
            invoices,
            registered,
            supplier=supplier.registration_number if supplier else "",
        ),
    )


def _invoices(tx: Tx, centre: CentreId, month: str) -> list[OpenInvoice]:
    """Return the statements of a month that have no tax invoice."""
    found: list[OpenInvoice] = []
    for statement in statements.issued(tx, centre_id=centre, month=month):
        if statement.state is StatementState.ISSUED and not _has_invoice(tx, statement.id):
            found += _open(tx, statement)
    return found


def _has_invoice(tx: Tx, statement_id: StatementId) -> bool:
    return first_invoice(corrections.invoices(tx, statement_id), InvoiceKind.TAX) is not None


def _open(tx: Tx, statement: Statement) -> list[OpenInvoice]:
    """Return a statement as each of its documents says it; nothing where no invoice is due."""
    said = document(statement)
    zone = ZoneInfo(said.zone)
    customer = said.customer.registration_number or said.registration_number

    def of(moment: datetime | None, totals: Totals) -> SumsOfDay:
        day = day_of(moment, zone) if moment else date.min
        return SumsOfDay(since=day, customer=customer, supply=totals.taxable, vat=totals.vat)

    documents = [of(statement.issued_at, said.totals)]
    for made in corrections.of_statement(tx, statement.id):
        correction = read(made)
        if correction.is_of_names:
            customer = correction.customer.registration_number or customer
        documents.append(of(made.issued_at, correction.now))
    if not any(one.customer and one.supply > 0 for one in documents):
        return []
    return [
        OpenInvoice(
            statement_id=statement.id,
            number=statement.number or "",
            month=statement.month,
            documents=tuple(documents),
        )
    ]
