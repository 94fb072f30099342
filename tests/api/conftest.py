"""The application in this process, on the test's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.domain.access import Caller
from gadong.settings import Settings
from tests.world import PASSWORD, World


@pytest.fixture
def client(application: FastAPI, settings: Callable[..., Settings]) -> Iterator[TestClient]:
    """A client that has not logged in."""
    application.state.settings = settings()
    with TestClient(application, raise_server_exceptions=False) as opened:
        yield opened


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
def manager(client: TestClient, bearer: LogIn) -> TestClient:
    """A client that speaks as the world's manager."""
    client.headers.update(bearer(None))
    return client
