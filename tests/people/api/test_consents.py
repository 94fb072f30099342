"""A known number or address is answered like a new one, and its owner decides what becomes of
it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.people.consents import V1, Enter, consented, enter, far, far_manager, firm
from tests.support.world import PASSWORD, World, registration_number

__all__ = ["enter", "far", "far_manager", "firm"]

SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


def shape(answer: Any) -> tuple[int, dict[str, Any]]:
    """Return what an asker can compare: the status, and the body without what differs for each
    id.
    """
    body = answer.json()
    kept = {name: value for name, value in body.items() if name not in {"id", "path"}}
    lengths = {name: len(body[name]) for name in ("id", "path") if name in body}
    return answer.status_code, {**kept, **lengths}


def test_a_known_number_is_answered_like_a_new_one(
    client: TestClient,
    far: World,
    far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    enter: Enter,
) -> None:
    number, new = firm[0].registration_number, registration_number(31)
    (known_status, known), (new_status, fresh) = shape(enter(number)), shape(enter(new))
    assert (known_status, new_status) == (201, 201)
    assert {**known, "registration_number": ""} == {**fresh, "registration_number": ""}
    # Neither the name that the company has elsewhere nor its id is told.
    assert known["name"] == "우리가 적은 이름"
    assert enter(number).json()["id"] != str(firm[0].id)
    listed = client.get(f"{V1}/companies?centre={far.centre.id}", headers=far_manager).json()[
        "items"
    ]
    assert [c["registration_number"] for c in listed] == [new]
    (asked,) = client.get(f"{V1}/centres/{far.centre.id}/consents", headers=far_manager).json()[
        "items"
    ]
    assert (asked["name"], asked["is_refused"]) == ("우리가 적은 이름", False)
    # A centre may be told that it serves a company already.
    assert enter(new).status_code == 409


def test_the_pages_say_the_same_words(
    client: TestClient, far_manager: dict[str, str], firm: tuple[Company, Caller, Caller]
) -> None:
    answers = []
    for number in (firm[0].registration_number, registration_number(32)):
        form = {"name": "x", "registration_number": number, "category": "general"}
        headers = {**far_manager, "sec-fetch-site": "same-origin", "accept": "text/html"}
        answer = client.post("/companies", data=form, headers=headers, follow_redirects=False)
        answers.append(
            (answer.status_code, answer.headers["location"], answer.headers["set-cookie"])
        )
    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, "/companies")


def test_the_owner_is_asked_by_mail_and_consents_on_a_page(
    client: TestClient,
    world: World,
    far: World,
    far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    enter: Enter,
    session: LogIn,
    pool: Pool,
) -> None:
    company, owner, member = firm
    enter(company.registration_number)
    enter(company.registration_number)
    with transaction(pool, SYSTEM) as tx:
        mails = many(
            tx, "select address, subject, body from deliveries where kind = 'account.consent'"
        )
    # Asking twice asks once; a member who owns nothing is not asked.
    assert [mail["address"] for mail in mails] == [world.emails[owner.person_id]]
    assert "https://gadong.example/invitations" in mails[0]["body"]
    assert company.name in mails[0]["body"]
    assert "agree" in mails[0]["body"]
    assert "동의" in mails[0]["body"]
    pages = {**session(owner), "accept": "text/html", "sec-fetch-site": "same-origin"}
    shown = client.get("/invitations", headers=pages)
    assert company.name in shown.text
    (consent,) = client.get(f"{V1}/consents", headers=session(owner)).json()["items"]
    assert client.get(f"{V1}/consents", headers=session(member)).json()["items"] == []
    for headers, status in ((session(member), 403), (far_manager, 404)):
        refused = client.post(f"{V1}/consents/{consent['id']}/give", json={}, headers=headers)
        assert refused.status_code == status
    done = client.post(
        f"/consents/{consent['id']}", data={"do": "give"}, headers=pages, follow_redirects=False
    )
    assert (done.status_code, done.headers["location"]) == (303, "/invitations")
    listed = client.get(f"{V1}/companies?centre={far.centre.id}", headers=far_manager).json()[
        "items"
    ]
    assert [c["id"] for c in listed] == [str(company.id)]
    centres = client.get(f"{V1}/me", headers=session(owner)).json()["centres"]
    assert {c["id"] for c in centres} == {str(world.centre.id), str(far.centre.id)}
    # It is decided once.
    again = client.post(f"{V1}/consents/{consent['id']}/refuse", json={}, headers=session(owner))
    assert again.status_code == 404


def test_a_refusal_holds_for_thirty_days_and_asks_nobody_again(
    client: TestClient, far: World, far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    enter: Enter, session: LogIn, pool: Pool,
) -> None:  # fmt: skip
    company, owner, _ = firm
    enter(company.registration_number)
    (consent,) = client.get(f"{V1}/consents", headers=session(owner)).json()["items"]
    refusal = client.post(
        f"{V1}/consents/{consent['id']}/refuse", json={"reason": "아니요"}, headers=session(owner)
    )
    assert refusal.status_code == 204
    (asked,) = client.get(f"{V1}/centres/{far.centre.id}/consents", headers=far_manager).json()[
        "items"
    ]
    assert asked["is_refused"]
    for age, waiting in (("29 days 23 hours", 0), ("30 days", 1)):
        with transaction(pool, SYSTEM) as tx:
            tx.execute("update consents set decided_at = clock_timestamp() - %s::interval", [age])
        assert enter(company.registration_number).status_code == 201
        assert (
            len(client.get(f"{V1}/consents", headers=session(owner)).json()["items"]) == waiting
        ), age


def test_each_centre_sees_its_own_and_the_company_all_of_its_own(
    client: TestClient, world: World, far: World, far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller], enter: Enter, session: LogIn,
) -> None:  # fmt: skip
    company, owner, member = firm
    asking = session(owner)
    consented(client, enter, company, asking)
    for at in (world, far):
        at.tariff()
        at.booked(at.machine("mill-1"), company, SOON if at is world else SOON + timedelta(hours=3))
    # People: the centre that was linked sees the owner, and whoever booked there.
    people = f"{V1}/companies/{company.id}/people"
    seen = {p["id"] for p in client.get(people, headers=far_manager).json()["items"]}
    assert str(owner.person_id) in seen
    assert str(member.person_id) not in seen
    assert str(member.person_id) in {
        p["id"] for p in client.get(people, headers=session(None)).json()["items"]
    }
    assert str(member.person_id) in {
        p["id"] for p in client.get(people, headers=asking).json()["items"]
    }
    grant = {"centre": str(far.centre.id), "person": str(member.person_id), "code": "cnc-basic"}
    assert client.post(f"{V1}/qualifications", json=grant, headers=far_manager).status_code == 404
    # Bookings and money: each centre's own; the company's person sees both.
    day = {
        "from": (SOON - timedelta(days=1)).isoformat(),
        "to": (SOON + timedelta(days=2)).isoformat(),
    }
    for headers, at, status in (
        (far_manager, far, 200),
        (far_manager, world, 404),
        (session(None), world, 200),
        (session(None), far, 404),
        (asking, world, 200),
        (asking, far, 200),
    ):
        query = {"centre": str(at.centre.id), "company": str(company.id), "month": "2026-10"}
        answer = client.get(f"{V1}/statements/preview", params=query, headers=headers)
        assert answer.status_code == status, (at.centre.slug, answer.text)
        bookings = client.get(
            f"{V1}/bookings", params={"centre": str(at.centre.id), **day}, headers=headers
        )
        assert bookings.status_code == 200, bookings.text
        assert len(bookings.json()["items"]) == (status == 200)


def test_no_centre_of_several_makes_people_who_see_the_others(
    client: TestClient, far: World, far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    enter: Enter, session: LogIn,
) -> None:  # fmt: skip
    company, owner, member = firm
    consented(client, enter, company, session(owner))
    for headers in (far_manager, session(None)):
        for method, path, body in (
            (
                "post",
                "/people",
                {
                    "email": "spy@x.example",
                    "name": "x",
                    "password": PASSWORD,
                    "company": str(company.id),
                },
            ),
            (
                "post",
                "/invitations",
                {"email": "spy@x.example", "name": "x", "company": str(company.id)},
            ),
            ("put", f"/companies/{company.id}/people/{member.person_id}", {"is_owner": True}),
            ("delete", f"/companies/{company.id}/people/{member.person_id}", None),
        ):
            answer = client.request(method, f"{V1}{path}", json=body, headers=headers)
            assert answer.status_code == 403, (path, answer.text)
    body = {"email": "new@hansol.example", "name": "x", "company": str(company.id)}
    assert client.post(f"{V1}/invitations", json=body, headers=session(owner)).status_code == 201
    # A contact without a login sees nothing; each centre's desk has its own.
    machine = far.machine("mill-1")
    wish = {
        "machine_slug": machine.slug, "centre": str(far.centre.id), "company": str(company.id),
        "contact": "전화 손님",
        "start": SOON.isoformat(), "end": (SOON + timedelta(hours=1)).isoformat(),
    }  # fmt: skip
    answer = client.post(f"{V1}/bookings", json=wish, headers=far_manager)
    assert answer.status_code in {201, 422}, answer.text


def test_a_company_without_an_owner_is_linked_by_an_administrator_with_a_reason(
    client: TestClient, world: World, far: World, enter: Enter, far_manager: dict[str, str],
    session: LogIn, pool: Pool,
) -> None:  # fmt: skip
    company = world.company()
    enter(company.registration_number)
    (asked,) = client.get(f"{V1}/centres/{far.centre.id}/consents", headers=far_manager).json()[
        "items"
    ]
    where = f"{V1}/consents/{asked['id']}/give"
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update people set is_administrator = true where id = %s", [world.manager.person_id]
        )
    assert client.post(where, json={}, headers=session(None)).status_code == 422
    assert (
        client.post(where, json={"reason": "서면 동의서"}, headers=session(None)).status_code == 204
    )
    listed = client.get(f"{V1}/companies?centre={far.centre.id}", headers=far_manager).json()[
        "items"
    ]
    assert [c["id"] for c in listed] == [str(company.id)]


def test_a_company_that_asks_at_a_second_centre_is_linked_and_its_asker_is_nobody(
    client: TestClient, far: World, far_manager: dict[str, str],
    firm: tuple[Company, Caller, Caller],
    session: LogIn, pool: Pool,
) -> None:  # fmt: skip
    company, owner, _ = firm
    answers = []
    for number, email in (
        (company.registration_number, "stranger@x.example"),
        (registration_number(33), "new@x.example"),
    ):
        asking = {
            "company": "같은 회사",
            "registration_number": number,
            "name": "아무개",
            "email": email,
        }
        where = f"{V1}/centres/{far.centre.id}/join-requests"
        assert client.post(where, json=asking).status_code == 202
        (request,) = client.get(
            f"{V1}/join-requests?centre={far.centre.id}", headers=far_manager
        ).json()["items"]
        approved = client.post(
            f"{V1}/join-requests/{request['id']}/approve", json={}, headers=far_manager
        )
        answers.append(shape(approved))
    assert {**answers[0][1], "email": ""} == {**answers[1][1], "email": ""}
    assert answers[0][0] == answers[1][0] == 201
    (consent,) = client.get(f"{V1}/consents", headers=session(owner)).json()["items"]
    assert consent["asker"] == "아무개 (stranger@x.example)"
    with transaction(pool, SYSTEM) as tx:
        assert not many(tx, "select id from people where email = 'stranger@x.example'")


@pytest.mark.parametrize("into", ["company", "centre"])
@pytest.mark.parametrize("how", ["invitations", "people"])
def test_a_known_address_is_answered_like_a_new_one(
    client: TestClient, world: World, far: World, session: LogIn, pool: Pool, into: str, how: str
) -> None:
    company = world.company()
    known = far.emails[far.member(far.company()).person_id]
    where = (
        {"company": str(company.id)}
        if into == "company"
        else {"centre": str(world.centre.id), "roles": ["technician"]}
    )
    password = {"password": PASSWORD} if how == "people" else {}
    asker = world.member(company) if into == "company" else None
    headers = session(asker)
    answers, listed = [], []
    for email in (known.upper(), f"{into}-{how}@new.example"):
        body = {"email": email, "name": "적은 이름", **where, **password}
        answer = client.post(f"{V1}/{how}", json=body, headers=headers)
        answers.append(shape(answer))
        path = (
            f"/companies/{company.id}/people"
            if into == "company"
            else f"/centres/{world.centre.id}/staff"
        )
        one = next(
            p
            for p in client.get(f"{V1}{path}", headers=headers).json()["items"]
            if p["id"] == answer.json()["id"]
        )
        listed.append({**one, "id": "", "email": ""})
    assert {**answers[0][1], "email": ""} == {**answers[1][1], "email": ""}
    assert answers[0][0] == answers[1][0] == 201
    assert answers[0][1]["email"] == known.lower()
    assert listed[0] == listed[1]
    with transaction(pool, SYSTEM) as tx:
        mails = many(
            tx,
            "select body from deliveries where kind = 'person.offered' and address = %(to)s",
            to=known,
        )
    assert len(mails) == 1
    assert "https://gadong.example/invitations" in mails[0]["body"]


def test_the_account_of_a_known_address_decides_itself(
    client: TestClient, world: World, far: World, session: LogIn, session_cookie: str
) -> None:
    company = world.company()
    owner = session(world.member(company))
    email = far.emails[far.member(far.company()).person_id]
    body = {"email": email, "name": "x", "company": str(company.id)}
    first = client.post(f"{V1}/invitations", json=body, headers=owner).json()
    # A path for a known account opens nothing.
    word = first["path"].rpartition("/")[2]
    thief = {"word": word, "password": "seven quiet lathes hum"}
    assert client.post(f"{V1}/password-recovery/new", json=thief).status_code == 404
    assert client.post(f"{V1}/invitations", json=body, headers=owner).json()["id"] == first["id"]
    login = {"email": email, "password": PASSWORD}
    assert client.post(f"{V1}/sessions", json=login).status_code == 201
    theirs = {"Cookie": f"{session_cookie}={client.cookies[session_cookie]}"}
    client.cookies.clear()
    (offer,) = client.get(f"{V1}/me/invitations", headers=theirs).json()["items"]
    assert (offer["company"], offer["is_owner"]) == (company.name, False)
    where = f"{V1}/me/invitations/{offer['id']}/accept"
    assert client.post(where, headers=owner).status_code == 404
    assert client.post(where, headers=theirs).status_code == 204
    assert client.post(where, headers=theirs).status_code == 404
    companies = client.get(f"{V1}/me", headers=theirs).json()["companies"]
    assert company.name in [c["name"] for c in companies]
    assert client.post(f"{V1}/invitations", json=body, headers=owner).status_code == 409


def test_an_offer_is_withdrawn_like_a_person_and_ends_after_seven_days(
    client: TestClient, world: World, far: World, session: LogIn, session_cookie: str, pool: Pool
) -> None:
    company = world.company()
    owner = session(world.member(company))
    email = far.emails[far.member(far.company()).person_id]
    body = {"email": email, "name": "x", "company": str(company.id)}
    client.post(f"{V1}/sessions", json={"email": email, "password": PASSWORD})
    theirs = {"Cookie": f"{session_cookie}={client.cookies[session_cookie]}"}
    client.cookies.clear()
    made = client.post(f"{V1}/invitations", json=body, headers=owner).json()
    gone = client.delete(f"{V1}/companies/{company.id}/people/{made['id']}", headers=owner)
    assert gone.status_code == 204
    assert client.get(f"{V1}/me/invitations", headers=theirs).json()["items"] == []
    again = client.post(f"{V1}/invitations", json=body, headers=owner).json()
    for left, status in (("-1 second", 404), ("1 minute", 204)):
        with transaction(pool, SYSTEM) as tx:
            tx.execute(
                "update membership_offers set expires_at = now() + %s::interval where id = %s",
                [left, again["id"]],
            )
        where = f"{V1}/me/invitations/{again['id']}/decline"
        assert client.post(where, headers=theirs).status_code == status


def test_two_centres_that_enter_a_new_number_at_once_are_one_company(
    client: TestClient,
    world: World,
    far: World,
    far_manager: dict[str, str],
    session: LogIn,
    pool: Pool,
) -> None:
    number, both = registration_number(34), Barrier(2)
    statuses: list[int] = []

    def enter_it(at: World, headers: dict[str, str]) -> None:
        both.wait()
        body = {
            "centre": str(at.centre.id),
            "name": "x",
            "registration_number": number,
            "since": "2026-01-01",
        }
        statuses.append(client.post(f"{V1}/companies", json=body, headers=headers).status_code)

    hands = [
        Thread(target=enter_it, args=who) for who in ((world, session(None)), (far, far_manager))
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert statuses == [201, 201]
    with transaction(pool, SYSTEM) as tx:
        assert (
            len(many(tx, "select id from companies where registration_number = %(n)s", n=number))
            == 1
        )
        assert len(many(tx, "select id from consents where decided_at is null")) == 1
