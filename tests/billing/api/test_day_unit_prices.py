"""Prices by half days: the quote, two bookings' statement with its columns, its check, the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from tests.support.billing.hometax import API
from tests.support.booking.bookings import TOMORROW
from tests.support.world import World

HOUR = timedelta(hours=1)
HALF_DAY = {"name_ko": "반일", "name_en": "half day", "price": "30000", "further_price": "20000"}
UNITS = [
    {**HALF_DAY, "since": "09:00:00", "until": "13:00:00"},
    {**HALF_DAY, "since": "13:00:00", "until": "18:00:00"},
]
STUDIO: dict[str, Any] = {"rate_per_hour": "10000", "basis": "booked", "units": UNITS}


@pytest.mark.parametrize(
    ("start", "end", "won"), [(9, 13, 30_000), (9, 13.5, 50_000), (12, 14, 50_000)]
)
def test_a_quote_is_of_the_half_days_that_the_wish_touches(
    world: World, client: TestClient, bearer: Any, start: float, end: float, won: int
) -> None:
    world.tariff(**STUDIO)
    day = TOMORROW.astimezone(world.centre.zone).replace(hour=0, minute=0)
    wanted = {
        "machine_slug": world.machine().slug,
        "start": (day + start * HOUR).isoformat(),
        "end": (day + end * HOUR).isoformat(),
    }
    member = bearer(world.member(world.company()))
    answer = client.post(f"{API}/bookings/quote", json=wanted, headers=member)
    assert answer.status_code == 200, answer.text
    assert sum(x["amount"] for x in answer.json()["used"]["lines"]) == won


def test_two_bookings_of_a_morning_owe_one_half_day_and_the_statement_holds(
    world: World, client: TestClient, bearer: Any
) -> None:
    world.tariff(**STUDIO)
    machine, company = world.machine(), world.company()
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    day = month.period(world.centre.zone).start + timedelta(days=9)
    for start, end in ((9, 10), (11, 14)):
        wanted = Request(
            machine=machine,
            company=company.id,
            period=Period(day + start * HOUR, day + end * HOUR),
            override="시험",
        )
        bookings.request(world.pool, world.manager, wanted, now=day)
    made = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=str(month)
    )
    assert [x.charge.amount for x in document(made).lines] == [30_000, 20_000]
    statements.approve(world.pool, world.manager, made.id)
    statements.issue(world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC))
    assert [str(v) for v in verification.verify(world.pool, world.manager)] == ["holds"]
    sheet = client.get(f"{API}/statements/{made.id}/lines.csv", headers=bearer(None))
    assert [row.split(",")[7:10] for row in sheet.text.splitlines()[1:3]] == [
        ["1", "반일", "30000"],
        ["1", "반일", "20000"],
    ]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"minimum_seconds": 1800}, "tariff.unit_terms"),
        ({"units": [UNITS[0], {**UNITS[1], "since": "12:59:00"}]}, "tariff.units_overlap"),
    ],
)
def test_a_tariff_that_cannot_price_units_is_not_published(
    world: World, client: TestClient, bearer: Any, terms: dict[str, Any], code: str
) -> None:
    manager = bearer(None)
    item = {"machine": world.machine().slug, **STUDIO, **terms}
    table = {"effective_from": "2026-01-01", "items": [item]}
    body = {"centre": str(world.centre.id), "tariff": table}
    made = client.post(f"{API}/tariffs", json=body, headers=manager)
    assert made.status_code == 201, made.text
    refused = client.post(f"{API}/tariffs/{made.json()['id']}/publish", headers=manager)
    assert (refused.status_code, code in refused.text) == (422, True), refused.text
