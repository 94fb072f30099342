"""Cases whose three papers must say the same sums."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from pypdf import PdfReader

from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from tests.support.billing.corrections import said
from tests.support.world import World

API = "/api/v1"


SUMS = (
    "과세 공급가액",
    "면세 공급가액",
    "공급가액",
    "부가세",
    "불과세(위약금 등)",
    "합계",
    "지원금",
    "납부할 금액",
)


@dataclass(frozen=True)
class Case:
    """A tariff of its own, and what its month comes to: taxable, exempt, VAT, out of scope,
    subsidy.
    """

    tariff: Mapping[str, Any]
    before: tuple[int, int, int, int, int]
    after: tuple[int, int, int, int, int]

    @staticmethod
    def sums(of: tuple[int, int, int, int, int]) -> dict[str, int]:
        """Every sum by its name."""
        taxable, exempt, vat, outside, subsidy = of
        total = taxable + exempt + vat + outside
        amounts = (taxable, exempt, taxable + exempt, vat, outside, total, subsidy, total - subsidy)
        return dict(zip(SUMS, amounts, strict=True))


CAP = {"caps": [{"group": "top", "amount": 25_000}]}


PROGRAMME = {
    "subsidies": [{"name": "바우처", "payer": "시험도", "pct": "50", "monthly_cap": 1_000_000}]
}


# One hour of a mill (30,000 taxable), one of a lathe (12,000 exempt), a booking of the mill that
# nobody came to (50 % of 60,000), 3 prints (3,330 taxable) and a training (5,000 exempt). Later the
# mill's hour is 40 minutes (20,000).
CASES = {
    "exclusive": Case({}, (33_330, 17_000, 3_333, 30_000, 0), (23_330, 17_000, 2_333, 30_000, 0)),
    # 33,330 holds 3,030 of tax; 23,330 holds 2,120.
    "inclusive": Case(
        {"vat": "inclusive"}, (30_300, 17_000, 3_030, 30_000, 0), (21_210, 17_000, 2_120, 30_000, 0)
    ),
    # The mill's time is capped: 25,000 instead of 30,000.
    "capped": Case(CAP, (28_330, 17_000, 2_833, 30_000, 0), (23_330, 17_000, 2_333, 30_000, 0)),
    # Half of the supply; a fee for not coming is the company's own.
    "programme": Case(
        PROGRAMME, (33_330, 17_000, 3_333, 30_000, 25_165), (23_330, 17_000, 2_333, 30_000, 20_165)
    ),
    # Truncated to 100 won for each tax type.
    "truncated": Case(
        {"document_unit": 100},
        (33_300, 17_000, 3_330, 30_000, 0),
        (23_300, 17_000, 2_330, 30_000, 0),
    ),
}


def document(more: Mapping[str, Any]) -> dict[str, Any]:
    """A tariff of a taxable mill, an exempt lathe, and goods of both."""
    by_minute = {"basis": "actual_run", "increment_seconds": 60, "increment_grace_seconds": 0}
    return {
        "effective_from": "2026-01-01",
        "document_unit": 1,
        "items": [
            {
                "kind": "mill",
                "rate_per_hour": "30000",
                "no_show": {"pct": "50"},
                "registration": "NFEC-2026-0001",
                **({"cap_group": "top"} if "caps" in more else {}),
                **by_minute,
            },
            {"kind": "lathe", "rate_per_hour": "12000", "tax_type": "exempt", **by_minute},
        ],
        "goods": [
            {
                "code": "a3",
                "name_ko": "A3 출력",
                "name_en": "A3 print",
                "measure": "ea",
                "price": "1110",
                "tax_item": "printing_fee",
            },
            {
                "code": "course",
                "kind": "training",
                "name_ko": "기초 교육",
                "name_en": "First course",
                "measure": "ea",
                "price": "5000",
                "tax_type": "exempt",
            },
        ],
        **more,
    }


def month_of(world: World, manager: TestClient, more: Mapping[str, Any]) -> Booking:
    """A month with everything in it; the booking of the mill's hour."""
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    company = world.company()
    world.company()
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1", kind="lathe")
    drafted = tariffs.draft(
        world.pool, world.manager, centre=world.centre.id, document=document(more)
    )
    tariffs.publish(world.pool, world.manager, drafted.id)
    for machine in (mill, lathe):
        source = world.source(machine)
        # Nobody comes to the mill on the day before; that it is idle is known.
        known = ((-30 - 60 * h, "idle") for h in range(26, -1, -1))
        for minutes, word in (*known, (0, "running"), (60, "idle")):
            said(world, source, noon + timedelta(minutes=minutes), word)
    world.booked(lathe, company, noon)
    world.booked(mill, company, noon - timedelta(days=1))
    where = {"centre": str(world.centre.id), "company": str(company.id), "at": noon.isoformat()}
    for code, quantity in (("a3", "3"), ("course", "1")):
        entry = {**where, "code": code, "quantity": quantity, "unit": "ea"}
        made = manager.post(f"{API}/entries", json=entry)
        assert made.status_code == 201, made.text
    extra = {"name": "바우처", "since": "2026-01-01"}
    at = f"{API}/centres/{world.centre.id}/companies/{company.id}/extras"
    assert manager.post(at, json=extra).status_code in {201, 204}
    return world.booked(mill, company, noon)


def text_of(pdf: bytes) -> str:
    """The text of a PDF as another's reader finds it."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
