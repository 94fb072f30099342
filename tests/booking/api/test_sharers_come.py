"""The people of a company with a part of a booking: they see it, come for it and leave it.

These people change nothing of the booking
(docs/adr/0050-the-cost-of-a-booking-is-divided-by-the-line.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.cost_shares import ShareAct
from gadong.booking.services.machine_ledger import open_ledger
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from tests.support.api_fixtures import LogIn
from tests.support.billing.shared_bookings import answered, asked
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

API = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A booking that began five minutes ago; one company consented to a part, one refused."""

    world: World
    machine: Machine
    booking: Booking
    booker: Caller
    sharer: Caller
    refuser: Caller
    stranger: Caller

    @property
    def address(self) -> str:
        """Return the booking's address."""
        return f"{API}/bookings/{self.booking.id}"


@pytest.fixture
def begun(world: World) -> Begun:
    """The booking, asked and answered before it began."""
    booker, sharer, refuser, stranger = (world.company() for _ in range(4))
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    machine = world.machine("mill-1")
    booking = world.booked(machine, booker, start, hours=2, now=start - timedelta(hours=2))
    request = asked(world, booking, (sharer, 1), (refuser, 1))
    answered(world, booking, request, sharer.id)
    answered(world, booking, request, refuser.id, ShareAct.REFUSE)
    return Begun(
        world=world,
        machine=machine,
        booking=booking,
        booker=world.member(booker),
        sharer=world.member(sharer),
        refuser=world.member(refuser),
        stranger=world.member(stranger),
    )


def state(client: TestClient, begun: Begun, headers: Mapping[str, str]) -> str:
    """Return the booking's state as its company reads it."""
    found: str = client.get(begun.address, headers=headers).json()["state"]
    return found


def test_who_has_a_part_checks_in_and_out_for_the_booking(
    client: TestClient, begun: Begun, bearer: LogIn
) -> None:
    booker, sharer = bearer(begun.booker), bearer(begun.sharer)
    assert state(client, begun, sharer) == "confirmed"
    came = client.post(f"{begun.address}/check-in", headers=sharer)
    assert (came.status_code, came.json()["state"]) == (200, "checked_in")
    assert state(client, begun, booker) == "checked_in"
    left = client.post(f"{begun.address}/check-out", headers=sharer)
    assert (left.status_code, left.json()["state"]) == (200, "completed")
    with transaction(begun.world.pool, SYSTEM) as tx:
        day = Period(begun.booking.period.start, begun.booking.period.end)
        ledger = open_ledger(tx, begun.machine, day, recorded_before=END_OF_TIME)
    # One session, the booking's: its company's check-in, and none of the other's.
    assert [(s.company_id, s.booking and s.booking.id) for s in ledger.sessions] == [
        (begun.booking.company_id, begun.booking.id)
    ]


@pytest.mark.parametrize("act", ["cancel", "move", "extend", "transfer"])
def test_who_has_a_part_changes_nothing_of_the_booking(
    client: TestClient, begun: Begun, bearer: LogIn, act: str
) -> None:
    later = begun.booking.period.end + timedelta(hours=1)
    body = {
        "cancel": None,
        "move": {"start": begun.booking.period.end.isoformat(), "end": later.isoformat()},
        "extend": {"end": later.isoformat()},
        "transfer": {"person": str(begun.sharer.person_id)},
    }[act]
    refused = client.post(f"{begun.address}/{act}", headers=bearer(begun.sharer), json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), refused.text
    assert state(client, begun, bearer(begun.booker)) == "confirmed"


@pytest.mark.parametrize("who", ["refuser", "stranger"])
def test_who_has_no_part_sees_and_does_nothing(
    client: TestClient, begun: Begun, bearer: LogIn, who: str
) -> None:
    headers = bearer(getattr(begun, who))
    assert client.get(begun.address, headers=headers).status_code == 404
    for act in ("check-in", "check-out"):
        assert client.post(f"{begun.address}/{act}", headers=headers).status_code == 404
    papers = client.get(f"{begun.address}/application.pdf", headers=bearer(begun.sharer))
    # Papers name the people of the company that booked.
    assert papers.status_code == 404


def test_who_has_a_part_comes_on_the_pages(visit: Visit, begun: Begun) -> None:
    sharer, page = visit(begun.sharer), f"/bookings/{begun.booking.id}"
    here = f"/at/{begun.machine.slug}"
    assert f'action="{page}/check-in"' in sharer.get(here).text
    assert begun.machine.name_ko in text_of(sharer.get("/at").text)
    mine = sharer.get("/bookings").text
    assert "비용을 함께 내는 예약" in mine
    assert f'href="{page}/cost-shares"' in mine
    moved = sharer.get(page, follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (303, f"{page}/cost-shares")
    shown = sharer.get(f"{page}/cost-shares").text
    assert f'action="{page}/check-in"' in shown
    came = sharer.post(f"{page}/check-in", data={"version": begun.booking.version})
    assert (came.status_code, came.headers["location"]) == (303, f"{page}/cost-shares")
    assert f'action="{page}/check-out"' in sharer.get(here).text
    left = sharer.post(f"{page}/check-out", data={"version": begun.booking.version + 1})
    assert left.status_code == 303
    assert "/check-" not in sharer.get(f"{page}/cost-shares").text
    refuser = visit(begun.refuser)
    assert "/check-in" not in refuser.get(f"{page}/cost-shares").text
    assert refuser.get(page).status_code == 404


def test_a_share_that_waits_stands_on_the_page_of_bookings(visit: Visit, world: World) -> None:
    booker, other = world.company(), world.company()
    start = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    booking = world.booked(world.machine("mill-1"), booker, start, hours=2)
    member = visit(world.member(other))
    assert "비용을 나누어 내 달라는 요청" not in member.get("/bookings").text
    request = asked(world, booking, (other, 1), at=datetime.now(UTC))
    waiting = member.get("/bookings").text
    assert "! 비용을 나누어 내 달라는 요청:" in text_of(waiting)
    assert f'href="/bookings/{booking.id}/cost-shares"' in waiting
    assert "비용을 나누어" not in visit(world.member(booker)).get("/bookings").text
    answered(world, booking, request, other.id, at=datetime.now(UTC))
    assert "비용을 나누어 내 달라는 요청" not in member.get("/bookings").text


@pytest.mark.parametrize("order", ["latest_made", "earliest_start", "latest_start"])
def test_who_has_a_part_finds_the_booking_in_the_list_and_in_the_calendar(
    client: TestClient, begun: Begun, bearer: LogIn, session: LogIn, order: str
) -> None:
    def listed(who: Caller) -> list[str]:
        answer = client.get(f"{API}/bookings", params={"order": order}, headers=bearer(who))
        return [one["id"] for one in answer.json()["items"]]

    def fed(who: Caller) -> bool:
        made = client.post(f"{API}/feeds", json={"of": "me"}, headers=session(who)).json()
        return "BEGIN:VEVENT" in client.get(made["path"]).text

    assert listed(begun.booker) == listed(begun.sharer) == [str(begun.booking.id)]
    assert listed(begun.refuser) == listed(begun.stranger) == []
    assert fed(begun.sharer)
    assert not fed(begun.refuser)
    assert not fed(begun.stranger)
