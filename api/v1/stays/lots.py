"""Endpoints of stored goods."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import Accepted
from api.v1.stays import lots_schemas as schemas
from gadong.billing.services.prices.backdated_stays import asked
from gadong.billing.services.prices.stored_goods import need_by_piece
from gadong.core.domain.ids import CentreId, CompanyId, LotId, LotMoveId, UnitId
from gadong.stays.domain.lot import Lot
from gadong.stays.services import lots

router = APIRouter(tags=["money"])


@router.get("/centres/{centre}/storage-lots")
def list_storage_lots(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.LotOut]:
    """List lots of stored goods, the latest first: all to the desk, a company its own."""
    before = paging.before_id(cursor)
    found = lots.shown(pool, who, CentreId(centre), before=before, most=limit)
    return paging.Page(items=[_told(lot) for lot in found], next=paging.next_id(found, limit))


@router.post("/centres/{centre}/storage-lots", status_code=201)
def create_storage_lot(
    centre: UUID, body: schemas.LotIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> schemas.LotOut:
    """Take goods of a company into a store, as a lot of their own; for the desk.

    422 for a good that the day's tariff does not have, or does not count by the piece. Refused with
    `stay.changes_issued` for each issued statement that it would change, until that is accepted.
    """
    need_by_piece(pool, who, CentreId(centre), body.good, body.moved_on)
    lot = lots.store_in(
        pool,
        who,
        centre=CentreId(centre),
        company=CompanyId(body.company),
        unit=UnitId(body.unit),
        good=body.good,
        name=body.name,
        units=body.units,
        moved_on=body.moved_on,
        place=body.place,
        note=body.note,
        now=datetime.now(UTC),
        check=asked(is_accepted=accept),
    )
    return _told(lot)


@router.get("/storage-lots/{lot_id}")
def get_storage_lot(lot_id: UUID, who: Who, pool: Connections) -> schemas.LotOut:
    """Return a lot with its history, for its company and the centre's desk."""
    return _told(lots.find(pool, who, LotId(lot_id)))


@router.post("/storage-lots/{lot_id}/moves", status_code=201)
def move_storage_lot(
    lot_id: UUID, body: schemas.LotMoveIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> schemas.LotOut:
    """Record units that came in or went out; 409 where fewer lie there. For the desk."""
    lot = lots.move(
        pool,
        who,
        LotId(lot_id),
        change=body.change,
        moved_on=body.moved_on,
        place=body.place,
        note=body.note,
        now=datetime.now(UTC),
        check=asked(is_accepted=accept),
    )
    return _told(lot)


@router.post("/storage-moves/{lot_move_id}/reverse", status_code=201)
def reverse_storage_move(
    lot_move_id: UUID, body: ReverseIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> schemas.LotOut:
    """Take a wrong move back; both stay on record. For the desk."""
    check = asked(is_accepted=accept)
    lot = lots.take_back(pool, who, LotMoveId(lot_move_id), reason=body.reason, check=check)
    return _told(lot)


def _told(lot: Lot) -> schemas.LotOut:
    return schemas.LotOut(
        id=lot.id,
        centre=lot.centre_id,
        unit=lot.unit_id,
        unit_name=lot.unit,
        company=lot.company_id,
        good=lot.good,
        name=lot.name,
        place=lot.place,
        left=lot.left,
        moves=[
            schemas.LotMoveOut(
                id=m.id,
                moved_on=m.moved_on,
                change=m.change,
                place=m.place,
                note=m.note,
                reverses=m.reverses,
                recorded_at=m.recorded_at,
            )
            for m in lot.moves
        ],
    )
