"""A company takes its consent to be served by a centre back: what ends, and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import NotFound
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.people.consents import V1, Enter, enter, far, far_manager, firm
from tests.support.world import World, nobody_may

__all__ = ["enter", "far", "far_manager", "firm"]

PROFILE = {"since": "2026-01-01", "sector": "29", "workers": 4, "consent": "paper"}


def people_at(client: TestClient, company: Company, headers: dict[str, str]) -> list[str]:
    found = client.get(f"{V1}/companies/{company.id}/people", headers=headers)
    return [p["name"] for p in found.json()["items"]] if found.status_code == 200 else []


def back(client: TestClient, company: Company, centre: World, headers: Any, **more: str) -> Any:
    body = {"centre": str(centre.centre.id), **more}
    return client.post(f"{V1}/companies/{company.id}/withdrawals", json=body, headers=headers)


def test_what_rests_on_the_consent_ends_and_what_the_law_wants_stays(
    client: TestClient,
    world: World,
    firm: tuple[Company, Caller, Caller],
    bearer: LogIn,
) -> None:
    company, boss, clerk = firm
    owner, member, manager = bearer(boss), bearer(clerk), bearer(None)
    world.machine("mill-1")
    world.tariff()
    booked = client.post(f"{V1}/bookings", json=wish("mill-1"), headers=owner)
    assert booked.status_code == 201, booked.text
    profile = f"{V1}/centres/{world.centre.id}/companies/{company.id}/profiles"
    assert client.post(profile, json=PROFILE, headers=manager).status_code in {200, 201}
    (served,) = client.get(f"{V1}/companies/{company.id}/centres", headers=owner).json()["items"]
    assert (served["centre_name"], served["withdrawn_at"]) == (world.centre.name, None)

    assert back(client, company, world, member).status_code == 403
    assert back(client, company, world, manager, reason="편지").status_code == 409
    early = back(client, company, world, owner)
    assert (early.status_code, early.json()["bookings"]) == (409, 1)
    cancelled = f"{V1}/bookings/{booked.json()['id']}/cancel"
    assert client.post(cancelled, json={}, headers=owner).status_code == 200
    assert len(people_at(client, company, manager)) == 2
    assert back(client, company, world, owner, reason="이전").status_code == 204
    again = back(client, company, world, owner)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")

    by_the_desk = {"company": str(company.id), "override": "전화"}
    for headers, more in ((owner, {}), (manager, by_the_desk)):
        asked = {**wish("mill-1", 2), **more}
        refused = client.post(f"{V1}/bookings", json=asked, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict"), refused.text
        assert "withdrew its consent" in refused.json()["detail"]
    waits = {**wish("mill-1"), "minutes": 60}
    assert client.post(f"{V1}/waiting", json=waits, headers=owner).status_code == 409
    assert people_at(client, company, manager) == []
    assert client.get(profile, headers=manager).json()["items"] == []
    # The past booking stays, for both.
    for headers in (owner, manager):
        kept = client.get(f"{V1}/bookings/{booked.json()['id']}", headers=headers)
        assert (kept.status_code, kept.json()["state"]) == (200, "cancelled")
    drafted = {"centre": str(world.centre.id), "company": str(company.id), "month": "2026-01"}
    draft = client.post(f"{V1}/statements", json=drafted, headers=manager)
    assert draft.status_code in {200, 201}, draft.text
    (served,) = client.get(f"{V1}/companies/{company.id}/centres", headers=owner).json()["items"]
    assert datetime.fromisoformat(served["withdrawn_at"]) > datetime.now(UTC) - timedelta(hours=1)
    nobody_may(world.pool, "delete from withdrawals")


def test_a_company_agrees_again_once_the_centre_may_ask(
    client: TestClient,
    world: World,
    firm: tuple[Company, Caller, Caller],
    bearer: LogIn,
    database_url: str,
) -> None:
    company, boss, _ = firm
    owner, manager = bearer(boss), bearer(None)
    world.machine("mill-1")
    assert back(client, company, world, owner).status_code == 204
    body = {
        "centre": str(world.centre.id),
        "name": company.name,
        "registration_number": company.registration_number,
        "category": "general",
        "since": "2026-01-01",
    }

    def asked() -> list[Any]:
        made = client.post(f"{V1}/companies", json=body, headers=manager)
        assert made.status_code == 201, made.text
        found = client.get(f"{V1}/consents", headers=owner).json()["items"]
        return list(found)

    assert asked() == [], "for thirty days the centre asks in vain"
    # A month passes.
    with psycopg.connect(database_url) as superuser:
        superuser.execute("alter table withdrawals disable trigger user")
        superuser.execute("update withdrawals set withdrawn_at = now() - interval '31 days'")
        superuser.execute("alter table withdrawals enable trigger user")
    (one_,) = asked()
    given = f"{V1}/consents/{one_['id']}/give"
    assert client.post(given, json={}, headers=owner).status_code == 204
    assert client.post(f"{V1}/bookings", json=wish("mill-1"), headers=owner).status_code == 201
    assert len(people_at(client, company, manager)) == 2


def test_no_booking_slips_through_while_a_company_withdraws(
    world: World, firm: tuple[Company, Caller, Caller], pool: Pool
) -> None:
    """Insert as a program that forgot to ask: the database refuses it."""
    company, boss, _ = firm
    machine = world.machine("mill-1")
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into withdrawals (id, centre_id, company_id)"
            " values (gen_random_uuid(), %s, %s)",
            [world.centre.id, company.id],
        )
    with pytest.raises(NotFound) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into waiting"
            " (id, centre_id, machine_id, company_id, person_id, during, minutes)"
            " values (gen_random_uuid(), %s, %s, %s, %s,"
            " tstzrange(now() + interval '1 day', now() + interval '2 days'), 60)",
            [world.centre.id, machine.id, company.id, boss.person_id],
        )
    assert refused.value.figures["constraint"] == "waiting_consented"
    with transaction(pool, SYSTEM) as tx:
        kept = one(tx, "select count(*) as waits from waiting")
    assert kept == {"waits": 0}


def test_one_centre_is_left_and_the_other_goes_on(
    client: TestClient,
    world: World,
    far: World,
    far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    enter: Enter,
    bearer: LogIn,
) -> None:
    company, boss, _ = firm
    owner = bearer(boss)
    enter(company.registration_number)
    (asked,) = client.get(f"{V1}/consents", headers=owner).json()["items"]
    client.post(f"{V1}/consents/{asked['id']}/give", json={}, headers=owner)
    assert people_at(client, company, far_manager) != []
    # A centre speaks for no company that has an owner, and of another centre not at all.
    assert back(client, company, world, far_manager, reason="편지").status_code == 404
    assert back(client, company, far, owner).status_code == 204
    assert people_at(client, company, far_manager) == []
    assert len(people_at(client, company, bearer(None))) == 2
    listed = client.get(f"{V1}/companies/{company.id}/centres", headers=owner).json()["items"]
    assert sum(one["withdrawn_at"] is not None for one in listed) == 1
    stranger = bearer(world.member(world.company()))
    hidden = client.get(f"{V1}/companies/{company.id}/centres", headers=stranger)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")


def test_an_owner_withdraws_on_a_page_and_the_desk_writes_a_letter_down(
    visit: Visit, world: World, firm: tuple[Company, Caller, Caller]
) -> None:
    company, boss, _ = firm
    own, desk = visit(boss), visit(None)
    shown = text_of(own.get("/invitations").text)
    for said in (world.centre.name, "끝나는 것", "남는 것", "5년 이상"):
        assert said in shown, said
    assert "동의 철회" not in text_of(desk.get(f"/companies/{company.id}").text)
    form = {"centre": str(world.centre.id)}
    done = own.post(f"/companies/{company.id}/withdrawal", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/invitations")
    assert "이 기업은 동의를 철회했습니다" in text_of(desk.get(f"/companies/{company.id}").text)

    caller = world.company(category="small-manufacturer")
    page = f"/companies/{caller.id}"
    shown = text_of(desk.get(page).text)
    assert "로그인하는 대표가 없습니다" in shown
    assert ("소공인 · 2026-01-01" in shown, "small-manufacturer" in shown) == (True, False)
    silent = desk.post(f"{page}/withdrawal", data=form)
    assert silent.status_code == 409
    letter = desk.post(f"{page}/withdrawal", data={**form, "reason": "11월 20일 편지"})
    assert (letter.status_code, letter.headers["location"]) == (303, page)
    assert "이 기업은 동의를 철회했습니다" in text_of(desk.get(page).text)
