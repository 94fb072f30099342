"""Text messages to people who telephone, and a stand-in for Solapi by its documented protocol."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.notices.services import notice_delivery
from gadong.notices.services.notice_delivery import Senders
from scheduler.text_messages import text_sender
from tests.conftest import Stack
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.stories.text_provider import SECRET, StandIn, listening, opened
from tests.support.world import World


def told(pool: Pool, keys: Keyring, *, now: datetime | None = None) -> int:
    """Publish what happened and send its text messages; return how many were accepted."""
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    sender = text_sender(pool, keys, allow_local=True)
    senders = Senders(by_channel={"text": sender}, secret="", keys=keys)
    return notice_delivery.deliver(pool, senders, now=now or datetime.now(UTC))


def test_who_books_by_telephone_is_told_by_text_and_once(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, stack: Stack
) -> None:
    keys, provider = Keyring((stack.secret,)), StandIn()
    world.machine("mill-1")
    body = wish("mill-1", company=str(world.company().id), person_name="김 전화")
    body["person_phone"] = "010-1234-5678"
    with listening(provider) as url:
        opened(world, url, keys)
        made = client.post("/api/v1/bookings", json=body, headers=bearer(None))
        assert made.status_code == 201, made.text
        assert told(pool, keys) == 1
        assert told(pool, keys) == 0
    (sent,) = provider.accepted
    assert (sent["to"], sent["from"]) == ("01012345678", "029302266")
    assert world.centre.name in sent["text"]
    path = f"/api/v1/centres/{world.centre.id}/text-messages"
    (listed,) = client.get(path, headers=bearer(None)).json()["items"]
    assert (listed["state"], listed["kind"], listed["attempts"]) == ("sent", "booking.confirmed", 1)
    assert listed["text"] == sent["text"]
    assert "01012345678" not in str(listed)


def test_a_refused_message_is_tried_again_with_another_signature(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, stack: Stack
) -> None:
    keys, provider = Keyring((stack.secret,)), StandIn(refusals=1)
    world.machine("mill-1")
    body = wish("mill-1", company=str(world.company().id), person_name="김 전화")
    body["person_phone"] = "010-1234-5678"
    with listening(provider) as url:
        opened(world, url, keys, channel="KA01PF", booking__confirmed="KA01TP")
        client.post("/api/v1/bookings", json=body, headers=bearer(None))
        assert told(pool, keys) == 0
        path = f"/api/v1/centres/{world.centre.id}/text-messages"
        (listed,) = client.get(path, headers=bearer(None)).json()["items"]
        assert (listed["state"], listed["attempts"]) == ("due", 1)
        assert listed["last_error"] == "answered 200 1062 발신번호 미등록"
        assert told(pool, keys, now=datetime.now(UTC) + timedelta(seconds=6)) == 1
    (sent,) = provider.accepted
    assert sent["kakaoOptions"]["templateId"] == "KA01TP"
    assert sent["kakaoOptions"]["variables"]["#{센터}"] == world.centre.name


def test_a_landline_a_centre_without_account_and_nobodys_wish_send_nothing(
    client: TestClient, bearer: LogIn, session: LogIn, world: World, pool: Pool, stack: Stack
) -> None:
    keys, provider = Keyring((stack.secret,)), StandIn()
    world.machine("mill-1")
    company = world.company()
    member = world.member(company)
    own = session(member)
    body = wish("mill-1", company=str(company.id), person_name="김 전화")
    # No account yet.
    first = {**body, "person_phone": "010-1234-5678"}
    assert client.post("/api/v1/bookings", json=first, headers=bearer(None)).status_code == 201
    assert told(pool, keys) == 0
    with listening(provider) as url:
        opened(world, url, keys)
        later = wish("mill-1", start=TOMORROW + timedelta(hours=3), company=str(company.id))
        landline = {**later, "person_name": "박 전화", "person_phone": "02-930-2266"}
        assert client.post("/api/v1/bookings", json=landline, headers=bearer(None)).is_success
        # A person with a login who has a number is told by mail, until text messages are asked for.
        path = "/api/v1/me/phone"
        phone = {"phone": "010-8765-4321", "by_text": False}
        assert client.put(path, json=phone, headers=own).status_code == 204
        assert client.get(path, headers=own).json() == {"phone": "01087654321", "by_text": False}
        much = wish("mill-1", start=TOMORROW + timedelta(hours=6))
        assert client.post("/api/v1/bookings", json=much, headers=bearer(member)).is_success
        assert told(pool, keys) == 0
        assert client.put(path, json={**phone, "by_text": True}, headers=own).status_code == 204
        more = wish("mill-1", start=TOMORROW + timedelta(hours=9))
        assert client.post("/api/v1/bookings", json=more, headers=bearer(member)).is_success
        assert told(pool, keys) == 1
    assert [sent["to"] for sent in provider.accepted] == ["01087654321"]


def test_the_secret_is_encrypted_shown_to_nobody_and_kept_by_a_later_change(
    client: TestClient, manager: TestClient, world: World, pool: Pool
) -> None:
    path = f"/api/v1/centres/{world.centre.id}/text-account"
    account = {"api_key": "KEY", "secret": SECRET, "sender_number": "02-930-2266"}
    nothing = client.put(path, json={**account, "secret": ""})
    assert (nothing.status_code, nothing.json()["field"]) == (422, "secret")
    assert client.put(path, json=account).status_code == 204
    with transaction(pool, SYSTEM) as tx:
        (kept,) = many(tx, "select sealed from text_accounts")
    assert SECRET not in kept["sealed"]
    assert SECRET not in client.get(path).text
    assert client.put(path, json={**account, "secret": "", "api_key": "NEW"}).status_code == 204
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select sealed from text_accounts") == [kept]
    assert client.get(path).json()["api_key"] == "NEW"
    assert manager.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_two_numbers_are_two_people_of_one_name(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1")
    company = world.company()
    made: list[str] = []
    for hour, phone in enumerate(["", "010-1111-1111", "010-2222-2222", "01011111111", ""]):
        start = TOMORROW + timedelta(hours=2 * hour)
        body = wish("mill-1", 1, start, company=str(company.id), person_name="김 전화")
        body["person_phone"] = phone
        answer = client.post("/api/v1/bookings", json=body, headers=bearer(None))
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["person"])
    # The nameless number became the first one's.
    assert made[0] == made[1] == made[3] != made[2]
    assert made[4] in {made[0], made[2]}
    path = f"/api/v1/companies/{company.id}/people"
    people = client.get(path, headers=bearer(None)).json()["items"]
    assert sorted(p["phone"] for p in people) == ["01011111111", "01022222222"]
    contact = f"{path}/{made[0]}/phone"
    changed = client.put(contact, json={"phone": "010-3333-3333"}, headers=bearer(None))
    assert changed.status_code == 204
    wrong = client.put(contact, json={"phone": "3333"}, headers=bearer(None))
    assert (wrong.status_code, wrong.json()["field"]) == (422, "phone")


def test_nobody_sets_the_number_of_a_person_with_a_login(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    company = world.company()
    member = world.member(company)
    path = f"/api/v1/companies/{company.id}/people/{member.person_id}/phone"
    answer = client.put(path, json={"phone": "010-3333-3333"}, headers=bearer(None))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
