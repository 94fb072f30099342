"""The customer's check: a draft is shown, lines are objected to, managers answer, and approving
waits for it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.objection import Objected
from gadong.billing.services import customer_check, statement_drafts, statements
from gadong.billing.services.statement_blockers import ACCEPTABLE
from gadong.booking.domain.booking import Booking
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import Conflict
from gadong.core.store import outbox
from gadong.notices.services import notice_delivery
from gadong.texts.notices import NOTICES
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import issued, used
from tests.support.world import World, nobody_may

__all__ = ["used"]  # pytest finds a fixture by its name here

API = "/api/v1"
FIGURES = {"month": "", "number": "", "until": ""}


@pytest.fixture
def drafted(world: World, used: Booking) -> Statement:
    """The first company's draft."""
    month = str(Month.of(used.period.start, world.centre.zone))
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    )


def line_of(statement: Statement) -> str:
    """The key of its only line."""
    (line,) = statement.document["lines"]
    key: str = line["charge"]["key"]
    return key


def objected(
    client: TestClient, statement: Statement, headers: dict[str, str], **given: Any
) -> Any:
    """A company's objection to the line."""
    body = {"line": line_of(statement), "category": "time", "words": "40분만 썼습니다", **given}
    return client.post(f"{API}/statements/{statement.id}/objections", json=body, headers=headers)


def test_a_draft_is_shown_objected_to_answered_and_only_then_approved(
    world: World, client: TestClient, bearer: LogIn, drafted: Statement
) -> None:
    boss, mine, other = bearer(None), *(bearer(world.member(c)) for c in world.companies)
    where = f"{API}/statements/{drafted.id}"
    assert client.get(where, headers=mine).status_code == 404
    assert client.post(f"{where}/check", json={"days": 5}, headers=mine).status_code == 404
    assert client.post(f"{where}/check", json={"days": 5}, headers=boss).status_code == 204
    assert client.post(f"{where}/check", json={"days": 9}, headers=mine).status_code == 403
    seen = client.get(where, headers=mine).json()
    assert (seen["state"], seen["number"]) == ("checking", None)
    assert [s["id"] for s in client.get(f"{API}/statements", headers=mine).json()["items"]] == [
        seen["id"]
    ]
    assert client.get(where, headers=other).status_code == 404
    assert objected(client, drafted, other).status_code == 404
    assert objected(client, drafted, boss).status_code == 403
    assert objected(client, drafted, mine, line="booking:none/time").status_code == 404
    made = objected(client, drafted, mine)
    assert made.status_code == 201, made.text

    accepted = {"accept": ["statement.in_review"]}
    refused = client.post(f"{where}/approve", json=accepted, headers=boss)
    assert [p["code"] for p in refused.json()["problems"]] == ["statement.objection"]
    waiting = client.get(
        f"{API}/objections", params={"centre": str(world.centre.id)}, headers=boss
    ).json()["items"]
    assert [w["id"] for w in waiting] == [made.json()["id"]]
    answer = {"is_accepted": False, "reason": "신호 기록상 60분 가동했습니다"}
    answered = f"{API}/objections/{made.json()['id']}/answer"
    assert client.post(answered, json=answer, headers=mine).status_code == 404
    assert client.post(answered, json=answer, headers=boss).status_code == 200
    assert client.post(answered, json=answer, headers=boss).status_code == 409
    (told,) = client.get(f"{where}/objections", headers=mine).json()["items"]
    assert (told["is_accepted"], told["reason"]) == (False, answer["reason"])
    done = client.post(f"{where}/approve", json=accepted, headers=boss)
    assert done.json()["state"] == "approved"
    assert objected(client, drafted, mine).status_code == 404


def test_a_review_that_a_company_was_promised_is_kept_or_ended_knowingly(
    world: World, client: TestClient, bearer: LogIn, drafted: Statement
) -> None:
    boss, where = bearer(None), f"{API}/statements/{drafted.id}"
    assert client.post(f"{where}/check", json={"days": 5}, headers=boss).status_code == 204
    shown = client.get(where, headers=boss).json()
    (review,) = [b for b in shown["blockers"] if b["code"] == "statement.in_review"]
    local = datetime.fromisoformat(shown["check_until"]).astimezone(world.centre.zone)
    assert f"{local:%m/%d}" in review["ko"]
    assert f"{local:%H:%M}" in review["en"]

    def codes_of_refusal() -> list[str]:
        refused = client.post(f"{where}/approve", headers=boss)
        assert refused.status_code == 422
        return [p["code"] for p in refused.json()["problems"]]

    assert codes_of_refusal() == ["statement.in_review"]
    # A draft that is taken back and computed anew was promised all the same.
    assert client.post(f"{where}/reopen", headers=boss).json()["state"] == "draft"
    statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=drafted.company_id,
        month=drafted.month,
    )
    assert codes_of_refusal() == ["statement.in_review"]
    ended = client.post(
        f"{where}/approve", json={"accept": ["statement.in_review"]}, headers=boss
    ).json()
    assert (ended["state"], ended["blockers"]) == ("approved", [])
    assert ended["check_until"] == ended["approved_at"]
    with transaction(world.pool, SYSTEM) as tx:
        told = [e for e in outbox.due_events(tx, 100) if e.kind == "statement.review_ended"]
        assert [e.data["company"] for e in told] == [str(drafted.company_id)]
        assert "reason" not in told[0].data


