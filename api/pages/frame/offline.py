"""The page that is shown without a network, and the program in the browser that keeps it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from api.pages.frame.layout import HARDENING, SEOUL, STATIC, page
from api.pages.frame.texts import Words
from gadong.texts.catalogue import LANGUAGES

router = APIRouter(include_in_schema=False)


@router.get("/offline")
def offline(request: Request) -> HTMLResponse:
    """Show that there is no connection, in every language: it is kept before anybody chose one."""
    both = [Words(language, SEOUL) for language in LANGUAGES]
    return page(request, None, "frame/offline.html", both=both)


@router.get("/service-worker.js")
def service_worker() -> FileResponse:
    """Return the program; it stands at the root, since it serves the pages at and below its own."""
    return FileResponse(
        STATIC / "service-worker.js", media_type="text/javascript", headers=HARDENING
    )
