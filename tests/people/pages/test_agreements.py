"""Terms and privacy notices: nobody goes on without them, what was accepted stays word for word,
and who joins accepts first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import AgreementNeeded, Conflict, Forbidden, Invalid
from gadong.core.services.sealing import Keyring
from gadong.people.domain.agreement import AgreementKind
from gadong.people.services import agreements, join_requests
from gadong.people.services.accounts import OPERATOR, authenticate
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.people.programs import bears
from tests.support.world import World, in_session, registration_number


@pytest.fixture
def published(pool: Pool, database_url: str) -> Iterator[list[str]]:
    """Both kinds in force; taken away at the end, since they bind the whole installation."""
    made = [
        str(
            agreements.publish(
                pool, OPERATOR, kind, "2026-1", ko=f"제1조\n\n{kind} 전문", en=f"1.\n\n{kind} text"
            )
        )
        for kind in AgreementKind
    ]
    yield made
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("alter table agreements disable trigger user")
        owner.execute("truncate agreement_acceptances, agreements")
        owner.execute("alter table agreements enable trigger user")


def test_nobody_goes_on_before_they_accepted_and_everybody_is_asked_again(
    visit: Visit, world: World, pool: Pool, published: list[str]
) -> None:
    world.machine("mill-1")
    member = world.member(world.company())
    client = visit(member)
    led = client.get("/machines?kind=mill")
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/agreements?next=/machines%3Fkind%3Dmill",
    )
    assert client.post("/machines/mill-1/book", data={}).status_code in {403, 422}
    form = client.get(led.headers["location"]).text
    assert set(re.findall(r'name="accepted"\s+value="([^"]+)"', form)) == set(published)
    assert "terms 전문" in client.get("/agreements/terms").text
    half = client.post("/agreements", data={"accepted": published[:1]})
    assert (half.status_code, "모두 읽고" in half.text) == (409, True)
    done = client.post("/agreements", data={"accepted": published, "next": "/machines?kind=mill"})
    assert (done.status_code, done.headers["location"]) == (303, "/machines?kind=mill")
    assert client.get("/machines").status_code == 200
    # Without acceptance one may see one's data, and leave.
    assert visit(None).get("/account").status_code == 200
    newer = agreements.publish(
        pool, OPERATOR, AgreementKind.TERMS, "2026-2", ko="새 약관", en="New terms"
    )
    assert client.get("/machines").status_code == 303
    assert "새 약관" in client.get("/agreements/terms").text
    agreements.accept(
        pool,
        in_session(member),
        [newer, *(a.id for a in agreements.in_force(pool) if a.id != newer)],
    )
    assert client.get("/machines").status_code == 200
    with transaction(pool, SYSTEM) as tx:
        kept = many(
            tx,
            "select agreement_id from agreement_acceptances where person_id = %(p)s",
            p=member.person_id,
        )
    assert len(kept) == 3


def test_nowhere_else_is_one_led_to(visit: Visit, world: World, published: list[str]) -> None:
    client = visit(world.member(world.company()))
    done = client.post("/agreements", data={"accepted": published, "next": "//evil.example/x"})
    assert done.headers["location"] == "/"


def test_who_joins_accepts_first(
    visit: Visit, world: World, pool: Pool, published: list[str]
) -> None:
    client = visit(None)
    client.cookies.clear()
    form = client.get("/join").text
    assert all(f'value="{one}"' in form for one in published)
    asked: dict[str, Any] = {
        "centre": str(world.centre.id),
        "company": "새 회사",
        "registration_number": registration_number(7),
        "name": "새 사람",
        "email": "new@joins.example",
    }
    refused = client.post("/join", data=asked)
    assert (refused.status_code, "모두 읽고" in refused.text) == (409, True)
    assert "신청" in text_of(client.post("/join", data={**asked, "accepted": published}).text)
    (request,) = join_requests.waiting(pool, world.manager, world.centre.id)
    made = join_requests.approve(
        pool,
        world.manager,
        request.id,
        category="general",
        public_url="",
        keys=Keyring(()),
        now=request.asked_at,
    )
    with transaction(pool, SYSTEM) as tx:
        kept = many(
            tx,
            "select agreement_id from agreement_acceptances where person_id = %(p)s",
            p=made.person.id,
        )
    assert {str(row["agreement_id"]) for row in kept} == set(published)


def test_what_was_published_is_not_rewritten(
    world: World, pool: Pool, published: list[str], database_url: str
) -> None:
    with pytest.raises(Conflict):
        agreements.publish(
            pool, OPERATOR, AgreementKind.TERMS, "2026-1", ko="다른 말", en="other words"
        )
    with pytest.raises(Forbidden):
        agreements.publish(pool, world.manager, AgreementKind.TERMS, "2026-9", ko="x", en="x")
    for given in ({"version": " "}, {"ko": " "}, {"en": ""}, {"ko": "x" * 100_001}):
        told = {"version": "2026-9", "ko": "x", "en": "x", **given}
        with pytest.raises(Invalid):
            agreements.publish(pool, OPERATOR, AgreementKind.TERMS, **told)
    with psycopg.connect(database_url) as owner, pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute("update agreements set ko = 'x'")


def test_a_program_accepts_nothing(
    visit: Visit, world: World, pool: Pool, published: list[str]
) -> None:
    client: TestClient = visit(None)
    client.post("/agreements", data={"accepted": published})
    made = client.post(
        f"/api/v1/centres/{world.centre.id}/programs",
        json={"name": "ERP", "rights": ["money.see"]},
        headers={"accept": "application/json"},
    ).json()
    agreements.need_accepted(pool, authenticate(pool, made["token"])[0])
    client.cookies.clear()
    answer = client.get(
        f"/api/v1/statements?centre={world.centre.id}&month=2026-10", headers=bears(made["token"])
    )
    assert answer.status_code == 200
    with pytest.raises(AgreementNeeded):
        agreements.need_accepted(pool, world.member(world.company()))
