"""The goods that a form of trainings or guidance offers as what a company is charged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from api.pages.frame.layout import Look
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.billing.services.prices import tariffs
from gadong.core.database import Pool


def offered(
    looking: Look, pool: Pool, measures: Collection[Measure], *, first: GoodKind
) -> list[tuple[str, str]]:
    """Return code and name of the goods of today's tariff by their measures, one kind first."""
    centre = looking.need_centre()
    goods = tariffs.goods_on(pool, looking.who, centre.id, datetime.now(centre.zone).date())
    fitting = sorted(
        (good for good in goods if good.measure in measures),
        key=lambda good: (good.kind is not first, good.code),
    )
    return [(good.code, looking.words.either(good.name_ko, good.name_en)) for good in fitting]
