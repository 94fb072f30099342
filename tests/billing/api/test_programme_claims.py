"""A claim on a programme's payer: every covered line once, to the won, and never changed."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

from gadong.billing.domain.claims.payer_lines import ProgrammePayer
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Totals
from gadong.billing.services import corrections as correcting
from gadong.billing.services.claims import programme_claims
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict, Forbidden, NotFound
from gadong.machines.domain.machine import Machine
from tests.support.api.attackers_hour import at_once
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    day_text,
    issued,
    mill,
    month_of,
    own_line,
    programme,
    published,
    used,
)
from tests.support.billing.naming import corrected_names, naming
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.reports.agency import agency_of
from tests.support.world import World, nobody_may, registration_number

__all__ = ["mill"]  # pytest finds fixtures by their names here

PROVINCE, CITY = ("바우처", "경남"), ("시험", "창원")
TRAINING = {"name": "시험", "payer": "창원", "covers": ["other"], "monthly_cap": 1_000_000}


@pytest.fixture
def two_firms(world: World, manager: TestClient, mill: Machine) -> list[Statement]:
    """Two firms with two programmes: one pays half of time, one 80 % of managers' lines."""
    both = [programme(50, covers=["time"]), {**TRAINING, "pct": "80"}]
    published(world, manager, subsidies=both, document_unit=100)
    for firm in world.companies[:2]:
        where = f"{API}/centres/{world.centre.id}/companies/{firm.id}/extras"
        for name in ("바우처", "시험"):
            body = {"name": name, "since": "2026-01-01", "proof": "협약서"}
            assert manager.post(where, json=body).status_code == 204
    used(world, mill, at(world, 10), hours=2)
    used(world, mill, at(world, 11), hours=1)
    used(world, mill, at(world, 12), hours=3, company=1)
    own_line(world, manager, 33_333, day=12)
    own_line(world, manager, 10_000, day=13, company=1)
    return [issued(world), issued(world, 1)]


def range_of(world: World) -> dict[str, str]:
    month = str(month_of(world))
    return {"first_month": month, "last_month": month}


def preview(world: World, client: TestClient, of: tuple[str, str]) -> dict[str, Any]:
    asked = {"programme": of[0], "payer": of[1], **range_of(world)}
    got = client.get(f"{API}/centres/{world.centre.id}/programme-claims/preview", params=asked)
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


def made(world: World, client: TestClient, of: tuple[str, str]) -> dict[str, Any]:
    asked = {"programme": of[0], "payer": of[1], **range_of(world)}
    body = {**asked, "amount": preview(world, client, of)["amount"]}
    got = client.post(f"{API}/centres/{world.centre.id}/programme-claims", json=body)
    assert got.status_code == 201, got.text
    found: dict[str, Any] = got.json()
    return found


def paid_by(totals: Totals, of: tuple[str, str]) -> int:
    return sum(s.amount for s in totals.shares if (s.programme, s.payer) == of)


def standing(world: World, statements: list[Statement], of: tuple[str, str]) -> int:
    """Return the payer's part of statements as their last documents say it."""
    with transaction(world.pool, SYSTEM) as tx:
        found = corrections.of_statements(tx, [s.id for s in statements])
    return sum(
        paid_by(correcting.read(found[s.id][-1]).now if s.id in found else document(s).totals, of)
        for s in statements
    )


def correct(client: TestClient, statement: Statement) -> None:
    where = f"{API}/statements/{statement.id}"
    digest = client.get(f"{where}/difference").json()["digest"]
    done = client.post(f"{where}/corrections", json={"digest": digest, "reason": "협약"})
    assert done.status_code == 201, done.text


def test_a_claim_has_every_covered_line_to_the_won(
    world: World, manager: TestClient, two_firms: list[Statement]
) -> None:
    # 3 h and 3 h at 30,000: 90,000 each; lines of 33,333 and 10,000. The first document's
    # truncation takes 33 off both pro rata: 89,976 x 0.5 = 44,988, and 33,324 x 0.8 = 26,659.
    province, city = preview(world, manager, PROVINCE), preview(world, manager, CITY)
    assert [d["amount"] for d in province["documents"]] == [44_988, 45_000]
    assert [d["amount"] for d in city["documents"]] == [26_659, 8_000]
    assert [[(x["supply"], x["amount"]) for x in d["lines"]] for d in province["documents"]] == [
        [(60_000, 29_992), (30_000, 14_996)],
        [(90_000, 45_000)],
    ]
    assert province["documents"][0]["lines"][0]["day"] == day_text(world, 10)
    assert (province["amount"], city["amount"]) == (89_988, 34_659)
    for found, of in ((province, PROVINCE), (city, CITY)):
        assert found["amount"] == standing(world, two_firms, of)
    assert (province["budget"], province["year_budget"]) == (None, None)


