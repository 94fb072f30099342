"""Draws of centres' documents on the budgets of programmes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.billing.domain.subsidy import YearBudget
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements

SQL = statements(__file__)


def drawn(
    tx: Tx, programmes: Collection[tuple[CentreId, str]], *, recorded_before: datetime
) -> dict[tuple[CentreId, str], int]:
    """Return what all documents of each centre drew on its programme."""
    rows = many(
        tx,
        SQL["drawn"],
        centre_ids=[centre_id for centre_id, _ in programmes],
        programmes=[programme for _, programme in programmes],
        recorded_before=recorded_before,
    )
    return {(row["centre_id"], row["programme"]): row["drawn"] for row in rows}


def insert_budget(
    tx: Tx,
    *,
    programme: str,
    year: int,
    centre_ids: Collection[CentreId],
    amount: int | None,
    reason: str,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Store a programme's budget of a year at some centres; without an amount it ends."""
    run(
        tx,
        SQL["insert_budget"],
        id=new_id(),
        programme=programme,
        year=year,
        centre_ids=sorted(centre_ids),
        amount=amount,
        reason=reason,
        by=by,
        recorded_at=recorded_at,
    )


def year_budgets(tx: Tx, year: int) -> list[YearBudget]:
    """Return the year's budgets that the transaction reaches, by programme."""
    return [
        YearBudget(**{**row, "centre_ids": tuple(CentreId(c) for c in row["centre_ids"])})
        for row in many(tx, SQL["year_budgets"], year=year)
    ]


def year_left(
    tx: Tx,
    centre_id: CentreId,
    programme: str,
    *,
    by: tuple[CompanyId, str],
    recorded_before: datetime,
) -> int | None:
    """Return what others left of the year's budgets for a company's month; None without one."""
    row = one(
        tx,
        SQL["year_left"],
        centre_id=centre_id,
        company_id=by[0],
        month=by[1],
        programme=programme,
        recorded_before=recorded_before,
    )
    return row["year_left"] if row else None


def lock_year(tx: Tx, programme: str, year: int) -> None:
    """Draw on the programme's budgets of a year alone until the transaction ends."""
    run(tx, SQL["lock_year"], programme=programme, year=year)


def programme_spent(
    tx: Tx,
    centre_id: CentreId,
    programme: str,
    *,
    besides: tuple[CompanyId, str],
    recorded_before: datetime,
) -> int:
    """Return what engine 4 took for drawn by others: what was issued before the instant and before
    a month's own issue.
    """
    row = one(
        tx,
        SQL["programme_spent"],
        centre_id=centre_id,
        programme=programme,
        company_id=besides[0],
        month=besides[1],
        recorded_before=recorded_before,
    )
    return row["spent"] if row else 0


def lock_programme(tx: Tx, centre_id: CentreId, programme: str) -> None:
    """Draw on the programme's budget alone until the transaction ends."""
    run(tx, SQL["lock_programme"], centre_id=centre_id, programme=programme)
