"""Import of approval numbers from Hometax's list: every row with its statement, then all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.billing.domain.documents.approval_table import ApprovalVerdict
from gadong.billing.services.invoices import approval_imports
from gadong.billing.services.invoices.approval_imports import ReadApprovals
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Refused
from gadong.people.domain.imports.headed_table import UnreadableTable
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text, text_of
from gadong.texts.headings import APPROVALS as HEADINGS
from gadong.texts.refusals import sentence

router = APIRouter(include_in_schema=False)

VERDICTS: Mapping[ApprovalVerdict, str] = {
    ApprovalVerdict.REGISTER: "✓ fits",
    ApprovalVerdict.KNOWN: "– registered already",
    ApprovalVerdict.DIFFERS: "! other amounts or another customer than the statement",
    ApprovalVerdict.UNMATCHED: "! no single statement fits",
    ApprovalVerdict.AMENDED: "– amended: register it with its correction",
    ApprovalVerdict.NOT_OURS: "– another business supplied",
    ApprovalVerdict.FAULTY: "✕ to be corrected",
}
# Below the largest body (api/app.py).
LONGEST_TEXT = 1_000_000


@router.get("/approvals/import")
def form(request: Request, looking: Looking) -> HTMLResponse:
    """Show the form of an import."""
    looking.need(Right.MONEY_WORK)
    return _shown(request, looking, "")


@router.post("/approvals/import")
def run(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    text: Annotated[str, Form(max_length=LONGEST_TEXT)] = "",
    heading: Annotated[list[str] | None, Form()] = None,
    field: Annotated[list[str] | None, Form()] = None,
    file: Annotated[UploadFile | None, File()] = None,
    do: Annotated[str, Form(pattern="^(preview|keep)$")] = "preview",
) -> Response:
    """Show Hometax's list row by row; then register what fits."""
    centre = looking.need(Right.MONEY_WORK)
    fields = dict(zip(heading or [], field or [], strict=False)) or None
    read: ReadApprovals | None = None
    try:
        if file is not None and file.size:
            text, fields = text_of(rows_of(file.file.read())), None
        rows = rows_of_text(text)
        read = approval_imports.preview(pool, looking.who, centre.id, rows, fields)
        if do == "preview":
            return _shown(request, looking, text, read=read)
        kept = approval_imports.keep(pool, looking.who, centre.id, rows, fields)
    except UnreadableTable as trouble:
        why = reasons(Refused([unreadable(trouble)]), looking.words)
        return _shown(request, looking, text, why=why)
    except GadongError as trouble:
        return _shown(request, looking, text, read=read, why=reasons(trouble, looking.words))
    said = looking.words.say("{n} approval numbers are registered.", n=kept.good)
    return go("/approvals/import", said=said)


def _shown(
    request: Request,
    looking: Look,
    text: str,
    *,
    read: ReadApprovals | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    words = looking.words
    return page(
        request,
        looking,
        "billing/approval_import.html",
        status=409 if why else 200,
        reasons=why or [],
        text=text,
        read=read,
        rows=[
            (
                row,
                words.say(VERDICTS[row.verdict]),
                [sentence(problem, words.language) for problem in row.problems],
            )
            for row in (read.rows if read else ())
        ],
        column_problems=[sentence(p, words.language) for p in (read.problems if read else ())],
        fields=[(name, words.either(*known[:2])) for name, known in HEADINGS.items()],
        chosen=list(read.fields.items()) if read else [],
    )
