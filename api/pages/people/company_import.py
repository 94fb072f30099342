"""Import of companies from a file or a pasted table: columns, a verdict on each row, then all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections, Keys, Told
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid, Refused
from gadong.people.domain.imports.company_row import Verdict
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.domain.legal_party import written
from gadong.people.domain.payer import KINDS
from gadong.people.services.imports import company_imports
from gadong.people.services.imports.company_imports import CompanyImport, ReadImport
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text, text_of
from gadong.texts.headings import COMPANIES as HEADINGS
from gadong.texts.refusals import sentence

router = APIRouter(include_in_schema=False)

VERDICTS: Mapping[Verdict, str] = {
    Verdict.ENTER: "✓ will be entered",
    Verdict.PERSON: "✓ the person is added",
    Verdict.SERVED: "– served already, nothing changes",
    Verdict.FAULTY: "✕ to be corrected",
}
# Browsers keep a page of 1,000 rows light; faulty rows are always all shown.
MOST_SHOWN = 1000
# Above the rows that a table may have, and below the largest body (api/app.py).
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportForm:
    """The form of an import: the table as text, and the choices beside it."""

    text: str = ""
    since: str = ""
    category: str = "small-manufacturer"
    fields: Mapping[str, str] | None = None

    def table(self, *, keeps_good: bool) -> CompanyImport:
        """Return the import; raise Refused or Invalid for a form that is none."""
        try:
            since = date.fromisoformat(self.since)
        except ValueError as trouble:
            raise Invalid("Write the day as in 2026-12-01", field="since") from trouble
        return CompanyImport(
            rows=rows_of_text(self.text),
            since=since,
            category=self.category,
            fields=self.fields,
            keeps_good=keeps_good,
        )


async def _filled(
    *,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    since: Annotated[str, Form(max_length=10)] = "",
    category: Annotated[str, Form(max_length=60)] = "small-manufacturer",
    heading: Annotated[list[str] | None, Form()] = None,
    field: Annotated[list[str] | None, Form()] = None,
) -> ImportForm:
    fields = dict(zip(heading or [], field or [], strict=False))
    return ImportForm(text=text, since=since, category=category, fields=fields or None)


Filled = Annotated[ImportForm, Depends(_filled)]


@router.get("/company-import")
def form(request: Request, looking: Looking) -> HTMLResponse:
    """Show the form of an import."""
    centre = looking.need(Right.PEOPLE_WORK)
    today = datetime.now(UTC).astimezone(centre.zone).date()
    return _shown(request, looking, ImportForm(since=today.isoformat()))


@router.post("/company-import")
def run(
    request: Request,
    looking: Looking,
    pool: Connections,
    filled: Filled,
    mail: Told,
    keys: Keys,
    *,
    file: Annotated[UploadFile | None, File()] = None,
    do: Annotated[str, Form(pattern="^(preview|keep|keep_good)$")] = "preview",
) -> Response:
    """Show a table row by row; then enter it, or its good rows."""
    centre = looking.need(Right.PEOPLE_WORK)
    read: ReadImport | None = None
    try:
        if file is not None and file.size:
            filled = ImportForm(
                text=text_of(rows_of(file.file.read())),
                since=filled.since,
                category=filled.category,
            )
        table = filled.table(keeps_good=do == "keep_good")
        read = company_imports.preview(pool, looking.who, centre.id, table)
        if do == "preview":
            return _shown(request, looking, filled, read=read)
        kept = company_imports.keep(
            pool,
            looking.who,
            centre.id,
            table,
            public_url=mail.public_url,
            keys=keys,
            now=datetime.now(UTC),
        )
    except UnreadableTable as trouble:
        why = reasons(Refused([company_imports.unreadable(trouble)]), looking.words)
        return _shown(request, looking, filled, why=why)
    except GadongError as trouble:
        return _shown(request, looking, filled, read=read, why=reasons(trouble, looking.words))
    said = looking.words.say(
        "{n} rows are entered. Companies that use Gadong already are asked first,"
        " and are listed once they agree.",
        n=kept.good,
    )
    return go("/companies", said=said)


def _shown(
    request: Request,
    looking: Look,
    filled: ImportForm,
    *,
    read: ReadImport | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    words = looking.words
    rows = read.rows if read else ()
    faulty = [row for row in rows if row.verdict is Verdict.FAULTY]
    others = [row for row in rows if row.verdict is not Verdict.FAULTY][:MOST_SHOWN]
    return page(
        request,
        looking,
        "people/company_import.html",
        status=409 if why else 200,
        reasons=why or [],
        filled=filled,
        read=read,
        rows=[
            (
                row.row,
                written(row.row.registration_number)
                or words.either(*KINDS[row.row.payer.kind].names),
                words.say(VERDICTS[row.verdict]),
                [sentence(problem, words.language) for problem in row.problems],
            )
            for row in (*faulty, *others)
        ],
        left=len(rows) - len(faulty) - len(others),
        column_problems=[sentence(p, words.language) for p in (read.problems if read else ())],
        fields=[(name, words.either(*known[:2])) for name, known in HEADINGS.items()],
        chosen=list(read.fields.items()) if read else [],
    )
