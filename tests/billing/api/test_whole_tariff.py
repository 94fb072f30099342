"""A whole tariff over the API: what was proved, what was sold, holidays, and a statement that
follows from all of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import holidays, statements
from gadong.billing.services.proof import verification
from gadong.billing.store import sales
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from tests.support.world import World

GOODS = [
    {"code": "pla", "name_ko": "PLA", "name_en": "PLA", "measure": "g", "price": "80"},
    {
        "code": "help",
        "kind": "operator",
        "name_ko": "기술지원",
        "name_en": "operator",
        "measure": "h",
        "price": "20000",
    },
]
ITEM = {
    "kind": "mill",
    "rate_per_hour": "30000",
    "basis": "booked",
    "base_fee": 5000,
    "late_cancel": [{"lead_seconds": 86400, "pct": "0"}, {"lead_seconds": 0, "pct": "50"}],
    "windows": [
        {
            "weekdays": [0, 1, 2, 3, 4, 5, 6],
            "since": "00:00:00",
            "until": "00:00:00",
            "pct": "130",
            "days": "holiday",
        }
    ],
}
TARIFF = {
    "effective_from": "2026-01-01",
    "items": [ITEM],
    "goods": GOODS,
    "discounts": [{"category": "general", "pct": "50"}],
    "extra_discounts": [{"name": "관내", "pct": "20"}, {"name": "창업", "pct": "30"}],
    "subsidies": [{"name": "바우처", "payer": "경남", "pct": "60", "monthly_cap": 1500000}],
}


def published(world: World, client: TestClient, tariff: dict[str, Any] = TARIFF) -> None:
    """Put a tariff in force."""
    made = client.post("/api/v1/tariffs", json={"centre": str(world.centre.id), "tariff": tariff})
    assert made.status_code == 201, made.text
    done = client.post(f"/api/v1/tariffs/{made.json()['id']}/publish")
    assert done.status_code == 200, done.text


def last_month(world: World) -> tuple[str, datetime]:
    """Last month, and noon of a working day in it."""
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    return str(month), month.period(world.centre.zone).start + timedelta(days=9, hours=12)


def drafted(world: World, client: TestClient, month: str) -> dict[str, Any]:
    """The company's month as it stands."""
    body = {"centre": str(world.centre.id), "company": str(world.companies[0].id), "month": month}
    found = client.post("/api/v1/statements", json=body)
    assert found.status_code == 201, found.text
    document: dict[str, Any] = found.json()
    return document


def amounts(document: dict[str, Any]) -> dict[str, int]:
    """The lines by what they are for."""
    return {x["charge"]["component"]: x["charge"]["amount"] for x in document["document"]["lines"]}


def test_a_statement_of_everything(world: World, manager: TestClient) -> None:
    published(world, manager)
    company, machine = world.company(), world.machine("mill-1")
    month, noon = last_month(world)
    booked = world.booked(machine, company, noon, hours=2)
    where = f"/api/v1/centres/{world.centre.id}/companies/{company.id}/extras"
    for name in ("관내", "창업", "바우처"):
        proved = {"name": name, "since": "2026-01-01", "proof": "증명서"}
        assert manager.post(where, json=proved).status_code == 204
    sold = {
        "centre": str(world.centre.id),
        "company": str(company.id),
        "machine_slug": "mill-1",
        "booking": str(booked.id),
        "at": noon.isoformat(),
    }
    pla = {**sold, "code": "pla", "quantity": "248.35", "unit": "g", "source": "scale"}
    assert manager.post("/api/v1/entries", json=pla).json()["quantity"] == 248_350
    helped = manager.post(
        "/api/v1/entries", json={**sold, "code": "help", "quantity": "0.75", "unit": "h"}
    )
    assert helped.status_code == 201
    line = {k: sold[k] for k in ("centre", "company", "at")}
    kind = {**line, "amount": -1000, "reason": "불편 보상"}
    assert manager.post("/api/v1/lines", json=kind).status_code == 201
    found = drafted(world, manager, month)
    # Fifty per cent, and of the extras the best only: 35 % of what is discounted is left.
    assert amounts(found) == {
        "base_fee": 1_750,
        "time": 21_000,
        "material": 19_868,
        "operator": 15_000,
        "other": -1_000,
    }
    sums = found["document"]["totals"]
    assert (sums["supply"], sums["vat"], sums["total"]) == (56_610, 5_661, 62_271)
    # Sixty per cent of the document's supply, which is truncated to ten won
    # (docs/reference/billing.md#order-of-computation).
    assert (sums["subsidy"], sums["payer"]) == (33_966, "경남")
    entries = manager.get("/api/v1/entries", params={**_of(world), "month": month}).json()["items"]
    undone = manager.post(
        f"/api/v1/entries/{entries[0]['id']}/reverse", json={"reason": "잘못 입력"}
    )
    assert undone.status_code == 201
    again = manager.post(f"/api/v1/entries/{entries[0]['id']}/reverse", json={"reason": "다시"})
    assert again.status_code == 409
    assert "material" not in amounts(drafted(world, manager, month))
    withdrawn = {"name": "창업", "since": "2026-01-01", "until": "2026-01-01"}
    assert manager.post(where, json=withdrawn).status_code == 204
    assert [e["name"] for e in manager.get(where).json()["items"]] == ["관내", "바우처"]
    later = drafted(world, manager, month)
    assert amounts(later)["time"] == 24_000
    statements.approve(world.pool, world.manager, later["id"])
    statements.issue(
        world.pool, world.manager, later["id"], close_early=False, now=datetime.now(UTC)
    )
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


