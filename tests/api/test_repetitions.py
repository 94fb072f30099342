"""`Idempotency-Key`: a request that is repeated under its key is done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
SPAN = {"start": START.isoformat(), "end": (START + timedelta(hours=1)).isoformat()}
KEY = {"Idempotency-Key": "one-and-only"}


def closing(world: World, **more: Any) -> dict[str, Any]:
    """Return the body that closes the centre."""
    return {"centre": str(world.centre.id), "kind": "maintenance", "reason": "점검", **SPAN, **more}


def test_a_repeated_request_is_answered_as_before_and_done_once(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers = {**bearer(None), **KEY}
    first = client.post(f"{V1}/closures", json=closing(world), headers=headers)
    again = client.post(f"{V1}/closures", json=closing(world), headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (
        None,
        "true",
    )
    span = {"from": SPAN["start"], "to": SPAN["end"]}
    listed = client.get(
        f"{V1}/closures", params={"centre": str(world.centre.id), **span}, headers=headers
    )
    assert len(listed.json()["items"]) == 1


def test_a_key_stands_for_one_request(client: TestClient, bearer: Any, world: World) -> None:
    headers = {**bearer(None), **KEY}
    assert client.post(f"{V1}/closures", json=closing(world), headers=headers).status_code == 201
    for path, body in (
        ("/closures", closing(world, reason="다른 점검")),
        ("/closures/preview", closing(world)),
    ):
        refused = client.post(f"{V1}{path}", json=body, headers=headers)
        assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key"), path
    # It is its caller's own: another's request under the same key is another request.
    world.machine("mill-1")
    other = {**bearer(world.member(world.company())), **KEY}
    booked = client.post(f"{V1}/bookings", json={"machine_slug": "mill-1", **SPAN}, headers=other)
    assert (booked.status_code, booked.headers.get("idempotent-replayed")) == (422, None)


@pytest.mark.parametrize("rights", [None, ["money.see"]])
def test_what_a_session_was_shown_once_is_shown_to_no_token(
    client: TestClient, session: Any, rights: list[str] | None
) -> None:
    browser = session(None)
    token = client.post(
        f"{V1}/tokens", json={"name": "program", "rights": rights}, headers=browser
    ).json()["token"]
    body = {"name": "shown once"}
    first = client.post(f"{V1}/tokens", json=body, headers={**browser, **KEY})
    program = {"Authorization": f"Bearer {token}", **KEY}
    refused = client.post(f"{V1}/tokens", json=body, headers=program)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert first.json()["token"] not in refused.text
    again = client.post(f"{V1}/tokens", json=body, headers={**browser, **KEY})
    assert again.json() == first.json()


def test_who_lost_a_role_since_is_not_shown_the_answer_again(
    client: TestClient, bearer: Any, world: World
) -> None:
    made = members.create_person(
        world.pool,
        OPERATOR,
        email="leaves@x.example",
        name="x",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.MANAGER},
    )
    world.emails[made.id] = made.email
    headers = {**bearer(Caller(person_id=made.id)), **KEY}

    def close() -> Any:
        return client.post(f"{V1}/closures", json=closing(world), headers=headers)

    first = close()
    assert first.status_code == 201

    def now_has(*roles: Role) -> None:
        members.set_roles(world.pool, OPERATOR, world.centre.id, made.id, roles)

    now_has(Role.MANAGER, Role.TECHNICIAN)
    assert close().json() == first.json(), "one more takes nothing away"
    now_has(Role.TECHNICIAN)
    assert (close().status_code, close().json()["code"]) == (403, "forbidden")
    now_has()
    assert close().status_code == 403
    now_has(Role.MANAGER)
    assert close().json() == first.json()


def test_a_refusal_is_not_kept(client: TestClient, bearer: Any, world: World) -> None:
    headers = {**bearer(None), **KEY}
    backwards = closing(world, end=SPAN["start"])
    assert client.post(f"{V1}/closures", json=backwards, headers=headers).status_code == 422
    assert client.post(f"{V1}/closures", json=closing(world), headers=headers).status_code == 201


@pytest.mark.parametrize(("length", "status"), [(7, 422), (8, 201), (200, 201), (201, 422)])
def test_a_key_has_its_length(
    length: int, status: int, client: TestClient, bearer: Any, world: World
) -> None:
    headers = {**bearer(None), "Idempotency-Key": "k" * length}
    assert client.post(f"{V1}/closures", json=closing(world), headers=headers).status_code == status


def test_concurrent_repetitions_make_one_thing(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers = {**bearer(None), **KEY}
    with ThreadPoolExecutor(4) as crowd:
        answers = list(
            crowd.map(
                lambda _: client.post(f"{V1}/closures", json=closing(world), headers=headers),
                range(4),
            )
        )
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1


def test_what_is_kept_is_encrypted_and_forgotten(
    client: TestClient, bearer: Any, world: World, pool: Pool
) -> None:
    headers = {**bearer(None), **KEY}
    assert client.post(f"{V1}/closures", json=closing(world), headers=headers).status_code == 201
    with transaction(pool, SYSTEM) as tx:
        (row,) = tx.execute("select answer, created_at from repeatable_requests").fetchall()
        assert row["answer"].startswith("sealed:1:")
        assert "점검" not in row["answer"]


def test_a_request_that_was_lost_can_be_repeated_after_a_minute(
    client: TestClient, bearer: Any, world: World, pool: Pool
) -> None:
    headers = {**bearer(None), **KEY}
    assert client.post(f"{V1}/closures", json=closing(world), headers=headers).status_code == 201
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update repeatable_requests set answer = null, created_at = now() - interval '61 s'"
        )
    again = client.post(f"{V1}/closures", json=closing(world), headers=headers)
    assert (again.status_code, again.headers.get("idempotent-replayed")) == (201, None)
