"""The statement's page says the figures and sums of its papers.

Managers say where companies pay on a form of its own.
"""

from __future__ import annotations

import re

import pytest

from tests.support.billing.corrections import corrected, difference, issued
from tests.support.billing.papers_agree import CASES, SUMS, Case, month_of
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

ACCOUNT = {"bank": "우리은행", "number": "1005-123-456789", "holder": "(재)시험진흥원"}


def test_where_companies_pay_is_said_on_a_form_of_its_own(visit: Visit, world: World) -> None:
    boss = visit(None)
    assert boss.post("/companies/centre/account", data=ACCOUNT).status_code == 303
    page = boss.get("/companies").text
    assert all(f'value="{value}"' in page for value in ACCOUNT.values())
    # A faulty form comes back as it was written, with the reason; stored values stay.
    refused = boss.post("/companies/centre/account", data={**ACCOUNT, "number": "1234567"})
    assert refused.status_code == 409
    assert 'value="1234567"' in refused.text
    assert "8~20자리" in text_of(refused.text)
    assert 'value="1005-123-456789"' in boss.get("/companies").text
    member = visit(world.member(world.company()))
    assert member.post("/companies/centre/account", data=ACCOUNT).status_code in {403, 404}
    assert boss.post("/companies/centre/account", data={}).status_code == 303
    assert 'value="1005-123-456789"' not in boss.get("/companies").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_statements_page_says_the_figures_and_the_sums_of_its_papers(
    language: str, visit: Visit, world: World
) -> None:
    boss = visit(None)
    boss.post("/companies/centre/account", data=ACCOUNT)
    case = CASES["programme"]
    statement = issued(world, month_of(world, boss, case.tariff))
    client = visit(world.member(world.companies[0]))
    client.cookies.set("gadong_language", language)
    page = client.get(f"/statements/{statement.id}").text
    text = text_of(page)
    sums = Case.sums(case.before)
    shown = re.search(r'<dl class="sums">(.*?)</dl>', page, re.DOTALL)
    assert shown
    row = r"<dt>(.*?)</dt>\s*<dd>\s*(?:<strong>)?(.*?)(?:</strong>)?\s*</dd>"
    found = re.findall(row, shown[1])
    amounts = [int(re.sub(r"[^0-9-]", "", won.replace("−", "-"))) for _, won in found]
    assert amounts == [-sums[n] if n == "지원금" else sums[n] for n in SUMS]
    if language == "ko":
        assert [re.sub(r" \(시험도\)", "", name) for name, _ in found] == list(SUMS)
    assert statement.due_on is not None
    words = {
        "ko": (
            "은행 우리은행",
            "예금주",
            "수량 3 개",
            "단가(원) 1,110",
            "정상가",
            "세금 면세",
            "세금 불과세",
        ),
        "en": (
            "Bank 우리은행",
            "Account holder",
            "Quantity 3 ea",
            "Unit price (won) 1,110",
            "Tax exempt",
        ),
    }[language]
    for said in (*words, ACCOUNT["number"], statement.due_on.isoformat()):
        assert said in text, said


def test_a_corrections_sums_stand_on_the_page_before_and_after(visit: Visit, world: World) -> None:
    boss = visit(None)
    booking = month_of(world, boss, {})
    statement = issued(world, booking)
    decision = {
        "kind": "set_seconds",
        "company": str(booking.company_id),
        "booking": str(booking.id),
        "start": booking.period.start.isoformat(),
        "end": booking.period.end.isoformat(),
        "seconds": 2400,
        "reason": "장비 점검",
    }
    assert boss.post("/api/v1/machines/mill-1/decisions", json=decision).status_code == 201
    assert corrected(boss, statement, difference(boss, statement)["digest"]).status_code == 201
    text = text_of(boss.get(f"/statements/{statement.id}").text)
    for said in (
        "구분 정정 전 정정 후 차액",
        "과세 공급가액 33,330원 23,330원",
        "면세 공급가액 17,000원 17,000원 0원",
        "불과세(위약금 등) 30,000원 30,000원 0원",
    ):
        assert said in text, text
