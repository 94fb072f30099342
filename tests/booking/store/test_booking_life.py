"""Bookings under everything at once: random days from concurrent sessions keep every promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gadong.booking.domain.booking import HOLDING, TRANSITIONS, Action, BookingState
from gadong.booking.services import attendance, booking_changes, bookings, rulebook, waiting_list
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.rulebook import Level
from gadong.booking.services.waiting_list import WaitingRequest
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from tests.support.world import World

# Wishes fall on half-hours of one far-off day, so that they meet.
DAY = (datetime.now(UTC) + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
NOW = DAY - timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One thing that one of the sessions does."""

    what: str
    who: int
    machine: int
    half: int
    halves: int
    pick: int

    @property
    def period(self) -> Period:
        """The half-hours it is about."""
        start = DAY + timedelta(minutes=30 * self.half)
        return Period(start, start + timedelta(minutes=30 * self.halves))


WHAT = (
    "request",
    "request",
    "request",
    "both",
    "move",
    "extend",
    "cancel",
    "approve",
    "decline",
    "release",
    "accept",
    "transfer",
    "wait",
    "check_in",
    "check_out",
    "settle",
    "turn_round",
)
REFUSALS = {"refused", "slot_taken", "not_allowed", "invalid", "forbidden", "not_found"}
steps = st.builds(
    Step,
    what=st.sampled_from(WHAT),
    who=st.integers(0, 3),
    machine=st.integers(0, 1),
    half=st.integers(0, 20),
    halves=st.integers(1, 5),
    pick=st.integers(0, 1000),
)


@dataclass
class Hall:
    """Two machines, four people of two companies, and their manager."""

    world: World
    machines: list[Machine]
    people: list[Caller]

    def known(self) -> list[BookingId]:
        """Every booking there is."""
        with transaction(self.world.pool, SYSTEM) as tx:
            return [row["id"] for row in many(tx, "select id from bookings order by id")]

    def act(self, step: Step) -> None:
        """Do a step; what rules, states and others' places refuse is a part of life."""
        try:
            self._act(step)
        except GadongError as refused:
            if refused.code not in REFUSALS:
                raise

    def _act(self, step: Step) -> None:
        pool, who = self.world.pool, self.people[step.who]
        machine, other = self.machines[step.machine], self.machines[1 - step.machine]
        company = next(iter(who.companies))
        known = self.known()
        wanted = Request(machine=machine, company=company, period=step.period)
        alone: dict[str, Callable[[], Any]] = {
            "request": lambda: bookings.request(pool, who, wanted, now=NOW),
            "both": lambda: bookings.request(
                pool,
                who,
                Request(machine=machine, also=(other,), company=company, period=step.period),
                now=NOW,
            ),
            "wait": lambda: waiting_list.join(
                pool,
                who,
                WaitingRequest(
                    machine=machine, company=company, period=step.period, length=timedelta(minutes=30)
                ),
                now=NOW,
            ),
            "settle": lambda: self._settle(step),
            "turn_round": lambda: rulebook.change(
                pool,
                self.world.manager,
                Level(machine=machine),
                {"teardown_minutes": 10 * (step.pick % 4)},
                effective_from=NOW,
                now=NOW,
            ),
        }
        if step.what in alone:
            alone[step.what]()
            return
        if not known:
            return
        chosen = known[step.pick % len(known)]
        hand, boss = Hand(who=who, booking=chosen), Hand(who=self.world.manager, booking=chosen)
        at = step.period.start
        standing: dict[str, Callable[[], Any]] = {
            "move": lambda: booking_changes.move(pool, hand, step.period, now=NOW),
            "extend": lambda: booking_changes.extend(pool, hand, step.period.end, now=NOW),
            "cancel": lambda: booking_changes.cancel(pool, hand, now=NOW),
            "approve": lambda: booking_changes.approve(pool, boss, now=NOW),
            "decline": lambda: booking_changes.decline(pool, boss, reason="점검", now=NOW),
            "release": lambda: booking_changes.release(pool, boss, reason="점검", now=NOW),
            "accept": lambda: booking_changes.accept(pool, hand, now=NOW),
            "transfer": lambda: booking_changes.transfer(
                pool, hand, self.people[step.pick % 4].person_id, now=NOW
            ),
            "check_in": lambda: booking_changes.check_in(pool, boss, now=at),
            "check_out": lambda: booking_changes.check_out(pool, boss, now=at + timedelta(minutes=20)),
        }
        standing[step.what]()

    def _settle(self, step: Step) -> None:
        with transaction(self.world.pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=step.period.start)
            waiting_list.offer_all(tx, now=NOW)


def promises(pool: Pool) -> None:
    """Require that bookings lie apart, follow the table of states, and are served in order."""
    with transaction(pool, SYSTEM) as tx:
        holding = [s.value for s in HOLDING]
        touching = many(
            tx,
            b"""
            select a.id from bookings a join bookings b on a.machine_id = b.machine_id and a.id < b.id
            where a.held && b.held and a.state = any(%(holding)s) and b.state = any(%(holding)s)
            """,
            holding=holding,
        )
        events = many(
            tx,
            "select booking_id, version, action, snapshot ->> 'state' as state from booking_events"
            " order by booking_id, version",
        )
        standing = {
            r["id"]: (r["state"], r["version"]) for r in many(tx, "select id, state, version from bookings")
        }
        waited = many(
            tx,
            "select w.id, w.machine_id, w.during, w.state, e.recorded_at from waiting w"
            " left join booking_events e on e.booking_id = w.booking_id and e.version = 1",
        )
    assert touching == []
    for booking_id, path in _by_booking(events).items():
        first = path[0]
        begins = {"request": {"pending", "confirmed"}, "offer": {"offered"}}
        assert first["state"] in begins[first["action"]]
        for before, after in pairwise(path):
            assert after["version"] == before["version"] + 1
            step = (BookingState(before["state"]), Action(after["action"]))
            assert TRANSITIONS[step] == after["state"], step
        assert standing[booking_id] == (path[-1]["state"], path[-1]["version"])
    for entry in waited:
        # Earlier requests for the very same stretch were served no later.
        for other in waited:
            same = (entry["machine_id"], entry["during"]) == (other["machine_id"], other["during"])
            if same and other["id"] < entry["id"] and entry["recorded_at"] and other["state"] == "waiting":
                raise AssertionError("served out of order")


def _by_booking(events: Sequence[dict[str, Any]]) -> dict[BookingId, list[dict[str, Any]]]:
    found: dict[BookingId, list[dict[str, Any]]] = {}
    for event in events:
        found.setdefault(event["booking_id"], []).append(event)
    return found


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=20, max_size=60))
def test_random_days_from_concurrent_sessions_keep_every_promise(world: World, days: list[Step]) -> None:
    with psycopg.connect(str(world.pool.conninfo)) as owner:
        owner.execute("truncate bookings, booking_events, check_ins, waiting, booking_remarks cascade")
    if not world.companies:
        world.company()
        world.company()
    people = [world.member(world.companies[n % 2]) for n in range(4)]
    mills = [world.machine(approval="manual" if n else "auto") for n in range(2)]
    hall = Hall(world, mills, people)
    with ThreadPoolExecutor(4) as threads:
        for start in range(0, len(days), 8):
            list(threads.map(hall.act, days[start : start + 8]))
            promises(world.pool)
