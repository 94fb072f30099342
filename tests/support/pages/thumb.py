"""A person at a browser whose taps, choices and typed fields are counted, and the screens too."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect


@dataclass
class Thumb:
    """A person whose every act is counted."""

    page: Page
    taps: int = 0
    screens: int = 0

    def opens(self, address: str) -> None:
        """Come from elsewhere: a bookmark, the icon on the home screen."""
        self.page.goto(address)
        self.screens += 1

    def taps_on(self, place: str, *, leads_on: bool = False) -> None:
        """Tap on something that can be seen."""
        self.taps += 1
        before = self.page.url
        self.page.locator(place).locator("visible=true").first.click()
        if leads_on:
            self.page.wait_for_url(lambda url: url != before)
            self.screens += 1

    def types(self, place: str, text: str) -> None:
        """Type into a field."""
        self.taps += 1
        self.page.fill(place, text)

    def chooses(self, place: str, label: str) -> None:
        """Choose from a list."""
        self.taps += 1
        self.page.select_option(place, label=label)

    def sends(self, name: str) -> None:
        """Tap on a button that sends, and wait for the word that it is done."""
        self.taps += 1
        self.screens += 1
        self.page.get_by_role("button", name=name, exact=True).locator("visible=true").click()
        expect(self.page.get_by_role("status").first).to_be_visible()

    def has_spent(self) -> tuple[int, int]:
        """Return the taps and screens since the last time, and begin anew."""
        spent = (self.taps, self.screens)
        self.taps = self.screens = 0
        return spent
