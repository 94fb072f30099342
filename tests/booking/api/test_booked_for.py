"""Bookings for a named person, who may have no login; and what is said anew of a booking until it
begins.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import approvals, booking_changes, booking_edits, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden, NotAllowed, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.notices.services import notice_delivery
from tests.support.api_fixtures import LogIn
from tests.support.booking.booked_for import ASKED
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

NOW = TOMORROW - timedelta(hours=12)
HOUR = timedelta(hours=1)


def test_a_booking_by_telephone_is_the_persons_and_not_the_managers(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", day_bookings=1)
    company = world.company()
    # Two times of one day on the centre's clock.
    morning = TOMORROW.astimezone(world.centre.zone).replace(hour=10) + timedelta(days=1)
    body = wish("mill-1", 2, morning, company=str(company.id), person_name="김 전화")
    first = client.post("/api/v1/bookings", json=body, headers=bearer(None))
    assert first.status_code == 201, first.text
    person = first.json()["person"]
    assert person != str(world.manager.person_id)
    # The quota is that person's: the same name is refused, another is not, nor is the manager.
    later = morning + 3 * HOUR
    again = wish("mill-1", 1, later, company=str(company.id), person_name="김 전화")
    refused = client.post("/api/v1/bookings", json=again, headers=bearer(None))
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.day_bookings"]
    other = {**again, "person_name": "박 전화"}
    assert client.post("/api/v1/bookings", json=other, headers=bearer(None)).status_code == 201
    people = client.get(f"/api/v1/companies/{company.id}/people", headers=bearer(None)).json()[
        "items"
    ]
    assert [(p["name"], p["email"], p["has_login"], p["is_owner"]) for p in people] == [
        ("김 전화", "", False, False),
        ("박 전화", "", False, False),
    ]
    # The history says who typed it.
    path = f"/api/v1/bookings/{first.json()['id']}"
    history = client.get(path, headers=bearer(None)).json()["history"]
    assert [h["actor"] for h in history] == [str(world.manager.person_id)]


def test_a_manager_who_books_for_a_company_says_for_which_person(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1")
    company = world.company()
    member = world.member(company)
    body = wish("mill-1", company=str(company.id))
    # A quote is asked for before anybody says for whom.
    quote = client.post("/api/v1/bookings/quote", json=body, headers=bearer(None))
    assert (quote.status_code, quote.json()["is_possible"]) == (200, True)
    for path, wished, passed_by in (
        ("/api/v1/bookings", body, "manager"),
        ("/api/v1/waiting", {**body, "minutes": 60}, None),
    ):
        answer = client.post(path, json=wished, headers=bearer(None))
        assert answer.status_code == 422, answer.text
        problems = answer.json()["problems"]
        assert [(p["code"], p["overridable_by"]) for p in problems] == [
            ("booking.person", passed_by)
        ]
    named = {**body, "person": str(member.person_id)}
    made = client.post("/api/v1/bookings", json=named, headers=bearer(None))
    assert (made.status_code, made.json()["person"]) == (201, str(member.person_id))
    # A company's own people book for themselves where they name nobody.
    later = wish("mill-1", start=TOMORROW + 3 * HOUR)
    own = client.post("/api/v1/bookings", json=later, headers=bearer(member))
    assert (own.status_code, own.json()["person"]) == (201, str(member.person_id))


def test_a_booking_whose_person_nobody_knows_is_entered_with_a_reason(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1")
    body = wish("mill-1", company=str(world.company().id), override="수기 대장에 이름 없음")
    made = client.post("/api/v1/bookings", json=body, headers=bearer(None))
    assert (made.status_code, made.json()["person"]) == (201, str(world.manager.person_id))
    assert made.json()["override"] == "수기 대장에 이름 없음"


def test_nothing_is_mailed_to_who_has_no_login(world: World, pool: Pool) -> None:
    request = Request(
        machine=world.machine(),
        company=world.company().id,
        period=Period(TOMORROW, TOMORROW + HOUR),
        contact="김 전화",
    )
    made = bookings.request(pool, world.manager, request, now=NOW)[0]
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        mails = many(tx, "select address from deliveries where channel = 'mail'")
        notices = many(tx, "select person_id from notices")
    assert mails == []
    assert [n["person_id"] for n in notices] == [made.person_id]


def test_the_first_with_a_login_owns_the_company(world: World, pool: Pool) -> None:
    company = world.company()
    request = Request(
        machine=world.machine(),
        company=company.id,
        period=Period(TOMORROW, TOMORROW + HOUR),
        contact="김 전화",
    )
    bookings.request(pool, world.manager, request, now=NOW)
    assert company.id in world.member(company).owns


def test_two_calls_at_once_make_one_person(world: World, pool: Pool) -> None:
    machines, company = [world.machine(), world.machine()], world.company()

    def call(number: int) -> str:
        request = Request(
            machine=machines[number],
            company=company.id,
            period=Period(TOMORROW, TOMORROW + HOUR),
            contact="김 전화",
        )
        return str(bookings.request(pool, world.manager, request, now=NOW)[0].person_id)

    with ThreadPoolExecutor(2) as hands:
        assert len(set(hands.map(call, range(2)))) == 1


def test_only_the_desk_and_owners_book_for_who_has_no_login(world: World, pool: Pool) -> None:
    machine, company = world.machine(), world.company()
    owner, member = world.member(company), world.member(company)
    request = Request(
        machine=machine,
        company=company.id,
        period=Period(TOMORROW, TOMORROW + HOUR),
        contact="김 전화",
    )
    with pytest.raises(Forbidden):
        bookings.request(pool, member, request, now=NOW)
    assert bookings.request(pool, owner, request, now=NOW)[0].person_id != owner.person_id


def test_a_wait_is_the_persons_too(client: TestClient, bearer: LogIn, world: World) -> None:
    world.machine("mill-1")
    body = wish("mill-1", company=str(world.company().id), person_name="김 전화") | {"minutes": 60}
    answer = client.post("/api/v1/waiting", json=body, headers=bearer(None))
    assert answer.status_code == 201, answer.text
    assert answer.json()["person"] != str(world.manager.person_id)


def test_purpose_answers_and_mode_are_said_anew_until_it_begins(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1", questions=ASKED, usage_modes=["self", "assisted"])
    headers = bearer(world.member(world.company()))
    body = wish("mill-1", answers={"material": "AL"})
    made = client.post("/api/v1/bookings", json=body, headers=headers).json()
    path = f"/api/v1/bookings/{made['id']}"
    changed = client.patch(
        path, json={"purpose": "지그", "answers": {"material": "SUS"}}, headers=headers
    )
    assert changed.status_code == 200, changed.text
    kept = client.get(path, headers=headers).json()
    assert (kept["purpose"], kept["answers"], kept["version"]) == ("지그", {"material": "SUS"}, 2)
    refused = client.patch(path, json={"answers": {"material": " "}}, headers=headers)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.unanswered"]
    refused = client.patch(path, json={"usage_mode": "commissioned"}, headers=headers)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.usage_mode"]
    stale = client.patch(path, json={"purpose": "늦음"}, headers={**headers, "If-Match": '"1"'})
    assert stale.status_code == 412
    assert (
        client.patch(path, json={"usage_mode": "assisted"}, headers=headers).json()["usage_mode"]
        == "assisted"
    )
    assert client.get(path, headers=headers).json()["history"][-1]["action"] == "edit"


@pytest.mark.parametrize(
    ("rules", "change", "state"),
    [
        ({"approval": "manual"}, Edit(purpose="지그"), BookingState.CONFIRMED),
        ({"approval": "manual"}, Edit(usage_mode=UsageMode.ASSISTED), BookingState.PENDING),
        ({"approval": "qualified"}, Edit(usage_mode=UsageMode.ASSISTED), BookingState.PENDING),
        ({"approval": "auto"}, Edit(usage_mode=UsageMode.ASSISTED), BookingState.CONFIRMED),
    ],
)
def test_another_mode_is_approved_like_a_request(
    world: World, pool: Pool, rules: dict[str, Any], change: Edit, state: BookingState
) -> None:
    machine = world.machine(usage_modes=["self", "assisted"], **rules)
    member = world.member(world.company())
    request = Request(
        machine=machine, company=world.companies[0].id, period=Period(TOMORROW, TOMORROW + HOUR)
    )
    made = bookings.request(pool, member, request, now=NOW)[0]
    if made.state is BookingState.PENDING:
        made = approvals.approve(pool, Hand(who=world.manager, booking=made.id), now=NOW)
    edited = booking_edits.edit(pool, Hand(who=member, booking=made.id), change, now=NOW)
    assert (edited.state, edited.expires_at is None) == (state, state is BookingState.CONFIRMED)
    # A manager's own change needs nobody's word.
    assert (
        booking_edits.edit(
            pool, Hand(who=world.manager, booking=made.id), Edit(purpose="x"), now=NOW
        ).purpose
        == "x"
    )


def test_what_has_begun_is_edited_by_nobody_but_a_manager_with_a_reason(
    world: World, pool: Pool
) -> None:
    machine, member = world.machine(), world.member(world.company())
    request = Request(
        machine=machine, company=world.companies[0].id, period=Period(TOMORROW, TOMORROW + HOUR)
    )
    made = bookings.request(pool, member, request, now=NOW)[0]
    just_before = TOMORROW - timedelta(seconds=1)
    booking_edits.edit(pool, Hand(who=member, booking=made.id), Edit(purpose="a"), now=just_before)
    with pytest.raises(Refused) as refused:
        booking_edits.edit(pool, Hand(who=member, booking=made.id), Edit(purpose="b"), now=TOMORROW)
    assert [p.code for p in refused.value.problems] == ["booking.begun"]
    manager = Hand(who=world.manager, booking=made.id)
    assert (
        booking_edits.edit(pool, manager, Edit(purpose="c"), override="오타", now=TOMORROW).purpose
        == "c"
    )
    booking_changes.cancel(pool, manager, reason="취소", now=TOMORROW)
    with pytest.raises(NotAllowed):
        booking_edits.edit(pool, manager, Edit(purpose="d"), override="오타", now=TOMORROW)
