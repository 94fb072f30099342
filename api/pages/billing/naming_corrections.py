"""The form that corrects names and numbers of an issued statement by a document."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.identity import Connections
from api.pages.billing.statement_forms import SentForm
from api.pages.frame.layout import Looking
from gadong.billing.services.invoices import naming_corrections
from gadong.core.domain.ids import StatementId

router = APIRouter(include_in_schema=False)


@router.post("/statements/{statement_id}/naming-corrections")
def correct(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    digest: Annotated[str, Form(min_length=64, max_length=64)],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Issue the names that were looked at as a correction of no amount."""

    def work() -> None:
        naming_corrections.issue(
            pool, looking.who, StatementId(statement_id), digest=digest, reason=reason
        )

    return form.done(statement_id, work, "The correction is issued.")
