"""People come invited, or by asking a centre, and choose their own password."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from tests.conftest import PUBLIC_URL
from tests.support.api_fixtures import LogIn, Opened
from tests.support.world import World, registration_number

V1 = "/api/v1"
OWN = "seven quiet lathes hum"


def chosen(client: TestClient, path: str, email: str) -> int:
    """The status of logging in after a password was chosen by the way in."""
    word = path.rpartition("/")[2]
    made = client.post(f"{V1}/password-recovery/new", json={"word": word, "password": OWN})
    assert made.status_code == 204, made.text
    return client.post(f"{V1}/sessions", json={"email": email, "password": OWN}).status_code


def test_an_owner_invites_a_colleague_and_a_member_cannot(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    company = world.company()
    owner, member = bearer(world.member(company)), bearer(world.member(company))
    body = {"email": "new@company.example", "name": "새 사람", "company": str(company.id)}
    assert client.post(f"{V1}/invitations", json=body, headers=member).status_code == 403
    invited = client.post(f"{V1}/invitations", json=body, headers=owner).json()
    # Nobody logs in before they chose.
    for word in ("!", "", OWN):
        login = {"email": body["email"], "password": word}
        assert client.post(f"{V1}/sessions", json=login).status_code == 401
    assert chosen(client, invited["path"], body["email"]) == 201
    assert client.get(f"{V1}/me").json()["companies"] == [
        {"id": str(company.id), "name": company.name}
    ]
    assert client.get(f"{V1}/me").json()["roles"] == ["member"]


def test_an_invitation_is_mailed_by_whoever_may_invite(
    client: TestClient, world: World, bearer: LogIn, pool: Pool, words_of: Opened
) -> None:
    company = world.company()
    owner = bearer(world.member(company))
    into: dict[str, object] = {"company": str(company.id)}
    at: dict[str, object] = {"centre": str(world.centre.id), "roles": ["technician"]}
    for number, (headers, where) in enumerate(
        ((owner, into), (bearer(None), into), (bearer(None), at))
    ):
        body = {"email": f"new-{number}@company.example", "name": "새 사람", **where}
        answer = client.post(f"{V1}/invitations", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        with transaction(pool, SYSTEM) as tx:
            (mail,) = many(
                tx, "select id, body from deliveries where address = %(to)s", to=body["email"]
            )
        assert f"{PUBLIC_URL}{answer.json()['path']}" in words_of(mail)


def test_a_manager_invites_to_the_desk(client: TestClient, world: World, bearer: LogIn) -> None:
    body = {"email": "tech@centre.example", "name": "기사", "centre": str(world.centre.id)}
    assert client.post(f"{V1}/invitations", json=body, headers=bearer(None)).status_code == 422
    body_ = {**body, "roles": ["technician"]}
    invited = client.post(f"{V1}/invitations", json=body_, headers=bearer(None)).json()
    assert chosen(client, invited["path"], body["email"]) == 201
    assert client.get(f"{V1}/me").json()["roles"] == ["technician"]


@pytest.fixture
def asked(client: TestClient, world: World) -> dict[str, str]:
    """A company asked to be served."""
    body = {
        "company": "새 공방",
        "registration_number": registration_number(7),
        "name": "최공방",
        "email": "choi@workshop.example",
    }
    assert (
        client.post(f"{V1}/centres/{world.centre.id}/join-requests", json=body).status_code == 202
    )
    return body


def test_a_company_asks_is_admitted_and_its_first_person_owns_it(
    client: TestClient,
    world: World,
    bearer: LogIn,
    asked: dict[str, str],
    pool: Pool,
    words_of: Opened,
) -> None:
    manager = bearer(None)
    # Asking again, or for what is known, is answered alike and changes nothing.
    assert (
        client.post(f"{V1}/centres/{world.centre.id}/join-requests", json=asked).status_code == 202
    )
    (request,) = client.get(f"{V1}/join-requests?centre={world.centre.id}", headers=manager).json()[
        "items"
    ]
    assert (request["company"], request["email"]) == (asked["company"], asked["email"])
    made = client.post(
        f"{V1}/join-requests/{request['id']}/approve", json={}, headers=manager
    ).json()
    with transaction(pool, SYSTEM) as tx:
        (mail,) = many(tx, "select id, address, body from deliveries where kind = 'person.invited'")
    assert mail["address"] == asked["email"]
    assert f"https://gadong.example{made['path']}" in words_of(mail)
    assert (
        client.get(f"{V1}/join-requests?centre={world.centre.id}", headers=manager).json()["items"]
        == []
    )
    assert chosen(client, made["path"], asked["email"]) == 201
    me = client.get(f"{V1}/me").json()
    assert (me["roles"], [c["id"] for c in me["centres"]]) == (
        ["member", "owner"],
        [str(world.centre.id)],
    )
    assert (
        client.post(
            f"{V1}/join-requests/{request['id']}/decline", json={"reason": "x"}, headers=manager
        ).status_code
        == 404
    )


def test_a_stranger_does_not_join_a_company_that_is_there(
    client: TestClient, world: World, bearer: LogIn, asked: dict[str, str]
) -> None:
    company = world.company()
    body = {
        **asked,
        "registration_number": company.registration_number,
        "email": "other@workshop.example",
    }
    assert (
        client.post(f"{V1}/centres/{world.centre.id}/join-requests", json=body).status_code == 202
    )
    manager = bearer(None)
    found = client.get(f"{V1}/join-requests?centre={world.centre.id}", headers=manager).json()[
        "items"
    ]
    taken = next(r for r in found if r["email"] == body["email"])
    assert (
        client.post(
            f"{V1}/join-requests/{taken['id']}/approve", json={}, headers=manager
        ).status_code
        == 409
    )
    no = client.post(
        f"{V1}/join-requests/{taken['id']}/decline",
        json={"reason": "대표에게 문의"},
        headers=manager,
    )
    assert no.status_code == 204


def test_a_flood_of_requests_is_slowed_down_and_bad_ones_are_named(
    client: TestClient, world: World
) -> None:
    where = f"{V1}/centres/{world.centre.id}/join-requests"
    body = {
        "company": "x",
        "registration_number": registration_number(3),
        "name": "y",
        "email": "a@b.example",
    }
    for wrong in ({"registration_number": "1208147522"}, {"email": "nobody"}, {"company": " "}):
        assert client.post(where, json={**body, **wrong}).status_code == 422, wrong
    statuses = {
        client.post(where, json={**body, "email": f"{n}@b.example"}).status_code for n in range(15)
    }
    assert statuses == {202, 429}
