"""A firm that two centres serve by its consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CompanyId, new_id
from gadong.people.domain.company import Company
from tests.support.world import PASSWORD, World

V1 = "/api/v1"


@pytest.fixture
def far(world: World) -> World:
    """Another centre of the installation."""
    made = World.made(world.pool)
    # Companies of a world are numbered by how many there are.
    made.companies = [Company(id=CompanyId(new_id()), name="", registration_number="")] * 40
    return made


@pytest.fixture
def far_manager(client: TestClient, far: World, session_cookie: str) -> dict[str, str]:
    """The session of the other centre's manager."""
    login = {"email": far.manager_email, "password": PASSWORD}
    assert client.post(f"{V1}/sessions", json=login).status_code == 201
    headers = {"Cookie": f"{session_cookie}={client.cookies[session_cookie]}"}
    client.cookies.clear()
    return headers


@pytest.fixture
def firm(world: World) -> tuple[Company, Caller, Caller]:
    """A company of the first centre, its owner, and a member whom that centre entered."""
    company = world.company(name="한솔정밀")
    return company, world.member(company), world.member(company)


Enter = Callable[..., Any]


@pytest.fixture
def enter(client: TestClient, far: World, far_manager: dict[str, str]) -> Enter:
    """The other centre enters a company."""

    def entered(number: str, name: str = "우리가 적은 이름") -> Any:
        body = {
            "centre": str(far.centre.id),
            "name": name,
            "registration_number": number,
            "since": "2026-01-01",
        }
        return client.post(f"{V1}/companies", json=body, headers=far_manager)

    return entered


def consented(client: TestClient, enter: Enter, company: Company, owner: dict[str, str]) -> None:
    """The company is served by both centres."""
    enter(company.registration_number)
    (consent,) = client.get(f"{V1}/consents", headers=owner).json()["items"]
    given = client.post(f"{V1}/consents/{consent['id']}/give", json={}, headers=owner)
    assert given.status_code == 204
