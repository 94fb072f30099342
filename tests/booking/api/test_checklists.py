"""Checklists before and after use: versions, answers, and a failed one that closes the machine."""

from __future__ import annotations

import csv
import io
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.safety.checklist import Moment
from gadong.booking.services.safety import checklists
from gadong.booking.services.safety.checklists import GivenAnswer
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import Conflict
from gadong.machines.domain.machine import Machine
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from tests.support.api_fixtures import LogIn
from tests.support.booking.checklists import photo
from tests.support.world import World

V1 = "/api/v1"
NOW = datetime.now(UTC).replace(microsecond=0)
QUESTIONS: list[dict[str, Any]] = [
    {"ko": "작업대를 소독했습니까?", "en": "Is the bench disinfected?"},
    {"ko": "칼날이 온전합니까?", "en": "Is the blade whole?", "needs_photo": True},
]


GOOD: list[dict[str, Any]] = [{"is_good": True}, {"is_good": True, "photo": photo()}]
BAD: list[dict[str, Any]] = [
    {"is_good": False, "note": "얼룩"},
    {"is_good": True, "photo": photo()},
]


class Kitchen:
    """A mixer with a checklist before and after use, and a company's booking that begins now."""

    def __init__(self, client: TestClient, world: World, bearer: LogIn) -> None:
        """Publish both checklists and book."""
        self.client = client
        self.world = world
        self.machine: Machine = world.machine("mixer-1", kind="mixer")
        company = world.company()
        self.member: Caller = world.member(company)
        self.desk, self.own = bearer(None), bearer(self.member)
        for moment in ("before", "after"):
            self.published(moment, QUESTIONS)
        self.booking: Booking = world.booked(
            self.machine, company, NOW - timedelta(minutes=1), now=NOW
        )

    def published(self, moment: str, questions: list[dict[str, Any]]) -> None:
        answer = self.client.post(
            f"{V1}/machines/mixer-1/checklists",
            json={"moment": moment, "questions": questions},
            headers=self.desk,
        )
        assert answer.status_code == 201, answer.text

    def answered(
        self,
        moment: str,
        answers: list[dict[str, Any]],
        *,
        is_staff: bool = False,
        booking: str | None = "",
    ) -> Any:
        chosen = str(self.booking.id) if booking == "" else booking
        return self.client.post(
            f"{V1}/machines/mixer-1/checklist-answers",
            json={"moment": moment, "booking": chosen, "answers": answers},
            headers=self.desk if is_staff else self.own,
        )

    def step(self, name: str, *, is_staff: bool = False) -> Any:
        return self.client.post(
            f"{V1}/bookings/{self.booking.id}/{name}",
            json={},
            headers=self.desk if is_staff else self.own,
        )


@pytest.fixture
def kitchen(client: TestClient, world: World, bearer: LogIn) -> Kitchen:
    return Kitchen(client, world, bearer)


