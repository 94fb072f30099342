"""Offers of commissioned work: a programme's part of the price, and which offer a firm accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.billing.lines_by_their_own_day import published
from tests.support.commissions import ANALYSIS
from tests.support.world import World

V1 = "/api/v1"
PROGRAMME = {
    "name": "바우처",
    "payer": "시험도",
    "pct": "50",
    "monthly_cap": 1_000_000,
    "budget": 100_000,
}
#: A cap of each firm's month alone.
CAPPED = {**PROGRAMME, "monthly_cap": 100_000, "budget": None}


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def asked(client: TestClient, world: World, company: Any) -> str:
    """Enter a request for two analyses of three minutes ago; return the case's address."""
    body = {
        "company": str(company),
        "subject": "홍삼 분석",
        "goods": [{"good": "ginsenoside", "quantity": "2"}],
        "at": ago(3),
    }
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body)
    assert made.status_code == 201, made.text
    return f"{V1}/commissions/{made.json()['id']}"


def today() -> str:
    return f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"


@pytest.mark.parametrize(
    ("programme", "is_same_firm", "subsidy"),
    [
        (PROGRAMME, False, 20_000),
        (PROGRAMME, True, 20_000),
        (CAPPED, False, 80_000),
        (CAPPED, True, 20_000),
    ],
    ids=["budget-other", "budget-same", "cap-other", "cap-same"],
)
def test_an_offer_promises_what_is_left_of_a_programme(
    client: TestClient,
    world: World,
    bearer: LogIn,
    programme: dict[str, Any],
    *,
    is_same_firm: bool,
    subsidy: int,
) -> None:
    client.headers.update(bearer(None))
    published(world, client, goods=[ANALYSIS], subsidies=[programme])
    first, other = world.company().id, world.company().id
    for company in (first, other):
        where = f"{V1}/centres/{world.centre.id}/companies/{company}/extras"
        proof = {"name": "바우처", "since": "2026-01-01", "proof": "협약서"}
        assert client.post(where, json=proof).status_code == 204
    done = asked(client, world, first)
    received = client.post(f"{done}/receive", json={"due_on": today(), "at": ago(2)})
    assert received.status_code == 200, received.text
    assert client.post(f"{done}/finish", json={"at": ago(1)}).status_code == 200
    bill = f"{V1}/centres/{world.centre.id}/companies/{first}/bill-now"
    billed = client.post(bill, json={"accept": []})
    assert billed.status_code == 201, billed.text
    # Half of 160,000, so that 20,000 are left of the budget, or of the firm's cap.
    assert billed.json()["document"]["totals"]["subsidy"] == 80_000
    one = asked(client, world, first if is_same_firm else other)
    offer = {"goods": [{"good": "ginsenoside", "quantity": "2"}], "due_on": today()}
    # 160,000 and the tax of 16,000, less what the programme has.
    left = 176_000 - subsidy
    above = client.post(f"{one}/quote", json={**offer, "prepayment": left + 1})
    assert (above.status_code, above.json()["field"]) == (422, "prepayment")
    assert client.post(f"{one}/quote", json={**offer, "prepayment": left}).status_code == 200
    said = client.get(f"{one}/steps").json()["items"][-1]["data"]
    assert (said["total"], said["subsidy"]) == (176_000, subsidy)


def test_a_firm_accepts_the_offer_that_it_saw(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    one = asked(client, world, company.id)

    def offered(quantity: str) -> str:
        goods = [{"good": "ginsenoside", "quantity": quantity}]
        made = client.post(f"{one}/quote", json={"goods": goods, "due_on": today()})
        assert made.status_code == 200, made.text
        return str(client.get(f"{one}/steps", headers=member).json()["items"][-1]["id"])

    first, second = offered("1"), offered("10")
    unnamed = client.post(f"{one}/accept", json={}, headers=member)
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "offer")
    by_telephone = {"words": "전화", "offer": first}
    for late in (
        client.post(f"{one}/accept", json={"offer": first}, headers=member),
        client.post(f"{one}/accept", json=by_telephone),
    ):
        assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert client.get(one).json()["state"] == "quoted"
    taken = client.post(f"{one}/accept", json={"offer": second}, headers=member)
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted"), taken.text
    said = client.get(f"{one}/steps").json()["items"][-1]
    assert (said["step"], said["data"]) == ("accept", {"offer": second})
