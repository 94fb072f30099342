"""Wrong names on an issued statement, corrected by a document; amounts and chain stay."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import Booking
from tests.support.api_fixtures import LogIn
from tests.support.billing import lines_by_their_own_day as by_the_day
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.billing.hometax import API, named, sheet
from tests.support.billing.naming import corrected_names, naming, represented
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, registration_number

__all__ = ["used"]  # pytest finds a fixture by its name here


def holds(world: World) -> bool:
    """Return whether every document verifies."""
    return all(not v.differences for v in verification.verify(world.pool, world.manager))


def test_names_are_corrected_by_a_document_and_no_amount_changes(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    assert naming(manager, mine)["changes"] == []
    refused = corrected_names(manager, mine, naming(manager, mine)["digest"], status=409)
    assert refused["code"] == "conflict"
    represented(world, manager, "김바름")
    found = naming(manager, mine)
    assert found["changes"] == [
        {"side": "customer", "field": "representative", "was": "김대표", "now": "김바름"}
    ]
    corrected_names(manager, mine, "0" * 64, status=409)
    made = corrected_names(manager, mine, found["digest"])
    assert (made["number"], made["difference"]) == (f"{mine.number}-C01", 0)
    said = made["document"]
    assert (said["was"], said["difference"], said["changes"]) == (said["now"], 0, [])
    assert said["customer"]["representative"] == "김바름"
    assert naming(manager, mine)["changes"] == []
    assert manager.get(f"{API}/statements/{mine.id}").json()["outstanding"] == mine.total
    assert holds(world)


def test_a_correction_of_amounts_builds_on_one_of_names_and_keeps_its_number(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    right = registration_number(77)
    assert corrected_names(manager, mine, "0" * 64, status=422, registration_number="123")
    asked = naming(manager, mine, registration_number=right)
    assert [c["field"] for c in asked["changes"]] == ["registration_number"]
    corrected_names(manager, mine, naming(manager, mine)["digest"], status=409)
    made = corrected_names(manager, mine, asked["digest"], registration_number=right)
    assert made["document"]["registration_number"] == right
    late_signal(world, used, 50, "idle")
    found = difference(manager, mine)
    assert found["difference"] == -5_500
    second = corrected(manager, mine, found["digest"]).json()
    assert second["number"] == f"{mine.number}-C02"
    assert second["document"]["customer"]["registration_number"] == right
    represented(world, manager, "김바름")
    third = corrected_names(manager, mine, naming(manager, mine)["digest"])
    assert third["document"]["now"] == second["document"]["now"]
    assert third["document"]["customer"]["registration_number"] == right
    assert holds(world)


def test_papers_and_the_invoice_say_the_right_names_and_the_old_paper_stays(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    paper = f"{API}/statements/{mine.id}/document.pdf"
    before = manager.get(paper).content
    represented(world, manager, "김바름")
    made = corrected_names(manager, mine, naming(manager, mine)["digest"])
    assert manager.get(paper).content == before
    where = f"{API}/statements/{mine.id}/corrections/{made['id']}/document.pdf"
    for language in ("ko", "en"):
        assert manager.get(where, params={"language": language}).content.startswith(b"%PDF")
    content = manager.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": mine.month}
    ).content
    row = [c.value for c in load_workbook(io.BytesIO(content))["엑셀업로드양식"][7]]
    assert "김바름" in row
    assert sheet(manager, world, mine.month, "수정") == []


def test_a_registered_invoice_is_amended_by_two_rows_until_that_is_registered(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    first = "202611301000000012345678"
    invoice = {"approval": first, "written_on": today, "issued_on": today}
    register = f"{API}/statements/{mine.id}/tax-invoices"
    assert manager.post(register, json=invoice).status_code == 204
    made: dict[str, Any] = {}
    for representative in ("김잘못", "김바름"):
        represented(world, manager, representative)
        made = corrected_names(manager, mine, naming(manager, mine)["digest"])
    minus, plus = sheet(manager, world, mine.month, "수정")
    for row, sign, representative in ((minus, -1, "김대표"), (plus, 1, "김바름")):
        assert (row["수정사유"], row["당초승인번호"]) == ("01", first)
        assert row["정정서 번호"] == made["number"]
        assert row["작성일자"] == today.replace("-", "")
        assert (row["공급가액"], row["세액"]) == (sign * 30_000, sign * 3_000)
        assert (row["공급가액1"], row["세액1"]) == (sign * 30_000, sign * 3_000)
        assert row["공급받는자 성명"] == representative
    amended = {**invoice, "approval": f"{first[:-1]}9", "correction": made["id"]}
    amended["reason_code"] = "01"
    assert manager.post(register, json=amended).status_code == 204
    assert sheet(manager, world, mine.month, "수정") == []


def test_exempt_supply_has_a_row_of_its_own_until_its_invoice_is_registered(
    world: World, manager: TestClient
) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    by_the_day.own_line(world, manager, 30_000, tax_type="taxable_10")
    by_the_day.own_line(world, manager, 50_000, tax_type="exempt")
    by_the_day.own_line(world, manager, -5_000, tax_type="exempt")
    by_the_day.own_line(world, manager, 7_000, tax_type="out_of_scope")
    mine = by_the_day.issued(world)
    (row,) = sheet(manager, world, mine.month, "계산서")
    assert (row["공급가액"], row["공급가액1"], row["비고"]) == (45_000, 45_000, mine.number)
    assert not [name for name in row if name.startswith("세액")]
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    register = f"{API}/statements/{mine.id}/tax-invoices"
    invoice = {"written_on": today, "issued_on": today}
    taxed = {**invoice, "approval": "2" * 24}
    assert manager.post(register, json=taxed).status_code == 204
    assert len(sheet(manager, world, mine.month, "계산서")) == 1, "the tax invoice is another"
    exempt = {**invoice, "approval": "3" * 24, "kind": "exempt"}
    assert manager.post(register, json=exempt).status_code == 204
    assert sheet(manager, world, mine.month, "계산서") == []
    kinds = [i["kind"] for i in manager.get(register).json()["items"]]
    assert kinds == ["tax", "exempt"]


def test_an_exempt_invoice_is_no_tax_invoice(world: World, manager: TestClient) -> None:
    """Its registration leaves the tax invoice to be issued."""
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    by_the_day.own_line(world, manager, 30_000, tax_type="taxable_10")
    by_the_day.own_line(world, manager, 50_000, tax_type="exempt")
    mine = by_the_day.issued(world)
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    exempt = {"approval": "3" * 24, "kind": "exempt", "written_on": today, "issued_on": today}
    register = f"{API}/statements/{mine.id}/tax-invoices"
    assert manager.post(register, json=exempt).status_code == 204
    content = manager.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": mine.month}
    ).content
    assert load_workbook(io.BytesIO(content))["엑셀업로드양식"]["V7"].value == mine.number


def test_firms_and_outsiders_correct_no_names(
    world: World, manager: TestClient, used: Booking, bearer: LogIn
) -> None:
    named(world, manager)
    mine = issued(world, used)
    represented(world, manager, "김바름")
    digest = naming(manager, mine)["digest"]
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    path, body = f"{API}/statements/{mine.id}", {"digest": digest, "reason": "x"}
    del manager.headers["authorization"]
    for who in (bearer(world.member(world.companies[0])), bearer(other.manager)):
        assert manager.get(f"{path}/naming", headers=who).status_code in {403, 404}
        sent = manager.post(f"{path}/naming-corrections", json=body, headers=who)
        assert sent.status_code in {403, 404}


def test_the_page_shows_other_names_and_issues_their_document(
    world: World, manager: TestClient, used: Booking, visit: Visit
) -> None:
    named(world, manager)
    mine = issued(world, used)
    boss, page = visit(None), f"/statements/{mine.id}"
    assert "기재사항" not in text_of(boss.get(page).text)
    represented(world, manager, "김바름")
    shown = text_of(boss.get(page).text)
    assert "공급받는자 성명: 김대표 → 김바름" in shown
    sent = {"digest": naming(manager, mine)["digest"], "reason": "대표자 오기"}
    assert boss.post(f"{page}/naming-corrections", data=sent).status_code == 303
    own = visit(world.member(world.companies[0])).get(page)
    assert f"{mine.number}-C01" in text_of(own.text)
    assert "김대표 → 김바름" in text_of(own.text)
    again = boss.post(f"{page}/naming-corrections", data=sent)
    assert again.status_code == 409


def test_names_of_a_void_statement_are_not_corrected(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    represented(world, manager, "김바름")
    digest = naming(manager, mine)["digest"]
    voided = manager.post(f"{API}/statements/{mine.id}/void", json={"reason": "x"})
    assert voided.status_code == 204
    corrected_names(manager, mine, digest, status=409)
