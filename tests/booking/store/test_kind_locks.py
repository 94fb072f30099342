"""The locks of kinds whose quotas count the kind: taken in one order, whatever a request names."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any

import pytest

from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import Booking
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.together import booking_series
from gadong.booking.store import rulebook
from gadong.core.database import one, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.machines.store import machines
from tests.support.booking.bookings import TOMORROW
from tests.support.world import World

NOW = TOMORROW - timedelta(hours=12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = Period(TOMORROW, TOMORROW + HOUR)
LATER = Period(TOMORROW + 2 * HOUR, TOMORROW + 3 * HOUR)
KIND = {"quota_scope": "kind"}


def wanted(world: World, **rules: Any) -> tuple[Caller, Request]:
    """Somebody, and their request, which names the machine of the later kind first."""
    who = world.member(world.company())
    later = world.machine(kind="kind-2", **{**KIND, **rules})
    return who, Request(
        machine=later,
        also=(world.machine(kind="kind-1", **{**KIND, **rules}),),
        company=next(iter(who.companies)),
        period=PERIOD,
    )


def ask(world: World) -> Callable[[], object]:
    """A request."""
    who, request = wanted(world)
    return lambda: bookings.request(world.pool, who, request, now=NOW)


def ask_for_a_series(world: World) -> Callable[[], object]:
    """A request for several dates."""
    who, request = wanted(world)
    return lambda: booking_series.request_series(
        world.pool, who, request, every=DAY, count=2, now=NOW
    )


def made(world: World, **rules: Any) -> Booking:
    """The booking on the machine of the later kind, as it comes first."""
    who, request = wanted(world, **rules)
    return bookings.request(world.pool, who, request, now=NOW)[0]


def move(world: World) -> Callable[[], object]:
    """A move of a group."""
    hand = Hand(who=world.manager, booking=made(world).id)
    return lambda: booking_changes.move(world.pool, hand, LATER, now=NOW)


def approve(world: World) -> Callable[[], object]:
    """An approval of a group."""
    hand = Hand(who=world.manager, booking=made(world, approval="manual").id)
    return lambda: approvals.approve(world.pool, hand, now=NOW)


def is_waited_for(world: World) -> bool:
    """Return whether some transaction of this database waits for an advisory lock."""
    with transaction(world.pool, SYSTEM) as tx:
        row = one(
            tx,
            """
            select count(*) as n
            from pg_locks
            join pg_database on pg_database.oid = pg_locks.database
            where locktype = 'advisory' and not granted and datname = current_database()
            """,
        )
    return bool(row and row["n"])


def is_free(world: World, kind: str) -> bool:
    """Return whether nobody holds the quotas of the kind."""
    with transaction(world.pool, SYSTEM) as tx:
        row = one(
            tx,
            """
            select pg_try_advisory_xact_lock(
                hashtextextended('quota ' || %(centre)s::text || %(kind)s, 0)) as free
            """,
            centre=world.centre.id,
            kind=kind,
        )
    return bool(row and row["free"])


@pytest.mark.parametrize("prepare", [ask, ask_for_a_series, move, approve])
def test_who_waits_for_a_kind_holds_no_later_kind(
    world: World, prepare: Callable[[World], Callable[[], object]]
) -> None:
    act = prepare(world)
    with ThreadPoolExecutor(1) as threads:
        with transaction(world.pool, SYSTEM) as tx:
            rulebook.lock_kinds(tx, world.centre.id, ["kind-1"])
            assert not is_free(world, "kind-1")
            acting = threads.submit(act)
            while not is_waited_for(world):
                assert not acting.done(), "the act did not wait for the quotas of the kind"
                sleep(0.01)
            assert is_free(world, "kind-2")
        acting.result()


def test_a_quote_waits_for_nobody(world: World) -> None:
    who, request = wanted(world)
    hall = [request.machine.id, *(machine.id for machine in request.also)]
    with transaction(world.pool, SYSTEM) as tx:
        machines.lock(tx, hall)
        rulebook.lock_kinds(tx, world.centre.id, ["kind-1", "kind-2"])
        assert quotes.quote(world.pool, who, request, now=NOW).problems == []


def test_kinds_that_no_quota_counts_are_not_locked(world: World) -> None:
    who, request = wanted(world, quota_scope="machine")
    with transaction(world.pool, SYSTEM) as tx:
        rulebook.lock_kinds(tx, world.centre.id, ["kind-1", "kind-2"])
        assert len(bookings.request(world.pool, who, request, now=NOW)) == 2
