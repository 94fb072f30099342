"""The yearly survey of firms: figures, tables with the firms, and sums kept as handed in."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.people.domain.company import Company
from gadong.people.domain.company_profile import CompanyProfile, ProfileConsent
from gadong.people.services.payers import profiles
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

API = "/api/v1"
FIRM: dict[str, Any] = {
    "since": "2026-01-01",
    "district": "경기도 화성시 봉담읍",
    "sector": "25",
    "workers": 7,
    "exports": False,
    "partners": 3,
    "consent": "paper",
}


def surveyed(world: World, client: TestClient, **facts: Any) -> Company:
    """A firm of which the centre's manager entered the profile."""
    company = world.company()
    where = f"{API}/centres/{world.centre.id}/companies/{company.id}/profiles"
    assert client.post(where, json={**FIRM, **facts}).status_code == 201
    return company


def asked(world: World, client: TestClient, year: int, kind: str = "") -> Any:
    """The survey's answer."""
    params = {"centre": str(world.centre.id), "year": str(year)}
    return client.get(f"{API}/reports/survey{kind}", params=params)


def test_a_year_counts_the_firms_served_by_its_last_day(world: World, manager: TestClient) -> None:
    surveyed(world, manager)
    surveyed(world, manager, workers=12, sector="10", exports=True)
    world.company()
    found = asked(world, manager, 2026).json()
    assert (found["firms"], found["answered"], found["workers"]) == (3, 2, 19)
    assert found["sizes"] == [
        {"key": "10-49", "firms": 1, "workers": 12},
        {"key": "5-9", "firms": 1, "workers": 7},
        {"key": "", "firms": 1, "workers": 0},
    ]
    # Every firm is served since the first day of 2026, so that the year before has none.
    before = asked(world, manager, 2025).json()
    assert (before["day"], before["firms"]) == ("2025-12-31", 0)
    later = asked(world, manager, datetime.now(UTC).year + 2)
    assert (later.status_code, later.json()["field"]) == (422, "year")


def test_the_table_names_the_firms_and_the_spreadsheet_has_the_sums(
    world: World, manager: TestClient
) -> None:
    first = surveyed(world, manager)
    second = world.company(name="=가공")
    text = asked(world, manager, 2026, ".csv").text
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["기업명", "구분", "소재지"]
    assert rows[1][0] == f"'{second.name}"
    assert rows[2] == [
        first.name,
        "일반",
        "경기도 화성시 봉담읍",
        "25",
        "금속가공제품",
        "7",
        "",
        "아니요",
        "3",
        "2026-01-01",
        "서면 동의",
    ]
    book = load_workbook(io.BytesIO(asked(world, manager, 2026, ".xlsx").content))
    assert book.sheetnames == ["실태조사", "집계"]
    sums = [[cell.value for cell in row] for row in book["집계"].iter_rows()]
    assert ["규모(상시근로자)", "5-9명", 1, 7] in sums
    assert ["업종", "미확인", 1, 0] in sums


def test_a_snapshot_stays_as_it_was_when_a_firm_takes_its_consent_back(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    boss = bearer(None)
    client.headers.update(boss)
    company = surveyed(world, client)
    where = f"{API}/reports/survey/snapshots"
    taken = client.post(where, json={"centre": str(world.centre.id), "year": 2026})
    assert (taken.status_code, taken.json()["survey"]["workers"]) == (201, 7)
    gone = f"{API}/centres/{world.centre.id}/companies/{company.id}/profiles"
    assert client.delete(gone).status_code == 204
    assert asked(world, client, 2026).json()["answered"] == 0
    kept = client.get(where, params={"centre": str(world.centre.id)}).json()
    assert kept == {"items": [taken.json()], "next": None}
    assert company.name not in str(kept)


def test_the_page_shows_the_year_and_keeps_its_sums(visit: Visit, world: World) -> None:
    facts = CompanyProfile(
        since=date(2026, 1, 1),
        district="경기도 화성시 봉담읍",
        sector="25",
        workers=7,
        consent=ProfileConsent.PAPER,
    )
    now, company = datetime.now(UTC), world.company()
    profiles.enter(world.pool, world.manager, world.centre.id, company.id, facts, now=now)
    boss = visit(None)
    assert 'href="/reports/survey"' in boss.get("/reports").text
    shown = text_of(boss.get("/reports/survey", params={"year": 2026}).text)
    for words in (
        "1개 기업 중 1개 응답",
        "상시근로자 7명",
        "금속가공제품",
        "5-9명",
        "경기도 화성시",
    ):
        assert words in shown
    assert "이 연도에 보관한 집계가 없습니다" in shown
    assert boss.post("/reports/survey", data={"year": "2026"}).status_code == 303
    assert "1개 기업 중 1개 응답, 상시근로자 7명" in text_of(
        boss.get("/reports/survey", params={"year": 2026}).text
    )
    assert boss.post("/reports/survey", data={"year": "2998"}).status_code == 409
    member = visit(world.member(world.company()))
    assert member.get("/reports/survey").status_code == 403
