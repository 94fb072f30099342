"""The files of a commission on its page, and the centre's terms on the list's."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from api.files import as_file
from api.identity import Connections
from api.pages.commissions.commission import commission_page
from api.pages.frame.layout import Looking, go
from api.pages.frame.problem_page import reasons
from gadong.commissions.domain.commission_file import CommissionFileKind
from gadong.commissions.domain.commission_terms import CommissionTerms
from gadong.commissions.services import commission_files, commission_terms, commissions
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid

router = APIRouter(include_in_schema=False)


@router.post("/commissions/terms")
def set_terms(
    looking: Looking, pool: Connections, *, is_paid_first: Annotated[bool, Form()] = False
) -> Response:
    """Set what holds for whatever is handed over from now on."""
    centre = looking.need(Right.RULES_WORK)
    terms = CommissionTerms(is_paid_first=is_paid_first)
    commission_terms.change(pool, looking.who, centre.id, terms)
    return go("/commissions", said=looking.words.say("Kept."))


@router.post("/commissions/{commission_id}/files")
def keep(
    request: Request,
    commission_id: UUID,
    looking: Looking,
    pool: Connections,
    kind: Annotated[CommissionFileKind, Form()] = CommissionFileKind.FILE,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a file, or the result report."""
    # A person who may not see it is refused before anything is tried.
    commissions.find(pool, looking.who, commission_id)
    try:
        if file is None or not file.filename:
            raise Invalid("Choose a file", field="file")
        is_report = kind is CommissionFileKind.REPORT
        attach = commission_files.report if is_report else commission_files.attach
        attach(pool, looking.who, commission_id, name=file.filename, data=file.file.read())
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return commission_page(request, looking, pool, commission_id, why=why)
    return go(f"/commissions/{commission_id}", said=looking.words.say("The file is kept."))


@router.get("/commissions/{commission_id}/files/{commission_file_id}")
def read(
    commission_id: UUID, commission_file_id: UUID, looking: Looking, pool: Connections
) -> Response:
    """Return a file, to be saved."""
    found, data = commission_files.read(pool, looking.who, commission_id, commission_file_id)
    return as_file(data, found.name, found.media_type)
