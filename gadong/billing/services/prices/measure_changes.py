"""Goods whose measure a price table would change under quantities that are entered already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.store import sales, statements
from gadong.core.database import Tx
from gadong.core.domain.problem import NotFound, Problem
from gadong.people.store import people


def refused(tx: Tx, version: TariffVersion) -> Iterator[Problem]:
    """Yield the goods that have another measure than the entries that the table would price.

    An entry keeps a number of the smallest unit alone: milligrams of a good by the gram would be
    grams of one by the kilogram.
    """
    centre = people.centre(tx, version.centre_id)
    if centre is None:
        raise NotFound
    since = version.tariff.effective_from
    others = [one for one in statements.published(tx, centre.id) if one.id != version.id]
    until = min((d for one in others if (d := one.tariff.effective_from) > since), default=None)
    before = {
        good.code: was
        for good in version.tariff.goods
        if (was := _measure_on(others, good.code, since)) not in {None, good.measure}
    }
    entered = sales.codes_entered(
        tx,
        centre.id,
        list(before),
        since=datetime.combine(since, datetime.min.time(), tzinfo=centre.zone),
        until=datetime.combine(until, datetime.min.time(), tzinfo=centre.zone) if until else None,
    )
    for code in entered:
        yield Problem(code="tariff.measure_changed", limit=before[code], actual=code)


def _measure_on(others: list[TariffVersion], code: str, day: date) -> Measure | None:
    """Return a good's measure by the last table that has it on the day."""
    return next(
        (
            good.measure
            for one in others
            if one.tariff.effective_from <= day and (good := one.tariff.good(code))
        ),
        None,
    )
