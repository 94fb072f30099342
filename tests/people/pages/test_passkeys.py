"""Passkeys: made and used in a real browser by an authenticator of its own, and nothing else opens
a session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from deploy.stack.servers import free_port
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.services import passkeys
from gadong.settings import Settings
from tests.support.api_fixtures import LogIn, client, session, session_cookie
from tests.support.programs import serving_program
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
__all__ = ["client", "session", "session_cookie"]  # pytest finds fixtures by their names here


@pytest.fixture
def site(settings: Callable[..., Settings], tmp_path: Path) -> Iterator[str]:
    """The pages under a name, as a passkey needs them."""
    port = free_port()
    url = f"http://localhost:{port}"
    with serving_program(settings(), tmp_path, port=port, GADONG_PUBLIC_URL=url):
        yield url


@contextmanager
def authenticator(context: BrowserContext, page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A telephone that knows its owner, as Chromium makes one."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield devtools, made["authenticatorId"]


def logged_in(page: Page, site: str, email: str) -> None:
    """By the password, as before."""
    page.goto(f"{site}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="로그인", exact=True).click()
    page.wait_for_url(lambda url: "/login" not in url)


def test_a_passkey_is_made_and_logs_in_and_is_taken_away(
    browser: Browser, site: str, world: World
) -> None:
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda trouble: faults.append(str(trouble)))
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else None
    )
    with authenticator(context, page) as (devtools, device):
        logged_in(page, site, world.manager_email)
        page.goto(f"{site}/account")
        page.fill("#passkey-name", "내 전화")
        page.get_by_role("button", name="패스키 만들기").click()
        expect(page.get_by_text("내 전화")).to_be_visible()
        (kept,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})[
            "credentials"
        ]
        assert kept["rpId"] == "localhost"
        assert kept["isResidentCredential"]
        context.clear_cookies()

        page.goto(f"{site}/login?next=/statements")
        page.get_by_role("button", name="패스키로 로그인").click()
        page.wait_for_url(f"{site}/statements")
        assert faults == []

        # A copy counts from where it was taken: what goes back opens nothing.
        with transaction(world.pool, SYSTEM) as tx:
            tx.execute("update passkeys set sign_count = sign_count + 1000")
        context.clear_cookies()
        page.goto(f"{site}/login")
        page.get_by_role("button", name="패스키로 로그인").click()
        expect(page.locator("#passkey-login [role=status]")).to_contain_text("되지 않았습니다")
        faults.clear()  # the refusal is an answer like any other; the browser notes its status
        logged_in(page, site, world.manager_email)

        page.goto(f"{site}/account")
        expect(page.get_by_text("내 전화")).to_contain_text("마지막 사용")
        page.get_by_text("내 전화").click()
        page.fill("#pk-1", PASSWORD)
        page.get_by_role("button", name="지우기: 내 전화").click()
        expect(page.get_by_role("status").first).to_contain_text("계정을 열 수 없습니다")
        context.clear_cookies()
        page.goto(f"{site}/login")
        page.get_by_role("button", name="패스키로 로그인").click()
        expect(page.locator("#passkey-login [role=status]")).to_contain_text("되지 않았습니다")
    context.close()
    with transaction(world.pool, SYSTEM) as tx:
        acts = tx.execute(
            "select action from audit_entries where what = 'passkeys' order by number"
        ).fetchall()
        told = tx.execute(
            "select address from deliveries where kind = 'account.passkey'"
        ).fetchall()
    assert [a["action"] for a in acts] == ["made", "refused", "removed", "refused"]
    assert [mail["address"] for mail in told] == [world.manager_email]


def test_one_whose_owner_it_does_not_know_opens_nothing(
    browser: Browser, site: str, world: World
) -> None:
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    with authenticator(context, page) as (devtools, device):
        logged_in(page, site, world.manager_email)
        page.goto(f"{site}/account")
        page.fill("#passkey-name", "내 전화")
        page.get_by_role("button", name="패스키 만들기").click()
        expect(page.get_by_text("내 전화")).to_be_visible()
        context.clear_cookies()
        # Somebody else holds the telephone.
        devtools.send(
            "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False}
        )
        page.goto(f"{site}/login")
        page.get_by_role("button", name="패스키로 로그인").click()
        expect(page.locator("#passkey-login [role=status]")).to_contain_text("되지 않았습니다")
        assert page.request.get(f"{site}{V1}/me").status == 401
    context.close()


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        ("", False),
        ("https://gadong.example", True),
        ("https://gadong.example:8443/", True),
        ("http://gadong.example", False),
        ("http://localhost:8000", True),
        ("https://127.0.0.1", False),
        ("https://[::1]", False),
    ],
)
def test_they_are_offered_where_they_can_be_bound(url: str, offered: bool) -> None:
    assert passkeys.are_offered(url) is offered


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": "not base64"}},
        {"response": {"clientDataJSON": "e30"}},
        {
            "rawId": "AAAA",
            "response": {
                "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0Iiwi"
                "Y2hhbGxlbmdlIjoiQUFBQSIsIm9yaWdpbiI6IngifQ"
            },
        },
    ],
)
def test_what_is_no_answer_opens_and_makes_nothing(
    answer: dict[str, Any], client: TestClient, session: LogIn
) -> None:
    assert client.post(f"{V1}/passkeys/options").json()["rpId"] == "gadong.example"
    assert client.post(f"{V1}/sessions/passkey", json={"answer": answer}).status_code == 401
    headers = session(None)
    options = client.post(f"{V1}/me/passkeys/options", headers=headers).json()
    assert options["authenticatorSelection"]["userVerification"] == "required"
    made = client.post(f"{V1}/me/passkeys", json={"name": "x", "answer": answer}, headers=headers)
    assert made.status_code == 422
    assert client.get(f"{V1}/me/passkeys", headers=headers).json()["items"] == []
