"""Notices before a contract ends, on the page of tenancies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.stays.domain.tenancy_notice import MOST_NOTICE_DAYS, TenancyTerms
from gadong.stays.services import tenancy_notices

router = APIRouter(include_in_schema=False)


@router.post("/tenancies/terms")
def set_terms(
    looking: Looking,
    pool: Connections,
    notice_days: Annotated[int, Form(ge=0, le=MOST_NOTICE_DAYS)],
) -> Response:
    """Set how long before its end both sides are told of a contract."""
    centre = looking.need(Right.MONEY_WORK)
    terms = TenancyTerms(notice_days=notice_days)
    tenancy_notices.change(pool, looking.who, centre.id, terms)
    return go("/tenancies", said=looking.words.say("Kept."))


def ending_parts(looking: Look, pool: Pool) -> dict[str, Any]:
    """Return what the page shows of contracts that end soon, for who sees the money."""
    if not looking.may(Right.MONEY_SEE):
        return {"ends": []}
    centre = looking.need_centre()
    today = datetime.now(UTC).astimezone(centre.zone).date()
    return {
        "ends": tenancy_notices.ending_soon(pool, looking.who, centre.id, today=today),
        "notice_days": tenancy_notices.terms(pool, looking.who, centre.id).notice_days,
        "most_notice_days": MOST_NOTICE_DAYS,
    }
