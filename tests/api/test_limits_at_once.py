"""Limits that are counted and then used up: several at once get no more than one after the
other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.notices.services.webhooks import MAX_WEBHOOKS
from gadong.people.domain.password_attempts import FREE_FOR_ONE
from gadong.people.services import account_recovery
from gadong.people.services.join_requests import MOST_ASKED
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

V1 = "/api/v1"
KEYS = Keyring(("k" * 32,))
MOST_FEEDS = 20

Ask = Callable[[], int]


def passwords(client: TestClient, world: World, session: LogIn) -> tuple[Ask, int, int]:
    """Guess a person's password."""
    body = {"email": world.manager_email, "password": "wrong wrong wrong"}
    return lambda: client.post(f"{V1}/sessions", json=body).status_code, 401, FREE_FOR_ONE


def own_password(client: TestClient, world: World, session: LogIn) -> tuple[Ask, int, int]:
    """Guess the password in a session that was left open."""
    headers, body = session(None), {"old": "wrong wrong wrong", "new": "seven quiet lathes hum"}
    return (
        lambda: client.put(f"{V1}/me/password", json=body, headers=headers).status_code,
        422,
        FREE_FOR_ONE,
    )


def requests_to_join(client: TestClient, world: World, session: LogIn) -> tuple[Ask, int, int]:
    """Ask a centre to be served."""
    asking = {"company": "새 회사", "registration_number": "1208147521", "name": "새 사람"}
    where = f"{V1}/centres/{world.centre.id}/join-requests"
    body = {**asking, "email": "asks@x.example"}
    return lambda: client.post(where, json=body).status_code, 202, MOST_ASKED


def feeds(client: TestClient, world: World, session: LogIn) -> tuple[Ask, int, int]:
    """Make calendar feeds."""
    headers = session(world.member(world.company()))
    return (
        lambda: client.post(f"{V1}/feeds", json={"of": "me"}, headers=headers).status_code,
        201,
        MOST_FEEDS,
    )


def webhooks(client: TestClient, world: World, session: LogIn) -> tuple[Ask, int, int]:
    """Add webhooks to a centre."""
    headers = session(None)
    body = {"centre": str(world.centre.id), "url": "https://erp.example/hook", "kinds": []}
    return (
        lambda: client.post(f"{V1}/webhooks", json=body, headers=headers).status_code,
        201,
        MAX_WEBHOOKS,
    )


@pytest.mark.parametrize(
    "attack",
    [passwords, own_password, requests_to_join, feeds, webhooks],
    ids=lambda attack: attack.__name__,
)
def test_several_at_once_get_no_more_than_the_limit(
    client: TestClient,
    world: World,
    session: LogIn,
    attack: Callable[[TestClient, World, LogIn], tuple[Ask, int, int]],
) -> None:
    ask, accepted, most = attack(client, world, session)
    # All but one are used up before, so that the last is what many want.
    assert [ask() for _ in range(most - 1)] == [accepted] * (most - 1)
    statuses = at_once(*[ask] * 8)
    assert statuses.count(accepted) == 1, statuses
    assert set(statuses) <= {accepted, 409, 422, 429}


def test_mails_asked_for_at_once_are_no_more_than_the_limit(pool: Pool, world: World) -> None:
    def ask() -> int:
        account_recovery.ask_back_in(
            pool,
            world.manager_email,
            public_url="https://x.example",
            keys=KEYS,
            now=datetime.now(UTC),
            address="192.0.2.66",
        )
        return 0

    at_once(*[ask] * 8)
    with transaction(pool, SYSTEM) as tx:
        mails = many(tx, "select id from deliveries where kind = 'password.recovery'")
    assert len(mails) == account_recovery.MOST_MAILS


def test_bookings_asked_for_at_once_are_no_more_than_the_quota(
    client: TestClient, world: World, session: LogIn
) -> None:
    world.machine("mill-1", ahead_bookings=2)
    headers = session(world.member(world.company()))

    def book(day: int) -> Callable[[], int]:
        start = TOMORROW + timedelta(days=day)
        body = wish("mill-1", start=start)
        return lambda: client.post(f"{V1}/bookings", json=body, headers=headers).status_code

    statuses = at_once(*[book(day) for day in range(6)])
    assert sorted(statuses) == [201, 201, 422, 422, 422, 422]
