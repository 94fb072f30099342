"""Guessing is slowed down where it is done; the true owner comes in, and every try is on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Literal

import httpx2
import psycopg
import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Invalid, TooManyAttempts, Unauthenticated
from gadong.core.services.sealing import Keyring, about_letter
from gadong.operations.services.audit_export import verify
from gadong.people.domain.password_attempts import FREE_FOR_MANY, FREE_FOR_ONE
from gadong.people.services import account_recovery, accounts, password_attempts, passwords
from gadong.people.services.account_recovery import NO_PASSWORD
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings
from tests.conftest import PRODUCTS_HASHER, PRODUCTS_NOBODYS_HASH
from tests.support.api_fixtures import LogIn
from tests.support.programs import serving_program
from tests.support.world import PASSWORD, World

V1 = "/api/v1"
NOW = datetime.now(UTC)
THIEF, OWNER = "192.0.2.66", "198.51.100.7"
KEYS = Keyring(("k" * 32,))
OTHER = "seven quiet lathes hum"


def log_in(
    pool: Pool,
    email: str,
    password: str = PASSWORD,
    *,
    address: str = OWNER,
    device: str = "",
    after: int = 0,
) -> str:
    """Log in as a browser at the address would; the session."""
    now = NOW + timedelta(seconds=after)
    return accounts.log_in(
        pool, email=email, password=password, address=address, now=now, device=device
    )[0]


def guess(pool: Pool, email: str, times: int, *, address: str = THIEF, device: str = "") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            log_in(pool, email, "wrong password", address=address, device=device)


def test_who_guesses_waits_and_the_owner_comes_in(pool: Pool, world: World) -> None:
    email = world.manager_email
    guess(pool, email, FREE_FOR_ONE)
    for wait in (0, 29):
        with pytest.raises(TooManyAttempts) as refused:
            log_in(pool, email, address=THIEF, after=wait)
        assert refused.value.figures["retry_after"] == 30 - wait
    assert log_in(pool, email), "from another network nobody waits"
    # One more wrong one, once the wait is over, and the next is twice as long.
    with pytest.raises(Unauthenticated):
        log_in(pool, email, "wrong password", address=THIEF, after=30)
    with pytest.raises(TooManyAttempts) as refused:
        log_in(pool, email, address=THIEF, after=30)
    assert refused.value.figures["retry_after"] == 60


def test_a_known_browser_comes_in_while_everywhere_guesses(pool: Pool, world: World) -> None:
    email, who = world.manager_email, world.manager.person_id
    device = password_attempts.know_device(pool, who, "", now=NOW)
    for place in range(FREE_FOR_MANY // FREE_FOR_ONE):
        guess(pool, email, FREE_FOR_ONE, address=f"203.0.113.{place}")
    with pytest.raises(TooManyAttempts):
        log_in(pool, email)
    assert log_in(pool, email, device=device)
    # Its own guesses count, and it is nobody else's browser.
    guess(pool, email, FREE_FOR_ONE, address=OWNER, device=device)
    with pytest.raises(TooManyAttempts):
        log_in(pool, email, device=device)
    other = world.member(world.company())
    guess(pool, world.emails[other.person_id], FREE_FOR_ONE, address=OWNER, device=device)
    with pytest.raises(TooManyAttempts):
        log_in(pool, world.emails[other.person_id], device=device)


def test_who_guesses_at_many_accounts_from_one_network_waits(pool: Pool, world: World) -> None:
    for number in range(FREE_FOR_MANY // FREE_FOR_ONE):
        guess(pool, f"nobody-{number}@x.example", FREE_FOR_ONE - (number == 0))
    # At another instant: what is right takes back what was counted at its own.
    assert log_in(pool, world.manager_email, address=THIEF, after=1), "one wrong one is left"
    guess(pool, "nobody-0@x.example", 1)
    with pytest.raises(TooManyAttempts):
        log_in(pool, world.manager_email, address=THIEF)
    assert log_in(pool, world.manager_email), "from another network nobody waits"


@pytest.mark.parametrize(
    "spelling",
    [
        "MINJI@x.example",
        "  minji@x.example ",
        "\uff4dinji@x.example",
        "minji\uff20x.example",
    ],
)
def test_an_address_is_one_however_it_is_written(pool: Pool, world: World, spelling: str) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update people set email = 'minji@x.example' where id = %s", [world.manager.person_id]
        )
    assert log_in(pool, spelling)
    guess(pool, spelling, FREE_FOR_ONE)
    with pytest.raises(TooManyAttempts):
        log_in(pool, "minji@x.example", address=THIEF)


@pytest.mark.parametrize(
    "spelling", ["m\u0130nji@x.example", "m\u0131nji@x.example", "minj\u00ed@x.example"]
)
def test_another_letter_is_another_address(pool: Pool, world: World, spelling: str) -> None:
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update people set email = 'minji@x.example' where id = %s", [world.manager.person_id]
        )
    with pytest.raises(Unauthenticated):
        log_in(pool, spelling)


def test_a_browser_is_known_again_by_its_cookie(client: TestClient, world: World) -> None:
    body = {"email": world.manager_email, "password": PASSWORD}
    answer = client.post(f"{V1}/sessions", json=body)
    kept = next(c for c in answer.headers.get_list("set-cookie") if "gadong_device" in c)
    assert all(word in kept for word in ("__Host-", "HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    first = client.cookies["__Host-gadong_device"]
    client.post(f"{V1}/sessions", json=body)
    assert client.cookies["__Host-gadong_device"] == first
    for forged in ("x", "y" * 44, "." * 43):
        headers = {"Cookie": f"__Host-gadong_device={forged}"}
        client.cookies.clear()
        assert client.post(f"{V1}/sessions", json=body, headers=headers).status_code == 201
        assert client.cookies["__Host-gadong_device"] != forged


def test_a_password_that_no_text_can_be_is_refused(client: TestClient, world: World) -> None:
    text = f'{{"email": "{world.manager_email}", "password": "\\ud800 and more"}}'
    answer = client.post(
        f"{V1}/sessions", content=text, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {401, 422}
    with pytest.raises(Invalid, match="whole characters"):
        passwords.hashed("seven quiet \ud800 lathes", [])


def test_the_database_keeps_addresses_as_they_are_compared(database_url: str, world: World) -> None:
    changed = "update people set email = %s where id = %s"
    for spelling in ("Minji@x.example", " minji@x.example", "\uff4dinji@x.example"):
        with (
            psycopg.connect(database_url) as owner,
            pytest.raises(psycopg.errors.CheckViolation, match="people_email_folded"),
        ):
            owner.execute(changed, [spelling, world.manager.person_id])


def test_logins_and_refusals_are_on_record_with_their_origin(pool: Pool, world: World) -> None:
    email, who = world.manager_email, world.manager.person_id
    guess(pool, email, 1)
    guess(pool, "nobody@nowhere.example", 1)
    log_in(pool, email)
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx,
            "select action, by, which, origin from audit_entries"
            " where what = 'credentials' order by number desc limit 3",
        )
    made, unknown, refused = ((r["action"], r["by"], r["origin"]) for r in rows)
    assert made == ("made", who, OWNER)
    assert refused == ("refused", None, THIEF)
    assert unknown == ("refused", None, THIEF)
    assert [r["which"] for r in rows[1:]] == ["", str(who)]
    assert verify(pool, OPERATOR)[1] == []


def test_only_so_many_ways_back_are_mailed(pool: Pool, world: World) -> None:
    def mails() -> int:
        with transaction(pool, SYSTEM) as tx:
            return len(many(tx, "select id from deliveries where kind = 'password.recovery'"))

    def asked(now: datetime, address: str = THIEF) -> None:
        account_recovery.ask_back_in(
            pool,
            world.manager_email,
            public_url="https://x.example",
            keys=KEYS,
            now=now,
            address=address,
        )

    for number in range(6):
        asked(NOW + timedelta(seconds=number), f"192.0.2.{number}")
    assert mails() == account_recovery.MOST_MAILS
    asked(NOW + account_recovery.MAILS_COUNT_FOR + timedelta(seconds=1))
    assert mails() == account_recovery.MOST_MAILS + 1


def test_one_network_has_so_many_ways_back_mailed(pool: Pool, world: World) -> None:
    def asked(email: str, address: str = THIEF) -> int:
        account_recovery.ask_back_in(
            pool, email, public_url="https://x.example", keys=KEYS, now=NOW, address=address
        )
        with transaction(pool, SYSTEM) as tx:
            return len(many(tx, "select id from deliveries where kind = 'password.recovery'"))

    member = world.emails[world.member(world.company()).person_id]
    for number in range(account_recovery.MOST_MAILS_OF_A_NETWORK - 1):
        assert asked(f"nobody-{number}@x.example") == 0
    assert asked(world.manager_email) == 1, "one is left"
    assert asked(member) == 1
    assert asked(member, OWNER) == 2, "another network has its own"


def test_another_password_ends_links_and_browsers_and_asks_about_passkeys(
    client: TestClient, pool: Pool, world: World, session: LogIn
) -> None:
    who = world.manager.person_id
    device = password_attempts.know_device(pool, who, "", now=NOW)
    account_recovery.ask_back_in(
        pool, world.manager_email, public_url="https://x.example", keys=KEYS, now=NOW
    )
    with transaction(pool, SYSTEM) as tx:
        (mail,) = many(tx, "select id, body from deliveries where kind = 'password.recovery'")
        tx.execute(
            "insert into passkeys (id, person_id, name, public_key, sign_count) values ('a', %s, "
            "'x', '', 0)",
            [who],
        )
    words = KEYS.open(mail["body"], about_letter(mail["id"]))
    word = words.partition("/recover/")[2].split()[0]
    browser = session(None)
    first = {"old": PASSWORD, "new": OTHER}
    assert client.put(f"{V1}/me/password", json=first, headers=browser).status_code == 204
    link = {"word": word, "password": "nine loud presses sing"}
    assert client.post(f"{V1}/password-recovery/new", json=link).status_code == 404
    assert len(client.get(f"{V1}/me/passkeys", headers=browser).json()["items"]) == 1, (
        "it was not asked to go"
    )
    again = {"old": OTHER, "new": PASSWORD, "end_passkeys": True}
    assert client.put(f"{V1}/me/password", json=again, headers=browser).status_code == 204
    assert client.get(f"{V1}/me/passkeys", headers=browser).json()["items"] == []
    with transaction(pool, SYSTEM) as tx:
        told = many(tx, "select address from deliveries where kind = 'account.password'")
        known = many(tx, "select id from credentials where kind = 'device' and revoked_at is null")
    assert [m["address"] for m in told] == [world.manager_email] * 2
    assert known == []
    assert device


def test_every_new_way_in_is_told_to_its_owner(
    client: TestClient, pool: Pool, world: World, session: LogIn
) -> None:
    browser = session(None)
    assert client.post(f"{V1}/tokens", json={"name": "x"}, headers=browser).status_code == 201
    muted = {"language": "ko", "by_mail": False, "muted": []}
    client.put(f"{V1}/me/preferences", json=muted, headers=browser)
    assert client.post(f"{V1}/tokens", json={"name": "y"}, headers=browser).status_code == 201
    assert client.post(f"{V1}/feeds", json={"of": "me"}, headers=browser).status_code == 201
    seed = client.post(f"{V1}/me/second-factor", headers=browser).json()["secret"]
    code = {"code": pyotp.TOTP(seed).now()}
    assert client.put(f"{V1}/me/second-factor", json=code, headers=browser).status_code == 200
    gone = client.post(
        f"{V1}/me/second-factor/removal", json={"password": PASSWORD}, headers=browser
    )
    assert gone.status_code == 204
    fresh = {"old": PASSWORD, "new": "seven quiet lathes hum"}
    assert client.put(f"{V1}/me/password", json=fresh, headers=browser).status_code == 204
    with transaction(pool, SYSTEM) as tx:
        told = many(
            tx,
            "select kind, address, subject, body from deliveries where kind like 'account.%%' "
            "order by id",
        )
    assert {mail["address"] for mail in told} == {world.manager_email}
    kinds = ["token", "token", "feed", "codes", "codes", "password"]
    assert [mail["kind"] for mail in told] == [f"account.{kind}" for kind in kinds]
    for mail in told:
        # In Korean and in English, with what to do.
        assert re.search("[가-힣]", mail["subject"])
        assert re.search("[a-z]", mail["subject"])
        assert "비밀번호를 바꾸고" in mail["body"]
        assert "change your password" in mail["body"]


def test_an_account_without_a_password_takes_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []

    class Counting(PasswordHasher):
        """The library's own hasher, and which hashes it computed."""

        # Its word.
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            if str(hash).startswith("$argon2id$"):
                computed.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", PRODUCTS_HASHER)
    kept = passwords.hashed("seven quiet lathes hum", [])
    monkeypatch.setattr(
        passwords, "HASHER", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    )
    monkeypatch.setattr(passwords, "NOBODYS_HASH", PRODUCTS_NOBODYS_HASH)
    for stored in (kept, NO_PASSWORD, passwords.NOBODYS_HASH):
        computed.clear()
        assert not passwords.matches(stored, "a wrong password")
        # One computation each, with the same figures: an invited account, a known one, none at all.
        assert len(computed) == 1
        assert computed[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_four_passwords_are_checked_at_once_and_the_fifth_waits() -> None:
    checked = Event()

    def check() -> None:
        passwords.matches(passwords.NOBODYS_HASH, "a wrong password")
        checked.set()

    with ExitStack() as others:
        for _ in range(4):
            assert passwords.AT_ONCE.acquire(timeout=5)
            others.callback(passwords.AT_ONCE.release)
        fifth = Thread(target=check)
        fifth.start()
        assert not checked.wait(0.5)
    assert checked.wait(10)
    fifth.join()


@pytest.mark.parametrize(
    ("told", "origin"),
    [({}, "127.0.0.1"), ({"GADONG_TRUSTED_PROXIES": "127.0.0.1"}, "203.0.113.9")],
)
def test_a_forwarded_address_is_believed_of_trusted_proxies_alone(
    settings: Callable[..., Settings],
    tmp_path: Path,
    world: World,
    pool: Pool,
    told: dict[str, str],
    origin: str,
) -> None:
    with serving_program(settings(), tmp_path, port=None, **told) as (_, url):
        body = {"email": world.manager_email, "password": PASSWORD}
        answer = httpx2.post(
            f"{url}{V1}/sessions", json=body, headers={"X-Forwarded-For": "203.0.113.9"}
        )
        assert answer.status_code == 201
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx, "select origin from audit_entries where what = 'credentials' and action = 'made'"
        )
    assert {r["origin"] for r in rows} == {origin}


