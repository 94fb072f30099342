"""Pages without a browser: forms sent and answers read as a person without JavaScript would; and a
browser for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright

from deploy.stack import choice
from deploy.stack.browser import chromium
from gadong.core.domain.access import Caller
from gadong.settings import Settings
from tests.support.programs import serving
from tests.support.world import PASSWORD, World

Visit = Callable[[Caller | None], TestClient]


@pytest.fixture
def visit(
    application: FastAPI, settings: Callable[..., Settings], programs_url: str, world: World
) -> Iterator[Visit]:
    """A visitor logged in through the door; None is the manager."""
    opened: list[TestClient] = []
    application.state.settings = settings(database_url=programs_url)

    def enter(who: Caller | None) -> TestClient:
        client = TestClient(
            application,
            raise_server_exceptions=False,
            follow_redirects=False,
            headers={
                "accept": "text/html",
                "accept-language": "ko",
                "sec-fetch-site": "same-origin",
            },
        )
        client.__enter__()
        opened.append(client)
        email = world.emails[who.person_id] if who else world.manager_email
        answer = client.post(
            "/login", data={"email": email, "password": PASSWORD, "next": "/machines"}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/machines")
        return client

    yield enter
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def site(settings: Callable[..., Settings], tmp_path: Path) -> Iterator[str]:
    """The pages in a process of their own."""
    with serving(settings(), tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; ended with the module, since Playwright's loop would run on beneath all
    other tests.
    """
    with chromium(choice.STACK) as url, sync_playwright() as playwright:
        yield playwright.chromium.connect_over_cdp(url)
