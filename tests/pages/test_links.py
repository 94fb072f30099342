"""Addresses that are handed on lead to the installation, whatever host a request named."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.core.domain.access import Caller
from gadong.people.services import join_requests
from gadong.settings import Settings
from tests.conftest import PUBLIC_URL
from tests.support.page_fixtures import Visit
from tests.support.world import World, registration_number

ELSEWHERE = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
}


def handed_on(client: TestClient, world: World, member: TestClient) -> list[str]:
    """Every address that a page shows to be taken elsewhere: an invitation's, a feed's, a machine's
    code.
    """
    join_requests.ask(
        world.pool,
        world.centre.id,
        company="새 공방",
        registration_number=registration_number(9),
        name="최공방",
        email="choi@workshop.example",
        address="192.0.2.1",
    )
    (request,) = join_requests.waiting(world.pool, world.manager, world.centre.id)
    admitted = client.post(f"/joining/{request.id}", data={"do": "approve"}, headers=ELSEWHERE)
    fed = member.post("/bookings/feed", headers=ELSEWHERE)
    printed = client.get("/machines/mill-1/qr", headers=ELSEWHERE)
    patterns = (
        (admitted, r"[^<>\s\"]*/recover/[\w-]+"),
        (fed, r"[^<>\s]*/calendar/[\w-]+\.ics"),
        (printed, r"[^<>\s]*/at/mill-1"),
    )
    return [re.findall(pattern, answer.text)[0] for answer, pattern in patterns]


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        ({}, f"{PUBLIC_URL}/"),
        ({"public_url": f"{PUBLIC_URL}/"}, f"{PUBLIC_URL}/"),
        ({"public_url": "", "insecure_cookies": False}, "/"),
    ],
)
def test_no_request_says_where_links_lead(
    visit: Visit,
    world: World,
    application: FastAPI,
    settings: Callable[..., Settings],
    told: dict[str, object],
    begins: str,
) -> None:
    world.machine("mill-1")
    who: Caller = world.member(world.company())
    client, member = visit(None), visit(who)
    if not told.get("insecure_cookies", True):
        for one in (client, member):
            kept = one.cookies["gadong_session"]
            one.headers["Cookie"] = f"__Host-gadong_session={kept}"
    application.state.settings = settings(**told)
    addresses = handed_on(client, world, member)
    assert len(addresses) == 3
    assert all(re.match(rf"{re.escape(begins)}\w", address) for address in addresses), addresses