@pytest.mark.parametrize("way", ["changed", "recovered"])
def test_another_password_ends_calendar_feeds(
    client: TestClient, pool: Pool, world: World, session: LogIn, way: str
) -> None:
    own, other = session(None), session(world.member(world.company()))
    mine, theirs = (
        client.post(f"{V1}/feeds", json={"of": "me"}, headers=headers).json()["path"]
        for headers in (own, other)
    )
    assert [client.get(path).status_code for path in (mine, theirs)] == [200, 200]
    wrong = {"old": "wrong wrong wrong", "new": OTHER}
    assert client.put(f"{V1}/me/password", json=wrong, headers=own).status_code == 422
    assert client.get(mine).status_code == 200, "a refused change ends nothing"
    if way == "changed":
        body = {"old": PASSWORD, "new": OTHER}
        assert client.put(f"{V1}/me/password", json=body, headers=own).status_code == 204
    else:
        account_recovery.ask_back_in(
            pool,
            world.manager_email,
            public_url="https://x.example",
            keys=KEYS,
            now=datetime.now(UTC),
        )
        with transaction(pool, SYSTEM) as tx:
            (mail,) = many(tx, "select id, body from deliveries where kind = 'password.recovery'")
        words = KEYS.open(mail["body"], about_letter(mail["id"]))
        link = {"word": words.partition("/recover/")[2].split()[0], "password": OTHER}
        assert client.post(f"{V1}/password-recovery/new", json=link).status_code < 300
    assert [client.get(path).status_code for path in (mine, theirs)] == [404, 200]
