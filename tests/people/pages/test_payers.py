"""Payers on pages: entered without a number, listed beside businesses, and their receipts kept."""

from __future__ import annotations

from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

FARM = {
    "name": "풍기인삼 농가",
    "kind": "farm",
    "identification": "1000-123-456",
    "category": "general",
}


def test_a_farm_is_entered_and_listed_beside_a_business(visit: Visit, world: World) -> None:
    business = world.company(name="한솔정밀")
    boss = visit(None)
    refused = boss.post("/companies", data={**FARM, "identification": "123"})
    assert (refused.status_code, "10자리" in text_of(refused.text)) == (409, True)
    for typed in (
        'value="풍기인삼 농가"',
        'value="123"',
        'value="general"',
        'value="farm" selected',
    ):
        assert typed in refused.text
    assert boss.post("/companies", data=FARM).status_code == 303
    listed = boss.get("/companies").text
    assert "풍기인삼 농가" in listed
    assert "농업경영체" in text_of(listed)
    assert "124-81-00998" in text_of(listed)
    found = text_of(boss.get("/companies", params={"q": "농업경영체"}).text)
    assert "풍기인삼 농가" in found
    assert "124-81-00998" not in found
    shown = text_of(boss.get(f"/companies/{business.id}").text)
    assert "사업자 · 124-81-00998" in shown


def test_a_payers_receipts_are_kept_on_its_page(visit: Visit) -> None:
    boss = visit(None)
    boss.post("/companies", data=FARM)
    page = boss.get("/companies").text
    company = page.partition('href="/companies/')[2].partition('"')[0]
    where = f"/companies/{company}/payer"
    form = {"kind": "farm", "identification": "1000123456", "receipt_purpose": "deduction"}
    refused = boss.post(where, data={**form, "receipt_number": "02-123-4567"})
    assert refused.status_code == 409
    for typed in ('value="02-123-4567"', 'value="1000123456"', 'value="deduction" selected'):
        assert typed in refused.text
    assert boss.post(where, data={**form, "receipt_number": "010-1234-5678"}).status_code == 303
    assert 'value="01012345678"' in boss.get(f"/companies/{company}").text
