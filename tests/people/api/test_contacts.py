"""People without a login: what is kept about them, and their erasure by who speaks for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

API = "/api/v1"
NAME, NUMBER = "김 전화", "010-1234-5678"


def called(client: TestClient, world: World, desk: dict[str, str]) -> tuple[str, str]:
    """Book by telephone for a new person of a company; return where they are and the booking."""
    company = world.company()
    world.machine("mill-1")
    body = wish("mill-1", company=str(company.id), person_name=NAME, person_phone=NUMBER)
    made = client.post(f"{API}/bookings", json=body, headers=desk)
    assert made.status_code == 201, made.text
    return f"{API}/companies/{company.id}/people/{made.json()['person']}", made.json()["id"]


def kept(pool: Pool) -> list[str]:
    """Return every name and number that the database has of people."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx, "select name as text from people union all select number from phone_numbers"
        )
    return [row["text"] for row in rows]


def test_who_telephones_has_their_data_and_is_erased(
    client: TestClient, bearer: LogIn, world: World, pool: Pool
) -> None:
    desk = bearer(None)
    where, booking = called(client, world, desk)
    found: dict[str, Any] = client.get(f"{where}/data", headers=desk).json()
    assert (found["person"]["name"], [b["id"] for b in found["bookings"]]) == (NAME, [booking])
    early = client.post(f"{where}/erasure", json={}, headers=desk)
    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert {NAME, NUMBER.replace("-", "")} <= set(kept(pool))
    assert client.post(f"{API}/bookings/{booking}/cancel", json={}, headers=desk).status_code == 200
    assert client.post(f"{where}/erasure", json={}, headers=desk).status_code == 204
    assert not {NAME, NUMBER.replace("-", "")} & set(kept(pool))
    assert client.get(f"{where}/data", headers=desk).status_code == 404
    # The booking stays the company's, under the number.
    shown = client.get(f"{API}/bookings/{booking}", headers=desk).json()
    assert shown["person"] == where.rpartition("/")[2]
    # Another call of that name is somebody new.
    later = wish("mill-1", 1, TOMORROW + timedelta(hours=5), company=shown["company"])
    again = client.post(f"{API}/bookings", json={**later, "person_name": NAME}, headers=desk)
    assert (again.status_code, again.json()["person"] != shown["person"]) == (201, True)


