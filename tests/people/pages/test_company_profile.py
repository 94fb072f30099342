"""The profile of a firm on its page: by its owner with a tick, by staff with how it agreed."""

from __future__ import annotations

from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

FORM = {
    "since": "2026-01-01",
    "district": "경기도 화성시 봉담읍",
    "sector": "25",
    "workers": "7",
    "exports": "no",
}


def test_an_owner_finds_enters_and_takes_back_the_firms_profile(visit: Visit, world: World) -> None:
    company = world.company(name="한솔정밀")
    owner, colleague = visit(world.member(company)), visit(world.member(company))
    where = f"/companies/{company.id}/profile"
    assert f'href="{where}"' in owner.get("/about").text
    assert f'href="{where}"' not in colleague.get("/about").text
    refused = owner.post(where, data=FORM)
    assert refused.status_code == 409
    assert "동의 여부를 표시해 주세요" in text_of(refused.text)
    for typed in ('value="경기도 화성시 봉담읍"', 'value="7"', 'value="25" selected'):
        assert typed in refused.text
    assert owner.post(where, data={**FORM, "consent": "page"}).status_code == 303
    shown = text_of(colleague.get(where).text)
    for words in ("한솔정밀", "경기도 화성시 봉담읍", "금속가공제품 (25)", "기업이 직접 입력"):
        assert words in shown
    assert f'action="{where}"' not in colleague.get(where).text
    assert colleague.post(where, data={**FORM, "consent": "page"}).status_code == 403
    assert owner.post(f"{where}/withdraw").status_code == 303
    assert "아직 입력된 내용이 없습니다" in text_of(owner.get(where).text)


def test_staff_enter_a_profile_with_how_the_firm_agreed(visit: Visit, world: World) -> None:
    company = world.company(name="한솔정밀")
    boss = visit(None)
    where = f"/companies/{company.id}/profile"
    assert f'href="{where}"' in boss.get(f"/companies/{company.id}").text
    for given, words in (
        ({**FORM, "consent": "page"}, "서면 또는 전화"),
        ({**FORM, "consent": "paper", "workers": "일곱"}, "숫자"),
        ({**FORM, "consent": "paper", "since": "2026-13-01"}, "날짜"),
    ):
        refused = boss.post(where, data=given)
        assert (refused.status_code, words in text_of(refused.text)) == (409, True), words
    assert boss.post(where, data={**FORM, "consent": "telephone"}).status_code == 303
    assert "전화 동의" in text_of(boss.get(where).text)
    assert visit(world.member(world.company())).get(where).status_code == 404
