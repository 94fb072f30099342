"""The items of a commission as forms hold them: goods and their quantities, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import Form

from api.pages.frame.choices import chosen_booking
from api.pages.frame.layout import Look
from gadong.billing.domain.tariff_terms import Good, GoodKind
from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services import booking_lists, bookings
from gadong.commissions.domain.commission import MOST_ITEMS, Commission
from gadong.commissions.services.steps import WantedItem
from gadong.core.database import Pool
from gadong.core.domain.ids import BookingId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.services import machines
from gadong.texts.documents import UNITS

# A firm's work lies among its latest bookings.
MOST_BOOKINGS = 100
NOT_USED = frozenset({BookingState.CANCELLED, BookingState.DECLINED, BookingState.EXPIRED})

# Forms have empty rows beside the items; `named` counts those that say something.
MOST_ROWS = 2 * MOST_ITEMS

GoodCodes = Annotated[list[str], Form(max_length=MOST_ROWS, default_factory=list)]
Bookings = Annotated[list[str], Form(max_length=MOST_ROWS, default_factory=list)]
Quantities = Annotated[list[str], Form(max_length=MOST_ROWS, default_factory=list)]


def wanted_items(
    goods: Sequence[str], quantities: Sequence[str], bookings: Sequence[str] = ()
) -> list[WantedItem]:
    """Return the items of a form's rows; rows without a good are empty.

    Raise Invalid for a quantity that is no number above nothing.
    """
    spare = [""] * len(goods)
    rows = zip(goods, [*quantities, *spare], [*bookings, *spare], strict=False)
    return [
        WantedItem(good=good, quantity=_quantity(quantity), booking=chosen_booking(booking))
        for good, quantity, booking in rows
        if good
    ]


def machine_times(looking: Look, pool: Pool, found: Commission) -> Mapping[BookingId, str]:
    """Return the machine and the time of each booking on which the firm's work may be done.

    They are the firm's own at the centre, in the mode of commissioned work, and those that items
    name already.
    """
    only = BookingFilter(centre=found.centre_id, company=found.company_id)
    booked = [
        one
        for one in booking_lists.page(pool, looking.who, only, most=MOST_BOOKINGS)
        if one.usage_mode is UsageMode.COMMISSIONED and one.state not in NOT_USED
    ]
    listed = {one.id for one in booked}
    for item in found.items:
        if item.booking_id and item.booking_id not in listed:
            booked += _theirs(looking, pool, found, item.booking_id)
    places = {
        place: machines.find_by_id(pool, looking.who, place)
        for place in {one.machine_id for one in booked}
    }
    names = {i: looking.words.either(place.name_ko, place.name_en) for i, place in places.items()}
    return {
        one.id: f"{names[one.machine_id]} · {looking.words.past_span(one.period)}" for one in booked
    }


def _theirs(looking: Look, pool: Pool, found: Commission, wanted: BookingId) -> list[Booking]:
    """Return the booking that an item names, where it is the firm's at the case's centre."""
    try:
        named, _ = bookings.find(pool, looking.who, wanted)
    except NotFound:
        return []
    is_theirs = (named.centre_id, named.company_id) == (found.centre_id, found.company_id)
    return [named] if is_theirs else []


def goods_today(looking: Look, pool: Pool) -> list[Good]:
    """Return the goods of today's tariff, those of commissioned work first."""
    centre = looking.need_centre()
    goods = tariffs.goods_on(pool, looking.who, centre.id, datetime.now(centre.zone).date())
    return sorted(goods, key=lambda good: (good.kind is not GoodKind.COMMISSION, good.code))


def units(looking: Look) -> Mapping[str, str]:
    """Return the names of measures, as a quantity is written."""
    return {name: looking.words.either(text.ko, text.en) for name, text in UNITS.items()}


def _quantity(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().replace(",", ""))
    except InvalidOperation as trouble:
        raise Invalid("Write how much as a number, such as 12.5", field="quantity") from trouble
    if not found.is_finite() or not 0 < found <= 1_000_000:
        raise Invalid("A quantity is above nothing, and a million at most", field="quantity")
    return found