def test_the_reason_for_a_review_cut_short_reaches_the_company(
    world: World, client: TestClient, bearer: LogIn, drafted: Statement
) -> None:
    boss, where = bearer(None), f"{API}/statements/{drafted.id}"
    client.post(f"{where}/check", json={"days": 5}, headers=boss)
    body = {"accept": ["statement.in_review"], "reason": " 기업이 확인을 마쳤습니다 "}
    assert client.post(f"{where}/approve", json=body, headers=boss).status_code == 200
    with transaction(world.pool, SYSTEM) as tx:
        (told,) = [e for e in outbox.due_events(tx, 100) if e.kind == "statement.review_ended"]
    assert told.data["reason"] == "기업이 확인을 마쳤습니다"
    assert (
        "사유: 기업이 확인을 마쳤습니다."
        in NOTICES[told.kind].say("ko", {**FIGURES, **told.data})[1]
    )


def test_all_that_may_be_accepted_is_accepted_at_once(
    manager: TestClient, drafted: Statement
) -> None:
    body = {"accept": sorted(ACCEPTABLE)}
    done = manager.post(f"{API}/statements/{drafted.id}/approve", json=body)
    assert done.status_code == 200, done.text


def test_a_review_that_is_over_is_approved_without_a_word(world: World, drafted: Statement) -> None:
    ago = datetime.now(UTC) - timedelta(days=5)
    customer_check.show(world.pool, world.manager, drafted.id, days=5, now=ago)
    approved = statements.approve(world.pool, world.manager, drafted.id)
    assert approved.check_until == ago + timedelta(days=5)
    with transaction(world.pool, SYSTEM) as tx:
        kinds = {event.kind for event in outbox.due_events(tx, 100)}
    assert "statement.review_ended" not in kinds


def test_a_shown_draft_is_computed_on_and_taken_back(
    world: World, drafted: Statement, used: Booking
) -> None:
    now = datetime.now(UTC)
    customer_check.show(world.pool, world.manager, drafted.id, days=3, now=now)
    again = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=drafted.month,
    )
    assert (again.id, again.state.value) == (drafted.id, "checking")
    assert again.check_until == now + timedelta(days=3)
    assert statements.reopen(world.pool, world.manager, drafted.id).state.value == "draft"


def test_after_its_time_nobody_objects_to_a_draft_but_to_what_is_issued(
    world: World, drafted: Statement, used: Booking
) -> None:
    member = world.member(world.companies[0])
    now = datetime.now(UTC) - timedelta(days=2)
    customer_check.show(world.pool, world.manager, drafted.id, days=1, now=now)

    def object_at(when: datetime, statement_id: StatementId) -> None:
        customer_check.object_to(
            world.pool,
            member,
            statement_id,
            line_key=line_of(drafted),
            category=Objected.FAULT,
            words="장비가 고장이었습니다",
            now=when,
        )

    object_at(now + timedelta(hours=23, minutes=59), drafted.id)
    with pytest.raises(Conflict, match="over"):
        object_at(now + timedelta(days=1), drafted.id)
    (open_one,) = customer_check.unanswered(world.pool, world.manager, world.centre.id)
    customer_check.answer(
        world.pool, world.manager, open_one.id, is_accepted=True, reason="시간을 고칩니다"
    )
    statement = issued(world, used)
    object_at(now + timedelta(days=40), statement.id)
    assert len(customer_check.of_statement(world.pool, world.manager, statement.id)) == 2
    nobody_may(world.pool, "update objections set words = 'x'")


def test_only_so_many_objections_wait_for_their_answers(
    world: World, client: TestClient, bearer: LogIn, drafted: Statement
) -> None:
    boss, mine = bearer(None), bearer(world.member(world.companies[0]))
    client.post(f"{API}/statements/{drafted.id}/check", json={"days": 5}, headers=boss)
    for _ in range(customer_check.MOST_UNANSWERED - 1):
        assert objected(client, drafted, mine).status_code == 201
    # The last one is what many want.
    statuses = at_once(*[lambda: objected(client, drafted, mine).status_code] * 8)
    assert Counter(statuses) == {201: 1, 409: 7}
    refused = objected(client, drafted, mine)
    assert (refused.status_code, refused.json()["limit"]) == (409, customer_check.MOST_UNANSWERED)
    waiting = client.get(
        f"{API}/objections", params={"centre": str(world.centre.id)}, headers=boss
    ).json()["items"]
    assert len(waiting) == customer_check.MOST_UNANSWERED
    body = {"is_accepted": False, "reason": "시험"}
    client.post(f"{API}/objections/{waiting[0]['id']}/answer", json=body, headers=boss)
    assert objected(client, drafted, mine).status_code == 201


def test_company_and_managers_are_told(world: World, drafted: Statement) -> None:
    member = world.member(world.companies[0])
    now = datetime.now(UTC)
    customer_check.show(world.pool, world.manager, drafted.id, days=5, now=now)
    customer_check.object_to(
        world.pool,
        member,
        drafted.id,
        line_key=line_of(drafted),
        category=Objected.TIME,
        words="짧았습니다",
        now=now,
    )
    with transaction(world.pool, SYSTEM) as tx:
        kinds = [letter.kind for letter in outbox.due_events(tx, 100)]
        assert {"statement.check", "objection.raised"} <= set(kinds)
        notice_delivery.publish_outbox(tx)
        mails = tx.execute(
            "select address, subject from deliveries where kind like '%check' or kind like 'obj%'"
        )
        told = {(row["address"], row["subject"].split(":")[0]) for row in mails.fetchall()}
    assert told == {
        (world.emails[member.person_id], "이용내역서 초안 확인"),
        (world.manager_email, "이의 제기"),
    }
