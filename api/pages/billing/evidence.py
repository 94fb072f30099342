"""The evidence of an issued statement: from a line to its runs and messages, as they were kept."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Looking, page
from gadong.billing.services.proof import evidence_trails
from gadong.core.domain.ids import CorrectionId, StatementId

router = APIRouter(include_in_schema=False)


@router.get("/statements/{statement_id}/evidence")
def evidence(
    request: Request,
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    line: Annotated[str, Query(max_length=200)] = "",
    correction: UUID | None = None,
) -> HTMLResponse:
    """Show a line, or every line, with the runs and messages that were kept with the statement."""
    found = evidence_trails.follow(
        pool,
        looking.who,
        StatementId(statement_id),
        line=line,
        correction=CorrectionId(correction) if correction else None,
    )
    messages = {
        m.id: m.payload.decode("utf-8", "backslashreplace") for x in found.lines for m in x.messages
    }
    return page(
        request,
        looking,
        "billing/evidence.html",
        trail=found,
        payloads=messages,
        statement_id=statement_id,
    )
