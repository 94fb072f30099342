"""Logging in by an organisation's own provider, a real one in a process of its own on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deploy.stack.servers import free_port
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.services import single_sign_on
from gadong.settings import Settings
from tests.support import provider as providers
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.provider import Site
from tests.support.stories.the_command_line import gadong
from tests.support.world import PASSWORD, World

OURS = "https://gadong.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A provider at which two people have accounts."""
    home = tmp_path_factory.mktemp("provider")
    back_to = OURS + single_sign_on.RETURN_PATH
    with providers.provider(home, back_to=back_to, people=("minji", "junho")) as running:
        yield running


@pytest.fixture
def told(
    application: FastAPI, settings: Callable[..., Settings], site: Site, visit: Visit
) -> Callable[..., None]:
    """Return a function that sets the provider's settings of an application.

    The `visit` has begun without a provider.
    """

    def tell(**changed: object) -> None:
        known = {
            "public_url": OURS,
            "oidc_issuer": site.issuer,
            "oidc_client_id": providers.CLIENT,
            "oidc_client_secret": providers.SECRET,
            "oidc_name": "경기도 통합로그인",
        }
        application.state.settings = settings(**{**known, **changed})

    tell()
    return tell


def through(client: TestClient, site: Site, person: str, *, query: str = "") -> str:
    """Go to the provider and back, as a browser would; where that ends,
    still with the word in it.
    """
    sent = client.get(f"/login/provider{query}")
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"].startswith(site.issuer), text_of(client.get("/login").text)
    back = site.logged_in(sent.headers["location"], person)
    assert back.startswith(OURS + single_sign_on.RETURN_PATH)
    return back.removeprefix(OURS)


def linked(client: TestClient, site: Site, person: str) -> None:
    """Link an account of the provider's to whoever is logged in."""
    answer = client.get(through(client, site, person, query="?link=true"))
    assert answer.headers["location"] == "/account"


def test_who_linked_their_account_logs_in_by_it(
    visit: Visit, world: World, site: Site, told: Callable[..., None]
) -> None:
    client = visit(None)
    told()
    assert "경기도 통합로그인" in client.get("/account").text
    linked(client, site, "minji")
    assert "그곳의 계정으로 이 계정을 엽니다" in client.get("/account").text
    with transaction(world.pool, SYSTEM) as tx:
        mails = tx.execute(
            "select address from deliveries where kind = 'account.provider'"
        ).fetchall()
    assert [mail["address"] for mail in mails] == [world.manager_email]
    client.post("/logout")
    assert client.get("/machines").status_code == 303
    answer = client.get(through(client, site, "minji", query="?next=/statements"))
    assert answer.headers["location"] == "/statements"
    assert client.get("/statements").status_code == 200
    assert world.manager_email in client.get("/api/v1/me").text
    # It opens nothing once it is taken away, with the password.
    assert "비밀번호가 맞지 않" in text_of(
        client.get(
            client.post("/account/provider/remove", data={"password": "not this"}).headers[
                "location"
            ]
        ).text
    )
    client.post("/account/provider/remove", data={"password": PASSWORD})
    client.post("/logout")
    assert client.get(through(client, site, "minji")).headers["location"] == "/login"
    assert client.get("/api/v1/me").status_code == 401


def test_a_stranger_of_the_providers_is_nobody_here(
    visit: Visit, world: World, site: Site, told: Callable[..., None]
) -> None:
    client = visit(None)
    told()
    client.post("/logout")
    answer = client.get(through(client, site, "junho"))
    assert answer.headers["location"] == "/login"
    assert "연결된 이용자가 없습니다" in text_of(client.get("/login").text)
    assert client.get("/api/v1/me").status_code == 401