def told(world: World) -> list[str]:
    with transaction(world.pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    return [n.kind for n in jobs.notices(world.pool, world.manager, before=None, most=50)]


def test_a_member_checks_in_once_the_checklist_passed(kitchen: Kitchen) -> None:
    refused = kitchen.step("check-in")
    assert refused.status_code == 422, refused.text
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.checklist"]
    passed = kitchen.answered("before", GOOD)
    assert (passed.status_code, passed.json()["is_passed"]) == (201, True), passed.text
    assert kitchen.step("check-in").status_code == 200
    assert kitchen.answered("after", GOOD).json()["is_passed"] is True


def test_the_checklist_before_use_is_no_older_than_a_day(
    kitchen: Kitchen, client: TestClient, world: World
) -> None:
    start = NOW + timedelta(days=5)
    later = world.booked(kitchen.machine, world.companies[0], start, now=NOW)
    early = kitchen.answered("before", GOOD, booking=str(later.id))
    assert (early.status_code, early.json()["code"]) == (409, "conflict"), early.text

    def at(before: timedelta) -> None:
        given = [GivenAnswer(is_good=True), GivenAnswer(is_good=True, photo=b64decode(photo()))]
        checklists.answer(
            world.pool,
            kitchen.member,
            kitchen.machine,
            Moment.BEFORE,
            given,
            booking=later.id,
            now=start - before,
        )

    with pytest.raises(Conflict, match="at most 24 hours"):
        at(timedelta(hours=24, seconds=1))
    at(timedelta(hours=24))
    at(timedelta(hours=23, minutes=59))


def test_a_failed_checklist_closes_the_machine_until_a_person_lifts_it(
    kitchen: Kitchen, client: TestClient, world: World
) -> None:
    other = world.booked(kitchen.machine, world.company(), NOW + timedelta(days=1), now=NOW)
    failed = kitchen.answered("before", BAD)
    assert (failed.status_code, failed.json()["is_passed"]) == (201, False), failed.text
    closure = failed.json()["closure"]
    shown = client.get(f"{V1}/closures/{closure}", headers=kitchen.desk).json()
    assert "작업대를 소독했습니까?: 얼룩" in shown["reason"]
    hits = {hit["booking"] for hit in shown["affected"]}
    assert hits == {str(kitchen.booking.id), str(other.id)}
    assert "machine.checklist_failed" in told(world)
    assert [p["code"] for p in kitchen.step("check-in").json()["problems"]] == [
        "booking.checklist_failed"
    ]
    again = kitchen.answered("before", GOOD)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    lifting = f"{V1}/closures/{closure}/lift"
    nothing = client.post(lifting, json={"reason": " "}, headers=kitchen.desk)
    assert nothing.status_code == 422
    assert client.post(lifting, json={"reason": "닦음"}, headers=kitchen.own).status_code == 403
    lifted = client.post(lifting, json={"reason": "닦음"}, headers=kitchen.desk)
    assert lifted.status_code in {200, 204}, lifted.text
    assert [p["code"] for p in kitchen.step("check-in").json()["problems"]] == ["booking.checklist"]
    assert kitchen.answered("before", GOOD).status_code == 201
    assert kitchen.step("check-in").status_code == 200


def test_versions_stay_on_record(kitchen: Kitchen, client: TestClient, world: World) -> None:
    assert kitchen.answered("before", GOOD).status_code == 201
    kitchen.published("before", [{"ko": "새 질문?", "en": "New?"}])
    (after, before) = client.get(f"{V1}/machines/mixer-1/checklists", headers=kitchen.own).json()[
        "items"
    ]
    assert (after["version"], before["version"]) == (1, 2)
    assert kitchen.answered("before", GOOD).status_code == 422
    assert kitchen.answered("before", [{"is_good": True}]).status_code == 201
    log = client.get(
        f"{V1}/centres/{world.centre.id}/checklist-answers", headers=kitchen.desk
    ).json()["items"]
    assert [(row["version"], len(row["answers"])) for row in log] == [(2, 1), (1, 2)]
    assert {row["person_name"] for row in log} == {"이용자"}
    picture = f"{V1}/checklist-answers/{log[1]['id']}/photos/1"
    shown = client.get(picture, headers=kitchen.own)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert client.get(picture[:-1] + "0", headers=kitchen.own).status_code == 404
    table = client.get(
        f"{V1}/centres/{world.centre.id}/checklist-answers.csv", headers=kitchen.desk
    )
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row[1:3] + row[5:7] for row in rows[1:]] == [
        ["사용 전", "2", "새 질문?", "적합"],
        ["사용 전", "1", "작업대를 소독했습니까?", "적합"],
        ["사용 전", "1", "칼날이 온전합니까?", "적합"],
    ]
    kitchen.published("before", [])
    assert kitchen.answered("before", GOOD).status_code == 404


def test_answers_that_are_not_complete_are_refused(kitchen: Kitchen) -> None:
    for wrong in (
        GOOD[:1],
        [{"is_good": True}, {"is_good": True}],
        [{"is_good": False}, GOOD[1]],
        [GOOD[0], {"is_good": True, "photo": "no base64!"}],
        [GOOD[0], {"is_good": True, "photo": b64encode(b"no picture").decode()}],
    ):
        assert kitchen.answered("before", wrong).status_code == 422, wrong
    assert kitchen.answered("after", GOOD).status_code == 409, "it has not begun"
    assert kitchen.answered("before", GOOD, booking=None).status_code == 403
    assert kitchen.answered("before", GOOD, booking=None, is_staff=True).status_code == 201


def test_the_staff_check_in_without_it(kitchen: Kitchen) -> None:
    assert kitchen.step("check-in", is_staff=True).status_code == 200


def test_another_company_sees_no_answers(
    kitchen: Kitchen, client: TestClient, world: World, bearer: LogIn
) -> None:
    made = kitchen.answered("before", GOOD).json()["id"]
    stranger = bearer(world.member(world.company()))
    picture = f"{V1}/checklist-answers/{made}/photos/1"
    assert client.get(picture, headers=stranger).status_code == 404
    log = client.get(f"{V1}/centres/{world.centre.id}/checklist-answers", headers=stranger)
    assert log.status_code == 403
    body = {"moment": "before", "booking": str(kitchen.booking.id), "answers": GOOD}
    path = f"{V1}/machines/mixer-1/checklist-answers"
    assert client.post(path, json=body, headers=stranger).status_code == 404
