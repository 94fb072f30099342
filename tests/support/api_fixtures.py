"""The application in this process, on the test's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.identity import cookie_name
from gadong.core.domain.access import Caller
from gadong.core.services.sealing import Keyring, about_letter
from gadong.settings import Settings
from tests.conftest import PUBLIC_URL, Stack
from tests.support.world import PASSWORD, World


@pytest.fixture
def client(
    application: FastAPI, settings: Callable[..., Settings], programs_url: str
) -> Iterator[TestClient]:
    """A client that has not logged in, of an API that is told what it is told in production.

    Its pages have an address, its cookies need TLS, and its login at the database owns nothing.
    """
    application.state.settings = settings(database_url=programs_url, insecure_cookies=False)
    with TestClient(application, base_url=PUBLIC_URL, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def session_cookie(client: TestClient, application: FastAPI) -> str:  # it sets the settings
    """The name of a browser's session cookie."""
    return cookie_name(application.state.settings)


Opened = Callable[[Mapping[str, Any]], str]


@pytest.fixture
def words_of(stack: Stack) -> Opened:
    """The words of a letter that waits, given its row: those with a link wait encrypted."""
    keys = Keyring((stack.secret,))

    def opened(row: Mapping[str, Any]) -> str:
        assert "/recover/" not in row["body"]
        return keys.open(row["body"], about_letter(row["id"]))

    return opened


LogIn = Callable[[Caller | None], dict[str, str]]


@pytest.fixture
def bearer(client: TestClient, world: World) -> LogIn:
    """Headers of a person's own token; None is the manager."""

    def log_in(who: Caller | None) -> dict[str, str]:
        email = world.emails[who.person_id] if who else world.manager_email
        answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        token = client.post("/api/v1/tokens", json={"name": "test"}).json()["token"]
        client.cookies.clear()
        return {"Authorization": f"Bearer {token}"}

    return log_in


@pytest.fixture
def session(client: TestClient, world: World, session_cookie: str) -> LogIn:
    """Headers of a session that a person has just opened in a browser; None is the manager."""

    def log_in(who: Caller | None) -> dict[str, str]:
        email = world.emails[who.person_id] if who else world.manager_email
        answer = client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        opened = {"Cookie": f"{session_cookie}={client.cookies[session_cookie]}"}
        client.cookies.clear()
        return opened

    return log_in


@pytest.fixture
def manager(client: TestClient, bearer: LogIn) -> TestClient:
    """A client that speaks as the world's manager."""
    client.headers.update(bearer(None))
    return client
