"""Pages without a browser: forms sent and answers read as a person without JavaScript would; and a
browser for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright

from api.__main__ import STOP_WITHIN
from api.app import create_app
from deploy.stack import choice
from deploy.stack.browser import chromium
from deploy.stack.servers import free_port
from gadong.core.domain.access import Caller
from gadong.settings import Settings
from tests.conftest import Stack
from tests.support.waiting import until
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


@pytest.fixture(scope="session")
def served(stack: Stack) -> FastAPI:
    """The API that `site` serves, put together once: each test tells it its settings.

    It is not `application`, whose clients a test may use beside the site.
    """
    return create_app(Settings(database_url=stack.database_url))


@pytest.fixture
def site(served: FastAPI, settings: Callable[..., Settings]) -> Iterator[str]:
    """The pages as Uvicorn serves them, in a thread of this process.

    A program of its own would first import for five seconds of processor time what is here already.
    Tests that end and start the program, or give it other settings, use `serving_program`.
    """
    port = free_port()
    served.state.settings = settings(public_url="")
    config = uvicorn.Config(
        served,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="site")
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive(), within=60, what="the pages answer")
        assert server.started
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; ended with the module, since Playwright's loop would run on beneath all
    other tests.
    """
    with chromium(choice.STACK) as url, sync_playwright() as playwright:
        yield playwright.chromium.connect_over_cdp(url)
