"""A person's account is changed by that person alone: in a session of theirs, proven within ten
minutes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.v1.rights import NEEDS, AccessCondition
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import PROVEN_FOR, SYSTEM, Caller, LoginSession
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.problem import ProofTooOld, SessionNeeded
from gadong.operations.services import privacy
from gadong.people.services import accounts
from tests.support.people.own_account import BODIES, OTHER
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)

#: Every operation on an account, and who is answered: "ok", or the refusal's code.
CALLERS = (
    "fresh session",
    "old session",
    "whole token",
    "limited token",
    "program",
    "ended session",
    "nobody",
)
EXPECTED = {
    # The order is that of CALLERS.
    AccessCondition.ACCOUNT: ("ok", "ok", *["session_needed"] * 3, *["unauthenticated"] * 2),
    AccessCondition.PROVEN: (
        "ok",
        "proof_too_old",
        *["session_needed"] * 3,
        *["unauthenticated"] * 2,
    ),
}
#: What anybody with a credential does with their own things: log out, and see who they are and what
#: is theirs.
NOT_THE_ACCOUNT = {("delete", "/sessions/current"), ("get", "/me")}


@dataclass
class Callers:
    """One of every kind, each with the headers it calls with."""

    headers: dict[str, dict[str, str]]


def opened(client: TestClient, email: str, name: str) -> dict[str, str]:
    """Headers of a session just opened, as a browser would send them."""
    client.cookies.clear()
    answer = client.post(f"{V1}/sessions", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    cookie = {"Cookie": f"{name}={client.cookies[name]}"}
    client.cookies.clear()
    return cookie


@pytest.fixture
def callers(client: TestClient, world: World, pool: Pool, session_cookie: str) -> Callers:
    """A manager's session, tokens and program, and a session that is over."""
    email = world.manager_email
    fresh, old, ended = (opened(client, email, session_cookie) for _ in range(3))

    def token(body: dict[str, Any], path: str = "/tokens") -> dict[str, str]:
        made = client.post(f"{V1}{path}", json={"name": "x", **body}, headers=fresh)
        assert made.status_code == 201, made.text
        return {"Authorization": f"Bearer {made.json()['token']}"}

    whole, limited = token({}), token({"rights": ["report.see", "staff.work", "company"]})
    program = token({"rights": ["report.see"]}, f"/centres/{world.centre.id}/programs")
    assert client.delete(f"{V1}/sessions/current", headers=ended).status_code == 204
    with transaction(pool, SYSTEM) as tx:
        # The row of this session.
        digest = accounts._digest(old["Cookie"].partition("=")[2])  # noqa: SLF001
        tx.execute(
            "update credentials set proven_at = now() - interval '11 minutes' where digest = %s",
            [digest],
        )
    values: tuple[dict[str, str], ...] = (fresh, old, whole, limited, program, ended, {})
    return Callers(dict(zip(CALLERS, values, strict=True)))


def test_every_operation_on_an_account_asks_who_does_it(
    client: TestClient, callers: Callers
) -> None:
    wrong: list[str] = []
    for (method, path), need in NEEDS.items():
        (standing,) = need.standings & EXPECTED.keys() or {None}
        if standing is None:
            continue
        where = V1 + re.sub(r"\{\w+\}", str(new_id()), path)
        for name, expected in zip(CALLERS, EXPECTED[standing], strict=True):
            answer = client.request(
                method, where, headers=callers.headers[name], json=BODIES.get((method, path))
            )
            code = "ok" if answer.status_code < 300 else answer.json()["code"]
            # Past who asks, it is their password, code or thing that is wrong.
            if code in {"invalid", "not_found", "conflict"}:
                code = "ok"
            if code != expected:
                wrong.append(f"{name} {method} {path}: {answer.status_code} {answer.text[:120]}")
    assert not wrong, "\n".join(wrong)


