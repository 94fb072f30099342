"""A statement in a spreadsheet, read back by another's reader."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.services.documents.spreadsheets import plain
from gadong.booking.domain.booking import Booking
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import issued, used
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


def cells(sheet: Any) -> list[list[Any]]:
    """A sheet's values, row by row."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_statement_opens_with_real_numbers_and_its_evidence(
    world: World, manager: TestClient, used: Booking
) -> None:
    statement = issued(world, used)
    answer = manager.get(f"/api/v1/statements/{statement.id}/sheets.xlsx")
    assert answer.status_code == 200
    assert f'filename="{statement.number}.xlsx"' in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["이용내역서", "내역", "근거", "메시지"]
    first = dict(cells(book["이용내역서"]))
    assert (first["합계"], first["번호"], first["사업자등록번호"]) == (
        33_000,
        statement.number,
        "124-81-00998",
    )
    (line,) = cells(book["내역"])[1:]
    assert (line[3], line[2]) == (30_000, "사용료")
    (evidence,) = cells(book["근거"])[1:]
    assert evidence[4] == 3600
    assert evidence[2] == used.period.start.astimezone(world.centre.zone).replace(tzinfo=None)
    messages = [row[1] for row in cells(book["메시지"])[1:]]
    assert messages
    assert all(manager.get(f"/api/v1/messages/{m}").status_code == 200 for m in messages)
    again = manager.get(f"/api/v1/statements/{statement.id}/sheets.xlsx")
    assert again.content == answer.content


def test_a_name_is_never_a_formula(world: World, manager: TestClient, used: Booking) -> None:
    body = {
        "centre": str(world.centre.id),
        "company": str(used.company_id),
        "at": used.period.start.isoformat(),
        "amount": 1000,
        "reason": '=HYPERLINK("http://evil.example")',
    }
    assert manager.post("/api/v1/lines", json=body).status_code == 201
    statement = issued(world, used)
    book = load_workbook(
        io.BytesIO(manager.get(f"/api/v1/statements/{statement.id}/sheets.xlsx").content)
    )
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)
    text = manager.get(f"/api/v1/statements/{statement.id}/lines.csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "항목"
    assert not any(cell[:1] in {"=", "+", "@"} for row in rows for cell in row)
    assert ["합계", "34100"] in [row[2:4] for row in rows]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\ta", "\ra"])
def test_a_text_that_begins_like_a_formula_is_quoted(text: str) -> None:
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "'", "a=1", "가-나"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_an_empty_cell_is_empty(world: World, manager: TestClient, used: Booking) -> None:
    statement = issued(world, used)
    text = manager.get(f"/api/v1/statements/{statement.id}/lines.csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert "" in {cell for row in rows for cell in row}
    assert "'" not in {cell for row in rows for cell in row}


def test_only_who_may_see_a_statement_gets_its_sheets(
    world: World, client: TestClient, bearer: LogIn, used: Booking
) -> None:
    statement = issued(world, used)
    own, other = (bearer(world.member(c)) for c in world.companies)
    where = f"/api/v1/statements/{statement.id}/sheets.xlsx"
    assert client.get(where, headers=own).status_code == 200
    assert client.get(where, headers=other).status_code == 404
