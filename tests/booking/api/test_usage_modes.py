"""A machine that a company runs itself, with an operator, or not at all: asked for, priced, decided
and reported.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.tax_invoice import items
from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.billing.services.prices import tariffs
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from tests.support.api_fixtures import LogIn
from tests.support.booking.usage_modes import HOUR, PRICES, came, cmm, last_month, publish
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["cmm"]


def preview(world: World, manager: TestClient, used: Booking) -> dict[str, Any]:
    """Last month's document of the booking's company."""
    month, _ = last_month(world)
    params = {"centre": str(world.centre.id), "company": str(used.company_id), "month": month}
    found: dict[str, Any] = manager.get("/api/v1/statements/preview", params=params).json()[
        "document"
    ]
    return found


def test_who_is_not_trained_commissions_and_a_manager_says_yes(
    world: World, cmm: Machine, client: TestClient, bearer: LogIn
) -> None:
    publish(world)
    own = bearer(world.member(world.company()))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    body = {"machine_slug": "cmm-1", "start": start.isoformat(), "end": (start + HOUR).isoformat()}
    quoted = client.post(
        "/api/v1/bookings/quote", json={**body, "usage_mode": "assisted"}, headers=own
    ).json()
    assert (quoted["is_possible"], quoted["needs_approval"]) == (True, True)
    assert quoted["used"]["supply"] == 60_000
    made = client.post("/api/v1/bookings", json={**body, "usage_mode": "commissioned"}, headers=own)
    assert made.status_code == 201, made.text
    assert (made.json()["usage_mode"], made.json()["state"]) == (
        "commissioned",
        BookingState.PENDING,
    )
    # A person who names no mode is taken to run the machine.
    later = {**body, "start": (start + 4 * HOUR).isoformat(), "end": (start + 5 * HOUR).isoformat()}
    assert client.post("/api/v1/bookings", json=later, headers=own).json()["usage_mode"] == "self"
    slots = client.post(
        "/api/v1/slots",
        json={"machine_slug": "cmm-1", "minutes": 60, "usage_mode": "commissioned"},
        headers=own,
    )
    assert slots.json()["items"][0]["machine_slug"] == "cmm-1"


def test_what_is_not_offered_is_refused_with_what_is(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    world.machine("mill-1")
    own = bearer(world.member(world.company()))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    body = {"machine_slug": "mill-1", "start": start.isoformat(), "end": (start + HOUR).isoformat()}
    answer = client.post(
        "/api/v1/bookings", json={**body, "usage_mode": "commissioned"}, headers=own
    )
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["code"], problem["limit"]) == ("booking.usage_mode", "self")
    assert "이용 구분" in problem["ko"]


@pytest.mark.parametrize(
    ("mode", "amount", "said"),
    [
        (UsageMode.SELF, 80_000, "사용료: "),
        (UsageMode.ASSISTED, 120_000, "사용료 (지원 이용): "),
        (UsageMode.COMMISSIONED, 0, "사용료 (의뢰): "),
    ],
)
def test_each_mode_has_its_price_and_says_so(
    world: World, manager: TestClient, cmm: Machine, mode: UsageMode, amount: int, said: str
) -> None:
    publish(world)
    (line,) = preview(world, manager, came(world, cmm, mode))["lines"]
    assert line["charge"]["amount"] == amount
    assert line["charge"]["trace"]["usage_mode"] == mode
    assert line["sentence_ko"].startswith(said)


def test_a_commission_is_paid_by_the_piece_and_booked_apart_from_machines_that_were_let(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    publish(world)
    used = came(world, cmm, UsageMode.COMMISSIONED)
    entry = {
        "centre": str(world.centre.id),
        "company": str(used.company_id),
        "booking": str(used.id),
        "machine_slug": "cmm-1",
        "at": used.period.start.isoformat(),
        "code": "part",
        "quantity": "5",
        "unit": "ea",
    }
    answer = manager.post("/api/v1/entries", json=entry)
    assert answer.status_code == 201, answer.text
    month, _ = last_month(world)
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=used.company_id, month=month
    )
    made = document(drafted)
    assert [(line.charge.component, line.charge.amount) for line in made.lines] == [
        ("time", 0),
        ("commission", 150_000),
    ]
    invoice = items([line.charge for line in made.lines], made.totals)
    assert [(i.name, i.supply, i.vat) for i in invoice] == [("시험·분석료", 150_000, 15_000)]
    statements.approve(
        world.pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    issued = statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    (verdict,) = verification.verify(world.pool, world.manager, number=issued.number)
    assert verdict.differences == ()
    log = manager.get(
        "/api/v1/reports/operation-log.csv", params={"centre": str(world.centre.id), "month": month}
    )
    (row,) = csv.DictReader(io.StringIO(log.text.removeprefix("\ufeff")))
    assert (row["사용 유형"], row["시료 수"], row["사용료(원)"]) == ("의뢰", "5", "150000")


def test_a_manager_says_afterwards_how_it_was_used_and_takes_it_back(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    publish(world)
    used = came(world, cmm, UsageMode.SELF)
    word = {
        "kind": "set_usage_mode",
        "start": used.period.start.isoformat(),
        "end": used.period.end.isoformat(),
        "company": str(used.company_id),
        "booking": str(used.id),
        "reason": "운영자가 함께 측정",
    }
    nothing = manager.post("/api/v1/machines/cmm-1/decisions", json=word)
    assert (nothing.status_code, nothing.json()["field"]) == (422, "usage_mode")
    made = manager.post("/api/v1/machines/cmm-1/decisions", json={**word, "usage_mode": "assisted"})
    assert (made.status_code, made.json()["usage_mode"]) == (201, "assisted")
    (line,) = preview(world, manager, used)["lines"]
    assert line["charge"]["amount"] == 120_000
    assert "(이용 구분 결정: 운영자가 함께 측정)" in line["sentence_ko"]
    manager.post(f"/api/v1/decisions/{made.json()['id']}/reverse", json={"reason": "잘못 봄"})
    (line,) = preview(world, manager, used)["lines"]
    assert line["charge"]["amount"] == 80_000


def test_a_tariff_prices_every_way_that_a_machine_is_offered(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    only = {**PRICES, "items": [{**PRICES["items"][1], "usage_mode": "self"}]}
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=only)
    answer = manager.post(f"/api/v1/tariffs/{drafted.id}/publish")
    assert answer.status_code == 422
    assert [(p["code"], p["actual"]) for p in answer.json()["problems"]] == [
        ("tariff.unpriced", "cmm-1 (assisted)"),
        ("tariff.unpriced", "cmm-1 (commissioned)"),
    ]
    doubled = {**PRICES, "items": [*PRICES["items"], PRICES["items"][1]]}
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=doubled)
    answer = manager.post(f"/api/v1/tariffs/{drafted.id}/publish")
    assert [(p["code"], p["actual"]) for p in answer.json()["problems"]] == [
        ("tariff.item_twice", "kind:cmm/assisted")
    ]


def test_a_commission_that_the_centre_did_not_do_is_nobodys_no_show(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    missed = {"no_show": {"pct": "50"}}
    publish(
        world,
        {
            **PRICES,
            "items": [{**item, "rate_per_hour": "40000", **missed} for item in PRICES["items"]],
        },
    )
    source = world.source(cmm)
    _, start = last_month(world)
    batch = [message(source, start - 2 * HOUR, Channel.ACTIVITY, "idle")]
    batch.append(message(source, start + 9 * HOUR, Channel.ACTIVITY, "idle"))
    ingestion.commit(world.pool, world.centre.id, batch, [])
    found: dict[UsageMode, list[str]] = {}
    for number, mode in enumerate(UsageMode):
        wanted = Request(
            machine=cmm,
            company=world.company().id,
            period=Period(start + 2 * number * HOUR, start + (2 * number + 1) * HOUR),
            usage_mode=mode,
            override="시험",
        )
        made = bookings.request(world.pool, world.manager, wanted, now=datetime.now(UTC))[0]
        found[mode] = [
            line["charge"]["component"] for line in preview(world, manager, made)["lines"]
        ]
    assert found == {
        UsageMode.SELF: ["no_show"],
        UsageMode.ASSISTED: ["no_show"],
        UsageMode.COMMISSIONED: [],
    }


def test_where_the_centres_hands_are_on_the_machine_its_own_people_check_in(
    world: World, cmm: Machine, client: TestClient, bearer: LogIn
) -> None:
    publish(world)
    company = world.company()
    member = world.member(company)
    now = datetime.now(UTC)
    wanted = Request(
        machine=cmm,
        company=company.id,
        person=member.person_id,
        period=Period(now, now + HOUR),
        usage_mode=UsageMode.ASSISTED,
        override="시험",
    )
    made = bookings.request(world.pool, world.manager, wanted, now=now)[0]
    at = f"/api/v1/bookings/{made.id}/check-in"
    refused = client.post(at, headers=bearer(member))
    assert refused.status_code == 403
    assert "own people check in" in refused.json()["detail"]
    assert client.post(at, headers=bearer(None)).json()["state"] == "checked_in"


def test_what_the_centre_does_is_handed_to_a_colleague_who_was_never_trained(
    world: World, cmm: Machine, client: TestClient, bearer: LogIn
) -> None:
    company = world.company()
    member, colleague = world.member(company), world.member(company)
    now = datetime.now(UTC)
    begins = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    answers: dict[UsageMode, int] = {}
    for number, mode in enumerate((UsageMode.SELF, UsageMode.COMMISSIONED), start=1):
        wanted = Request(
            machine=cmm,
            company=company.id,
            person=member.person_id,
            period=Period(begins + number * 3 * HOUR, begins + (number * 3 + 1) * HOUR),
            usage_mode=mode,
            override="시험",
        )
        made = bookings.request(world.pool, world.manager, wanted, now=now)[0]
        path, to = f"/api/v1/bookings/{made.id}/transfer", {"person": str(colleague.person_id)}
        answers[mode] = client.post(path, json=to, headers=bearer(member)).status_code
    assert answers == {UsageMode.SELF: 403, UsageMode.COMMISSIONED: 200}
