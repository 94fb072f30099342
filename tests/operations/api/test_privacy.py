"""A person has what is kept about them, and can leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi.testclient import TestClient

from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import BookingId
from gadong.operations.services import audit_export
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


def test_who_leaves_is_a_number_and_the_companys_papers_stay(
    client: TestClient, world: World, session: LogIn, pool: Pool
) -> None:
    company = world.company()
    first, leaving = world.member(company), world.member(company)
    email = world.emails[leaving.person_id]
    headers, machine = session(leaving), world.machine("mill-1")
    wish = {"machine_slug": machine.slug, "company": str(company.id), "start": SOON.isoformat()}
    wish["end"] = (SOON + timedelta(hours=1)).isoformat()
    booked = client.post(f"{V1}/bookings", json=wish, headers=headers).json()
    known = client.get(f"{V1}/me/data", headers=headers).json()
    assert (known["person"]["email"], known["companies"][0]["name"]) == (email, company.name)
    assert [b["id"] for b in known["bookings"]] == [booked["id"]]
    assert {a["what"] for a in known["acts"]} >= {"bookings"}
    assert "password" not in str(known)
    go = {"password": PASSWORD}
    assert client.post(f"{V1}/me/leaving", json=go, headers=headers).status_code == 409
    booking_changes.cancel(
        pool, Hand(who=leaving, booking=BookingId(UUID(booked["id"]))), now=datetime.now(UTC)
    )
    assert (
        client.post(
            f"{V1}/me/leaving", json={"password": "wrong wrong"}, headers=headers
        ).status_code
        == 422
    )
    assert client.post(f"{V1}/me/leaving", json=go, headers=headers).status_code == 204
    assert client.get(f"{V1}/me", headers=headers).status_code == 401
    assert client.post(f"{V1}/sessions", json={"email": email, **go}).status_code == 401
    shown = client.get(f"{V1}/bookings/{booked['id']}", headers=session(first)).json()
    assert shown["person"] == str(leaving.person_id)
    with transaction(pool, SYSTEM) as tx:
        row = one(
            tx,
            "select (select count(*) from people where email = %(e)s or name = '이용자' and id "
            "= %(p)s)"
            " + (select count(*) from deliveries where address = %(e)s)"
            " + (select count(*) from company_people where person_id = %(p)s) as n",
            e=email,
            p=leaving.person_id,
        )
    assert row == {"n": 0}
    assert audit_export.verify(pool, OPERATOR)[1] == []


def test_nobody_leaves_a_company_or_a_centre_without_a_voice(
    client: TestClient, world: World, session: LogIn
) -> None:
    company = world.company()
    owner = world.member(company)
    world.member(company)
    for headers in (session(owner), session(None)):
        answer = client.post(f"{V1}/me/leaving", json={"password": PASSWORD}, headers=headers)
        assert answer.status_code == 409
        assert "Nobody else speaks for" in answer.json()["detail"]
