"""Certificates of calibrations as files: kept at the machine's entry in the register, and read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from fastapi.responses import Response

from api.files import as_file
from api.identity import Connections
from api.pages.frame.form_times import FormDay
from api.pages.frame.layout import Looking, go
from api.pages.frame.problem_page import reasons
from api.pages.machines.machine_register import entry_page
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.machines.services import certificates, machines

router = APIRouter(include_in_schema=False)


@router.post("/register/{slug}/certificates")
def keep(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    done_on: FormDay,
    certificate: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a file at the calibration of a day."""
    try:
        centre = looking.need(Right.FLOOR_WORK)
        machine = machines.find(pool, looking.who, slug, centre=centre.id)
        if certificate is None or not certificate.filename:
            raise Invalid("Choose a file", field="certificate")
        reason = looking.words.say("Certificate of {day}", day=done_on)
        data = certificate.file.read()
        certificates.attach(pool, looking.who, machine, done_on, data, reason=reason)
    except GadongError as trouble:
        return entry_page(request, slug, looking, pool, why=reasons(trouble, looking.words))
    return go(f"/register/{slug}", said=looking.words.say("The certificate is kept."))


@router.get("/register/{slug}/certificates/{file}")
def read(
    slug: str,
    file: Annotated[str, Path(max_length=64)],
    looking: Looking,
    pool: Connections,
) -> Response:
    """Return a certificate's file, to be saved."""
    centre = looking.need(Right.FLOOR_SEE)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    found, name = certificates.read(pool, looking.who, machine, file)
    return as_file(found.data, name, found.media_type)
