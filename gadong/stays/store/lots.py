"""Lots of stored goods, and what came in and went out of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow

from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, LotId, LotMoveId
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot, LotMove

SQL = statements(__file__)


def insert(tx: Tx, lot: Lot) -> None:
    """Insert a lot with its first move."""
    run(
        tx,
        SQL["insert"],
        id=lot.id,
        centre_id=lot.centre_id,
        company_id=lot.company_id,
        unit_id=lot.unit_id,
        good=lot.good,
        name=lot.name,
        recorded_by=lot.recorded_by,
        recorded_at=lot.recorded_at,
    )
    for move in lot.moves:
        insert_move(tx, lot, move)


def insert_move(tx: Tx, lot: Lot, move: LotMove) -> None:
    """Insert a move; Conflict where fewer units lie there, or where it was taken back before."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_move"],
                id=move.id,
                centre_id=lot.centre_id,
                company_id=lot.company_id,
                lot_id=lot.id,
                moved_on=move.moved_on,
                change=move.change,
                place=move.place,
                note=move.note,
                reverses=move.reverses,
                recorded_by=move.recorded_by,
                recorded_at=move.recorded_at,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("This was taken back before") from trouble
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "storage_moves_stock":
            raise
        raise Conflict("Fewer units lie there on some of these days") from trouble


def find(tx: Tx, lot_id: LotId) -> Lot | None:
    """Return one lot with its moves."""
    row = one(tx, SQL["find"], id=lot_id)
    return _lots(tx, [row], END_OF_TIME)[0] if row else None


def lot_of_move(tx: Tx, move_id: LotMoveId) -> LotId | None:
    """Return the lot of a move."""
    row = one(tx, SQL["lot_of_move"], id=move_id)
    return LotId(row["lot_id"]) if row else None


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    *,
    companies: Collection[CompanyId] | None,
    before: UUID | None,
    most: int,
) -> list[Lot]:
    """Return a page of a centre's lots, the latest first; `companies` keeps to theirs."""
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        company_ids=None if companies is None else list(companies),
        before=before,
        most=most,
    )
    return _lots(tx, rows, END_OF_TIME)


def in_month(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, days: Days, *, recorded_before: datetime
) -> list[Lot]:
    """Return a company's lots that may have been there on some days, as recorded before."""
    rows = many(
        tx,
        SQL["in_month"],
        centre_id=centre_id,
        company_id=company_id,
        first=days.first,
        end=days.end,
        recorded_before=recorded_before,
    )
    return _lots(tx, rows, recorded_before)


def _lots(tx: Tx, rows: Sequence[DictRow], recorded_before: datetime) -> list[Lot]:
    if not rows:
        return []
    moves: dict[LotId, list[LotMove]] = defaultdict(list)
    ids = [row["id"] for row in rows]
    for row in many(tx, SQL["moves"], lot_ids=ids, recorded_before=recorded_before):
        moves[row.pop("lot_id")].append(LotMove(**row))
    return [Lot(**row, moves=tuple(moves[row["id"]])) for row in rows]