def _of(world: World) -> dict[str, str]:
    return {"centre": str(world.centre.id), "company": str(world.companies[0].id)}


def test_a_holiday_is_data_and_an_old_statement_keeps_its_own(
    world: World, manager: TestClient
) -> None:
    published(world, manager)
    company, machine = world.company(), world.machine("mill-1")
    month, noon = last_month(world)
    world.booked(machine, company, noon, hours=2)
    first = drafted(world, manager, month)
    assert "surcharge" not in amounts(first)
    statements.approve(world.pool, world.manager, first["id"])
    statements.issue(
        world.pool, world.manager, first["id"], close_early=False, now=datetime.now(UTC)
    )
    day = noon.astimezone(world.centre.zone).date()
    own = {"day": day.isoformat(), "name": "창립기념일"}
    where = f"/api/v1/centres/{world.centre.id}/holidays"
    assert manager.post(where, json=own).status_code == 422
    assert manager.post(where, json=own, params={"accept": True}).status_code == 204
    found = manager.get(where, params={"year": day.year}).json()["items"]
    assert {
        "day": day.isoformat(),
        "name": "창립기념일",
        "is_holiday": True,
        "is_own": True,
    } in found
    params = {**_of(world), "month": month}
    now = manager.get("/api/v1/statements/preview", params=params).json()
    assert {x["charge"]["component"] for x in now["document"]["lines"]} == {
        "base_fee",
        "time",
        "surcharge",
    }
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]


def test_the_countrys_holidays_are_kept_and_only_changes_are_added(world: World) -> None:
    # Two days became holidays in 2026 alone (docs/reference/billing.md#holidays).
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with transaction(world.pool, SYSTEM) as tx:
        added = holidays.bring_up_to_date(tx, now=now)
        again = holidays.bring_up_to_date(tx, now=now)
        found = sales.holidays(
            tx, None, "KR", date(2026, 1, 1), date(2028, 1, 1), recorded_before=END_OF_TIME
        )
    days = {h.day: h.name for h in found}
    assert (added, again) == (len(found), 0)
    assert {
        date(2026, 5, 1),
        date(2026, 7, 17),
        date(2027, 5, 3),
        date(2027, 10, 11),
    } <= days.keys()


