"""Endpoints of approval numbers of tax invoices, read from Hometax's list."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.errors import told
from api.identity import Connections, Who
from api.v1.schemas import BrokenRule, In, Out
from gadong.billing.domain.documents.approval_table import ApprovalVerdict, JudgedApproval
from gadong.billing.services.invoices import approval_imports
from gadong.billing.services.invoices.approval_imports import ReadApprovals
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid, Refused
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text

router = APIRouter(tags=["money"])

# As the largest body allows (api/app.py).
LONGEST_TEXT, LONGEST_FILE = 1_000_000, 2_800_000


class ApprovalImportIn(In):
    """Hometax's list of issued tax invoices as a text, or as a file in base64."""

    text: str | None = Field(default=None, max_length=LONGEST_TEXT)
    file: str | None = Field(
        default=None, max_length=LONGEST_FILE, description="CSV (UTF-8 or CP949) or XLSX in base64."
    )
    fields: dict[str, str] | None = Field(
        default=None,
        max_length=60,
        description="The field of each heading; without it, by the headings' words.",
    )


class ApprovalRowOut(Out):
    """A row of the list: its verdict, and the statement that it is of."""

    line: int
    verdict: ApprovalVerdict
    approval: str
    written_on: date | None
    supply: int
    vat: int
    statement: UUID | None
    statement_number: str | None
    problems: list[BrokenRule]


class ApprovalImportOut(Out):
    """Hometax's list as it was read. `problems` are those of its columns."""

    items: list[ApprovalRowOut]
    next: str | None = None
    good: int
    fields: dict[str, str]
    problems: list[BrokenRule]


@router.post("/centres/{centre}/approval-imports/preview")
def preview_approvals(
    centre: UUID, body: ApprovalImportIn, who: Who, pool: Connections
) -> ApprovalImportOut:
    """Match every row of Hometax's list with a statement; keep nothing."""
    return _read(approval_imports.preview(pool, who, CentreId(centre), _rows(body), body.fields))


@router.post("/centres/{centre}/approval-imports", status_code=201)
def import_approvals(
    centre: UUID, body: ApprovalImportIn, who: Who, pool: Connections
) -> ApprovalImportOut:
    """Register the approval numbers that fit a statement; the same list again registers none.

    For managers.
    """
    return _read(approval_imports.keep(pool, who, CentreId(centre), _rows(body), body.fields))


def _rows(body: ApprovalImportIn) -> list[list[str]]:
    if (body.text is None) is (body.file is None):
        raise Invalid("Send the table as text or as a file", field="text")
    try:
        if body.file is None:
            return rows_of_text(body.text or "")
        return rows_of(base64.b64decode(body.file, validate=True))
    except UnreadableTable as trouble:
        raise Refused([unreadable(trouble)]) from trouble
    except (binascii.Error, ValueError) as trouble:
        raise Invalid("The file is not in base64", field="file") from trouble


def _read(found: ReadApprovals) -> ApprovalImportOut:
    return ApprovalImportOut(
        items=[_row(row) for row in found.rows],
        good=found.good,
        fields=dict(found.fields),
        problems=[BrokenRule(**told(problem)) for problem in found.problems],
    )


def _row(row: JudgedApproval) -> ApprovalRowOut:
    return ApprovalRowOut(
        line=row.row,
        verdict=row.verdict,
        approval=row.approval,
        written_on=row.written_on,
        supply=row.supply,
        vat=row.vat,
        statement=row.statement.statement_id if row.statement else None,
        statement_number=row.statement.number if row.statement else None,
        problems=[BrokenRule(**told(problem)) for problem in row.problems],
    )
