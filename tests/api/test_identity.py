"""Logging in, tokens, and pages that are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isasyncgenfunction, iscoroutinefunction

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.machines.services import ingestion
from gadong.people.domain.legal_party import is_registration_number
from gadong.people.services import accounts, members
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World


def log_in(client: TestClient, email: str, password: str = PASSWORD, **headers: str) -> int:
    """The status of a login."""
    body = {"email": email, "password": password}
    return client.post("/api/v1/sessions", json=body, headers=headers).status_code


def test_a_session_is_a_cookie_that_scripts_cannot_read(client: TestClient, world: World) -> None:
    answer = client.post(
        "/api/v1/sessions", json={"email": world.manager_email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 201
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=lax" in answer.headers["set-cookie"].lower()
    assert client.get("/api/v1/me").json()["roles"] == ["manager"]
    assert client.delete("/api/v1/sessions/current").status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_a_wrong_password_and_an_unknown_account_look_the_same(
    client: TestClient, world: World
) -> None:
    answers = [
        client.post("/api/v1/sessions", json={"email": email, "password": "wrong password"})
        for email in (world.manager_email, "nobody@nowhere.example")
    ]
    assert [a.status_code for a in answers] == [401, 401]
    # Each answer names its own request.
    first, second = ({**a.json(), "instance": ""} for a in answers)
    assert first == second
    assert answers[0].headers["content-type"] == "application/problem+json"


def test_guessing_is_slowed_down_for_the_account_alone(client: TestClient, world: World) -> None:
    member = world.member(world.company())
    for _ in range(accounts.ACCOUNT_FAILURES):
        assert log_in(client, world.manager_email, "wrong password") == 401
    assert log_in(client, world.manager_email) == 429
    assert log_in(client, world.emails[member.person_id]) == 201


def test_a_foreign_page_can_do_nothing_with_the_cookie(client: TestClient, world: World) -> None:
    assert log_in(client, world.manager_email) == 201
    body = {"name": "stolen"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post("/api/v1/tokens", json=body, headers=headers).status_code == 403
    same = {"Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/tokens", json=body, headers=same).status_code == 201


def test_a_token_is_kept_as_a_digest_and_can_be_revoked(
    client: TestClient, world: World, bearer: LogIn, session: LogIn, pool: Pool
) -> None:
    headers, browser = bearer(None), session(None)
    secret = headers["Authorization"].removeprefix("Bearer ")
    with transaction(pool, SYSTEM) as tx:
        kept = tx.execute("select digest, name from credentials").fetchall()
    assert all(secret.encode() not in bytes(row["digest"]) for row in kept)
    listed = client.get("/api/v1/tokens", headers=browser).json()["items"]
    token = next(t for t in listed if t["kind"] == "token")
    assert client.delete(f"/api/v1/tokens/{token['id']}", headers=browser).status_code == 204
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_disabled_person_is_out_at_once(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    headers = bearer(None)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update people set disabled_at = now()")
    assert client.get("/api/v1/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("1248100998", True),
        ("2208162517", True),
        ("1208147521", True),
        ("1234567891", True),
        ("1234567890", False),
        ("0000000000", False),
        ("123456789", False),
    ],
)
def test_registration_numbers_are_checked(number: str, is_one: bool) -> None:
    assert is_registration_number(number) is is_one


def test_readiness_names_centres_to_administrators_alone(
    client: TestClient, world: World, pool: Pool, bearer: LogIn
) -> None:
    ingestion.begin_listening(pool, world.centre.id, session_kept=False)
    slug = world.centre.slug

    def parts(headers: dict[str, str]) -> dict[str, str]:
        return {
            p["name"]: p["detail"] for p in client.get("/readyz", headers=headers).json()["parts"]
        }

    for headers in ({}, {"Authorization": "Bearer x"}, bearer(None)):
        told = parts(headers)
        assert set(told) == {"database", "migrations", "clock", "scheduler", "ingest"}
        assert set(told.values()) == {""}
    email = "a@x.example"
    made = members.create_person(
        pool, OPERATOR, email=email, name="관리자", password=PASSWORD, is_administrator=True
    )
    world.emails[made.id] = email
    told = parts(bearer(Caller(person_id=made.id)))
    assert f"ingest of {slug}" in told
    assert "never heard" in told["scheduler"]


def test_probes_answer_without_a_login(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    parts = {p["name"]: p["is_ready"] for p in ready.json()["parts"]}
    assert parts["database"]
    assert parts["migrations"]
    assert not parts["scheduler"]
    assert ready.status_code == 503, "nobody schedules in this test"


#: What a request asks of the database before its own operation begins.
READING = {
    "api.identity.caller",
    "api.pages.frame.layout.look",
    "api.v1.booking.bookings._only",
}
#: What is also called by others, where nothing is awaited; one or two routes each.
ALSO_CALLED = {
    "api.pages.booking.live_floor.entering",
    "api.pages.booking.live_floor.managing",
    "api.pages.people.week_grid.given_fields",
}


def in_threads(dependant: Dependant) -> Iterator[str]:
    """Yield the names of what is handed to a thread before an operation begins."""
    for inner in dependant.dependencies:
        call = inner.call
        if call is not None and not (iscoroutinefunction(call) or isasyncgenfunction(call)):
            yield f"{call.__module__}.{call.__qualname__}"
        yield from in_threads(inner)


def test_a_request_waits_for_a_thread_only_to_read_the_database(application: FastAPI) -> None:
    """Two hand-overs to a thread and back were a seventh of what `GET /me` takes."""
    routes = [
        route
        for route in iter_route_contexts(application.router.routes)
        if isinstance(route.original_route, APIRoute)
    ]
    assert len(routes) > 700
    assert {name for route in routes for name in in_threads(route.dependant)} == (
        READING | ALSO_CALLED
    )
