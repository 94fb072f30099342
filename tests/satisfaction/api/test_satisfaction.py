"""A centre's questions and the figures of the answers by the API."""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from tests.support.api_fixtures import LogIn
from tests.support.satisfaction.answers import QUESTIONS, YEAR, answered, asking
from tests.support.world import World

API = "/api/v1"


def body(**facts: Any) -> dict[str, Any]:
    questions = [{"ko": question.ko, "en": question.en} for question in QUESTIONS]
    return {"questions": questions, "pause_days": 30, "is_asking": True, **facts}


def test_questions_are_published_as_versions(world: World, manager: TestClient) -> None:
    where = f"{API}/centres/{world.centre.id}/questionnaire"
    assert manager.get(where).json() == {
        "version": 0,
        "questions": [],
        "pause_days": 0,
        "is_asking": False,
    }
    assert manager.put(where, json=body()).json()["version"] == 1
    assert manager.put(where, json=body(is_asking=False)).json()["version"] == 2
    assert manager.get(where).json() == {**body(is_asking=False), "version": 2}
    for wrong in (
        {"questions": body()["questions"][:2]},
        {"questions": body()["questions"] * 2},
        {"pause_days": 366},
        {"questions": [{"ko": " ", "en": "x"}] * 3},
    ):
        assert manager.put(where, json=body(**wrong)).status_code == 422, wrong


def test_figures_are_without_people_and_as_tables(world: World, manager: TestClient) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1", kind="lathe")
    who = world.member(world.company())
    asking(world)
    answered(world, mill, who, 5, 5, 4, 3, words="=조용함")
    params = {"centre": str(world.centre.id), "year": str(YEAR)}
    found = manager.get(f"{API}/reports/satisfaction", params=params).json()
    (row,) = found["subjects"]
    assert row == {
        "name_ko": "밀링",
        "name_en": "Mill",
        "subject": "session",
        "sent": 5,
        "answered": 5,
        "response_rate": "100.0",
        "mean": "4.00",
        "satisfied": "66.7",
        "words": ["=조용함"] * 5,
    }
    assert [q["mean"] for q in found["questions"]] == ["5.00", "4.00", "3.00"]
    answered(world, lathe, who, 1, 1, 1, 1)
    found = manager.get(f"{API}/reports/satisfaction", params=params).json()
    assert [(r["mean"], r["words"]) for r in found["subjects"]] == [(None, [])] * 2
    assert (found["whole"]["mean"], found["fewest_shown"]) == ("3.50", 5)
    text = manager.get(f"{API}/reports/satisfaction.csv", params=params).text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == [
        "구분",
        "항목",
        "평균(5점)",
        "만족 비율(%)",
        "조사 인원",
        "응답",
        "응답률(%)",
    ]
    assert rows[1] == ["전체", str(YEAR), "3.5", "55.6", "6", "6", "100.0"]
    assert rows[2] == ["장비", "밀링", "5명부터 표시", "5명부터 표시", "5", "5", "100.0"]
    book = load_workbook(
        io.BytesIO(manager.get(f"{API}/reports/satisfaction.xlsx", params=params).content)
    )
    assert book.sheetnames == ["만족도", "의견"]
    assert [[cell.value for cell in r] for r in book["의견"].iter_rows()] == [
        ["항목", "의견", "기업"]
    ]


def test_outsiders_and_members_read_no_figures(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    params = {"centre": str(world.centre.id), "year": "2026"}
    member = bearer(world.member(world.company()))
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    outsider = bearer(other.manager)
    where = f"{API}/centres/{world.centre.id}/questionnaire"
    for heads, status in ((member, 403), (outsider, 404)):
        for path in ("", ".csv", ".xlsx"):
            answer = client.get(f"{API}/reports/satisfaction{path}", params=params, headers=heads)
            assert answer.status_code == status
        assert client.get(where, headers=heads).status_code == status
        assert client.put(where, json=body(), headers=heads).status_code == status
