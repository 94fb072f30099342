"""The list of statements: of a centre for its staff, of all centres for a firm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity import Connections
from api.pages.frame.layout import Looking, page
from api.pages.frame.listing import ListAsked, listing
from gadong.billing.services import (
    payments,
    statements,
)
from gadong.core.domain.access import Right

router = APIRouter(include_in_schema=False)

# The page reads the documents of all that it searches: a year of 40 paying companies a month.
MOST_SHOWN = 500


@router.get("/statements")
def mine(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    month: Annotated[str, Query(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = "",
) -> HTMLResponse:
    """Show the statements one may see, the latest made first; those of a month if one is named.

    A firm sees its statements of all centres side by side, the staff those of their centre.
    """
    centre = looking.need_centre().id
    is_staff = looking.may(Right.MONEY_SEE)
    found = statements.page(
        pool,
        looking.who,
        centre=centre if is_staff else None,
        month=month or None,
        before=None,
        most=MOST_SHOWN,
    )
    names = {c.id: c.name for c in looking.centres}
    is_of_several = len({s.centre_id for s in found}) > 1
    accounts = payments.accounts(pool, found, now=datetime.now(UTC))
    rows = [(s, accounts[s.id][0] if s.id in accounts else None) for s in found]
    places = {s.id: index for index, (s, _) in enumerate(rows)}
    shown = listing(
        "/statements",
        rows,
        asked,
        text=lambda row: (
            f"{row[0].month} {row[0].number or ''} {row[0].company_name} "
            f"{names.get(row[0].centre_id, '') if is_of_several else ''}"
        ),
        orders={
            "made": ("Latest first", lambda row: str(places[row[0].id])),
            "company": ("Company", lambda row: row[0].company_name),
            "number": ("Number", lambda row: row[0].number or ""),
        },
        kept={"month": month} if month else {},
    )
    return page(
        request,
        looking,
        "billing/statements.html",
        statements=shown,
        centres=names if is_of_several else {},
        month=month,
        # Older statements may lie beyond those that were read.
        is_cut=len(found) == MOST_SHOWN,
        most=MOST_SHOWN,
    )
