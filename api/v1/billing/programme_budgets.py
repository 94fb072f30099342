"""Endpoints of programmes' budgets by year, of one centre or of several together."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.schemas import In, Out, Reason, Whole
from gadong.billing.domain.subsidy import LONGEST_NAME, MOST_CENTRES, MOST_WON
from gadong.billing.services import programme_budgets
from gadong.core.domain.ids import CentreId

router = APIRouter(tags=["money"])


class YearBudgetIn(In):
    """A programme's budget of a year for some centres together; without an amount it ends."""

    programme: str = Field(max_length=LONGEST_NAME, examples=["경기 바우처"])
    year: Annotated[Whole, Field(ge=2000, le=2999)]
    centres: list[UUID] = Field(min_length=1, max_length=MOST_CENTRES)
    amount: Annotated[Whole, Field(ge=0, le=MOST_WON)] | None = Field(
        description="Whole won; null ends the budget."
    )
    reason: Reason


class YearBudgetOut(Out):
    """A budget that is in force: its amount, what was drawn on it, and what is left."""

    programme: str
    year: int
    centres: list[UUID]
    amount: int
    paid: int
    left: int


@router.get("/programme-budgets")
def list_programme_budgets(
    who: Who, pool: Connections, year: Annotated[int, Query(ge=2000, le=2999)]
) -> paging.Page[YearBudgetOut]:
    """List the year's budgets of programmes whose every centre you see the figures of."""
    return paging.whole(
        [
            YearBudgetOut(
                programme=one.programme,
                year=one.year,
                centres=list(one.centre_ids),
                amount=one.amount,
                paid=one.paid,
                left=one.left,
            )
            for one in programme_budgets.of_year(pool, who, year)
        ]
    )


@router.post("/programme-budgets", status_code=204)
def set_programme_budget(body: YearBudgetIn, who: Who, pool: Connections) -> None:
    """Set a programme's budget of a year, for who decides about money at each of its centres."""
    programme_budgets.set_year(
        pool,
        who,
        body.programme,
        body.year,
        [CentreId(centre) for centre in body.centres],
        amount=body.amount,
        reason=body.reason,
    )
