"""The access matrix: every operation as every role, at one's own centre and at another's, for one's
own company and another's.

The expectations come from api/v1/rights/ and core/domain/access.py. Every operation is done to real
things, each of which is there. So a refusal is a refusal and not a thing that is missing.
Nothing is kept: every transaction is rolled back.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS, AccessCondition
from gadong.core.domain.access import RIGHTS, Right
from tests.support.api.access import (
    COMPANYS,
    MONTH,
    NOW,
    PLAIN,
    ROLES,
    STAFF,
    V1,
    Stage,
    bodies,
    body,
    stage,
)
from tests.support.world import World

__all__ = ["stage"]


def may(role: str, method: str, path: str) -> bool:
    """Return the table's answer."""
    need = NEEDS[method, path]
    if AccessCondition.ANYBODY in need.standings:
        return True
    if role == "nobody":
        return False
    if need.standings & {
        AccessCondition.SELF,
        AccessCondition.WHOLE,
        AccessCondition.ACCOUNT,
        AccessCondition.PROVEN,
    }:
        return role == "member" or "_id}" not in path  # the feed and the token are the member's
    if role == "administrator":
        return bool(need.rights) or bool(
            {AccessCondition.ADMINISTRATOR, AccessCondition.ENTRY} & need.standings
        )
    if path == "/jobs":
        return role in {*STAFF} - {"agency"} or role == "elsewhere"  # staff see their own centre's
    if path.startswith(("/reports/centres", "/reports/agency")):
        role = "manager" if role == "elsewhere" else role  # managers of another centre see theirs
    held = RIGHTS[STAFF[role]] if role in STAFF else frozenset[Right]()
    return bool(
        (held & need.rights)
        or (AccessCondition.ENTRY in need.standings and role not in {"elsewhere", "agency"})
        or (AccessCondition.COMPANY in need.standings and COMPANYS.get(role) == "own")
        or (AccessCondition.OWNER in need.standings and role == "owner")
    )


def test_every_operation_as_every_role(
    client: TestClient, application: FastAPI, stage: Stage
) -> None:
    described = application.openapi()
    own = bodies(stage)
    wrong: list[str] = []
    for (method, path), _ in sorted(NEEDS.items()):
        operation = described["paths"][f"{V1}{path}"][method]
        sent = None
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]["application/json"]["schema"]
            ref = content.get("$ref") or next(o["$ref"] for o in content["anyOf"] if "$ref" in o)
            sent = body(
                stage, method, path, described["components"]["schemas"][ref.rsplit("/", 1)[1]], own
            )
        query = {
            p["name"]: stage.ids.get(p["name"], PLAIN.get(p["name"], "1"))
            for p in operation.get("parameters", [])
            if p["in"] == "query" and p.get("required")
        }
        where = V1 + re.sub(r"\{(\w+)\}", lambda name: stage.ids[name[1]], path)
        for role in ROLES:
            answer = client.request(
                method, where, headers=stage.headers(role), params=query, json=sent
            )
            refused = {401} if role == "nobody" else {403, 404}
            if AccessCondition.ANYBODY in NEEDS[method, path].standings:
                refused = (
                    set()
                )  # a wrong password, or a way back in that is none, is another matter
            is_in = answer.status_code not in refused
            if answer.status_code >= 500 or is_in is not may(role, method, path):
                wrong.append(f"{role} {method} {path}: {answer.status_code} {answer.text[:160]}")
    assert not wrong, "\n".join(wrong)


def test_the_table_knows_every_operation(application: FastAPI) -> None:
    paths = application.openapi()["paths"]
    there = {(m, p.removeprefix(V1)) for p, ops in paths.items() if p.startswith(V1) for m in ops}
    assert there == set(NEEDS)
    assert all(
        operation["x-gadong-needs"]
        for p, ops in paths.items()
        if p.startswith(V1)
        for operation in ops.values()
    )


def test_lists_hold_nothing_of_others(client: TestClient, stage: Stage) -> None:
    # Strangers to the company and to the centre must never read these in a list that is open to
    # all.
    secrets = {stage.ids[name] for name in ("company", "statement_id", "booking_id", "entry_id")}
    for role in ("stranger", "elsewhere"):
        for path in (
            "/machines",
            "/bookings",
            "/statements",
            "/waiting",
            "/notices",
            "/feeds",
            "/tokens",
            "/centres",
        ):
            answer = client.get(f"{V1}{path}", headers=stage.headers(role))
            assert answer.status_code == 200
            assert not any(secret in answer.text for secret in secrets), (role, path)
    hall = client.get(f"{V1}/machines", headers=stage.headers("elsewhere")).text
    assert "secret-mill" not in hall
    span = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=3)).isoformat()}
    shown = client.get(
        f"{V1}/machines/secret-mill/timeline", params=span, headers=stage.headers("stranger")
    )
    assert len(shown.json()["bookings"]) == 1
    assert not any(secret in shown.text for secret in secrets)


def test_what_a_machine_ran_for_others_is_not_shown(client: TestClient, stage: Stage) -> None:
    day = MONTH.period(World.ZONE).start + timedelta(days=9)
    span = {"from": day.isoformat(), "to": (day + timedelta(days=1)).isoformat()}
    where = f"{V1}/machines/secret-mill/usages"
    seen = {
        role: client.get(where, params=span, headers=stage.headers(role)).json()["items"]
        for role in ("manager", "accountant", "member", "stranger", "kiosk")
    }
    assert {role for role, usages in seen.items() if usages} == {"manager", "accountant", "member"}


def test_the_installations_own_rules_are_the_administrators(
    client: TestClient, stage: Stage
) -> None:
    body = {"centre": None, "values": {"notice_minutes": 5}}
    answers = {
        role: client.put(f"{V1}/policy", json=body, headers=stage.headers(role)).status_code
        for role in ROLES
    }
    assert {role for role, status in answers.items() if status < 300} == {"administrator"}
    assert {status for role, status in answers.items() if role != "administrator"} == {401, 403}


def test_a_limited_token_does_no_more(client: TestClient, stage: Stage) -> None:
    made = client.post(
        f"{V1}/tokens",
        json={"name": "board", "rights": ["floor.see"]},
        headers=stage.headers("manager"),
    )
    assert made.status_code == 201
    application = cast("FastAPI", client.app)
    application.state.pool = application.state.pool._pool  # noqa: SLF001  # this one token is kept
    kept = client.post(
        f"{V1}/tokens",
        json={"name": "board", "rights": ["floor.see"]},
        headers=stage.headers("manager"),
    ).json()["token"]
    limited = {"Authorization": f"Bearer {kept}"}
    centre = stage.ids["centre"]
    assert client.get(f"{V1}/inbox?centre={centre}", headers=limited).status_code == 200
    assert client.get(f"{V1}/objections?centre={centre}", headers=limited).status_code == 403
    assert client.post(f"{V1}/tokens", json={"name": "more"}, headers=limited).status_code == 403
