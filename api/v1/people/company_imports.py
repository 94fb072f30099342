"""Import of companies from a table: a preview row by row, and the import itself."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.errors import told
from api.identity import Connections, Keys, Told, Who
from api.v1.schemas import BrokenRule, In, Out
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid, Refused
from gadong.people.domain.imports.company_row import JudgedRow, Verdict
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.domain.payer import PayerKind
from gadong.people.services.imports import company_imports
from gadong.people.services.imports.company_imports import CompanyImport, ReadImport
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text

router = APIRouter(tags=["people"])

# As the largest body allows (api/app.py).
LONGEST_TEXT, LONGEST_FILE = 1_000_000, 2_800_000


class CompanyImportIn(In):
    """A table of companies as a text, or as a file in base64: docs/import.md."""

    text: str | None = Field(
        default=None,
        max_length=LONGEST_TEXT,
        examples=["기업명\t사업자등록번호\n한솔정밀\t124-81-00998"],
    )
    file: str | None = Field(
        default=None, max_length=LONGEST_FILE, description="CSV (UTF-8 or CP949) or XLSX in base64."
    )
    since: date = Field(examples=["2026-12-01"], description="The day from which it is served.")
    category: str = Field(
        default="small-manufacturer",
        max_length=60,
        description="The category of rows without one.",
    )
    fields: dict[str, str] | None = Field(
        default=None,
        max_length=60,
        description="The field of each heading; without it, as in the last import.",
    )
    keeps_good: bool = Field(default=False, description="Leave faulty rows out.")


class CompanyImportRow(Out):
    """One row: its number in the table, its verdict, and what is wrong with it."""

    line: int
    verdict: Verdict
    name: str
    registration_number: str
    kind: PayerKind
    person: str
    problems: list[BrokenRule]


class CompanyImportOut(Out):
    """A table as it was read. `problems` are those of its columns."""

    items: list[CompanyImportRow]
    next: str | None = None
    good: int
    bad: int
    fields: dict[str, str]
    problems: list[BrokenRule]


@router.post("/centres/{centre}/company-imports/preview")
def preview_companies(
    centre: UUID, body: CompanyImportIn, who: Who, pool: Connections
) -> CompanyImportOut:
    """Judge every row of a table of companies; keep nothing."""
    return _read(company_imports.preview(pool, who, CentreId(centre), _table(body)))


@router.post("/centres/{centre}/company-imports", status_code=201)
def import_companies(
    centre: UUID, body: CompanyImportIn, who: Who, pool: Connections, mail: Told, keys: Keys
) -> CompanyImportOut:
    """Enter all companies and people of a table, or with `keeps_good` its good rows."""
    return _read(
        company_imports.keep(
            pool,
            who,
            CentreId(centre),
            _table(body),
            public_url=mail.public_url,
            keys=keys,
            now=datetime.now(UTC),
        )
    )


def _table(body: CompanyImportIn) -> CompanyImport:
    if (body.text is None) is (body.file is None):
        raise Invalid("Send the table as text or as a file", field="text")
    try:
        rows = rows_of_text(body.text) if body.text is not None else rows_of(_file(body.file or ""))
    except UnreadableTable as trouble:
        raise Refused([company_imports.unreadable(trouble)]) from trouble
    return CompanyImport(
        rows=rows,
        since=body.since,
        category=body.category,
        fields=body.fields,
        keeps_good=body.keeps_good,
    )


def _file(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as trouble:
        raise Invalid("The file is not in base64", field="file") from trouble


def _read(found: ReadImport) -> CompanyImportOut:
    return CompanyImportOut(
        items=[_row(judged) for judged in found.rows],
        good=found.good,
        bad=len(found.rows) - found.good,
        fields=dict(found.fields),
        problems=[BrokenRule(**told(problem)) for problem in found.problems],
    )


def _row(judged: JudgedRow) -> CompanyImportRow:
    return CompanyImportRow(
        line=judged.row.number,
        verdict=judged.verdict,
        name=judged.row.name,
        registration_number=judged.row.registration_number,
        kind=judged.row.payer.kind,
        person=judged.row.person,
        problems=[BrokenRule(**told(problem)) for problem in judged.problems],
    )
