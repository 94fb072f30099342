"""Payers without a registration number come by a table, or by asking a centre to be served."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Invalid
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, registration_number

V1 = "/api/v1"
TABLE = (
    "기업명,사업자등록번호,이용자 유형,학교와 학과,담당자,전화\n"
    "이학생,,학생,한빛대학교 기계공학과,이학생,010-1234-5678\n"
    "김개인,,개인,,,\n"
    f"한솔정밀,{registration_number(60)},,,박대표,\n"
)
ASKING = {
    "company": "이학생",
    "kind": "student",
    "identification": "한빛대학교 기계공학과",
    "name": "이학생",
    "email": "student@ask.example",
}


def listed(client: TestClient, world: World, heads: dict[str, str]) -> list[tuple[str, str]]:
    """The payers that the centre serves, with their kinds."""
    answer = client.get(f"{V1}/companies", params={"centre": str(world.centre.id)}, headers=heads)
    return [(c["name"], c["kind"]) for c in answer.json()["items"]]


def test_a_table_enters_payers_without_a_number_and_twice_changes_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    boss = bearer(None)
    where = f"{V1}/centres/{world.centre.id}/company-imports"
    body: dict[str, Any] = {"text": TABLE, "since": "2026-01-01", "category": "general"}
    shown = client.post(f"{where}/preview", json=body, headers=boss).json()
    assert [(r["verdict"], r["kind"], r["registration_number"]) for r in shown["items"]] == [
        ("enter", "student", ""),
        ("enter", "individual", ""),
        ("enter", "business", registration_number(60)),
    ]
    assert listed(client, world, boss) == []
    assert client.post(where, json=body, headers=boss).status_code == 201
    kinds = {("김개인", "individual"), ("이학생", "student"), ("한솔정밀", "business")}
    assert set(listed(client, world, boss)) == kinds
    again = client.post(where, json=body, headers=boss)
    assert (again.status_code, again.json()["good"]) == (201, 3)
    assert len(listed(client, world, boss)) == 3
    ids = {
        c["name"]: c["id"]
        for c in client.get(f"{V1}/companies?centre={world.centre.id}", headers=boss).json()[
            "items"
        ]
    }
    payer = f"{V1}/centres/{world.centre.id}/companies/{ids['이학생']}/payer"
    assert client.get(payer, headers=boss).json()["identification"] == "한빛대학교 기계공학과"
    people = client.get(f"{V1}/companies/{ids['이학생']}/people", headers=boss).json()["items"]
    assert [(p["name"], p["phone"]) for p in people] == [("이학생", "01012345678")]


def test_the_preview_on_the_page_names_the_kind_and_what_is_wrong(visit: Visit) -> None:
    boss = visit(None)
    text = TABLE + "박학생,,학생,900101-1234567,,\n"
    form = {"text": text, "since": "2026-01-01", "category": "general", "do": "preview"}
    shown = text_of(boss.post("/company-import", data=form).text)
    assert "이학생 학생" in " ".join(shown.split())
    assert "5행 학교와 학과: 번호를 대신할 내용이 맞지 않습니다" in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"identification": ""}, "identification"),
        ({"identification": "900101-1234567"}, "identification"),
        ({"registration_number": "124-81-00998"}, "registration_number"),
        ({"kind": "business", "identification": ""}, "registration_number"),
        ({"identification": "９００１０１－１２３４５６７"}, "identification"),
        ({"company": "이학생 900101-1234567"}, "company"),
        ({"name": "이학생 900101 1234567"}, "name"),
        ({"email": "900101-1234567@ask.example"}, "email"),
    ],
)
def test_who_asks_says_what_its_kind_needs(
    changed: dict[str, str], field: str, client: TestClient, world: World
) -> None:
    where = f"{V1}/centres/{world.centre.id}/join-requests"
    answer = client.post(where, json={**ASKING, **changed})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_no_name_of_a_payer_holds_a_resident_number(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    wanted = {
        "centre": str(world.centre.id),
        "name": "이학생 900101-1234567",
        "kind": "individual",
        "since": "2026-01-01",
    }
    answer = client.post(f"{V1}/companies", json=wanted, headers=bearer(None))
    assert (answer.status_code, answer.json()["field"]) == (422, "name")


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("900101-1234567", False),
        ("９００１０１－１２３４５６７", False),
        ("900101 (1234567", False),
        ("900101-12345678", True),
        ("한빛대학교", True),
    ],
)
@pytest.mark.parametrize("column", ["identification", "company", "name", "email"])
def test_the_database_keeps_no_resident_number_either(
    pool: Pool, world: World, column: str, text: str, is_kept: bool
) -> None:
    row = {"identification": "", "company": "x", "name": "x", "email": "x@x.example", column: text}
    with suppress(Invalid) if not is_kept else nullcontext(), transaction(pool, SYSTEM) as tx:
        tx.execute(
            """
            insert into join_requests (id, centre_id, company, registration_number, name, email,
                kind, identification)
            values (gen_random_uuid(), %(centre)s, %(company)s, '', %(name)s, %(email)s, 'student',
                %(identification)s)
            """,
            {"centre": world.centre.id, **row},
        )
    with transaction(pool, SYSTEM) as tx:
        assert bool(many(tx, "select id from join_requests")) is is_kept


def test_a_student_asks_and_is_served_as_one(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    boss = bearer(None)
    where = f"{V1}/centres/{world.centre.id}/join-requests"
    assert client.post(where, json=ASKING).status_code == 202
    (asked,) = client.get(
        f"{V1}/join-requests", params={"centre": str(world.centre.id)}, headers=boss
    ).json()["items"]
    assert (asked["kind"], asked["identification"], asked["registration_number"]) == (
        "student",
        "한빛대학교 기계공학과",
        "",
    )
    served = client.post(
        f"{V1}/join-requests/{asked['id']}/approve", json={"category": "general"}, headers=boss
    )
    assert served.status_code == 201
    assert listed(client, world, boss) == [("이학생", "student")]


def test_a_student_asks_on_the_page_and_the_centre_sees_as_what(visit: Visit, world: World) -> None:
    boss = visit(None)
    form = {**ASKING, "centre": str(world.centre.id)}
    refused = boss.post("/join", data={**form, "identification": ""})
    assert refused.status_code == 409
    assert '<option value="student" selected>' in refused.text
    assert "사업자등록번호를 대신할 내용을 적으세요" in text_of(refused.text)
    assert boss.post("/join", data=form).status_code == 200
    shown = text_of(boss.get("/joining").text)
    assert "이학생 · 학생 · 한빛대학교 기계공학과" in shown
