"""Administrators: they close accounts, remove lost factors, name others, and never run out."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict
from gadong.people.domain.person import Person
from gadong.people.services import account_administration, members
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
WHY = {"reason": "본인 확인함"}


def administrator(world: World, name: str) -> Person:
    """Somebody who runs the installation."""
    made = members.create_person(
        world.pool,
        OPERATOR,
        email=f"{name}@x.example",
        name=name,
        password=PASSWORD,
        is_administrator=True,
    )
    world.emails[made.id] = made.email
    return made


def opened(client: TestClient, email: str, cookie: str) -> dict[str, str]:
    """Headers of a session just opened."""
    client.cookies.clear()
    assert (
        client.post(f"{V1}/sessions", json={"email": email, "password": PASSWORD}).status_code
        == 201
    )
    headers = {"Cookie": f"{cookie}={client.cookies[cookie]}"}
    client.cookies.clear()
    return headers


def test_an_account_is_shut_and_opened_again(
    client: TestClient, world: World, pool: Pool, session: LogIn, bearer: LogIn, session_cookie: str
) -> None:
    boss = opened(client, administrator(world, "boss").email, session_cookie)
    who = world.manager.person_id
    browser, token = session(None), bearer(None)
    (found,) = client.get(f"{V1}/accounts?part={world.manager_email}", headers=boss).json()["items"]
    assert (found["id"], found["disabled_at"]) == (str(who), None)
    assert client.get(f"{V1}/accounts?part=%25", headers=boss).json()["items"] == []
    assert (
        client.post(f"{V1}/accounts/{who}/shut", json={"reason": " "}, headers=boss).status_code
        == 422
    )
    assert client.post(f"{V1}/accounts/{who}/shut", json=WHY, headers=boss).status_code == 204
    for headers in (browser, token):
        assert client.get(f"{V1}/me", headers=headers).status_code == 401
    login = {"email": world.manager_email, "password": PASSWORD}
    assert client.post(f"{V1}/sessions", json=login).status_code == 401
    assert client.post(f"{V1}/accounts/{who}/reopen", json=WHY, headers=boss).status_code == 204
    assert client.get(f"{V1}/me", headers=browser).status_code == 401, "what had ended stays so"
    assert client.post(f"{V1}/sessions", json=login).status_code == 201
    with transaction(pool, SYSTEM) as tx:
        told = many(
            tx, "select address from deliveries where kind in ('account.shut', 'account.opened')"
        )
        said = many(
            tx, "select why from audit_entries where which = %(who)s and why <> ''", who=str(who)
        )
    assert [m["address"] for m in told] == [world.manager_email] * 2
    assert [a["why"] for a in said] == [WHY["reason"]] * 2


def test_a_lost_factor_is_taken_away(
    client: TestClient, world: World, pool: Pool, session_cookie: str
) -> None:
    boss = opened(client, administrator(world, "boss").email, session_cookie)
    who = world.manager.person_id
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into second_factors (person_id, generation, since) values (%s, 1, now())", [who]
        )
        tx.execute(
            "insert into passkeys (id, person_id, name, public_key, sign_count) values ('a', %s, "
            "'x', '', 0)",
            [who],
        )
    login = {"email": world.manager_email, "password": PASSWORD}
    assert client.post(f"{V1}/sessions", json=login).json()["code"] == "second_factor"
    assert (
        client.post(f"{V1}/accounts/{who}/factors/reset", json=WHY, headers=boss).status_code == 204
    )
    assert client.post(f"{V1}/sessions", json=login).status_code == 201
    assert client.get(f"{V1}/me/passkeys").json()["items"] == []


def test_administrators_come_and_go_and_one_always_stays(
    client: TestClient, world: World, pool: Pool, session_cookie: str, database_url: str
) -> None:
    first, second = administrator(world, "first"), administrator(world, "second")
    boss = opened(client, first.email, session_cookie)

    def put(person: Person, *, is_one: bool) -> int:
        body = {**WHY, "is_administrator": is_one}
        where = f"{V1}/accounts/{person.id}/administrator"
        return client.put(where, json=body, headers=boss).status_code

    assert put(first, is_one=False) == 409, "nobody does it to themselves"
    assert put(second, is_one=False) == 204
    assert put(second, is_one=True) == 204
    assert put(second, is_one=False) == 204
    for path in ("shut", "administrator"):
        method, body = (
            ("post", WHY) if path == "shut" else ("put", {**WHY, "is_administrator": False})
        )
        where = f"{V1}/accounts/{first.id}/{path}"
        assert client.request(method, where, json=body, headers=boss).status_code == 409
    # The command line, and whoever writes to the database, do not lose the last one either.
    with pytest.raises(Conflict):
        account_administration.shut(pool, OPERATOR, first.id, reason="x", now=datetime.now(UTC))
    for change in (
        "update people set disabled_at = now() where is_administrator",
        "update people set is_administrator = false where is_administrator",
    ):
        with (
            psycopg.connect(database_url) as owner,
            pytest.raises(psycopg.errors.CheckViolation, match="at least one administrator"),
        ):
            owner.execute(change.encode())


def test_only_an_administrator_in_a_session_proven_of_late_does_it(
    client: TestClient, world: World, pool: Pool, session: LogIn, session_cookie: str
) -> None:
    made = administrator(world, "boss")
    boss, who = opened(client, made.email, session_cookie), world.manager.person_id
    token = client.post(f"{V1}/tokens", json={"name": "x"}, headers=boss).json()["token"]
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update credentials set proven_at = now() - interval '11 minutes' where proven_at is "
            "not null"
        )
    answers = {
        name: client.post(f"{V1}/accounts/{who}/shut", json=WHY, headers=headers).json()["code"]
        for name, headers in (
            ("old session", boss),
            ("token", {"Authorization": f"Bearer {token}"}),
            ("manager", session(None)),
        )
    }
    assert answers == {
        "old session": "proof_too_old",
        "token": "session_needed",
        "manager": "forbidden",
    }
