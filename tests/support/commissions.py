"""Goods of a laboratory, and the sums of a statement so far, for tests of commissioned work."""

from __future__ import annotations

from datetime import UTC, datetime

from gadong.billing.domain.statement import Totals
from gadong.billing.services import statement_drafts
from gadong.core.domain.ids import CompanyId
from tests.support.world import World

ANALYSIS = {
    "code": "ginsenoside",
    "kind": "commission",
    "name_ko": "진세노사이드 분석",
    "name_en": "Ginsenoside analysis",
    "measure": "ea",
    "price": "80000",
}
POUCH = {
    "code": "pouch",
    "kind": "commission",
    "name_ko": "탕전 파우치",
    "name_en": "Decoction pouch",
    "measure": "ea",
    "price": "300",
    "tax_item": "processing_fee",
}
DRYING = {
    "code": "drying",
    "kind": "commission",
    "name_ko": "동결건조",
    "name_en": "Freeze-drying",
    "measure": "g",
    "price": "8.5",
}


def charged(world: World, company: CompanyId, *, at: datetime | None = None) -> Totals:
    """Return the sums of a company's statement so far, of this month or that of an instant."""
    month = f"{(at or datetime.now(UTC)).astimezone(world.ZONE):%Y-%m}"
    return statement_drafts.preview(
        world.pool, world.manager, centre=world.centre.id, company=company, month=month
    ).document.totals
