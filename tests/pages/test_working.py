"""A form that takes long says so, and is sent once however often its button is pressed."""

from __future__ import annotations

from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.pages.browser import TELEPHONE, faults, person
from tests.support.world import World

# Nothing leaves the page, which whoever drives a browser could not look at meanwhile: kept is
# whether each press would have sent the form.
HELD = """() => {
  window.presses = [];
  addEventListener("submit", (event) => {
    window.presses.push(event.defaultPrevented ? "nothing" : "sent");
    event.preventDefault();
  });
}"""


def opened(page: Page, site: str) -> tuple[Locator, Locator]:
    """Return the button of a form that nobody answers yet, and where its work is told."""
    page.goto(f"{site}/month")
    page.evaluate(HELD)
    return page.get_by_role("button", name="초안 일괄 재계산"), page.locator("#working")


def test_a_form_that_takes_long_says_so_and_is_sent_once(
    browser: Browser, site: str, world: World
) -> None:
    with person(browser, site, world.manager_email, size=TELEPHONE, theme="dark") as page:
        button, said = opened(page, site)
        button.click()
        text = "모든 기업의 초안을 계산하고 있습니다. 1분 정도 걸릴 수 있습니다."
        expect(said).to_have_text(text)
        expect(button).to_have_attribute("aria-busy", "true")
        assert faults(page) == []
        button.click()
        button.press("Enter")
        assert page.evaluate("presses") == ["sent", "nothing", "nothing"]


def test_who_goes_back_finds_the_form_as_it_was(browser: Browser, site: str, world: World) -> None:
    with person(browser, site, world.manager_email) as page:
        button, said = opened(page, site)
        button.click()
        expect(said).not_to_be_empty()
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        expect(said).to_be_empty()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        button.click()
        assert page.evaluate("presses") == ["sent", "sent"]
