"""Commissioned work on its pages: a firm asks and accepts, the desk offers, does and hands over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gadong.commissions.services import commissions
from gadong.core.database import Pool
from tests.support.commissions import ANALYSIS, POUCH, charged
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def offer_on(page: str) -> dict[str, str]:
    """Return what the form accepts by which a page shows an offer."""
    (found,) = re.findall(r'name="offer" value="([^"]+)"', page)
    return {"offer": found}


def test_work_from_a_question_to_the_handing_over(visit: Visit, world: World, pool: Pool) -> None:
    world.tariff(goods=[ANALYSIS, POUCH])
    company = world.company()
    own, desk = visit(world.member(company)), visit(None)
    outsider = visit(world.member(world.company()))
    wish = {"company": str(company.id), "subject": "홍삼 분석", "wish": "함량"}
    rows = {"good": ["ginsenoside", "", ""], "quantity": ["3", "", ""]}
    sent = own.post("/commissions", data={**wish, **rows})
    assert sent.status_code == 303
    (asked,) = commissions.shown(pool, world.manager, world.centre.id)
    one = f"/commissions/{asked.id}"
    assert sent.headers["location"] == one
    listed = text_of(own.get("/commissions").text)
    assert f"{asked.number} · 홍삼 분석" in listed
    assert "진세노사이드 분석 3 개" in listed
    assert "홍삼 분석" not in text_of(outsider.get("/commissions").text)
    assert outsider.get(one).status_code == 404

    due = f"{datetime.now(UTC).astimezone(world.ZONE) + timedelta(days=7):%Y-%m-%d}"
    wrong = {"good": ["ginsenoside"], "quantity": ["drei"], "due_on": due}
    refused = desk.post(f"{one}/quote", data=wrong)
    assert (refused.status_code, "숫자로" in refused.text) == (409, True)
    items = {"good": ["ginsenoside", "pouch"], "quantity": ["3", "1,200"]}
    offer = {**items, "due_on": due, "prepayment": "100000", "words": "시료 3병을 보내 주세요"}
    assert desk.post(f"{one}/quote", data=offer).status_code == 303
    seen = text_of(own.get(one).text)
    # 240,000 + 1,200 x 300, and the tax.
    for said in ("600,000원", "60,000원", "660,000원", "100,000원", "시료 3병을 보내 주세요"):
        assert said in seen
    assert f'action="{one}/accept"' in own.get(one).text
    # The firm accepts the offer that it saw.
    shown = offer_on(own.get(one).text)
    assert desk.post(f"{one}/quote", data={**offer, "words": "다시"}).status_code == 303
    paper = re.findall(r'href="(/api[^"]+document[.]pdf[^"]+)"', own.get(one).text)
    assert own.get(paper[0]).headers["content-type"] == "application/pdf"
    assert desk.post(f"{one}/quote", data={**offer, "valid_until": "2026-01-01"}).status_code == 409
    late = own.post(f"{one}/accept", data=shown)
    assert (late.status_code, "견적이 바뀌었습니다" in late.text) == (409, True)
    assert own.post(f"{one}/accept", data=offer_on(late.text)).status_code == 303
    # An accepted offer is received as it is: its form has no items.
    assert desk.post(f"{one}/receive", data={"due_on": due, "is_urgent": "true"}).status_code == 303
    assert "긴급" in text_of(own.get("/commissions").text)
    assert desk.post(f"{one}/start").status_code == 303
    done = {"good": ["ginsenoside", "pouch"], "quantity": ["3", "1200"]}
    assert desk.post(f"{one}/finish", data=done).status_code == 303
    assert charged(world, company.id).supply == 600_000
    assert desk.post(f"{one}/hand-over", data={"recipient": "김재배"}).status_code == 303
    course = text_of(own.get(one).text)
    assert "교부 · 김재배" in course
    assert own.post(f"{one}/withdraw").status_code == 409
