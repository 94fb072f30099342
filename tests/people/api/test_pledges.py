"""Pledges: their text is published once, accepted with a booking, and kept with who and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.api_fixtures import LogIn
from tests.support.world import World, nobody_may

V1 = "/api/v1"
TOMORROW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
TEXT = {
    "version": "2026-12",
    "ko": "보안경을 씁니다.\n\n혼자 쓰지 않습니다.",
    "en": "I wear goggles.",
}


def wish(hours: int = 0, **more: Any) -> dict[str, Any]:
    start = TOMORROW + timedelta(hours=hours)
    end = start + timedelta(hours=1)
    return {"machine_slug": "mill-1", "start": start.isoformat(), "end": end.isoformat(), **more}


def codes(answer: Any) -> set[str]:
    return {p["code"] for p in answer.json()["problems"]}


def test_a_pledge_is_read_and_accepted_with_the_booking(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    who = world.member(world.company())
    member, manager = bearer(who), bearer(None)
    path = f"{V1}/centres/{world.centre.id}"
    assert client.post(f"{path}/pledges", json=TEXT, headers=member).status_code == 403
    assert client.post(f"{path}/pledges", json=TEXT, headers=manager).status_code == 201
    world.machine("mill-1", terms="2026-12")
    again = client.post(f"{path}/pledges", json={**TEXT, "ko": "다른 글"}, headers=manager)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    (seen,) = client.get(f"{path}/pledges", headers=member).json()["items"]
    assert {k: seen[k] for k in TEXT} == TEXT
    assert seen["is_accepted"] is False
    # Another version's name is no acceptance of this one.
    for without in (wish(), wish(pledge="2026-11")):
        refused = client.post(f"{V1}/bookings", json=without, headers=member)
        assert (refused.status_code, codes(refused)) == (422, {"booking.terms"})
    quote = client.post(f"{V1}/bookings/quote", json=wish(pledge="2026-12"), headers=member)
    assert quote.json()["is_possible"] is True
    (seen,) = client.get(f"{path}/pledges", headers=member).json()["items"]
    assert seen["is_accepted"] is False, "a quote accepts nothing"
    booked = client.post(f"{V1}/bookings", json=wish(pledge="2026-12"), headers=member)
    assert booked.status_code == 201, booked.text
    assert client.post(f"{V1}/bookings", json=wish(2), headers=member).status_code == 201
    assert client.get(f"{path}/pledge-acceptances", headers=member).status_code == 403
    (kept,) = client.get(f"{path}/pledge-acceptances", headers=manager).json()["items"]
    at = datetime.fromisoformat(kept.pop("accepted_at"))
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=10)
    assert kept == {
        "person": str(who.person_id),
        "name": "이용자",
        "version": "2026-12",
        "pledge": seen["id"],
        "is_on_paper": False,
    }


def test_a_name_that_got_its_text_later_is_accepted_anew(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    member, manager = bearer(world.member(world.company())), bearer(None)
    path = f"{V1}/centres/{world.centre.id}"
    accept = {"version": "2026-12"}
    assert client.post(f"{path}/terms", json=accept, headers=member).status_code == 204
    assert client.post(f"{path}/pledges", json=TEXT, headers=manager).status_code == 201
    world.machine("mill-1", terms="2026-12")
    refused = client.post(f"{V1}/bookings", json=wish(2), headers=member)
    assert codes(refused) == {"booking.terms"}
    assert client.post(f"{path}/terms", json=accept, headers=member).status_code == 204
    assert client.post(f"{V1}/bookings", json=wish(2), headers=member).status_code == 201


def test_the_desk_records_paper_and_a_colleague_accepts_for_nobody(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    company = world.company()
    who, other = world.member(company), world.member(company)
    member, manager = bearer(other), bearer(None)
    path = f"{V1}/centres/{world.centre.id}"
    client.post(f"{path}/pledges", json=TEXT, headers=manager)
    world.machine("mill-1", terms="2026-12")
    for_them = wish(person=str(who.person_id), pledge="2026-12")
    refused = client.post(f"{V1}/bookings", json=for_them, headers=member)
    assert codes(refused) == {"booking.terms"}
    theirs = {"version": "2026-12", "person": str(who.person_id)}
    assert client.post(f"{path}/terms", json=theirs, headers=member).status_code == 403
    # Somebody who telephones has no login and signs on paper.
    caller = wish(company=str(company.id), person_name="김 전화", pledge="2026-12")
    booked = client.post(f"{V1}/bookings", json=caller, headers=manager)
    assert booked.status_code == 201, booked.text
    assert client.post(f"{path}/terms", json=theirs, headers=manager).status_code == 204
    stranger = {**theirs, "person": "0199f3d2-0000-7000-8000-000000000000"}
    assert client.post(f"{path}/terms", json=stranger, headers=manager).status_code == 404
    kept = client.get(
        f"{path}/pledge-acceptances", params={"version": "2026-12"}, headers=manager
    ).json()["items"]
    assert {(a["person"], a["is_on_paper"]) for a in kept} == {
        (booked.json()["person"], True),
        (str(who.person_id), True),
    }
    none = client.get(f"{path}/pledge-acceptances", params={"version": "1"}, headers=manager)
    assert none.json()["items"] == []


def test_a_text_that_was_published_is_never_rewritten(world: World, pool: Pool) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into pledges (id, centre_id, version, ko, en)"
            " values (gen_random_uuid(), %s, '1', '글', 'text')",
            [world.centre.id],
        )
    nobody_may(pool, "update pledges set ko = 'x'")
    nobody_may(pool, "delete from pledges")
