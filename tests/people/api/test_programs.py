"""Programs that work for a centre: what they were given and nothing else, whoever made them, until
they are ended.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.people.services import account_recovery, members
from gadong.people.services.accounts import OPERATOR, authenticate
from gadong.people.store import people
from tests.support.api_fixtures import LogIn
from tests.support.people.programs import bears
from tests.support.world import PASSWORD, World

V1 = "/api/v1"


def test_a_program_does_what_it_was_given_and_outlives_its_maker(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    manager, centre = bearer(None), str(world.centre.id)
    made = client.post(
        f"{V1}/centres/{centre}/programs",
        json={"name": "ERP", "rights": ["money.see"]},
        headers=manager,
    ).json()
    erp = bears(made["token"])
    statements = f"{V1}/statements?centre={centre}&month=2026-10"
    assert client.get(statements, headers=erp).status_code == 200
    for method, path in (
        ("GET", f"/centres/{centre}/staff"),
        ("GET", f"/quarantine?centre={centre}"),
        ("POST", f"/centres/{centre}/programs"),
        ("POST", "/tokens"),
        ("DELETE", f"/programs/{made['id']}"),
    ):
        body = {"name": "x", "rights": ["money.see"]} if method == "POST" else None
        refused = client.request(method, f"{V1}{path}", headers=erp, json=body)
        assert refused.status_code in {403, 404}, path
    # Nobody logs in as it, it is nobody's colleague, and no rule of staff's proofs stops it.
    shown = client.get(f"{V1}/centres/{centre}/staff", headers=manager).json()["items"]
    assert made["id"] not in {s["id"] for s in shown}
    login = {"email": f"program-{made['id']}@program.invalid", "password": "!"}
    assert client.post(f"{V1}/sessions", json=login).status_code == 401
    account_recovery.need_proof(pool, authenticate(pool, made["token"])[0])
    with transaction(pool, SYSTEM) as tx:
        assert people.staff_who_are(tx, world.centre.id, Role.MANAGER) == [world.manager.person_id]
    # Its maker leaves; another manager is there, and the program works on.
    email = f"other@{world.centre.slug}.example"
    members.create_person(
        pool,
        OPERATOR,
        email=email,
        name="후임",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.MANAGER},
    )
    members.set_roles(pool, OPERATOR, world.centre.id, world.manager.person_id, frozenset())
    assert client.get(statements, headers=erp).status_code == 200


def test_its_token_is_renewed_and_ended(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    manager, centre = bearer(None), str(world.centre.id)
    path = f"{V1}/centres/{centre}/programs"
    made = client.post(
        path, json={"name": "보고", "rights": ["report.see"]}, headers=manager
    ).json()
    first = bears(made["token"])
    renewed = client.post(f"{V1}/programs/{made['id']}/token", headers=manager)
    assert renewed.status_code == 201
    second = bears(renewed.json()["token"])
    (listed,) = client.get(path, headers=manager).json()["items"]
    assert (listed["name"], listed["rights"], listed["last_used_at"] is not None) == (
        "보고",
        ["report.see"],
        True,
    )
    report = f"{V1}/reports/utilisation?centre={centre}&month=2026-10"
    assert [client.get(report, headers=h).status_code for h in (first, second)] == [200, 200]
    with transaction(pool, SYSTEM) as tx:
        rows = tx.execute(
            "select expires_at from credentials where person_id = %s order by expires_at",
            [made["id"]],
        ).fetchall()
    old, new = (row["expires_at"] for row in rows)
    now = datetime.now(UTC)
    assert now < old <= now + timedelta(hours=24) < new
    assert client.delete(f"{V1}/programs/{made['id']}", headers=manager).status_code == 204
    for headers in (first, second):
        assert client.get(report, headers=headers).status_code == 401
    assert client.get(path, headers=manager).json()["items"] == []
    assert client.delete(f"{V1}/programs/{made['id']}", headers=manager).status_code == 404


def test_what_no_program_is_given_is_refused(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    path = f"{V1}/centres/{world.centre.id}/programs"
    for body in (
        {"name": "x", "rights": []},
        {"name": " ", "rights": ["money.see"]},
        {"name": "x", "rights": ["staff.work"]},
        {"name": "x", "rights": ["company"]},
        {"name": "x", "rights": ["everything"]},
        {"name": "x", "rights": ["money.see"], "days": 367},
    ):
        assert client.post(path, json=body, headers=bearer(None)).status_code == 422, body
