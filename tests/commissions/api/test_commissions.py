"""Commissioned work from the request to the handing over, and its charges on the statement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS, DRYING, POUCH, charged
from tests.support.people.consents import firm
from tests.support.world import World

__all__ = ["firm"]  # pytest finds fixtures by their names here

V1 = "/api/v1"
ASKED = {
    "subject": "홍삼 농축액 분석",
    "wish": "진세노사이드 함량",
    "goods": [{"good": "ginsenoside", "quantity": "3"}],
}


def day(days: int) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)).astimezone(World.ZONE):%Y-%m-%d}"


def told(world: World) -> list[tuple[str, dict[str, Any]]]:
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select kind, data from outbox where kind like 'commission.%' order by created_at, id"
        ).fetchall()
    return [(row["kind"], row["data"]) for row in rows]


def asked(client: TestClient, world: World, headers: dict[str, str], **more: Any) -> str:
    made = client.post(
        f"{V1}/centres/{world.centre.id}/commissions", json={**ASKED, **more}, headers=headers
    )
    assert made.status_code == 201, made.text
    return f"{V1}/commissions/{made.json()['id']}"


def test_a_firm_follows_its_work_and_is_charged_for_what_was_done(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS, POUCH])
    company, other = world.company(), world.company()
    member, outsider = bearer(world.member(company)), bearer(world.member(other))
    client.headers.update(bearer(None))
    one = asked(client, world, member)
    seen = client.get(one, headers=member).json()
    year = datetime.now(UTC).astimezone(world.ZONE).year
    assert (seen["state"], seen["number"]) == ("requested", f"{year}-0001")
    assert client.get(one, headers=outsider).status_code == 404
    listed = client.get(f"{V1}/centres/{world.centre.id}/commissions", headers=outsider)
    assert listed.json()["items"] == []

    # Only the desk offers; the firm accepts what it is offered.
    offer = {
        "goods": [
            {"good": "ginsenoside", "quantity": "3"},
            {"good": "pouch", "quantity": "200"},
        ],
        "due_on": day(10),
        "prepayment": 100_000,
    }
    assert client.post(f"{one}/quote", json=offer, headers=member).status_code == 403
    early = client.post(f"{one}/accept", json={}, headers=member)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    quoted = client.post(f"{one}/quote", json=offer)
    assert (quoted.status_code, quoted.json()["state"]) == (200, "quoted"), quoted.text
    (_, said) = client.get(f"{one}/steps", headers=member).json()["items"]
    # 3 x 80,000 + 200 x 300, and the tax of 10 %.
    assert [item["amount"] for item in said["data"]["goods"]] == [240_000, 60_000]
    sums = [said["data"][name] for name in ("supply", "vat", "total", "prepayment")]
    assert sums == [300_000, 30_000, 330_000, 100_000]
    assert client.post(f"{one}/receive", json={"due_on": day(10)}).status_code == 409
    silent = client.post(f"{one}/accept", json={})
    assert (silent.status_code, silent.json()["field"]) == (422, "words")
    agreed = client.post(f"{one}/accept", json={"offer": said["id"]}, headers=member)
    assert agreed.json()["state"] == "accepted"
    swapped = client.post(f"{one}/receive", json={"due_on": day(9), "goods": ASKED["goods"]})
    assert (swapped.status_code, swapped.json()["code"]) == (409, "conflict")
    taken = client.post(f"{one}/receive", json={"due_on": day(9), "is_urgent": True}).json()
    assert (taken["state"], taken["due_on"], taken["is_urgent"]) == ("received", day(9), True)
    assert client.post(f"{one}/withdraw", headers=member).status_code == 409
    assert client.post(f"{one}/start", json={}).json()["state"] == "working"

    # Two pouches burst: what was done is charged, and nothing before.
    assert charged(world, company.id).supply == 0
    made = [{"good": "ginsenoside", "quantity": "3"}, {"good": "pouch", "quantity": "198"}]
    done = client.post(f"{one}/finish", json={"goods": made})
    assert (done.status_code, done.json()["state"]) == (200, "done"), done.text
    assert charged(world, company.id).supply == 299_400
    again = client.post(f"{one}/finish", json={})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    # A correction takes all charges back, and what is right is charged anew.
    back = client.post(f"{one}/reopen", json={"reason": "200포가 맞음"})
    assert (back.json()["state"], back.json()["goods"][0]["entry"]) == ("working", None)
    assert charged(world, company.id).supply == 0
    assert client.post(f"{one}/finish", json={"goods": offer["goods"]}).status_code == 200
    assert charged(world, company.id).supply == 300_000
    given = client.post(f"{one}/hand-over", json={"recipient": "김재배"})
    assert (given.status_code, given.json()["state"]) == (200, "handed_over")
    steps = client.get(f"{one}/steps", headers=member).json()["items"]
    assert [step["step"] for step in steps] == [
        *("request", "quote", "accept", "receive", "start", "finish", "reopen", "finish"),
        "hand_over",
    ]
    assert steps[-1]["data"] == {"recipient": "김재배", "reports": []}
    kinds = [kind for kind, _ in told(world)]
    assert kinds == [
        *("commission.requested", "commission.quoted", "commission.accepted"),
        *("commission.received", "commission.started", "commission.done", "commission.done"),
        "commission.handed_over",
    ]
    assert told(world)[0][1]["to"] == "floor"


@pytest.mark.parametrize(
    ("quantity", "status", "amount"),
    # To the milligram of 8.5 won a gram: 1,234.5 g are 10,493.25 won, floored.
    [("1234.5", 200, 10_493), ("0.001", 200, 0), ("0.0001", 422, 0), ("1000000", 200, 8_500_000)],
)
def test_a_quantity_is_as_exact_as_its_measure(
    client: TestClient, world: World, bearer: LogIn, quantity: str, status: int, amount: int
) -> None:
    world.tariff(goods=[DRYING])
    company = world.company()
    client.headers.update(bearer(None))
    one = asked(client, world, {}, company=str(company.id), goods=[])
    items = [{"good": "drying", "quantity": quantity}]
    taken = client.post(f"{one}/receive", json={"due_on": day(1), "goods": items})
    assert taken.status_code == status, taken.text
    if status == 200:
        assert client.post(f"{one}/finish", json={}).status_code == 200
    assert charged(world, company.id).lines == amount


def test_the_desk_enters_what_was_asked_on_paper_earlier(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    now = datetime.now(UTC)
    past = [(now - timedelta(minutes=minutes)).isoformat() for minutes in (30, 20, 25)]
    refused = client.post(
        f"{V1}/centres/{world.centre.id}/commissions",
        json={**ASKED, "at": past[0]},
        headers=member,
    )
    assert refused.status_code == 403
    one = asked(client, world, {}, company=str(company.id), at=past[0])
    assert client.get(one).json()["person"] is None
    due = {"due_on": day(0)}
    assert client.post(f"{one}/receive", json={**due, "at": past[1]}).status_code == 200
    early = client.post(f"{one}/start", json={"at": past[2]})
    assert (early.status_code, early.json()["field"]) == (422, "at")
    # All the firm's people are told of work that the desk entered for them.
    assert [data.get("person") for _, data in told(world)] == [None]
    assert [data["company"] for _, data in told(world)] == [str(company.id)]


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_a_request_ends_without_work(
    client: TestClient, world: World, bearer: LogIn, step: str
) -> None:
    world.tariff(goods=[ANALYSIS])
    member = bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    one = asked(client, world, member)
    if step == "decline":
        assert client.post(f"{one}/decline", json={"reason": " "}).status_code == 422
        ended = client.post(f"{one}/decline", json={"reason": "장비가 없습니다"})
    else:
        refused = client.post(f"{one}/withdraw")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        ended = client.post(f"{one}/withdraw", headers=member)
    assert ended.status_code == 200, ended.text
    assert client.post(f"{one}/receive", json={"due_on": day(1)}).status_code == 409


@pytest.mark.parametrize(
    ("offer", "field"),
    [
        ({"goods": []}, "goods"),
        ({"goods": [{"good": "welding", "quantity": "1"}]}, "good"),
        ({"goods": [{"good": "ginsenoside", "quantity": "0.5"}]}, "quantity"),
        ({"due_on": day(-1)}, "due_on"),
        ({"due_on": day(368)}, "due_on"),
        # One analysis is 88,000 won with the tax.
        ({"prepayment": 88_001}, "prepayment"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    client: TestClient, world: World, bearer: LogIn, offer: dict[str, Any], field: str
) -> None:
    world.tariff(goods=[ANALYSIS])
    client.headers.update(bearer(None))
    one = asked(client, world, {}, company=str(world.company().id))
    sound = {"goods": [{"good": "ginsenoside", "quantity": "1"}], "due_on": day(0)}
    refused = client.post(f"{one}/quote", json={**sound, **offer})
    assert (refused.status_code, refused.json()["field"]) == (422, field), refused.text
    kept = client.post(f"{one}/quote", json={**sound, "prepayment": 88_000})
    assert kept.status_code == 200, kept.text


def test_work_that_is_not_received_ends_with_the_companys_consent(
    client: TestClient, world: World, firm: tuple[Company, Caller, Caller], bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company, boss, _ = firm
    owner = bearer(boss)
    client.headers.update(bearer(None))
    ones = [asked(client, world, owner) for _ in range(2)]
    assert client.post(f"{ones[1]}/receive", json={"due_on": day(1)}).status_code == 200
    body = {"centre": str(world.centre.id)}
    gone = client.post(f"{V1}/companies/{company.id}/withdrawals", json=body, headers=owner)
    assert gone.status_code == 204, gone.text
    # Work that lies in the laboratory is done and charged yet.
    assert [client.get(one).json()["state"] for one in ones] == ["withdrawn", "received"]
    steps = client.get(f"{ones[0]}/steps").json()["items"]
    assert [step["step"] for step in steps] == ["request", "withdraw"]
    assert client.post(f"{ones[1]}/finish", json={}).status_code == 200
