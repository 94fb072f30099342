"""The time picker: days with room, free starts with their price, and few taps to a booking."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Browser, expect

from tests.support.page_fixtures import Visit
from tests.support.pages.browser import TELEPHONE, booked, faults, member_of, person, tomorrow
from tests.support.world import World


def starts_of(html: str) -> list[str]:
    """Return the values of the starts that can be tapped."""
    return re.findall(r'name="slot" value="([^"]+)"', html)


def test_a_day_shows_its_free_starts_with_prices_and_what_is_taken(
    visit: Visit, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company()
    other, _ = member_of(world)
    booked(world, other, 10)
    member, _ = member_of(world)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    client = visit(member)
    page = client.get(
        "/machines/mill-1/book", params={"day": day, "minutes": "120", "purpose": "jig"}
    )
    assert page.status_code == 200
    starts = starts_of(page.text)
    assert f"{day}T12:00" in starts
    # Two hours from nine would reach into the other's booking.
    assert not {f"{day}T{t}" for t in ("08:30", "09:00", "10:00", "11:30")} & set(starts)
    assert f"{day}T08:00" in starts
    taken = re.search(r'<li class="slot is-taken">.*?</li>', page.text, re.DOTALL)
    assert taken
    assert "10:00–12:00" in taken[0]
    assert "66,000원" in page.text
    # Without a script a tap is a question to the server; what was typed stays.
    tapped = client.get(
        "/machines/mill-1/book",
        params={
            "slot": f"{day}T12:00",
            "start": f"{day}T08:00",
            "minutes": "120",
            "purpose": "jig",
        },
    ).text
    assert (
        f'id="start" name="start" type="datetime-local" step="60" required value="{day}T12:00"'
        in " ".join(tapped.split())
    )
    assert re.search(rf'name="slot" value="{day}T12:00"[^>]*aria-pressed="true"', tapped)
    assert 'value="jig"' in tapped


def test_starts_suit_all_machines_that_are_chosen(visit: Visit, world: World) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.machine("mill-2")
    world.company()
    member, _ = member_of(world)
    booked(world, member, 10)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    asked = {"day": day, "minutes": "60"}
    client = visit(member)
    alone = client.get("/machines/mill-2/slots", params=asked).text
    both = client.get("/machines/mill-2/slots", params={**asked, "also": "mill-1"}).text
    assert f"{day}T10:00" in starts_of(alone)
    assert f"{day}T10:00" not in starts_of(both)
    assert f"{day}T12:00" in starts_of(both)
    assert "66,000원" in both


def test_the_lengths_are_those_that_the_rules_allow(visit: Visit, world: World) -> None:
    hour = timedelta(hours=1)
    world.machine("mill-1", step=hour, shortest=3 * hour, longest=6 * hour)
    world.company()
    member, _ = member_of(world)
    page = visit(member).get("/machines/mill-1/book").text
    lengths = re.search(r'<select class="form-select" id="minutes".*?</select>', page, re.DOTALL)
    assert lengths
    assert re.findall(r'value="(\d+)"', lengths[0]) == ["180", "240", "360"]
    assert "· 3시간</h2>" in page


def test_a_telephone_books_tomorrow_in_three_taps(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company()
    _, email = member_of(world)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    with person(browser, site, email, size=TELEPHONE) as page:
        page.goto(f"{site}/machines/mill-1/book")
        page.fill("#purpose", "typed before")
        page.locator(f'.day[value="{day}"]').click()
        expect(page.locator(f'.day[value="{day}"]')).to_have_attribute("aria-pressed", "true")
        page.locator(f'.slot[value="{day}T14:00"]').click()
        expect(page.locator("#start")).to_have_value(f"{day}T14:00")
        expect(page.locator("#quote")).to_contain_text("66,000원")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        page.get_by_role("button", name="예약하기").click()
        expect(page.get_by_role("status")).to_contain_text("예약했습니다")
        expect(page.locator("main")).to_contain_text("typed before")
