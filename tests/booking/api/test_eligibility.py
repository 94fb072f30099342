"""Machines that are kept for some firms: in quotes, bookings, the waiting list and on pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

API = "/api/v1"
FIRM = {"since": "2026-01-01", "district": "경기도 화성시 봉담읍", "workers": 9}


def tell(
    client: TestClient, world: World, company: Company, heads: dict[str, str], **facts: Any
) -> None:
    """Enter the firm's profile as its owner."""
    where = f"{API}/centres/{world.centre.id}/companies/{company.id}/profiles"
    answer = client.post(where, json={**FIRM, **facts}, headers=heads)
    assert answer.status_code == 201, answer.text


def codes(answer: Any) -> list[str]:
    """The codes of a refusal or a quote."""
    return [p["code"] for p in answer.json()["problems"]]


def test_a_firm_books_once_its_profile_says_that_the_machine_is_kept_for_it(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", eligible_districts=["화성시"], eligible_workers=9)
    world.machine("mill-2")
    company = world.company()
    owner = bearer(world.member(company))
    request = wish("mill-1", 2)

    def quoted() -> list[str]:
        return codes(client.post(f"{API}/bookings/quote", json=request, headers=owner))

    assert quoted() == ["booking.profile_unknown"]
    refused = client.post(f"{API}/bookings", json=request, headers=owner)
    assert (refused.status_code, codes(refused)) == (422, ["booking.profile_unknown"])
    # The other machine of its kind is kept for nobody.
    assert {a["machine_slug"] for a in refused.json()["alternatives"]} == {"mill-2"}
    tell(client, world, company, owner, workers=10)
    assert quoted() == ["booking.workers"]
    tell(client, world, company, owner, district="경기도 오산시")
    assert quoted() == ["booking.district"]
    tell(client, world, company, owner)
    assert quoted() == []
    assert client.post(f"{API}/bookings", json=request, headers=owner).status_code == 201


def test_the_facts_of_the_bookings_day_count_and_a_booking_that_stands_goes_on(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", eligible_workers=9, day_bookings=9)
    company = world.company()
    owner = bearer(world.member(company))
    tell(client, world, company, owner)
    booked = client.post(f"{API}/bookings", json=wish("mill-1", 2), headers=owner)
    assert booked.status_code == 201
    tell(client, world, company, owner, workers=10, since=str(TOMORROW.date() - timedelta(days=2)))
    where = f"{API}/bookings/{booked.json()['id']}"
    assert client.get(where, headers=owner).json()["state"] == "confirmed"
    longer = {"end": (TOMORROW + timedelta(hours=3)).isoformat()}
    assert client.post(f"{where}/extend", json=longer, headers=owner).status_code == 200
    begin = TOMORROW + timedelta(hours=5)
    moved = {"start": begin.isoformat(), "end": (begin + timedelta(hours=2)).isoformat()}
    answer = client.post(f"{where}/move", json=moved, headers=owner)
    assert (answer.status_code, codes(answer)) == (422, ["booking.workers"])


def test_a_manager_passes_it_with_a_reason_and_the_waiting_list_takes_nobody_in_vain(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", eligible_workers=9)
    company = world.company()
    owner = bearer(world.member(company))
    waiting = {
        **wish("mill-1", 2),
        "company": str(company.id),
        "minutes": 60,
    }
    refused = client.post(f"{API}/waiting", json=waiting, headers=owner)
    assert (refused.status_code, codes(refused)) == (422, ["booking.profile_unknown"])
    by_desk = {**wish("mill-1", 2, company=str(company.id), person_name="김 전화")}
    desk = bearer(None)
    assert codes(client.post(f"{API}/bookings", json=by_desk, headers=desk)) == [
        "booking.profile_unknown"
    ]
    passed = {**by_desk, "override": "전화로 확인"}
    assert client.post(f"{API}/bookings", json=passed, headers=desk).status_code == 201


def test_a_category_is_let_in_from_elsewhere(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", eligible_districts=["화성시"])
    company = world.company(category="협의회")
    owner = bearer(world.member(company))
    tell(client, world, company, owner, district="경기도 오산시")
    rule = {
        "centre": str(world.centre.id),
        "tier": "협의회",
        "values": {"eligible_districts": None},
        "reason": "협의회 회원",
    }
    assert client.put(f"{API}/policy", json=rule, headers=bearer(None)).status_code == 204
    assert client.post(f"{API}/bookings", json=wish("mill-1", 2), headers=owner).status_code == 201


def test_the_page_says_for_whom_the_machine_is_kept_before_it_is_booked(
    visit: Visit, world: World
) -> None:
    world.machine("mill-1", eligible_districts=["화성시"])
    owner = visit(world.member(world.company()))
    local = TOMORROW.astimezone(world.centre.zone)
    asked = {"start": f"{local:%Y-%m-%dT%H:%M}", "minutes": "60"}
    shown = text_of(owner.get("/machines/mill-1/book", params=asked).text)
    assert "귀사의 소재지가 확인되지 않았습니다" in shown


def test_a_manager_keeps_a_machine_for_firms_on_the_rules_page(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    boss = visit(None)
    for name, value, said in (
        ("eligible_districts", "경기도 화성시\n오산시", "경기도 화성시, 오산시"),
        ("eligible_sectors", "25\n10", "금속가공제품, 식료품"),
        ("eligible_workers", "9", "9"),
    ):
        form = {"level": "machine:mill-1", "value": value, "reason": "운영규정"}
        assert boss.post(f"/rules/{name}", data=form).status_code == 303
        assert said in text_of(boss.get(f"/rules/{name}", params={"machine": "mill-1"}).text)
    wrong = boss.post(
        "/rules/eligible_sectors", data={"level": "centre", "value": "금속", "reason": "시험"}
    )
    assert wrong.status_code == 409
