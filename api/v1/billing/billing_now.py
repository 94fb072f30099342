"""Endpoint of billing at once: a statement within the month."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1.billing import statements_schemas as schemas
from api.v1.billing.statement_answers import statements_out
from api.v1.schemas import Instant
from gadong.billing.services.accounts import billing_now
from gadong.core.domain.ids import CentreId, CompanyId

router = APIRouter(tags=["money"])


class BillNowIn(schemas.ApproveIn):
    """The problems that a manager accepts, as for an approval, and an earlier end than now."""

    until: Instant | None = Field(
        default=None,
        description="Bill what began before this instant; now if left out.",
        examples=["2026-11-12T15:00:00+09:00"],
    )


@router.post("/centres/{centre}/companies/{company}/bill-now", status_code=201)
def bill_company_now(
    centre: UUID, company: UUID, who: Who, pool: Connections, body: BillNowIn | None = None
) -> schemas.StatementOut:
    """Issue a statement of what a company has used by now; for managers.

    Each use is on one statement: what begins later is on the month's own. 422 names what stands in
    the way, and nothing is kept.
    """
    body = body or BillNowIn()
    issued = billing_now.bill_now(
        pool,
        who,
        centre=CentreId(centre),
        company=CompanyId(company),
        until=body.until,
        accept=body.accept,
        reason=body.reason,
    )
    return statements_out(pool, who, [issued])[0]
