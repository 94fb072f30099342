"""python -m tests.support.setup_pictures DIR: every screen of a centre's setup from nothing, by
telephone and on a desk, in light and dark (make pictures).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.database import own_database
from deploy.stack import choice
from deploy.stack.browser import chromium
from gadong.settings import Settings
from tests.support.pages.browser import Theme, person
from tests.support.pictures import SIZES
from tests.support.programs import serving
from tests.support.stories.first_hour import MANAGER, FirstHour, nothing_but_a_manager

THEMES: tuple[Theme, ...] = ("light", "dark")


def take(browser: Browser, into: Path, size: str, theme: Theme) -> None:
    """Set a new centre up, and take a picture of each screen on the way, numbered."""
    names: list[str] = []
    with own_database() as pool, tempfile.TemporaryDirectory() as logs:
        nothing_but_a_manager(pool)
        settings = Settings(
            database_url=str(pool.conninfo),
            insecure_cookies=True,
            secret="s" * 32,
            points_per_minute=1_000_000,
        )
        with (
            serving(settings, Path(logs)) as site,
            person(browser, site, MANAGER, size=SIZES[size], theme=theme) as page,
        ):

            def look(name: str) -> None:
                names.append(name)
                name = f"{len(names):02}-{name.replace(' ', '-')}.{size}.{theme}.png"
                page.screenshot(path=str(into / name), full_page=True)

            FirstHour(page, look).play()


def main(directory: str) -> int:
    """Take them in each size and theme."""
    into = Path(directory)
    into.mkdir(parents=True, exist_ok=True)
    with chromium(choice.STACK) as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        for size in SIZES:
            for theme in THEMES:
                take(browser, into, size, theme)
    # A program for a person.
    print(f"{len(list(into.glob('*.png')))} pictures in {into}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