def test_later_documents_are_on_the_next_claim(
    world: World, manager: TestClient, mill: Machine, two_firms: list[Statement]
) -> None:
    first, second = two_firms
    kept = made(world, manager, PROVINCE)
    assert (kept["amount"], kept["number"][-6:]) == (89_988, "-P0001")
    read = manager.get(f"{API}/programme-claims/{kept['id']}").json()
    assert preview(world, manager, PROVINCE)["documents"] == []
    # One firm used an hour more, and the other's statement is void and made anew.
    used(world, mill, at(world, 14), hours=1)
    correct(manager, first)
    void = manager.post(f"{API}/statements/{second.id}/void", json={"reason": "다른 기업"})
    assert void.status_code == 204, void.text
    found = preview(world, manager, PROVINCE)
    assert [(d["part"], d["amount"]) for d in found["documents"]] == [
        # 4 h of 153,300: 119,974 x 0.5 = 59,987.
        ("C01", 14_999),
        ("V", -45_000),
    ]
    asked = {"programme": PROVINCE[0], "payer": PROVINCE[1], **range_of(world)}
    where = f"{API}/centres/{world.centre.id}/programme-claims"
    # The credit waits until there is something to claim.
    refused = manager.post(where, json={**asked, "amount": 1})
    assert refused.status_code == 409
    anew = issued(world, 1)
    later = made(world, manager, PROVINCE)
    assert (later["amount"], later["number"][-6:]) == (14_999, "-P0002")
    assert manager.get(f"{API}/programme-claims/{kept['id']}").json() == read
    assert read["is_intact"]
    # All claims come to the payer's part of all documents that stand.
    assert standing(world, [first, anew], PROVINCE) == 89_988 + 14_999
    assert made(world, manager, CITY)["amount"] == standing(world, [first, anew], CITY)
    listed = manager.get(where).json()["items"]
    assert [one["number"][-6:] for one in listed] == ["-P0003", "-P0002", "-P0001"]
    nobody_may(world.pool, "update programme_claims set amount = 1")
    nobody_may(world.pool, "delete from programme_claim_documents")


def test_a_claim_names_a_firm_by_its_last_document(
    world: World, manager: TestClient, two_firms: list[Statement]
) -> None:
    right = registration_number(77)
    mine = two_firms[0]
    asked = naming(manager, mine, registration_number=right)
    corrected_names(manager, mine, asked["digest"], registration_number=right)
    made(world, manager, PROVINCE)
    (claim,) = programme_claims.of_centre(world.pool, world.manager, world.centre.id)
    numbers = [one.registration_number for one in programme_claims.read(claim).documents]
    assert numbers == [right, document(two_firms[1]).registration_number]


def test_a_claim_is_of_what_was_read(
    world: World, manager: TestClient, two_firms: list[Statement]
) -> None:
    where = f"{API}/centres/{world.centre.id}/programme-claims"
    asked = {"programme": PROVINCE[0], "payer": PROVINCE[1], **range_of(world)}
    for amount, status in ((89_987, 409), (89_989, 409), (0, 422), (89_988, 201), (89_988, 409)):
        got = manager.post(where, json={**asked, "amount": amount})
        assert got.status_code == status, (amount, got.text)
    unknown = manager.post(where, json={**asked, "payer": "창원", "amount": 1})
    assert unknown.status_code == 409
    turned = manager.post(where, json={**asked, "first_month": "2999-01", "amount": 1})
    assert turned.status_code == 422


def test_of_two_at_once_one_claims(world: World, two_firms: list[Statement]) -> None:
    month = str(month_of(world))

    def act() -> int:
        try:
            programme_claims.make(
                world.pool,
                world.manager,
                world.centre.id,
                ProgrammePayer(programme=PROVINCE[0], payer=PROVINCE[1]),
                since=month,
                until=month,
                amount=89_988,
            )
        except Conflict:
            return 409
        return 201

    assert sorted(at_once(act, act)) == [201, 409]