def test_an_account_is_linked_to_one_person_and_by_them_alone(
    visit: Visit, world: World, site: Site, told: Callable[..., None]
) -> None:
    client, other = visit(None), visit(world.member(world.company()))
    told()
    linked(client, site, "minji")
    assert (
        other.get(through(other, site, "minji", query="?link=true")).headers["location"]
        == "/account"
    )
    assert "이미 연결되어" in text_of(other.get("/account").text)
    # Another site's page cannot begin it.
    foreign = other.get("/login/provider?link=true", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403


def test_a_word_that_was_not_asked_for_here_opens_nothing(
    visit: Visit, world: World, site: Site, told: Callable[..., None]
) -> None:
    client, other = visit(None), visit(world.member(world.company()))
    told()
    linked(client, site, "minji")
    client.post("/logout")
    back = through(client, site, "minji")
    # In another browser (a link that somebody was sent), with another state, and a second time.
    other.post("/logout")
    assert other.get(back).headers["location"] == "/login"
    assert other.get("/api/v1/me").status_code == 401
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(f"/login/return?state=other&code={code}").headers["location"] == "/login"
    assert client.get("/api/v1/me").status_code == 401
    sent = client.get("/login/provider")
    again = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
    made_up = client.get(f"/login/return?state={again}&code=made-up")
    assert made_up.headers["location"] == "/login"
    assert "제공자의 응답을 확인할 수 없습니다" in text_of(client.get("/login").text)
    back = through(client, site, "minji")
    assert client.get(back).headers["location"] == "/"
    client.post("/logout")
    assert client.get(back).headers["location"] == "/login"


def test_a_wrong_secret_or_issuer_or_a_provider_that_is_away_is_said(
    visit: Visit, world: World, site: Site, told: Callable[..., None]
) -> None:
    client = visit(None)
    told()
    linked(client, site, "minji")
    client.post("/logout")
    back = through(client, site, "minji")
    told(oidc_client_secret="another")
    assert client.get(back).headers["location"] == "/login"
    assert client.get("/api/v1/me").status_code == 401
    # A provider that calls itself something else is not the one that we trust.
    told(oidc_issuer=site.issuer.replace("127.0.0.1", "localhost"))
    assert client.get("/login/provider").headers["location"] == "/login"
    told(oidc_issuer=f"http://127.0.0.1:{free_port()}")
    assert client.get("/login/provider").headers["location"] == "/login"
    assert "로그인 제공자가 응답하지 않습니다" in text_of(client.get("/login").text)
    told(oidc_issuer="")
    assert client.get("/login/provider").status_code == 404
    assert client.get("/login/return").status_code == 404


def test_links_survive_a_provider_whose_address_changed(
    visit: Visit, world: World, pool: Pool, site: Site, told: Callable[..., None]
) -> None:
    client = visit(None)
    told()
    linked(client, site, "minji")
    client.post("/logout")
    before = "https://login.before.example"
    with transaction(pool, SYSTEM) as tx:
        # As it was stored while the provider had its first address.
        tx.execute("update identities set issuer = %s", [before])
    assert client.get(through(client, site, "minji")).headers["location"] == "/login"
    url = str(pool.conninfo)
    away = gadong(url, "move-provider", before, f"http://127.0.0.1:{free_port()}")
    assert (away.returncode, "does not answer" in away.stderr) == (1, True)
    unknown = gadong(url, "move-provider", "https://nobody.example", site.issuer)
    assert (unknown.returncode, "Nobody is linked" in unknown.stderr) == (1, True)
    done = gadong(url, "move-provider", before, site.issuer)
    assert (done.returncode, done.stdout) == (0, f"1 links lead to {site.issuer} now\n"), (
        done.stderr
    )
    assert client.get(through(client, site, "minji")).headers["location"] == "/"
    assert client.get("/api/v1/me").status_code == 200


def test_who_is_linked_to_both_addresses_keeps_the_new_one(
    visit: Visit, world: World, pool: Pool, site: Site, told: Callable[..., None]
) -> None:
    client = visit(None)
    told()
    linked(client, site, "minji")
    before = "https://login.before.example"
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into identities (issuer, subject, person_id)"
            " select %s, 'another', person_id from identities",
            [before],
        )
    done = gadong(str(pool.conninfo), "move-provider", before, site.issuer)
    assert done.stdout.startswith("0 links")
    assert "1 stay with" in done.stderr
    client.post("/logout")
    assert client.get(through(client, site, "minji")).headers["location"] == "/"
