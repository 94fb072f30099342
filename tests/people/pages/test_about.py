"""A centre's address, desk, hours and holidays as its users find them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import backdated_rules
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from tests.support.page_fixtures import Visit
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[3]
BROWSER = "tests/pages/test_browser.py"
#: Every claim of the page's first list, with the tests that hold it.
HELD = {
    "The pages of everyday use are examined by axe, in the light and in the dark.": (
        "tests/pages/test_browser.py::test_every_page_can_be_used_by_everybody",
    ),
    "A month is closed with the keyboard alone.": (
        f"{BROWSER}::test_a_month_is_settled_from_the_keyboard_and_its_paper_opens",
    ),
    "The pages of everyday use show their content without scripts, and most of them fit 390"
    " pixels.": (
        "tests/pages/test_pages.py::test_a_page_lets_nothing_in_from_elsewhere",
        "tests/pages/test_browser.py::test_every_page_can_be_used_by_everybody",
    ),
    "A state is said by a word and a sign, never by its colour alone.": (
        f"{BROWSER}::test_the_floor_lives_pauses_and_a_lost_stream_is_shown_as_lost",
    ),
}
FORM = {
    "address": "  서울특별시 영등포구\u3000당산로 1 ",
    "phone": "+82 2 2670 0000",
    "email": "desk@centre.example",
    "directions": "2호선 문래역 7번 출구\n걸어서 5분",
}


def test_a_member_finds_where_the_centre_is_and_when_it_is_open(visit: Visit, world: World) -> None:
    member = visit(world.member(world.company()))
    today = datetime.now(UTC).astimezone(world.centre.zone).date()
    backdated_rules.set_holiday(
        world.pool,
        world.manager,
        world.centre.id,
        today + timedelta(days=3),
        name="개소 기념일",
        is_holiday=True,
    )
    assert "아직 주소와 전화번호를 등록하지" in member.get("/about").text
    assert visit(None).post("/about", data=FORM).status_code == 303
    page = member.get("/about").text
    for said in (
        "서울특별시 영등포구 당산로 1",
        '<a href="tel:0226700000">02-2670-0000</a>',
        '<a href="mailto:desk@centre.example">',
        "2호선 문래역 7번 출구<br>걸어서 5분<br>",
        "개소 기념일",
        "24시간 운영",
    ):
        assert said in page, said
    assert "00:00-00:00" not in page
    assert 'name="address"' not in page


def test_a_member_finds_the_closures_of_the_next_two_weeks_the_centres_own_first(
    visit: Visit, world: World
) -> None:
    member, mill = visit(world.member(world.company())), world.machine("mill-1")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def close(machine: Machine | None, days: int, reason: str) -> None:
        start = now + timedelta(days=days, hours=2)
        period = Period(start, start + timedelta(hours=3))
        closing = Closing(
            centre=world.centre.id, machine=machine, period=period, kind="closed", reason=reason
        )
        closures.close(world.pool, world.manager, closing, now=datetime.now(UTC))

    assert "휴관·점검 예정" not in member.get("/about").text
    close(mill, 1, "베어링 교체")
    close(None, 13, "대청소")
    close(None, 14, "먼 날의 행사")
    listed = member.get("/about").text.partition("휴관·점검 예정")[2]
    assert 0 < listed.index("대청소") < listed.index("베어링 교체")
    assert "밀링 · 휴관" in " ".join(listed.split())
    assert "먼 날의 행사" not in listed


def test_only_a_manager_changes_it_and_what_is_wrong_comes_back_filled(
    visit: Visit, world: World
) -> None:
    member = visit(world.member(world.company()))
    assert member.post("/about", data=FORM).status_code == 403
    answer = visit(None).post("/about", data=FORM | {"phone": "센터에 문의"})
    assert answer.status_code == 409
    assert "전화번호 형식이 아닙니다" in answer.text
    assert 'value="센터에 문의"' in answer.text
    assert "아직 주소와 전화번호를 등록하지" in member.get("/about").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "가" * 201}, "address"),
        ({"address": "서울\u202e"}, "address"),
        ({"phone": "02-12"}, "phone"),
        ({"email": "desk"}, "email"),
        ({"directions": "\x07"}, "directions"),
    ],
)
def test_the_api_names_the_field_that_is_wrong_and_empties_what_is_left_out(
    world: World, manager: TestClient, changed: dict[str, str], field: str
) -> None:
    where = f"/api/v1/centres/{world.centre.id}/contact"
    assert manager.put(where, json=FORM).status_code == 204
    answer = manager.put(where, json=FORM | changed)
    assert answer.status_code == 422
    assert field in str(answer.json())
    assert manager.put(where, json={"phone": "1588-1234"}).status_code == 204
    found = manager.get(f"/api/v1/centres/{world.centre.id}").json()["contact"]
    assert found == {"address": "", "phone": "15881234", "email": "", "directions": ""}


def test_who_is_kept_out_learns_whom_to_tell(visit: Visit, world: World) -> None:
    manager = visit(None)
    manager.post("/about", data=FORM)
    assert "02-2670-0000" in manager.get("/accessibility").text
    manager.post("/logout")
    answer = manager.get("/accessibility")
    assert (answer.status_code, "02-2670-0000" in answer.text) == (200, False)


def test_every_claim_of_accessibility_is_held_by_a_test(visit: Visit) -> None:
    page = visit(None).get("/accessibility", headers={"accept-language": "en"}).text
    listed = page.partition("<h2>Checked with each change</h2>")[2].partition("</ul>")[0]
    claims = [
        " ".join(unescape(x).split()) for x in re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)
    ]
    assert claims == list(HELD)
    for tests in HELD.values():
        for test in tests:
            file, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), test