def test_what_is_left_of_the_budgets(world: World, manager: TestClient, mill: Machine) -> None:
    published(world, manager, subsidies=[programme(100, budget=100_000)])
    where = f"{API}/centres/{world.centre.id}/companies/{world.companies[0].id}/extras"
    body = {"name": "바우처", "since": "2026-01-01", "proof": "협약서"}
    assert manager.post(where, json=body).status_code == 204
    budget = {
        "programme": "바우처",
        "year": month_of(world).year,
        "centres": [str(world.centre.id)],
        "amount": 50_000,
        "reason": "협약",
    }
    assert manager.post(f"{API}/programme-budgets", json=budget).status_code == 204
    used(world, mill, at(world, 10), hours=2)
    issued(world)
    # 60,000 of use, of which the year's budget pays 50,000: the line has what is paid of it.
    found = preview(world, manager, PROVINCE)
    assert [(x["supply"], x["amount"]) for d in found["documents"] for x in d["lines"]] == [
        (60_000, 50_000)
    ]
    assert found["budget"] == {"before": 100_000, "after": 50_000}
    assert found["year_budget"] == {"before": 50_000, "after": 0}


def test_the_papers_say_the_same(
    world: World, manager: TestClient, two_firms: list[Statement]
) -> None:
    where = f"{API}/programme-claims/{made(world, manager, PROVINCE)['id']}"
    for language, word in (("ko", "지원금 청구서"), ("en", "Claim on a programme")):
        got = manager.get(f"{where}/document.pdf", params={"language": language})
        assert got.status_code == 200
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(got.content)).pages)
        assert all(x in text for x in (word, "89,988", "29,992", "경남", "바우처"))
    again = manager.get(f"{where}/document.pdf", params={"language": "en"})
    assert again.content == got.content
    rows = list(csv.reader(io.StringIO(manager.get(f"{where}/lines.csv").text)))
    assert [row[-1] for row in rows[1:]] == ["29992", "14996", "45000", "89988"]
    assert [row[-2] for row in rows[1:]] == ["50", "50", "50", ""]
    sheet = load_workbook(io.BytesIO(manager.get(f"{where}/sheets.xlsx").content)).active
    cells = [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert cells == [29_992, 14_996, 45_000, 89_988]


def test_who_sees_and_makes_it(world: World, manager: TestClient, two_firms: Any) -> None:
    kept = made(world, manager, PROVINCE)
    (claim,) = programme_claims.of_centre(world.pool, world.manager, world.centre.id)
    assert str(claim.id) == kept["id"]
    other = World.made(world.pool)
    outsiders = (agency_of(world), world.member(world.companies[0]), other.manager)
    for who in outsiders:
        with pytest.raises(NotFound):
            programme_claims.find(world.pool, who, claim.id)
        with pytest.raises((Forbidden, NotFound)):
            programme_claims.of_centre(world.pool, who, world.centre.id)
    with transaction(world.pool, world.member(world.companies[0]).reach()) as tx:
        rows = tx.execute("select 1 from programme_claims").fetchall()
        assert rows == tx.execute("select 1 from programme_claim_documents").fetchall() == []


def test_the_pages_read_it_and_make_it_final(
    world: World, two_firms: list[Statement], visit: Visit
) -> None:
    pages, month = visit(None), str(month_of(world))
    assert "바우처 · 경남" in text_of(pages.get("/claims").text)
    asked = {"programme": PROVINCE[0], "payer": PROVINCE[1], "since": month, "until": month}
    shown = pages.get("/claims/preview", params=asked)
    assert (shown.status_code, "89,988원" in text_of(shown.text)) == (200, True)
    stale = pages.post("/claims", data={**asked, "amount": "1"})
    assert (stale.status_code, "다시 확인하세요" in text_of(stale.text)) == (409, True)
    made = pages.post("/claims", data={**asked, "amount": "89988"})
    assert made.status_code == 303, made.text
    assert "-P0001" in text_of(pages.get(made.headers["location"]).text)
    assert "89,988원" in text_of(pages.get("/claims").text)
    turned = pages.get("/claims/preview", params={**asked, "until": "2000-01"})
    assert turned.status_code == 409
