"""Goods of the tariff by which stored goods are charged: looked up before a lot comes in."""

from __future__ import annotations

from datetime import date

from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.services.prices.tariffs import goods_on
from gadong.core.database import Pool
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid


def need_by_piece(pool: Pool, who: Caller, centre: CentreId, code: str, day: date) -> None:
    """Raise Invalid unless the tariff of a day has the good, and counts it by the piece.

    A slip would else be seen at the month's end, as what blocks a statement. For the desk.
    """
    who.need(centre, Right.DESK_WORK)
    goods = goods_on(pool, who, centre, day)
    if code not in {good.code for good in goods if good.measure is Measure.PIECE}:
        raise Invalid(f"The tariff of {day} has no good {code} by the piece", field="good")
