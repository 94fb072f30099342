"""The rule book and the holidays on the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.pages.frame import rule_questions
from api.pages.frame.labels import parameter_labels
from api.pages.frame.texts import Words
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.services.rules import rulebook
from gadong.core.domain.access import Role
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import PASSWORD, World

KOREAN, ENGLISH = Words("ko", World.ZONE), Words("en", World.ZONE)
WINDOWS: list[dict[str, Any]] = [
    {"weekdays": [0, 4], "since": "09:00", "until": "18:00"},
    {"since": "10:00", "until": "12:00"},
]
QUESTIONS = [{"key": "material", "ko": "재료는?", "en": "Which material?", "is_required": False}]


def test_every_parameter_has_a_name_and_every_word_is_said() -> None:
    assert set(parameter_labels.NAMES) == set(PARAMETERS)
    asked = [name for group in rule_questions.QUESTIONS.values() for name in group]
    assert sorted(asked) == sorted(PARAMETERS)
    assert {c for p in PARAMETERS.values() for c in p.choices} == set(parameter_labels.WORDS)


@pytest.mark.parametrize("words", [KOREAN, ENGLISH])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("longest_minutes", 480),
        ("day_bookings", 0),
        ("day_bookings", None),
        ("transfer", False),
        ("approval", "manual"),
        ("qualification", "cnc-basic"),
        ("overnight", WINDOWS[0]),
        ("opening_hours", WINDOWS),
        ("opening_hours", None),
        ("quota_exempt", []),
        ("questions", QUESTIONS),
        ("linked", ["mill-1", "cmm-1"]),
        ("hour_rules", []),
        ("hour_rules", [{"since": "18:00", "until": "22:00", "qualification": "evening"}]),
        (
            "hour_rules",
            [
                {**WINDOWS[0], "qualification": ["evening", "talk"], "approval": "manual"},
                {**WINDOWS[1], "approval": "manual"},
            ],
        ),
    ],
)
def test_what_a_form_shows_is_what_it_reads(name: str, value: object, words: Words) -> None:
    parameter = PARAMETERS[name]
    again = parameter_labels.read(name, parameter_labels.written(parameter, value, words))
    assert parameter.read(again) == parameter.read(value)


def test_no_time_at_all_is_said_in_minutes() -> None:
    said = [parameter_labels.said(PARAMETERS["notice_minutes"], 0, w) for w in (KOREAN, ENGLISH)]
    assert said == ["0분", "0 min"]


def test_a_rule_says_where_it_comes_from_and_is_set_nearer(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    table = text_of(client.get("/rules?machine=mill-1").text)
    assert "최대 예약 시간 8시간 센터 설정" in table
    assert "내역서 납부 기한 14일 기본값" in table
    form = {"level": "kind:mill", "value": "240", "reason": "이용이 몰려서"}
    assert client.post("/rules/longest_minutes", data=form).status_code == 303
    assert "최대 예약 시간 4시간 장비 종류에서" in text_of(client.get("/rules?machine=mill-1").text)
    nearer = {"level": "machine:mill-1", "value": "120", "reason": "시험"}
    later = {
        **nearer,
        "value": "60",
        "since": f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT%H:%M}",
    }
    assert client.post("/rules/longest_minutes", data=nearer).status_code == 303
    assert client.post("/rules/longest_minutes", data=later).status_code == 303
    assert "최대 예약 시간 2시간 장비에서" in text_of(client.get("/rules?machine=mill-1").text)
    seen = text_of(client.get("/rules/longest_minutes").text)
    assert (
        seen.index("1시간 ·")
        < seen.index("2시간 ·")
        < seen.index("4시간 ·")
        < seen.index("8시간 ·")
    )
    assert "예정" in seen


def test_a_categorys_value_is_seen_where_it_has_one(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    world.company(category="startup")
    client = visit(None)
    assert "startup" in client.get("/rules?machine=mill-1").text
    own = {"level": "tier:startup", "value": "60", "reason": "배려"}
    assert client.post("/rules/longest_minutes", data=own).status_code == 303
    client.get("/rules")  # the page says once that it was stored
    everybody = text_of(client.get("/rules?machine=mill-1").text)
    theirs = text_of(client.get("/rules?machine=mill-1&tier=startup").text)
    assert "최대 예약 시간 8시간 센터 설정" in everybody
    assert "최대 예약 시간 1시간 구분에서" in theirs
    assert text_of(client.get("/rules?machine=mill-1&tier=nobody").text) == everybody


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("longest_minutes", "여덟", "centre"),
        ("longest_minutes", "10", "centre"),  # shorter than the shortest
        ("longest_minutes", "", "centre"),
        ("opening_hours", "일곱시부터", "centre"),
        ("opening_hours", "월,곰 09:00-18:00", "centre"),
        ("questions", "무엇?", "centre"),
        ("questions", "a | 재료는? | Which? | 아니요", "centre"),
        ("longest_minutes", "240", "machine:nowhere"),
    ],
)
def test_what_is_no_value_changes_nothing_and_stays_in_the_form(
    name: str, value: str, level: str, visit: Visit, world: World
) -> None:
    world.machine("mill-1")
    client = visit(None)
    before = rulebook.said(world.pool, world.manager, world.centre.id, name)
    answer = client.post(f"/rules/{name}", data={"level": level, "value": value, "reason": "시험"})
    assert answer.status_code == 409
    assert value in answer.text
    assert rulebook.said(world.pool, world.manager, world.centre.id, name) == before


def test_an_auditor_reads_the_rules_and_a_member_does_not(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    email = "auditor@rules.example"
    person = members.create_person(
        world.pool,
        OPERATOR,
        email=email,
        name="감사",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.AUDITOR},
    )
    world.emails[person.id] = email
    auditor = visit(replace(world.manager, person_id=person.id))
    assert "최대 예약 시간" in text_of(auditor.get("/rules").text)
    assert '<form method="post" action="/rules' not in auditor.get("/rules/linked").text
    form = {"level": "centre", "value": "60", "reason": "시험"}
    assert auditor.post("/rules/longest_minutes", data=form).status_code == 409
    said = rulebook.said(world.pool, world.manager, world.centre.id, "longest_minutes")
    assert [s.value for s in said] == [480]
    member = visit(world.member(world.company()))
    assert member.get("/rules").status_code == 403
    assert member.get("/rules/linked").status_code == 403
    assert member.get("/holidays").status_code == 403
    assert (
        member.post("/holidays", data={"day": "2027-03-02", "is_holiday": "true"}).status_code
        == 403
    )


def test_a_centre_has_its_own_word_on_a_day(visit: Visit, world: World) -> None:
    client = visit(None)
    form = {"day": "2027-03-02", "is_holiday": "true", "name": "개관 기념일"}
    assert client.post("/holidays", data=form).headers["location"] == "/holidays?year=2027"
    seen = text_of(client.get("/holidays?year=2027").text)
    assert "03/02 (화) · 개관 기념일 · 센터가 정함" in seen
    assert client.get("/rules/nothing").status_code == 404
