"""The pages of satisfaction: behind a link without a login, and for the centre."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from gadong.people.services import account_administration
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.satisfaction.answers import (
    QUESTIONS,
    answered,
    ask,
    asking,
    opened,
    session,
)
from tests.support.world import World

OWN_PAGE = {"accept": "text/html", "sec-fetch-site": "same-origin"}
FORM = {"score_1": "5", "score_2": "4", "score_3": "3", "words": "<b>조용함</b>"}


def link_of(world: World, *, language: str = "ko") -> str:
    """The path of a link about a session that just ended."""
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    session(world, machine, who)
    assert ask(world) == 1
    (asked,) = opened(world, language=language)
    return f"/satisfaction/{asked.word}"


def test_a_link_is_answered_without_a_login_and_once(world: World, client: TestClient) -> None:
    client.headers.update(OWN_PAGE)
    path = link_of(world)
    shown = client.get(path)
    assert shown.status_code == 200
    for words in ("이용은 어떠셨나요?", "시험 센터 · 밀링", "1. 장비가 잘 작동했습니까?", "회사 1"):
        assert words in text_of(shown.text)
    missed = client.post(path, data={**FORM, "score_3": ""})
    assert missed.status_code in {409, 422}
    assert "조용함" in missed.text, "what was typed stands in the form again"
    assert client.post(path, data={"score_1": "5", "score_2": "5"}).status_code == 409
    foreign = client.post(path, data=FORM, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    sent = client.post(path, data=FORM)
    assert (sent.status_code, "감사합니다" in sent.text) == (200, True)
    for again in (client.get(path), client.post(path, data=FORM)):
        assert again.status_code == 404
        assert "이미 응답했거나 기한이 지난 링크입니다" in text_of(again.text)
    assert client.get("/satisfaction/nonsense").status_code == 404


def test_a_link_opens_for_nobody_whose_account_was_disabled(
    world: World, client: TestClient
) -> None:
    client.headers.update(OWN_PAGE)
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    session(world, machine, who)
    assert ask(world) == 1
    (asked,) = opened(world)
    path = f"/satisfaction/{asked.word}"
    now = datetime.now(UTC)
    account_administration.shut(world.pool, OPERATOR, who.person_id, reason="퇴사", now=now)
    for refused in (client.get(path), client.post(path, data=FORM)):
        assert refused.status_code == 404
        assert "이미 응답했거나 기한이 지난 링크입니다" in text_of(refused.text)
    account_administration.reopen(world.pool, OPERATOR, who.person_id, reason="복귀", now=now)
    assert client.post(path, data=FORM).status_code == 200


def test_a_link_speaks_its_own_language_until_another_is_chosen(
    world: World, client: TestClient
) -> None:
    path = link_of(world, language="en")
    said = text_of(client.get(path, headers={"accept-language": "ko"}).text)
    assert "Did the machine work well?" in said
    assert "Mill" in said
    client.cookies.set("gadong_language", "ko")
    assert "장비가 잘 작동했습니까?" in text_of(client.get(path).text)


def test_the_centre_writes_its_questions_and_reads_the_answers(visit: Visit, world: World) -> None:
    boss, page = visit(None), "/reports/satisfaction"
    first = boss.get(page)
    assert "현재 만족도 조사를 하지 않습니다" in text_of(first.text)
    assert "직원의 안내에 만족하셨습니까?" in first.text, "suggested questions stand in the form"
    assert page in boss.get("/reports").text
    pairs = {"ko": [q.ko for q in QUESTIONS] + ["", ""], "en": [q.en for q in QUESTIONS] + ["", ""]}
    kept = boss.post(page, data={**pairs, "pause_days": "0", "is_asking": "true"})
    assert kept.status_code == 303
    assert "다음 날 오전 9시에" in text_of(boss.get(page).text)
    refused = boss.post(page, data={**pairs, "en": ["a", "", ""], "pause_days": "0"})
    assert refused.status_code == 409
    assert "문항마다 한국어와 영어를 모두 쓰세요" in text_of(refused.text)
    machine, who = world.machine("mill-1"), world.member(world.company())
    answered(world, machine, who, 4, 5, 5, 4, words="<i>조용함</i>")
    few = text_of(boss.get(page).text)
    assert "응답 5명부터 표시" in few
    assert "조용함" not in few
    session(world, machine, world.member(world.companies[0]), hours_ago=20)
    ask(world)
    (asked,) = opened(world)
    sent = {"score_1": "1", "score_2": "1", "score_3": "1", "names_company": "true"}
    assert (
        boss.post(f"/satisfaction/{asked.word}", data={**sent, "words": "느림"}).status_code == 200
    )
    many = boss.get(page)
    assert "3.93" in many.text
    assert "80.0 %" in many.text
    assert "&lt;i&gt;조용함&lt;/i&gt;" in many.text
    assert "느림 – 회사 1" in text_of(many.text)
    assert who.person_id.hex not in many.text.replace("-", "")
    year = datetime.now(UTC).year - 1
    assert "이 연도의 이용에 대해 아직" in text_of(boss.get(f"{page}?year={year}").text)
    assert visit(who).get(page).status_code == 403
