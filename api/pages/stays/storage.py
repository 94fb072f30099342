"""Pages of stored goods: what lies where, and one lot with its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.choices import chosen_company
from api.pages.frame.form_keys import FormKey, new_form_key
from api.pages.frame.form_times import FormDay
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from api.pages.stays.company_names import company_names
from api.pages.training.goods import offered
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.billing.services.prices.backdated_stays import asked
from gadong.billing.services.prices.backdating import is_refusal
from gadong.billing.services.prices.stored_goods import need_by_piece
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import LotId, LotMoveId, UnitId
from gadong.core.domain.natural_order import matches
from gadong.core.domain.problem import GadongError, Invalid
from gadong.stays.domain.lot import MOST_UNITS, Lot
from gadong.stays.services import lots, tenancies

router = APIRouter(include_in_schema=False)

# Some years of a cold store; older lots are asked for by the API.
MOST_LISTED = 1000


@router.get("/storage")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the stock, and what was there: everything to the desk, a company its own."""
    return _every(request, looking, pool, asked=asked)


@router.post("/storage")
def store_in(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    unit: Annotated[UUID, Form()],
    company: Annotated[str, Form(max_length=36)],
    good: Annotated[str, Form(max_length=60)],
    name: Annotated[str, Form(max_length=100)],
    units: Annotated[int, Form(ge=1, le=MOST_UNITS)],
    moved_on: FormDay,
    place: Annotated[str, Form(max_length=60)] = "",
    key: FormKey = None,
    accept: Annotated[bool, Form()] = False,
) -> Response:
    """Take goods of a company in."""
    centre = looking.need(Right.DESK_WORK)
    try:
        chosen = chosen_company(company)
        if chosen is None:
            raise Invalid("Choose the company from the list", field="company")
        need_by_piece(pool, looking.who, centre.id, good, moved_on)
        lot = lots.store_in(
            pool,
            looking.who,
            centre=centre.id,
            company=chosen,
            unit=UnitId(unit),
            good=good,
            name=name,
            units=units,
            moved_on=moved_on,
            place=place,
            now=datetime.now(UTC),
            key=key,
            check=asked(is_accepted=accept),
        )
    except GadongError as trouble:
        return _every(request, looking, pool, trouble=trouble)
    return go(f"/storage/{lot.id}", said=looking.words.say("Entered."))


@router.get("/storage/{lot_id}")
def one(request: Request, lot_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show one lot with its history."""
    return _one(request, looking, pool, lot_id)


@router.post("/storage/{lot_id}/moves")
def move(
    request: Request,
    lot_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    do: Annotated[str, Form(pattern="^(in|out)$")],
    units: Annotated[int, Form(ge=1, le=MOST_UNITS)],
    moved_on: FormDay,
    place: Annotated[str, Form(max_length=60)] = "",
    note: Annotated[str, Form(max_length=200)] = "",
    key: FormKey = None,
    accept: Annotated[bool, Form()] = False,
) -> Response:
    """Record units that came in or went out."""

    def work() -> Lot:
        return lots.move(
            pool,
            looking.who,
            LotId(lot_id),
            change=units if do == "in" else -units,
            moved_on=moved_on,
            place=place,
            note=note,
            now=datetime.now(UTC),
            key=key,
            check=asked(is_accepted=accept),
        )

    return _done(request, looking, pool, lot_id, work)


@router.post("/storage/{lot_id}/take-back")
def take_back(
    request: Request,
    lot_id: UUID,
    looking: Looking,
    pool: Connections,
    move_id: Annotated[UUID, Form(alias="move")],
    reason: Annotated[str, Form(max_length=200)],
    accept: Annotated[bool, Form()] = False,  # noqa: FBT002
) -> Response:
    """Take a wrong move back."""

    def work() -> Lot:
        check = asked(is_accepted=accept)
        return lots.take_back(pool, looking.who, LotMoveId(move_id), reason=reason, check=check)

    return _done(request, looking, pool, lot_id, work)


def _done(
    request: Request, looking: Look, pool: Pool, lot_id: UUID, work: Callable[[], Lot]
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _one(request, looking, pool, lot_id, trouble=trouble)
    return go(f"/storage/{lot_id}", said=looking.words.say("Entered."))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    trouble: GadongError | None = None,
) -> HTMLResponse:
    centre, asked = looking.need_centre(), asked or ListSearch()
    found = lots.shown(pool, looking.who, centre.id, most=MOST_LISTED)
    companies = company_names(looking, pool)
    # Lots that lie there come first.
    found.sort(key=lambda lot: not lot.left)
    shown = [lot for lot in found if matches(_text(lot, companies[lot.company_id]), asked.text)]
    return page(
        request,
        looking,
        "stays/storage.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=is_refusal(trouble),
        listed=page_of("/storage", shown, asked, total=len(found)),
        companies=companies,
        units=tenancies.units(pool, looking.who, centre.id),
        goods=offered(looking, pool, {Measure.PIECE}, first=GoodKind.COMMISSION)
        if looking.may(Right.DESK_WORK)
        else [],
        most_units=MOST_UNITS,
        key=new_form_key(),
        today=datetime.now(UTC).astimezone(centre.zone).date(),
    )


def _one(
    request: Request, looking: Look, pool: Pool, lot_id: UUID, *, trouble: GadongError | None = None
) -> HTMLResponse:
    lot = lots.find(pool, looking.who, LotId(lot_id))
    return page(
        request,
        looking,
        "stays/lot.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        is_backdated=is_refusal(trouble),
        lot=lot,
        company=company_names(looking, pool).get(lot.company_id, ""),
        taken_back={move.reverses for move in lot.moves},
        most_units=MOST_UNITS,
        key=new_form_key(),
        today=datetime.now(UTC).astimezone(looking.words.zone).date(),
    )


def _text(lot: Lot, company: str) -> str:
    return f"{lot.name} {company} {lot.unit} {lot.place}"
