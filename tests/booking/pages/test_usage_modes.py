"""Usage modes on the pages: asked about on the desk, checked in to by the centre's people, decided
on a draft's line.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services import statement_drafts
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from tests.support.billing.corrections import issued, late_signal, used
from tests.support.booking.usage_modes import HOUR, came, cmm, last_month, publish
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["cmm", "used"]  # pytest finds fixtures by their names here


def test_how_it_was_used_is_decided_on_a_drafts_line(
    visit: Visit, world: World, cmm: Machine
) -> None:
    publish(world)
    booking = came(world, cmm, UsageMode.SELF)
    month, _ = last_month(world)
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=booking.company_id, month=month
    )
    client, where = visit(None), f"/statements/{drafted.id}"
    shown = client.get(where).text
    assert "80,000원" in text_of(shown)
    (line,) = set(re.findall(r'name="line" value="([^"]+)"', shown))
    word = {"line": line, "kind": "assisted", "reason": "운영자가 함께 측정"}
    assert client.post(f"{where}/decisions", data=word).status_code == 303
    read = text_of(client.get(where).text)
    assert "120,000원" in read
    assert "이용 구분 결정: 운영자가 함께 측정" in read


def test_who_is_helped_is_told_that_the_centres_people_check_in(
    visit: Visit, world: World, cmm: Machine
) -> None:
    member = world.member(world.company())
    now = datetime.now(UTC)
    wanted = Request(
        machine=cmm,
        company=world.companies[0].id,
        person=member.person_id,
        period=Period(now, now + HOUR),
        usage_mode=UsageMode.ASSISTED,
        override="시험",
    )
    made = bookings.request(world.pool, world.manager, wanted, now=now)[0]
    check_in = f'action="/bookings/{made.id}/check-in"'
    client = visit(member)
    assert check_in not in client.get(f"/bookings/{made.id}").text
    at = client.get(f"/at/{cmm.slug}").text
    assert check_in not in at
    assert "센터 직원이 사용 시작을 처리합니다" in text_of(at)
    assert check_in in visit(None).get(f"/bookings/{made.id}").text


def test_what_waits_for_a_yes_says_whose_hands_it_wants_and_waits_again_when_it_is_moved(
    visit: Visit, world: World, cmm: Machine
) -> None:
    member = world.member(world.company())
    now = datetime.now(UTC)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    wanted = Request(
        machine=cmm,
        company=world.companies[0].id,
        period=Period(start, start + HOUR),
        usage_mode=UsageMode.COMMISSIONED,
    )
    made = bookings.request(world.pool, member, wanted, now=now)[0]
    assert "의뢰(센터가 대신)" in text_of(visit(None).get("/desk").text)
    hand = Hand(who=world.manager, booking=made.id)
    approved = approvals.approve(world.pool, hand, reason="측정 가능", now=now)
    assert approved.state is BookingState.CONFIRMED
    later = Period(start + 4 * HOUR, start + 5 * HOUR)
    moved = booking_changes.move(world.pool, Hand(who=member, booking=made.id), later, now=now)
    assert (moved.state, moved.usage_mode) == (BookingState.PENDING, UsageMode.COMMISSIONED)


def test_what_is_sold_in_a_session_over_the_months_edge_is_the_statements_month(
    visit: Visit, world: World, cmm: Machine
) -> None:
    publish(world)
    month, _ = last_month(world)
    edge = Month.parse(month).period(world.centre.zone).start
    company = world.company()
    booking = world.booked(cmm, company, edge - HOUR, hours=2)
    world.booked(cmm, company, edge + timedelta(days=3), hours=1)
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    client, where = visit(None), f"/statements/{drafted.id}"
    assert f'value="booking:{booking.id}"' in client.get(where).text
    sold = {
        "code": "part",
        "quantity": "2",
        "day": f"{edge.astimezone(world.centre.zone):%Y-%m-%d}",
    }
    strange = client.post(f"{where}/entries", data={**sold, "session": "booking:none"})
    assert "그런 이용이 없습니다" in text_of(strange.text)
    session = f"booking:{booking.id}"
    assert client.post(f"{where}/entries", data={**sold, "session": session}).status_code == 303
    assert "60,000원" in text_of(client.get(where).text)


@pytest.mark.parametrize("days", [0, None])
def test_what_is_claimed_no_more_and_what_is_given_up_stand_on_the_statement(
    visit: Visit, world: World, used: Booking, days: int | None
) -> None:
    mine = issued(world, used)
    client, where = visit(None), f"/statements/{mine.id}"
    late_signal(world, used, 90, "running")
    late_signal(world, used, 110, "idle")
    rule = {"level": "centre", "value": "" if days is None else str(days), "reason": "조례"}
    assert client.post("/rules/rebill_days", data=rule).status_code == 303
    compared = client.get(where, params={"difference": "true"}).text
    assert ("발행 후 0일까지만 청구합니다" in text_of(compared)) is (days == 0)
    assert ('name="digest"' in compared) is (days is None)
    today = f"{datetime.now(world.centre.zone):%Y-%m-%d}"
    given_up = {"amount": "33000", "paid_on": today, "is_written_off": "true"}
    refused = client.post(f"{where}/payments", data=given_up)
    assert "대손 처리하는 사유" in text_of(refused.text)
    client.post(f"{where}/payments", data={**given_up, "note": "폐업"})
    read = text_of(client.get(where).text)
    assert "33,000원 · 대손 처리 · 폐업" in read
