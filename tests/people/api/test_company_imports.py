"""A table of companies through the API: nothing before it is confirmed, then all rows or none."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.people.services.imports import company_imports
from gadong.people.services.imports.company_imports import CompanyImport
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.world import World, registration_number

V1 = "/api/v1"
HEADED = "기업명,사업자등록번호,담당자,전화,이메일,구분,대표자"
TABLE = (
    f"{HEADED}\n"
    f"한솔정밀,{registration_number(50)},김하나,010-1234-5678,,소공인,박대표\n"
    f",{registration_number(50)},이둘,,two@import.example,,\n"
    f"두리,{registration_number(51)},,,,,"
)


def wish(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "since": "2026-01-01", "category": "general", **more}


def count(pool: Pool, table: str) -> int:
    with transaction(pool, SYSTEM) as tx:
        return len(many(tx, f"select from {table}"))


@pytest.fixture
def where(world: World) -> str:
    return f"{V1}/centres/{world.centre.id}/company-imports"


def test_a_preview_writes_nothing_and_an_import_everything(
    client: TestClient, world: World, bearer: LogIn, pool: Pool, where: str
) -> None:
    manager = bearer(None)
    before = [count(pool, t) for t in ("companies", "people", "company_columns")]
    shown = client.post(f"{where}/preview", json=wish(TABLE), headers=manager)
    assert shown.status_code == 200
    assert [row["verdict"] for row in shown.json()["items"]] == ["enter", "person", "enter"]
    assert [count(pool, t) for t in ("companies", "people", "company_columns")] == before
    done = client.post(where, json=wish(TABLE), headers=manager)
    assert (done.status_code, done.json()["good"], done.json()["bad"]) == (201, 3, 0)
    assert done.headers["location"] == f"{V1}/companies?centre={world.centre.id}"
    listed = client.get(f"{V1}/companies?centre={world.centre.id}", headers=manager).json()
    ids = {c["name"]: c["id"] for c in listed["items"]}
    assert {"한솔정밀", "두리"} <= set(ids)
    people = client.get(f"{V1}/companies/{ids['한솔정밀']}/people", headers=manager).json()
    assert [(p["name"], p["phone"], p["has_login"]) for p in people["items"]] == [
        ("김하나", "01012345678", False),
        ("이둘", "", True),
    ]
    here = f"{V1}/centres/{world.centre.id}/companies/{ids['한솔정밀']}"
    party = client.get(f"{here}/party", headers=manager).json()
    assert (party["name"], party["representative"]) == ("한솔정밀", "박대표")
    (category,) = client.get(f"{here}/categories", headers=manager).json()["items"]
    assert (category["category"], category["since"]) == ("small-manufacturer", "2026-01-01")


def test_the_same_table_again_changes_nothing(
    client: TestClient, bearer: LogIn, pool: Pool, where: str
) -> None:
    manager = bearer(None)
    assert client.post(where, json=wish(TABLE), headers=manager).status_code == 201
    kinds = ("companies", "people", "company_categories", "party_profiles", "phone_numbers")
    once = [count(pool, table) for table in kinds]
    again = client.post(where, json=wish(TABLE), headers=manager)
    assert [row["verdict"] for row in again.json()["items"]] == ["person", "person", "served"]
    assert again.status_code == 201
    assert [count(pool, table) for table in kinds] == once


def test_a_faulty_row_refuses_all_unless_it_is_left_out(
    client: TestClient, bearer: LogIn, pool: Pool, where: str
) -> None:
    manager, before = bearer(None), count(pool, "companies")
    text = f"{TABLE}\n셋,1234567890"
    refused = client.post(where, json=wish(text), headers=manager)
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    (problem,) = refused.json()["problems"]
    assert problem["code"] == "company_table.number"
    assert problem["details"] == {"line": 5, "column": "사업자등록번호"}
    assert count(pool, "companies") == before
    done = client.post(where, json=wish(text, keeps_good=True), headers=manager)
    assert (done.status_code, done.json()["good"], done.json()["bad"]) == (201, 3, 1)
    assert count(pool, "companies") == before + 2


def test_a_workbook_is_imported_and_its_columns_are_kept(
    client: TestClient, bearer: LogIn, where: str
) -> None:
    book = Workbook()
    book.active.append(["거래처", "번호"])
    book.active.append(["한솔정밀", int(registration_number(50))])
    content = io.BytesIO()
    book.save(content)
    body = {
        "file": base64.b64encode(content.getvalue()).decode(),
        "since": "2026-01-01",
        "fields": {"거래처": "name", "번호": "registration_number"},
    }
    manager = bearer(None)
    unchosen = {name: value for name, value in body.items() if name != "fields"}
    shown = client.post(f"{where}/preview", json=unchosen, headers=manager).json()
    assert [p["code"] for p in shown["problems"]] == ["company_table.heading_missing"]
    refused = client.post(where, json=unchosen, headers=manager)
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    assert client.post(where, json=body, headers=manager).status_code == 201
    shown = client.post(f"{where}/preview", json=unchosen, headers=manager).json()
    assert shown["fields"] == body["fields"]
    assert [row["verdict"] for row in shown["items"]] == ["served"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"since": "2026-01-01"}, 422, "invalid"),
        ({"since": "2026-01-01", "text": "a", "file": "YQ=="}, 422, "invalid"),
        ({"since": "2026-01-01", "file": "***"}, 422, "invalid"),
        (
            {"since": "2026-01-01", "text": "사업자번호\n1", "fields": {"x": "password"}},
            422,
            "invalid",
        ),
        ({"since": "2026-01-01", "text": "사업자번호\n1", "category": " "}, 422, "invalid"),
        ({"since": "2026-01-01", "text": ""}, 422, "refused"),
        ({"since": "2026-01-01", "file": "0M8R4KGxGuE="}, 422, "refused"),
    ],
)
def test_what_cannot_be_read_is_refused(
    client: TestClient, bearer: LogIn, where: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post(f"{where}/preview", json=body, headers=bearer(None))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_company_of_another_centre_looks_new_and_is_asked(
    client: TestClient, world: World, bearer: LogIn, pool: Pool, where: str
) -> None:
    far = World.made(pool)
    known = far.company(name="먼곳정밀")
    owner = far.member(known)
    text = (
        f"{HEADED}\n먼곳,{known.registration_number},김,010-1234-5678,,,\n새,"
        f"{registration_number(52)}"
    )
    shown = client.post(f"{where}/preview", json=wish(text), headers=bearer(None)).json()
    assert [row["verdict"] for row in shown["items"]] == ["enter", "enter"]
    assert client.post(where, json=wish(text), headers=bearer(None)).status_code == 201
    listed = client.get(f"{V1}/companies?centre={world.centre.id}", headers=bearer(None)).json()
    assert [c["name"] for c in listed["items"]] == ["새"]
    with transaction(pool, SYSTEM) as tx:
        (mail,) = many(tx, "select address from deliveries where kind = 'account.consent'")
    assert mail["address"] == far.emails[owner.person_id]
    with transaction(pool, SYSTEM) as tx:
        assert not many(tx, "select from people where name = '김'")


def test_a_thousand_companies_are_one_transaction(world: World, pool: Pool) -> None:
    rows = [["기업명", "사업자번호", "담당자", "전화"]] + [
        [f"기업 {n}", registration_number(1000 + n), f"담당 {n}", f"010-1000-{n:04d}"]
        for n in range(1000)
    ]
    table = CompanyImport(rows=rows, since=datetime.now(UTC).date(), category="general")
    kept = company_imports.keep(
        pool,
        world.manager,
        world.centre.id,
        table,
        public_url="",
        keys=Keyring(()),
        now=datetime.now(UTC),
    )
    assert kept.good == 1000
    with transaction(pool, SYSTEM) as tx:
        (row,) = many(
            tx,
            "select count(*) as n, count(distinct recorded_at) as instants"
            " from company_categories where centre_id = %(centre)s",
            centre=world.centre.id,
        )
    assert row["n"] == 1000


def test_a_manager_imports_on_the_page(visit: Visit) -> None:
    manager = visit(None)
    assert "기업 가져오기" in manager.get("/companies").text
    assert manager.get("/company-import").status_code == 200
    text = f"{HEADED}\n한솔정밀,{registration_number(50)}\n틀림,1"
    file = {"file": ("명단.csv", text.encode("cp949"), "text/csv")}
    form = {"since": "2026-01-01", "category": "general"}
    shown = manager.post("/company-import", data=form, files=file)
    assert shown.status_code == 200
    assert "3행 사업자등록번호: 1은 사업자등록번호가 아닙니다" in shown.text
    assert "맞는 행만 등록" in shown.text
    refused = manager.post("/company-import", data={**form, "text": text, "do": "keep"})
    assert refused.status_code == 409
    assert text.split("\n")[1] in refused.text
    headings = HEADED.split(",")
    chosen = {"heading": headings, "field": ["name", "registration_number", *[""] * 5]}
    done = manager.post("/company-import", data={**form, **chosen, "text": text, "do": "keep_good"})
    assert (done.status_code, done.headers["location"]) == (303, "/companies")
    assert "한솔정밀" in manager.get("/companies").text


def test_a_broken_file_on_the_page_says_what_to_do(visit: Visit) -> None:
    manager = visit(None)
    file = {"file": ("명단.xls", b"\xd0\xcf\x11\xe0old", "application/vnd.ms-excel")}
    shown = manager.post("/company-import", data={"since": "2026-01-01"}, files=file)
    assert shown.status_code == 409
    assert "암호 없이 .xlsx로 저장하세요" in shown.text