def test_no_operation_on_an_account_is_left_out() -> None:
    begins = ("/me/", "/tokens", "/feeds", "/sessions/current", "/agreements/accept")
    own = {op for op in NEEDS if op[1].startswith(begins)} - NOT_THE_ACCOUNT
    assert own == {op for op, need in NEEDS.items() if need.standings & EXPECTED.keys()}


def test_a_token_limited_to_reports_makes_no_way_in(
    client: TestClient, callers: Callers, world: World
) -> None:
    limited = callers.headers["limited token"]
    assert (
        client.post(f"{V1}/me/passkeys/options", headers=limited).json()["code"] == "session_needed"
    )
    # Nor by giving somebody else what it does not have itself.
    centre = str(world.centre.id)
    fresh = {"email": "new@x.example", "name": "x", "centre": centre, "roles": ["manager"]}
    for path, body in (
        ("/people", {**fresh, "password": OTHER}),
        ("/invitations", fresh),
        (f"/centres/{centre}/programs", {"name": "x", "rights": ["money.work"]}),
    ):
        refused = client.post(f"{V1}{path}", json=body, headers=limited)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), path
    where = f"{V1}/centres/{centre}/staff/{world.manager.person_id}"
    assert client.put(where, json={"roles": ["auditor"]}, headers=limited).status_code == 403
    assert client.get(f"{V1}/notices", headers=limited).status_code == 403


def test_the_password_proves_an_old_session_anew(client: TestClient, callers: Callers) -> None:
    old = callers.headers["old session"]
    assert (
        client.post(f"{V1}/tokens", json={"name": "x"}, headers=old).json()["code"]
        == "proof_too_old"
    )
    wrong = client.post(
        f"{V1}/sessions/current/proof", json={"password": "wrong wrong"}, headers=old
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    assert client.post(f"{V1}/tokens", json={"name": "x"}, headers=old).status_code == 403
    proof = client.post(f"{V1}/sessions/current/proof", json={"password": PASSWORD}, headers=old)
    assert proof.status_code == 204
    assert client.post(f"{V1}/tokens", json={"name": "x"}, headers=old).status_code == 201


def test_a_page_asks_again_and_leads_back(client: TestClient, callers: Callers) -> None:
    old = {**callers.headers["old session"], "accept": "text/html", "sec-fetch-site": "same-origin"}
    for method, path, back in (
        ("get", "/account/data.json", "/account/data.json"),
        ("post", "/account/codes", "/account"),
        ("post", "/bookings/feed", "/bookings"),
    ):
        answer = client.request(method, path, headers=old, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"] == f"/account/proof?next={back}"
    shown = client.get("/account/proof?next=//evil.example", headers=old)
    assert 'name="next" value="/"' in shown.text
    given = {"password": "wrong wrong", "next": "/account"}
    assert client.post("/account/proof", data=given, headers=old).status_code == 409
    given["password"] = PASSWORD
    answer = client.post("/account/proof", data=given, headers=old, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert client.post("/account/codes", headers=old).status_code == 200


@pytest.mark.parametrize(
    ("age", "is_enough"),
    [
        (timedelta(0), True),
        (PROVEN_FOR - timedelta(seconds=1), True),
        (PROVEN_FOR, True),
        (PROVEN_FOR + timedelta(seconds=1), False),
        (None, False),
    ],
)
def test_a_proof_lasts_ten_minutes(
    age: timedelta | None, is_enough: bool, pool: Pool, world: World
) -> None:
    assert timedelta(minutes=10) == PROVEN_FOR
    session = LoginSession(id=new_id(), proven_at=None if age is None else NOW - age)
    who = Caller(person_id=world.manager.person_id, session=session)
    if is_enough:
        assert privacy.known(pool, who, now=NOW)["person"]["name"] == "담당자"
    else:
        with pytest.raises(ProofTooOld):
            privacy.known(pool, who, now=NOW)


def test_who_has_no_session_has_no_account() -> None:
    who = Caller(person_id=PersonId(new_id()), staff=frozenset(), is_administrator=True)
    with pytest.raises(SessionNeeded):
        who.need_account()
