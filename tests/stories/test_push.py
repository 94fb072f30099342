"""Notices in a browser: from what happened to the browser's own reading, and its ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.services.sealing import Keyring
from gadong.machines.services import machines
from gadong.notices.domain.push_message import public_text, sender_key
from gadong.notices.services import notice_delivery, push_subscriptions
from gadong.notices.services.notice_delivery import Senders
from gadong.people.services.accounts import OPERATOR
from scheduler.push_messages import push_sender
from tests.conftest import Stack
from tests.support.api_fixtures import LogIn
from tests.support.notices.push_server import PushServer, is_signed, push_server
from tests.support.page_fixtures import Visit
from tests.support.world import PASSWORD, World

AGENT = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
CONTACT = "mailto:desk@gadong.example"


def rows(pool: Pool, statement: str) -> list[dict[str, Any]]:
    """Return what the database has."""
    with transaction(pool, SYSTEM) as tx:
        return many(tx, statement)


def subscriptions(pool: Pool) -> int:
    """Return how many browsers are subscribed."""
    return len(rows(pool, "select id from push_subscriptions"))


def deliver(
    pool: Pool, secret: str, *, allow_local: bool = True, now: datetime | None = None
) -> int:
    """Publish what happened and send it to browsers; return how many were accepted."""
    keys = Keyring((secret,))
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    sender = push_sender(pool, keys, secret=secret, contact=CONTACT, allow_local=allow_local)
    senders = Senders(by_channel={"push": sender}, secret="", keys=keys)
    return notice_delivery.deliver(pool, senders, now=now or datetime.now(UTC))


def booked(world: World, who: Caller, *, hours: int = 48) -> str:
    """Book the mill for somebody, and return the booking's page."""
    (company,) = who.companies
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    machine = machines.find(world.pool, world.manager, "mill-1")
    wish = Request(
        machine=machine, company=company, period=Period(start, start + timedelta(hours=1))
    )
    made = bookings.request(world.pool, who, wish, now=datetime.now(UTC))[0]
    return f"/bookings/{made.id}"


def ask(client: TestClient, told: dict[str, str]) -> None:
    """Ask for notices in a browser, as its script does."""
    answer = client.post("/account/push", data=told, headers={"user-agent": AGENT})
    assert answer.status_code == 204, answer.text


@pytest.fixture
def member(world: World) -> Caller:
    """Somebody of a company, with a machine to book."""
    world.machine("mill-1")
    return world.member(world.company())


def test_a_notice_is_read_by_the_browser_alone_in_its_persons_language(
    visit: Visit, world: World, pool: Pool, stack: Stack, member: Caller
) -> None:
    client = visit(member)
    with push_server() as server:
        browser, told = server.browser()
        ask(client, told)
        client.post("/account/language", data={"language": "zh"})
        page = booked(world, member)
        assert deliver(pool, stack.secret) == 1
        assert deliver(pool, stack.secret) == 0
        ((path, headers, body),) = server.received
    assert told["endpoint"].endswith(path)
    message = json.loads(browser.read(body))
    assert message["title"].startswith("预约成功：")
    assert (message["lang"], message["url"]) == ("zh-Hans", page)
    assert message["body"].endswith("的预约已确认。")
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["ttl"] == "86400"
    claims = is_signed(headers["authorization"], public_text(sender_key(stack.secret)))
    assert (claims["aud"], claims["sub"]) == (server.url, CONTACT)
    assert 0 < claims["exp"] - datetime.now(UTC).timestamp() < 86_400
    # The push server reads no word, and the database keeps no address.
    assert "预约".encode() not in body
    (kept,) = rows(pool, "select sealed, browser from push_subscriptions")
    assert kept["sealed"].startswith("sealed:1:")
    assert kept["browser"] == "Chrome, Android"
    account = client.get("/account").text
    assert "Chrome, Android" in account
    assert public_text(sender_key(stack.secret)) in account


def test_a_muted_kind_is_not_pushed_and_a_busy_server_is_asked_again(
    visit: Visit, world: World, pool: Pool, stack: Stack, member: Caller
) -> None:
    client = visit(member)
    with push_server() as server:
        _, told = server.browser()
        ask(client, told)
        wants = {"language": "ko", "by_mail": True, "muted": ["booking.confirmed"]}
        assert client.put("/api/v1/me/preferences", json=wants).status_code == 204
        booked(world, member)
        assert deliver(pool, stack.secret) == 0
        assert server.received == []
        # A person without mail has it pushed all the same.
        wants = {"language": "ko", "by_mail": False, "muted": []}
        assert client.put("/api/v1/me/preferences", json=wants).status_code == 204
        booked(world, member, hours=60)
        server.status = 429
        assert deliver(pool, stack.secret) == 0
        (row,) = rows(pool, "select state, last_error from deliveries where channel = 'push'")
        assert row == {"state": "due", "last_error": "answered 429"}
        server.status = 201
        assert deliver(pool, stack.secret, now=datetime.now(UTC) + timedelta(seconds=6)) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_its_server_does_not_know_is_ended_at_once(
    visit: Visit, world: World, pool: Pool, stack: Stack, member: Caller, status: int
) -> None:
    with push_server() as server:
        _, told = server.browser()
        ask(visit(member), told)
        booked(world, member)
        server.status = status
        assert deliver(pool, stack.secret) == 0
    assert subscriptions(pool) == 0
    (row,) = rows(pool, "select state from deliveries where channel = 'push'")
    assert row == {"state": "failed"}
    booked(world, member, hours=60)
    assert deliver(pool, stack.secret) == 0
    assert len(server.received) == 1


