"""Guidance of firms by experts, from a request to the statement's line and the year's count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.people.consents import firm
from tests.support.world import World

__all__ = ["firm"]  # pytest finds fixtures by their names here

V1 = "/api/v1"
NOW = datetime.now(UTC).replace(microsecond=0)
MENTOR = {
    "code": "mentor",
    "kind": "operator",
    "name_ko": "전문가 지도",
    "name_en": "Expert's hour",
    "measure": "h",
    "price": "40000",
}
ASKED = {"kind": "guidance", "subject": "표면거칠기 개선", "wish": "Ra 0.8이 나오지 않습니다"}


def work(**more: Any) -> dict[str, Any]:
    return {
        "expert": "박 명장",
        "start": (NOW - timedelta(minutes=5)).isoformat(),
        "minutes": 90,
        "result": "공구를 바꾸고 이송을 낮췄다",
        **more,
    }


def lines(world: World, company: Any) -> list[int]:
    month = f"{(NOW - timedelta(minutes=5)).astimezone(world.ZONE):%Y-%m}"
    computed = statement_drafts.preview(
        world.pool, world.manager, centre=world.centre.id, company=company, month=month
    )
    total = computed.document.totals.lines
    return [total] if computed.document.lines else []


def test_a_firm_asks_and_is_charged_for_what_was_done(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[MENTOR])
    company, other = world.company(), world.company()
    who = world.member(company)
    member, outsider = bearer(who), bearer(world.member(other))
    client.headers.update(bearer(None))
    path = f"{V1}/centres/{world.centre.id}"
    asked = client.post(f"{path}/guidance", json=ASKED, headers=member)
    assert (asked.status_code, asked.json()["state"]) == (201, "requested")
    one = f"{V1}/guidance/{asked.json()['id']}"
    assert asked.headers["Location"] == one
    assert client.get(one, headers=member).json() == asked.json()
    assert client.get(one, headers=outsider).status_code == 404
    assert client.get(f"{path}/guidance", headers=outsider).json()["items"] == []
    # Only the desk plans, and only for a time to come.
    plan = {"expert": "박 명장", "start": (NOW + timedelta(days=1)).isoformat()}
    assert client.post(f"{one}/plan", json=plan, headers=member).status_code == 403
    past = client.post(f"{one}/plan", json={**plan, "start": NOW.isoformat()})
    assert (past.status_code, past.json()["field"]) == (422, "start")
    assert client.post(f"{one}/plan", json=plan).json()["state"] == "planned"
    early = client.post(f"{one}/finish", json=work(start=plan["start"]))
    assert (early.status_code, early.json()["field"]) == (422, "start")
    unsold = client.post(f"{one}/finish", json=work(good="welding"))
    assert (unsold.status_code, unsold.json()["field"]) == (422, "good")
    assert lines(world, company.id) == []
    done = client.post(f"{one}/finish", json=work(good="mentor", follow_up_on="2026-12-20"))
    assert (done.status_code, done.json()["state"], done.json()["minutes"]) == (200, "done", 90)
    # An hour and a half of 40,000 won.
    assert lines(world, company.id) == [60_000]
    again = client.post(f"{one}/finish", json=work(good="mentor"))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert client.post(f"{one}/withdraw", headers=member).status_code == 409
    # A correction takes the charge back, and what is right is charged anew.
    assert client.post(f"{one}/reopen", json={"reason": "60분"}).json()["state"] == "planned"
    assert lines(world, company.id) == []
    assert client.post(f"{one}/finish", json=work(good="mentor", minutes=60)).status_code == 200
    assert lines(world, company.id) == [40_000]
    kinds = [row["kind"] for row in told(world)]
    assert kinds == ["guidance.planned"]


def told(world: World) -> list[dict[str, Any]]:
    with transaction(world.pool, SYSTEM) as tx:
        return tx.execute(
            "select kind, data from outbox where kind like 'guidance.%' order by id"
        ).fetchall()


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_a_request_ends_without_guidance(
    client: TestClient, world: World, bearer: LogIn, step: str
) -> None:
    member = bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    asked = client.post(f"{V1}/centres/{world.centre.id}/guidance", json=ASKED, headers=member)
    one = f"{V1}/guidance/{asked.json()['id']}"
    if step == "decline":
        assert client.post(f"{one}/decline", json={"reason": " "}).status_code == 422
        ended = client.post(f"{one}/decline", json={"reason": "분야가 다릅니다"})
        assert [row["data"]["reason"] for row in told(world)] == ["분야가 다릅니다"]
    else:
        refused = client.post(f"{one}/withdraw")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        ended = client.post(f"{one}/withdraw", headers=member)
        assert told(world) == []
    assert ended.status_code == 200, ended.text
    assert client.post(f"{one}/finish", json=work()).status_code == 409


def test_contacts_are_counted_with_and_without_a_firm(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    path = f"{V1}/centres/{world.centre.id}"

    def record(kind: str, **more: Any) -> int:
        body = work(kind=kind, subject="창업 상담", **more)
        return client.post(f"{path}/guidance-contacts", json=body).status_code

    assert record("counselling", minutes=20) == 201
    assert record("counselling", minutes=30, company=str(company.id)) == 201
    assert record("manpower", minutes=10, company=str(company.id)) == 201
    assert record("counselling", good="mentor") == 422  # nobody to charge
    refused = client.post(f"{path}/guidance", json={**ASKED, "kind": "counselling"}, headers=member)
    assert (refused.status_code, refused.json()["field"]) == (422, "kind")
    year = {"start": "2026-01-01T00:00:00+09:00", "end": "2037-01-01T00:00:00+09:00"}
    counts = client.get(f"{path}/guidance-counts", params=year)
    found = {c["kind"]: (c["times"], c["minutes"], c["companies"]) for c in counts.json()["items"]}
    assert found == {
        "guidance": (0, 0, 0),
        "consulting": (0, 0, 0),
        "counselling": (2, 50, 1),
        "manpower": (1, 10, 1),
    }
    assert client.get(f"{path}/guidance-counts", params=year, headers=member).status_code == 403
    # A company sees its own contacts and nobody else's.
    own = client.get(f"{path}/guidance", headers=member).json()["items"]
    assert {(g["kind"], g["company"]) for g in own} == {
        ("counselling", str(company.id)),
        ("manpower", str(company.id)),
    }


def test_a_charge_that_was_reversed_by_hand_keeps_no_guidance_from_its_correction(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[MENTOR])
    company = world.company()
    client.headers.update(bearer(None))
    path = f"{V1}/centres/{world.centre.id}/guidance-contacts"
    body = work(kind="guidance", subject="표면거칠기", company=str(company.id), good="mentor")
    done = client.post(path, json=body).json()
    entry = f"{V1}/entries/{done['entry']}/reverse"
    assert client.post(entry, json={"reason": "면제"}).status_code == 201
    assert lines(world, company.id) == []
    one = f"{V1}/guidance/{done['id']}"
    again = client.post(f"{one}/reopen", json={"reason": "60분"})
    assert (again.status_code, again.json()["state"]) == (200, "planned"), again.text
    assert client.post(f"{one}/finish", json=work(good="mentor", minutes=60)).status_code == 200
    assert lines(world, company.id) == [40_000]


def test_guidance_to_come_ends_with_the_companys_consent(
    client: TestClient, world: World, firm: tuple[Company, Caller, Caller], bearer: LogIn
) -> None:
    company, boss, _ = firm
    owner = bearer(boss)
    client.headers.update(bearer(None))
    path = f"{V1}/centres/{world.centre.id}/guidance"
    asked = [client.post(path, json=ASKED, headers=owner).json() for _ in range(3)]
    ones = [f"{V1}/guidance/{one['id']}" for one in asked]
    plan = {"expert": "박 명장", "start": (NOW + timedelta(days=1)).isoformat()}
    assert client.post(f"{ones[1]}/plan", json=plan).status_code == 200
    assert client.post(f"{ones[2]}/finish", json=work()).status_code == 200
    assert client.post(f"{ones[2]}/reopen", json={"reason": "60분"}).status_code == 200
    body = {"centre": str(world.centre.id)}
    gone = client.post(f"{V1}/companies/{company.id}/withdrawals", json=body, headers=owner)
    assert gone.status_code == 204, gone.text
    # The past one is recorded yet; those to come are not.
    states = [client.get(one).json()["state"] for one in ones]
    assert states == ["withdrawn", "withdrawn", "planned"]
    assert client.post(f"{ones[2]}/finish", json=work()).status_code == 200
    refused = client.post(path, json={**ASKED, "company": str(company.id)})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(("minutes", "status"), [(0, 422), (1, 201), (6000, 201), (6001, 422)])
def test_work_lasts_from_a_minute_to_a_hundred_hours(
    client: TestClient, world: World, bearer: LogIn, minutes: int, status: int
) -> None:
    client.headers.update(bearer(None))
    body = work(kind="counselling", subject="창업 상담", minutes=minutes)
    made = client.post(f"{V1}/centres/{world.centre.id}/guidance-contacts", json=body)
    assert made.status_code == status, made.text


@pytest.mark.parametrize(("days", "status"), [(365, 200), (367, 422)])
def test_guidance_is_planned_within_a_year(
    client: TestClient, world: World, bearer: LogIn, days: int, status: int
) -> None:
    member = bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    asked = client.post(f"{V1}/centres/{world.centre.id}/guidance", json=ASKED, headers=member)
    plan = {"expert": "박 명장", "start": (NOW + timedelta(days=days)).isoformat()}
    answer = client.post(f"{V1}/guidance/{asked.json()['id']}/plan", json=plan)
    assert answer.status_code == status, answer.text
