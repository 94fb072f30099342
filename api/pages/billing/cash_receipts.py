"""The form of a cash receipt that was issued elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.identity import Connections
from api.pages.billing.statement_forms import SentForm
from api.pages.frame.form_times import FormDay
from api.pages.frame.layout import Looking
from gadong.billing.services import cash_receipts
from gadong.core.domain.ids import StatementId

router = APIRouter(include_in_schema=False)


@router.post("/statements/{statement_id}/cash-receipts")
def register(
    statement_id: UUID,
    looking: Looking,
    pool: Connections,
    form: SentForm,
    approval: Annotated[str, Form(pattern="^[0-9A-Za-z]{9}$")],
    amount: Annotated[int, Form(ge=-1_000_000_000_000, le=1_000_000_000_000)],
    issued_on: FormDay,
) -> Response:
    """Keep the approval number of a cash receipt that was issued elsewhere."""

    def work() -> None:
        cash_receipts.register(
            pool,
            looking.who,
            StatementId(statement_id),
            approval=approval,
            amount=amount,
            issued_on=issued_on,
            now=datetime.now(UTC),
        )

    return form.done(statement_id, work, "The cash receipt is registered.")