def test_only_the_owner_and_the_managers_speak_for_who_has_no_login(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    where, booking = called(client, world, bearer(None))
    owner, member = world.member(world.companies[0]), world.member(world.companies[0])
    stranger = world.member(world.company())
    for who, status in ((member, 403), (stranger, 404), (owner, 200)):
        assert client.get(f"{where}/data", headers=bearer(who)).status_code == status
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    far = bearer(other.manager)
    assert client.get(f"{where}/data", headers=far).status_code == 404
    assert client.post(f"{where}/erasure", json={}, headers=far).status_code == 404
    client.post(f"{API}/bookings/{booking}/cancel", json={}, headers=bearer(owner))
    assert client.post(f"{where}/erasure", json={}, headers=bearer(member)).status_code == 403
    assert client.post(f"{where}/erasure", json={}, headers=bearer(owner)).status_code == 204


def test_who_has_a_login_is_erased_by_nobody_else(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    company = world.company()
    member = world.member(company)
    where = f"{API}/companies/{company.id}/people/{member.person_id}"
    for answer in (
        client.get(f"{where}/data", headers=bearer(None)),
        client.post(f"{where}/erasure", json={}, headers=bearer(None)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_payer_that_telephones_is_erased_with_its_name(
    client: TestClient, bearer: LogIn, world: World, pool: Pool
) -> None:
    desk = bearer(None)
    world.machine("mill-1")
    payer = {"centre": str(world.centre.id), "name": NAME, "kind": "individual"}
    payer |= {"category": "general", "since": "2026-01-01"}
    company = client.post(f"{API}/companies", json=payer, headers=desk).json()["id"]
    body = wish("mill-1", company=company, person_name=NAME, person_phone=NUMBER)
    made = client.post(f"{API}/bookings", json=body, headers=desk).json()
    client.post(f"{API}/bookings/{made['id']}/cancel", json={}, headers=desk)
    where = f"{API}/companies/{company}/people/{made['person']}"
    assert client.post(f"{where}/erasure", json={}, headers=desk).status_code == 204
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select name from companies")
    assert NAME not in {row["name"] for row in rows}


def test_the_desk_reads_changes_and_erases_on_the_companys_page(
    client: TestClient, bearer: LogIn, visit: Visit, world: World, pool: Pool
) -> None:
    where, booking = called(client, world, bearer(None))
    at = where.removeprefix(API)
    page = f"/companies/{world.companies[0].id}"
    boss = visit(None)
    assert f"{NAME} · {NUMBER}" in " ".join(text_of(boss.get(page).text).split())
    refused = boss.post(f"{at}/phone", data={"phone": "12"})
    assert (refused.status_code, "전화번호 형식이 아닙니다" in text_of(refused.text)) == (409, True)
    assert boss.post(f"{at}/phone", data={"phone": "010-8765-4321"}).status_code == 303
    assert "010-8765-4321" in boss.get(page, params={"people.q": "8765"}).text
    assert NAME in boss.get(f"{at}/data").text
    assert boss.post(f"{at}/erasure").status_code == 409
    client.post(f"{API}/bookings/{booking}/cancel", json={}, headers=bearer(None))
    assert boss.post(f"{at}/erasure").status_code == 303
    assert NAME not in text_of(boss.get(page).text)
    assert NAME not in kept(pool)


def test_who_has_no_address_is_added_by_name_and_by_number(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    company = world.company()
    owner, member, desk = bearer(world.member(company)), world.member(company), bearer(None)
    stranger = world.member(world.company())
    body: dict[str, Any] = {"company": str(company.id), "name": NAME, "phone": NUMBER}
    assert client.post(f"{API}/people", json=body, headers=bearer(member)).status_code == 403
    assert client.post(f"{API}/people", json=body, headers=bearer(stranger)).status_code == 404
    made = client.post(f"{API}/people", json=body, headers=desk)
    assert (made.status_code, made.json()["email"]) == (201, ""), made.text
    listed = f"{API}/companies/{company.id}/people"
    assert made.headers["location"] == listed

    def named() -> dict[str, tuple[bool, str]]:
        found = client.get(listed, headers=desk).json()["items"]
        return {p["name"]: (p["has_login"], p["phone"]) for p in found if not p["has_login"]}

    assert named() == {NAME: (False, "01012345678")}
    # The same name and number are the same person, for the desk and in a booking.
    again = client.post(f"{API}/people", json=body, headers=desk)
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])
    theirs = client.post(
        f"{API}/people", json={**body, "name": "이 사장", "phone": ""}, headers=owner
    )
    assert theirs.status_code == 201
    assert named() == {NAME: (False, "01012345678"), "이 사장": (False, "")}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"password": "correct horse battery"}, "password"),
        ({"phone": "call me"}, "person_phone"),
        ({"is_owner": True}, "email"),
        ({"is_administrator": True}, "email"),
        ({"email": "kim@firm.example"}, "password"),
        ({"email": "kim@firm.example", "phone": NUMBER}, "phone"),
    ],
)
def test_an_address_and_a_password_come_together(
    client: TestClient, bearer: LogIn, world: World, more: dict[str, Any], field: str
) -> None:
    body = {"company": str(world.company().id), "name": NAME, **more}
    refused = client.post(f"{API}/people", json=body, headers=bearer(None))
    assert (refused.status_code, refused.json().get("field")) == (422, field), refused.text


def test_the_page_adds_who_has_no_address(visit: Visit, world: World) -> None:
    company = world.company()
    desk, page = visit(None), f"/companies/{company.id}"
    form = desk.get(page).text
    assert "비워 두세요" in text_of(form)
    added = desk.post(f"{page}/people", data={"name": NAME, "phone": NUMBER, "email": ""})
    assert added.status_code == 303, added.text
    shown = text_of(desk.get(page).text)
    assert f"{NAME} · {NUMBER}" in shown
    refused = desk.post(f"{page}/people", data={"name": NAME, "password": "correct horse battery"})
    assert refused.status_code == 409
    assert "비밀번호를 비워 두세요" in text_of(refused.text)
