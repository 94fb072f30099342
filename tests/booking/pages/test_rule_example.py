"""The example booking beside the rules: judged as they are, and with a value that was typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from tests.support.page_fixtures import Visit
from tests.support.pages.browser import person, tomorrow
from tests.support.pages.pages import text_of
from tests.support.world import World


def test_a_typed_value_is_tried_and_changes_nothing(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    start = f"{tomorrow(world, 10) + timedelta(days=1):%Y-%m-%dT%H:%M}"
    asked = {"start": start, "minutes": "240", "level": "centre"}

    def seen(value: str, **more: str) -> str:
        answer = client.get("/rules/longest_minutes", params={**asked, "value": value, **more})
        assert answer.status_code == 200
        text = text_of(answer.text)
        return text[text.index("예시 예약에 대한 의미") :]

    told = seen("180")
    now, then = told.split("새 값을 적용하면")
    assert "바로 확정됩니다" in now
    assert "예약할 수 없습니다" in then
    assert "4시간" in then
    assert "3시간" in then
    assert "이 예약에는 달라지는 것이 없습니다" in seen("240")
    # A value that cannot be is explained beside the example, and stays in the form.
    assert "shortest" not in seen("10")
    refused = client.get("/rules/longest_minutes", params={**asked, "value": "여덟"})
    assert 'value="여덟"' in refused.text
    # A later change concerns no booking before it.
    later = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%dT%H:%M}"
    assert "달라지는 것이 없습니다" in seen("180", since=later)
    # Nothing was set.
    assert "최대 예약 시간 8시간 센터 설정" in text_of(client.get("/rules").text)


def test_a_machines_own_value_stands_before_a_change_of_the_centre(
    visit: Visit, world: World
) -> None:
    world.machine("mill-1")
    client = visit(None)
    own = {"level": "machine:mill-1", "value": "120", "reason": "시험"}
    assert client.post("/rules/longest_minutes", data=own).status_code == 303
    start = f"{tomorrow(world, 10):%Y-%m-%dT%H:%M}"
    asked = {"start": start, "minutes": "240", "level": "centre", "value": "480"}
    told = text_of(client.get("/rules/longest_minutes", params=asked).text)
    assert "달라지는 것이 없습니다" in told
    nearer = text_of(
        client.get("/rules/longest_minutes", params={**asked, "level": "machine:mill-1"}).text
    )
    assert "달라지는 것이 없습니다" not in nearer


def test_the_rule_book_begins_with_an_example(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    client = visit(None)
    assert "바로 확정됩니다" in text_of(client.get("/rules").text)
    limit = {"level": "centre", "value": "2", "reason": "시험"}
    assert client.post("/rules/day_bookings", data=limit).status_code == 303
    start = f"{tomorrow(world, 10):%Y-%m-%dT%H:%M}"
    counted = {"start": start, "minutes": "60", "earlier": "2"}
    assert "예약할 수 없습니다" in text_of(client.get("/rules", params=counted).text)


def test_the_example_follows_what_is_typed(browser: Browser, site: str, world: World) -> None:
    world.machine("mill-1")
    with person(browser, site, world.manager_email) as page:
        page.goto(f"{site}/rules/longest_minutes?machine=mill-1")
        told = page.locator("#example-told")
        expect(told).to_contain_text("바로 확정됩니다")
        page.fill("#value", "60")
        page.locator("#reason").focus()
        expect(told.locator(".is-changed")).to_contain_text("예약할 수 없습니다")