def test_no_private_address_is_reached(
    visit: Visit, world: World, pool: Pool, stack: Stack, member: Caller
) -> None:
    with push_server() as server:
        _, told = server.browser()
        ask(visit(member), told)
        booked(world, member)
        assert deliver(pool, stack.secret, allow_local=False) == 0
        assert server.received == []
    (row,) = rows(pool, "select last_error from deliveries where channel = 'push'")
    assert "no address of the open internet" in row["last_error"]


def test_the_logout_another_persons_login_and_another_password_end_it(
    visit: Visit, world: World, pool: Pool, member: Caller
) -> None:
    server = PushServer(url="http://127.0.0.1:9")
    _, told = server.browser()
    endpoint = {"endpoint": told["endpoint"]}
    own = visit(member)
    ask(own, told)
    # The same browser asks twice and is one; a later login of the same person takes it over.
    ask(own, told)
    assert subscriptions(pool) == 1
    later = visit(member)
    assert later.post("/account/push/use", data=endpoint).json() == {"is_yours": True}
    own.post("/logout")
    assert subscriptions(pool) == 1
    later.post("/logout")
    assert subscriptions(pool) == 0

    again = visit(member)
    ask(again, told)
    other = visit(None)
    assert other.post("/account/push/use", data=endpoint).json() == {"is_yours": False}
    assert subscriptions(pool) == 0

    ask(again, told)
    # Another password ends every other session, and with each its browser.
    form = {"old": PASSWORD, "new": "다른 긴 비밀번호 열 자"}
    assert visit(member).post("/account/password", data=form).status_code == 303
    assert subscriptions(pool) == 0


def test_a_person_ends_their_own_browser_and_nobody_elses(
    visit: Visit, world: World, pool: Pool, member: Caller
) -> None:
    _, told = PushServer(url="http://127.0.0.1:9").browser()
    own = visit(member)
    ask(own, told)
    (kept,) = rows(pool, "select id from push_subscriptions")
    form = {"browser": str(kept["id"])}
    assert visit(None).post("/account/push/remove", data=form).status_code == 303
    assert subscriptions(pool) == 1
    assert own.post("/account/push/remove", data=form).status_code == 303
    assert subscriptions(pool) == 0


def test_it_is_in_the_export_and_goes_with_the_person_with_what_waits(
    client: TestClient, visit: Visit, world: World, session: LogIn, pool: Pool, stack: Stack
) -> None:
    world.machine("mill-1")
    company = world.company()
    world.member(company)
    who = world.member(company)
    own = visit(who)
    _, told = PushServer(url="http://127.0.0.1:9").browser()
    ask(own, told)
    page = booked(world, who)
    assert deliver(pool, stack.secret) == 0
    headers = session(who)
    known = client.get("/api/v1/me/data", headers=headers).json()
    assert [b["browser"] for b in known["push_browsers"]] == ["Chrome, Android"]
    assert told["endpoint"] not in str(known)
    own.post(f"{page}/cancel", data={"version": "1"})
    left = client.post("/api/v1/me/leaving", json={"password": PASSWORD}, headers=headers)
    assert left.status_code == 204, left.text
    assert subscriptions(pool) == 0
    assert rows(pool, "select id from deliveries where channel = 'push'") == []


def test_at_most_ten_browsers_and_no_address_that_no_browser_has(
    visit: Visit, pool: Pool, member: Caller
) -> None:
    server, own = PushServer(url="http://127.0.0.1:9"), visit(member)
    for number in range(push_subscriptions.MAX_BROWSERS + 1):
        _, told = server.browser()
        answer = own.post("/account/push", data=told)
        assert answer.status_code == (204 if number < push_subscriptions.MAX_BROWSERS else 409)
    for wrong in ("http://10.0.0.1/x", "ftp://push.example/x"):
        answer = own.post("/account/push", data={**told, "endpoint": wrong})
        assert answer.status_code == 422


def test_keys_are_encrypted_anew_by_the_first_key(
    visit: Visit, world: World, pool: Pool, stack: Stack, member: Caller
) -> None:
    _, told = PushServer(url="http://127.0.0.1:9").browser()
    ask(visit(member), told)
    keys = Keyring(("n" * 32, stack.secret))
    assert push_subscriptions.rotate(pool, OPERATOR, keys) == 1
    assert push_subscriptions.rotate(pool, OPERATOR, keys) == 0
