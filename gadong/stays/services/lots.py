"""Stored goods: lots come in and go out, and firms see their own stock."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, LotId, LotMoveId, UnitId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.people.services.customers import need_customer
from gadong.people.store import people
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import MOST_UNITS, Lot, LotMove
from gadong.stays.domain.stay_change import StayChange
from gadong.stays.domain.tenancy import NEVER
from gadong.stays.services.stay_checks import StayCheck, unasked
from gadong.stays.store import lots, tenancies


@retried
def store_in(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    unit: UnitId,
    good: str,
    name: str,
    units: int,
    moved_on: date,
    place: str = "",
    note: str = "",
    now: datetime,
    key: str | None = None,
    check: StayCheck = unasked,
) -> Lot:
    """Take goods of a company into a store, as a lot of their own.

    `good` is the code of the tariff's good whose price is of one unit and day. A form that is sent
    again under its `key` takes nothing more in.
    """
    permit = who.need(centre, Right.DESK_WORK)
    sent = ("in", centre, company, unit, good, name, units, moved_on, place, note)
    form = KeyedForm(who, key, sent)
    with transaction(pool, permit) as tx:
        if made_before := form.first(tx):
            return _found(tx, LotId(made_before))
        need_customer(tx, centre, company)
        found = next((u for u in tenancies.units(tx, centre) if u.id == unit), None)
        if found is None:
            raise NotFound("The centre has no such unit")
        at = recorded_at(tx, centre)
        lot = Lot(
            id=LotId(new_id()),
            centre_id=centre,
            unit_id=found.id,
            unit=found.name,
            company_id=company,
            good=_said(good, "good"),
            name=_said(name, "name"),
            recorded_by=who.person_id,
            recorded_at=at,
        )
        _need_past(tx, centre, moved_on, now)
        move = _move(who, units, moved_on, place=place, note=note, at=at)
        if move.change < 0:
            raise Invalid("A lot begins with what comes in", field="units")
        lot = replace(lot, moves=(move,))
        lots.insert(tx, lot)
        check(tx, _change(lot, move))
        form.keep(tx, lot.id)
    return lot


@retried
def move(
    pool: Pool,
    who: Caller,
    lot_id: LotId,
    *,
    change: int,
    moved_on: date,
    place: str = "",
    note: str = "",
    now: datetime,
    key: str | None = None,
    check: StayCheck = unasked,
) -> Lot:
    """Record units of a lot that came in, or (below nothing) went out.

    Conflict where fewer lie there, on that day or after it. A form that is sent again under its
    `key` moves nothing more.
    """
    form = KeyedForm(who, key, ("move", lot_id, change, moved_on, place, note))
    with transaction(pool, who.reach()) as tx:
        lot = _worked_on(tx, who, lot_id)
        if form.first(tx):
            return lot
        if change > 0:
            need_customer(tx, lot.centre_id, lot.company_id)
        _need_past(tx, lot.centre_id, moved_on, now)
        at = recorded_at(tx, lot.centre_id)
        made = _move(who, change, moved_on, place=place, note=note, at=at)
        lots.insert_move(tx, lot, made)
        check(tx, _change(lot, made))
        form.keep(tx, made.id)
        return _found(tx, lot_id)


@retried
def take_back(
    pool: Pool, who: Caller, move_id: LotMoveId, *, reason: str, check: StayCheck = unasked
) -> Lot:
    """Take a wrong move back by another one; both stay on record."""
    with transaction(pool, who.reach()) as tx:
        lot_id = lots.lot_of_move(tx, move_id)
        if lot_id is None:
            raise NotFound
        lot = _worked_on(tx, who, lot_id)
        wrong = next(m for m in lot.moves if m.id == move_id)
        if wrong.reverses:
            raise Conflict("This entry takes back another; enter what is right instead")
        undone = replace(
            wrong,
            id=LotMoveId(new_id()),
            note=_said(reason, "reason"),
            reverses=wrong.id,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, lot.centre_id),
        )
        lots.insert_move(tx, lot, undone)
        check(tx, _change(lot, undone))
        return _found(tx, lot_id)


def find(pool: Pool, who: Caller, lot_id: LotId) -> Lot:
    """Return a lot with its moves, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return _seen(tx, who, lot_id)


def shown(
    pool: Pool, who: Caller, centre: CentreId, *, before: UUID | None = None, most: int
) -> list[Lot]:
    """List a centre's lots, the latest first: all to the desk, a company its own."""
    permit = who.need_entry(centre)
    companies = None if who.may(centre, Right.DESK_SEE) else who.companies
    with transaction(pool, permit) as tx:
        return lots.of_centre(tx, centre, companies=companies, before=before, most=most)


def _move(
    who: Caller, change: int, moved_on: date, *, place: str, note: str, at: datetime
) -> LotMove:
    if not 0 < abs(change) <= MOST_UNITS:
        raise Invalid(f"This is from 1 to {MOST_UNITS:,} units", field="units")
    return LotMove(
        id=LotMoveId(new_id()),
        moved_on=moved_on,
        change=change,
        place=place.strip(),
        note=note.strip(),
        reverses=None,
        recorded_by=who.person_id,
        recorded_at=at,
    )


def _change(lot: Lot, made: LotMove) -> StayChange:
    """Return the change of a move: more or fewer units lie there on every later day."""
    return StayChange(
        centre_id=lot.centre_id,
        company_id=lot.company_id,
        days=Days(made.moved_on, NEVER),
        is_more=(made.change > 0) == (made.reverses is None),
        recorded_at=made.recorded_at,
        is_at_end=True,
    )


def _need_past(tx: Tx, centre_id: CentreId, day: date, now: datetime) -> None:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    if not date(2000, 1, 1) <= day <= now.astimezone(centre.zone).date():
        raise Invalid("Goods moved today or before", field="moved_on")


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Invalid("This must be said", field=field)
    return text.strip()


def _found(tx: Tx, lot_id: LotId) -> Lot:
    found = lots.find(tx, lot_id)
    if found is None:
        raise NotFound
    return found


def _seen(tx: Tx, who: Caller, lot_id: LotId) -> Lot:
    found = lots.find(tx, lot_id)
    if found is None or not who.may_see(found.centre_id, found.company_id, Right.DESK_SEE):
        raise NotFound("There is no such lot that you may see")
    return found


def _worked_on(tx: Tx, who: Caller, lot_id: LotId) -> Lot:
    found = _seen(tx, who, lot_id)
    who.need(found.centre_id, Right.DESK_WORK)
    return found