def test_who_gives_up_late_pays_and_who_never_had_it_does_not(
    world: World, manager: TestClient
) -> None:
    published(world, manager)
    company, machine = world.company(), world.machine("mill-1")
    _, noon = last_month(world)
    late, early = (
        world.booked(
            machine, company, noon + timedelta(days=n), hours=2, now=noon - timedelta(days=3)
        )
        for n in (0, 1)
    )
    for booking, hours in ((late, 2), (early, 30)):
        hand = Hand(who=world.manager, booking=booking.id)
        booking_changes.cancel(world.pool, hand, now=booking.period.start - timedelta(hours=hours))
    found = drafted(world, manager, last_month(world)[0])
    # Two hours at 30,000 won and the base fee, half of it off, and half of that.
    assert amounts(found) == {"late_cancel": 16_250}
    (line,) = found["document"]["lines"]
    assert "시작 120분 전 취소" in line["sentence_ko"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"quantity": "1.2345"}, "0.001 g"),
        ({"unit": "mL"}, "counted in g"),
        ({"code": "abs"}, "pla, help"),
        ({"quantity": "-1"}, ""),
        ({"quantity": "NaN"}, ""),
        ({"spoiled": "machine"}, "why it was spoiled"),
        ({"at": "2999-01-01T00:00:00Z"}, "a day to come"),
        ({"machine_slug": "nobody"}, ""),
    ],
)
def test_a_quantity_that_does_not_fit_is_refused_with_what_would(
    change: dict[str, Any], names: str, world: World, manager: TestClient
) -> None:
    published(world, manager)
    company, (_, noon) = world.company(), last_month(world)
    plain = {"code": "pla", "quantity": "10", "unit": "g", "at": noon.isoformat()}
    body = {"centre": str(world.centre.id), "company": str(company.id), **plain, **change}
    refused = manager.post("/api/v1/entries", json=body)
    assert refused.status_code in {404, 422}
    assert names in refused.text
    period = Period(noon - timedelta(days=60), noon + timedelta(days=60))
    with transaction(world.pool, SYSTEM) as tx:
        assert not sales.entries(
            tx, world.centre.id, CompanyId(company.id), period, recorded_before=END_OF_TIME
        )


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"items": [{**ITEM, "rate_per_hour": "-1"}]}, "rate_per_hour cannot be negative"),
        ({"items": [{**ITEM, "base_fee": -1}]}, "base_fee cannot be negative"),
        (
            {"items": [{**ITEM, "tiers": [{"after_seconds": 0, "rate_per_hour": "1"}]}]},
            "after_seconds",
        ),
        ({"items": [{**ITEM, "surcharge": "1"}]}, "items.0.surcharge"),
        ({"caps": [{"group": "all", "amount": "1000 USD"}]}, "amount"),
        ({"goods": [{**GOODS[0], "measure": "lb"}]}, "lb"),
        ({"vat": "none"}, "none"),
        ({"items": [{**ITEM, "rate_per_hour": "NaN"}]}, "rate_per_hour is no number"),
        ({"items": [{**ITEM, "idle_pct": "Infinity"}]}, "idle_pct is no number"),
        ({"items": [{**ITEM, "rate_per_hour": "9" * 40}]}, "rate_per_hour is at most"),
        ({"items": [{**ITEM, "rate_per_hour": "1e-9"}]}, "at most 6 decimals"),
        ({"items": [{**ITEM, "base_fee": 10**12}]}, "base_fee is at most"),
        ({"items": [{**ITEM, "registration": "a\u0000b"}]}, "registration is a text"),
    ],
)
def test_a_tariff_that_cannot_be_is_refused_with_its_field(
    change: dict[str, Any], names: str, world: World, manager: TestClient
) -> None:
    body = {"centre": str(world.centre.id), "tariff": {**TARIFF, **change}}
    refused = manager.post("/api/v1/tariffs", json=body)
    assert refused.status_code == 422
    assert names in refused.text
    assert (
        manager.get("/api/v1/tariffs", params={"centre": str(world.centre.id)}).json()["items"]
        == []
    )


@pytest.mark.parametrize("month", ["2999-12", "2000-01"])
def test_the_first_and_the_last_month_there_is_are_empty(
    month: str, world: World, manager: TestClient
) -> None:
    published(world, manager)
    world.company()
    assert drafted(world, manager, month)["total"] == 0
    refused = manager.get("/api/v1/entries", params={**_of(world), "month": "2026-13"})
    assert refused.status_code == 422


def test_a_draft_is_tried_on_the_past_before_it_is_published(
    world: World, manager: TestClient
) -> None:
    published(world, manager)
    company, machine = world.company(), world.machine("mill-1")
    world.company()
    month, noon = last_month(world)
    world.booked(machine, company, noon, hours=2)
    dearer = {
        **TARIFF,
        "effective_from": "2027-01-01",
        "items": [{**ITEM, "rate_per_hour": "40000"}],
    }
    made = manager.post(
        "/api/v1/tariffs", json={"centre": str(world.centre.id), "tariff": dearer}
    ).json()
    (effect,) = manager.get(
        f"/api/v1/tariffs/{made['id']}/preview", params={"month": month}
    ).json()["items"]
    # Half of two hours at 30,000 and then at 40,000 won, with half the base fee and the tax.
    assert (effect["was"], effect["now"], effect["difference"]) == (35_750, 46_750, 11_000)
    assert (effect["company"], effect["lines_changed"]) == (str(company.id), 1)
    listed = manager.get("/api/v1/tariffs", params={"centre": str(world.centre.id)}).json()["items"]
    assert [t["published_at"] is None for t in listed] == [True, False]
    broken = {**dearer, "items": [ITEM, ITEM]}
    made = manager.post(
        "/api/v1/tariffs", json={"centre": str(world.centre.id), "tariff": broken}
    ).json()
    refused = manager.get(f"/api/v1/tariffs/{made['id']}/preview", params={"month": month})
    assert refused.status_code == 422
    assert "tariff.item_twice" in refused.text
