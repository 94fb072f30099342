"""A mailed link opens a session for an account's first password, and never for a forgotten one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import NotFound
from gadong.core.services.sealing import Keyring, about_letter
from gadong.people.services import account_recovery, accounts, join_requests
from tests.support.page_fixtures import Visit
from tests.support.world import World

KEYS = Keyring(("a secret of at least thirty-two characters",))
URL = "https://x.example"
NEW = "seven quiet lathes hum"


def test_a_forgotten_password_is_set_and_its_person_logs_in(
    visit: Visit, application: FastAPI, world: World, pool: Pool
) -> None:
    visit(None)
    now = datetime.now(UTC)
    account_recovery.ask_back_in(pool, world.manager_email, public_url=URL, keys=KEYS, now=now)
    with transaction(pool, SYSTEM) as tx:
        (mail,) = many(tx, "select id, body from deliveries where kind = 'password.recovery'")
    path = KEYS.open(mail["body"], about_letter(mail["id"])).partition(URL)[2].split()[0]
    stranger = TestClient(
        application, headers={"accept": "text/html", "sec-fetch-site": "same-origin"}
    )
    answer = stranger.post(path, data={"password": NEW}, follow_redirects=False)
    assert answer.headers["location"] == "/login"
    assert "gadong_session" not in str(answer.headers.get_list("set-cookie"))
    assert stranger.get("/desk", follow_redirects=False).status_code != 200


def test_an_invitation_opens_one_session_once(world: World, pool: Pool) -> None:
    now, company = datetime.now(UTC), world.company()
    invited = join_requests.invite(
        pool,
        world.manager,
        email=f"invited@{world.centre.slug}.example",
        name="이초대",
        company=company.id,
        public_url=URL,
        keys=KEYS,
        now=now,
    )
    word = invited.path.rpartition("/")[2]
    entry = join_requests.enter(pool, word, NEW, now=now)
    assert entry is not None
    who, kind = accounts.authenticate(pool, entry.session)
    assert (who.person_id, kind) == (invited.person.id, "session")
    assert who.companies == frozenset({company.id})
    who.need_proven(now)
    with pytest.raises(NotFound):
        join_requests.enter(pool, word, "nine loud presses sing", now=now)
