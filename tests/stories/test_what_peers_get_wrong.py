"""Known failures of NEMO and LibreBooking, each shown not to happen here.

The failures: docs/reference/peers.md#double-booking, docs/reference/peers.md#interval-arithmetic,
docs/reference/peers.md#exact-minute-jobs, docs/reference/peers.md#requests-of-their-users.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import attendance, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.together import booking_series
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.settings import Settings
from tests.support.programs import serving
from tests.support.stories.time_passes import NOON, observed
from tests.support.world import PASSWORD, World

KST = ZoneInfo("Asia/Seoul")
TOMORROW = (datetime.now(KST) + timedelta(days=1)).replace(
    hour=10, minute=0, second=0, microsecond=0
)
CLIENTS = 32


@pytest.mark.servers
def test_check_then_insert_does_not_lose(
    world: World, settings: Callable[..., Settings], tmp_path: Path, pool: Pool
) -> None:
    """NEMO locks per process and user, LibreBooking not at all (#147): two people win the same
    slot.
    """
    for slug in ("mill-1", "mill-2", "mill-3"):
        world.machine(slug, teardown=timedelta(minutes=10))
    companies = [world.company(), world.company()]
    members = [world.member(companies[n % 2]) for n in range(4)]
    with serving(settings(), tmp_path) as url:
        cookies = [
            httpx2.post(
                f"{url}/api/v1/sessions",
                json={"email": world.emails[m.person_id], "password": PASSWORD},
            ).cookies
            for m in members
        ]
        with ThreadPoolExecutor(CLIENTS) as threads:
            statuses = [
                s
                for found in threads.map(lambda n: _client(url, cookies[n % 4], n), range(CLIENTS))
                for s in found
            ]
    assert {s // 100 for s in statuses} == {2, 4}
    assert set(statuses) <= {200, 201, 404, 409, 412, 422}
    assert statuses.count(412) > 0, "an outdated version is refused, not written over"
    with transaction(pool, SYSTEM) as tx:
        touching = many(
            tx,
            "select a.id from bookings a join bookings b on a.machine_id = b.machine_id and "
            "a.id < b.id"
            " where a.held && b.held and a.state = 'confirmed' and b.state = 'confirmed'",
        )
        lost = many(
            tx,
            "select id from bookings b where version <> (select count(*) from booking_events e "
            "where e.booking_id = b.id)",
        )
    assert (touching, lost) == ([], [])


def _client(url: str, cookies: Any, number: int) -> list[int]:
    """One of many people: about half of what they want is what others want."""
    chance = random.Random(number)  # a script, not a secret
    statuses: list[int] = []
    with httpx2.Client(base_url=f"{url}/api/v1", cookies=cookies, timeout=60) as client:
        for _ in range(12):
            start = TOMORROW + timedelta(
                minutes=30 * chance.randrange(12), days=chance.choice([0, 0, number])
            )
            times = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
            first, other = chance.sample(["mill-1", "mill-2", "mill-3"], 2)
            also = [other] if chance.random() < 0.3 else []
            answer = client.post(
                "/bookings", json={"machine_slug": first, "also_slugs": also, **times}
            )
            statuses.append(answer.status_code)
            mine = client.get("/bookings", params={"limit": 20}).json()["items"]
            if not mine:
                continue
            one = chance.choice(mine)
            version = {"If-Match": f'"{one["version"] - chance.choice([0, 0, 1])}"'}
            step, body = chance.choice(
                [("cancel", {}), ("move", times), ("extend", {"end": times["end"]})]
            )
            statuses.append(
                client.post(f"/bookings/{one['id']}/{step}", json=body, headers=version).status_code
            )
    return statuses


def test_a_late_check_in_does_not_undo_a_release(world: World) -> None:
    """LibreBooking #1046: auto-release needs cron, and a late check-in was still accepted."""
    observed(world, "mill-1", until=timedelta(hours=2))
    member = world.member(world.company())
    machine = machine_named(world, "mill-1")
    booking = world.booked(machine, world.companies[0], NOON, now=NOON - timedelta(days=1))
    # No scheduler ran in between; the facts alone decide.
    with pytest.raises(NotAllowed):
        booking_changes.check_in(
            world.pool, Hand(who=member, booking=booking.id), now=NOON + timedelta(minutes=40)
        )
    # A refusal does not undo the settlement on the way: the next caller finds it again.
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=NOON + timedelta(minutes=41))
    assert bookings.find(world.pool, member, booking.id)[0].state is BookingState.NO_SHOW


def test_a_tick_that_missed_the_exact_minute_finds_the_work(world: World) -> None:
    """NEMO's jobs match `start == threshold`: one that runs a minute late drops the no-show."""
    observed(world, "mill-1", until=timedelta(hours=3))
    machine = machine_named(world, "mill-1")
    booking = world.booked(machine, world.company(), NOON, now=NOON - timedelta(days=1))
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=NOON + timedelta(hours=2, minutes=3, seconds=7))
    found, _ = bookings.find(world.pool, world.manager, booking.id)
    assert (found.state, found.freed_from) == (BookingState.NO_SHOW, NOON + timedelta(minutes=15))


def test_a_machine_has_opening_hours_of_its_own(pool: Pool) -> None:
    """NEMO #87: hours had to be imitated with recurring outages."""
    office = [OpeningHours(weekday=d, opens=time(9), closes=time(18)) for d in range(7)]
    world = World.made(pool, hours=office)
    late = [{"weekdays": list(range(7)), "since": "18:00", "until": "23:00"}]
    machine = world.machine("late-1", opening_hours=late)
    company = world.company()
    evening = TOMORROW.replace(hour=19)

    def ask(start: datetime) -> None:
        wanted = Request(
            machine=machine, company=company.id, period=Period(start, start + timedelta(hours=2))
        )
        bookings.request(pool, world.member(company), wanted, now=datetime.now(UTC))

    ask(evening)
    with pytest.raises(Refused) as refused:
        ask(TOMORROW)
    assert [p.code for p in refused.value.problems] == ["booking.closed"]


def test_a_series_skips_what_cannot_be(world: World) -> None:
    """LibreBooking #1220: its interface could not leave conflicting dates out."""
    machine, company, rival = world.machine(), world.company(), world.company()
    world.booked(machine, rival, TOMORROW + timedelta(days=2))
    wanted = Request(
        machine=machine, company=company.id, period=Period(TOMORROW, TOMORROW + timedelta(hours=1))
    )
    found = booking_series.request_series(
        world.pool,
        world.member(company),
        wanted,
        every=timedelta(days=1),
        count=4,
        now=datetime.now(UTC),
    )
    assert [o.booking is not None for o in found] == [True, True, False, True]


def test_nobody_books_five_minutes_ago(world: World) -> None:
    """RIT #1256: a slot in the past was taken."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    machine, company = world.machine(), world.company()
    wanted = Request(
        machine=machine, company=company.id, period=Period(start, start + timedelta(hours=1))
    )
    with pytest.raises(Refused) as refused:
        bookings.request(world.pool, world.member(company), wanted, now=datetime.now(UTC))
    assert [p.code for p in refused.value.problems] == ["booking.in_the_past"]


def machine_named(world: World, slug: str) -> Machine:
    """The centre's machine of that slug."""
    return machines.find(world.pool, world.manager, slug)
