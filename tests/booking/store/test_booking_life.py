"""Bookings under everything at once: random days from concurrent sessions keep every promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gadong.booking.domain.booking import HOLDING, TRANSITIONS, Action, BookingState
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import (
    approvals,
    attendance,
    booking_changes,
    booking_edits,
    bookings,
    machine_setup,
)
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.equipment import equipment
from gadong.booking.services.equipment.equipment import NeedRequest
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.services.staff import technicians
from gadong.booking.services.together import booking_series
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import Pool, many, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Role
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import BookingId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services.machines import find as find_machine
from gadong.people.services import members
from gadong.training.services import courses
from tests.support.world import PASSWORD, World

# Wishes fall on half-hours of one far-off day, so that they meet.
DAY = (datetime.now(UTC) + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
NOW = DAY - timedelta(days=1)
# Every booking holds one probe, of whichever kind.
PROBES = ("touch", "scan")


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
    "choose",
    "count",
    "course",
    "cancel_course",
    "both",
    "series",
    "assist",
    "assist",
    "move",
    "extend",
    "cancel",
    "extend_for_them",
    "edit",
    "approve",
    "approve",
    "decline",
    "answer_part",
    "release",
    "accept",
    "transfer",
    "wait",
    "wait_for_both",
    "leave_part",
    "cancel_later",
    "assign",
    "away",
    "close",
    "change_closure",
    "lift",
    "check_in",
    "check_out",
    "settle",
    "turn_round",
    "compete",
    "sit",
    "sit",
    "sit",
    "wait_to_sit",
    "seats",
)
REFUSALS = {
    "conflict",
    "refused",
    "slot_taken",
    "not_allowed",
    "invalid",
    "forbidden",
    "not_found",
}
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
    """Two machines and a lounge, four people of two companies, their manager, two technicians."""

    world: World
    machines: list[Machine]
    people: list[Caller]
    staff: list[PersonId]
    lounge: Machine

    def known(self) -> list[BookingId]:
        """Every booking there is."""
        with transaction(self.world.pool, SYSTEM) as tx:
            return [
                row["id"]
                for row in many(
                    tx, "select id from bookings where company_id is not null order by id"
                )
            ]

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
            "series": lambda: booking_series.request_series(
                pool, who, wanted, every=timedelta(days=1), count=2 + step.pick % 2, now=NOW
            ),
            "assist": lambda: bookings.request(
                pool, who, replace(wanted, usage_mode=UsageMode.ASSISTED), now=NOW
            ),
            "wait_for_both": lambda: waiting_list.join(
                pool,
                who,
                WaitingRequest(
                    machine=machine,
                    also=(other,),
                    company=company,
                    period=step.period,
                    length=timedelta(minutes=30),
                ),
                now=NOW,
            ),
            "away": lambda: technicians.be_away(
                pool,
                self.world.manager,
                self.world.centre.id,
                self.staff[step.pick % 2],
                step.period,
                now=NOW,
            ),
            "close": lambda: closures.close(
                pool,
                self.world.manager,
                Closing(
                    centre=self.world.centre.id,
                    machine=machine,
                    period=step.period,
                    kind="closed",
                    reason="점검",
                ),
                now=NOW,
            ),
            "choose": lambda: bookings.request(
                pool, who, replace(wanted, equipment=(PROBES[step.pick % 2],)), now=NOW
            ),
            "count": lambda: self.count(PROBES[step.pick % 2], step.halves % 3),
            "course": lambda: courses.plan(
                pool,
                self.world.manager,
                centre=self.world.centre.id,
                code="cnc",
                period=step.period,
                place="",
                seats=2,
                valid_days=None,
                good="",
                machines=[machine, other] if step.pick % 2 else [machine],
                teacher=self.staff[step.pick % 2] if step.halves > 1 else None,
                now=NOW,
            ),
            "cancel_course": lambda: self._cancel_course(step),
            "change_closure": lambda: self._change_closure(step),
            "lift": lambda: self._change_closure(step),
            "wait": lambda: waiting_list.join(
                pool,
                who,
                WaitingRequest(
                    machine=machine,
                    company=company,
                    period=step.period,
                    length=timedelta(minutes=30),
                ),
                now=NOW,
            ),
            "compete": lambda: rulebook.change(
                pool,
                self.world.manager,
                Level(machine=self.lounge if step.pick % 5 == 0 else machine),
                {
                    "competing_requests": step.pick % 4 != 0,
                    "approval": "manual" if step.pick % 3 else "auto",
                },
                effective_from=NOW,
                now=NOW,
            ),
            "sit": lambda: bookings.request(
                pool,
                who,
                replace(wanted, machine=self.seated(), seats=1 + step.pick % 4),
                now=NOW,
            ),
            "wait_to_sit": lambda: waiting_list.join(
                pool,
                who,
                WaitingRequest(
                    machine=self.seated(),
                    company=company,
                    period=step.period,
                    length=timedelta(minutes=30),
                    seats=1 + step.pick % 2,
                ),
                now=NOW,
            ),
            "seats": lambda: machine_setup.change_seats(
                pool, self.world.manager, self.lounge, 2 + step.pick % 4, now=NOW
            ),
            "settle": lambda: self._settle(step),
            "turn_round": lambda: rulebook.change(
                pool,
                self.world.manager,
                Level(machine=self.lounge if step.pick % 5 == 0 else machine),
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
            "extend_for_them": lambda: booking_changes.extend(
                pool, boss, step.period.end, reach=(Reach.ONE, Reach.ALL)[step.pick % 2], now=NOW
            ),
            "edit": lambda: booking_edits.edit(
                pool,
                hand,
                Edit(purpose=f"{step.pick}", usage_mode=list(UsageMode)[step.pick % 2]),
                now=NOW,
            ),
            "answer_part": lambda: (approvals.approve if step.pick % 2 else approvals.decline)(
                pool, boss, reason="점검", reach=Reach.PART, now=NOW
            ),
            "cancel": lambda: booking_changes.cancel(pool, hand, now=NOW),
            "cancel_later": lambda: booking_changes.cancel(pool, hand, reach=Reach.LATER, now=NOW),
            "leave_part": lambda: booking_changes.cancel(pool, boss, reach=Reach.PART, now=NOW),
            "assign": lambda: technicians.reassign(
                pool, boss, self.staff[step.half % 2] if step.halves > 2 else None, now=NOW
            ),
            "approve": lambda: approvals.approve(pool, boss, now=NOW),
            "decline": lambda: approvals.decline(pool, boss, reason="점검", now=NOW),
            "release": lambda: booking_changes.release(pool, boss, reason="점검", now=NOW),
            "accept": lambda: approvals.accept(pool, hand, now=NOW),
            "transfer": lambda: booking_edits.transfer(
                pool, hand, self.people[step.pick % 4].person_id, now=NOW
            ),
            "check_in": lambda: booking_changes.check_in(pool, boss, now=at),
            "check_out": lambda: booking_changes.check_out(
                pool, boss, now=at + timedelta(minutes=20)
            ),
        }
        standing[step.what]()

    def seated(self) -> Machine:
        """The lounge with the seats that it has now."""
        return find_machine(self.world.pool, self.world.manager, self.lounge.slug)

    def count(self, slug: str, units: int) -> None:
        """Count a kind of probe anew; units that bookings hold are not taken away."""
        pool, manager, centre = self.world.pool, self.world.manager, self.world.centre.id
        equipment.put(pool, manager, centre, slug, name_ko=slug, name_en=slug, units=units, now=NOW)

    def _cancel_course(self, step: Step) -> None:
        """Cancel one of the courses of the days."""
        pool, manager = self.world.pool, self.world.manager
        found = courses.shown(pool, manager, self.world.centre.id, now=NOW)
        if found:
            chosen = found[step.pick % len(found)].course
            courses.cancel(pool, manager, chosen.id, reason="끝", now=NOW)

    def _change_closure(self, step: Step) -> None:
        """Move or lift one of the closures of the days."""
        pool, manager, centre = self.world.pool, self.world.manager, self.world.centre.id
        standing = closures.of_centre(pool, manager, centre, Period(DAY, DAY + timedelta(days=1)))
        if not standing:
            return
        chosen = standing[step.pick % len(standing)].id
        if step.what == "lift":
            closures.lift(pool, manager, chosen, reason="끝", now=NOW)
        else:
            closures.change(pool, manager, chosen, step.period, reason="변경", now=NOW)

    @retried
    def _settle(self, step: Step) -> None:
        with transaction(self.world.pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=step.period.start)
            offers.offer_all(tx, now=NOW)


#: What nobody may ever find, whatever was done.
BROKEN = {
    "a group of which one machine waits, or was declined, and another stands": b"""
        select a.id, a.state, b.state
        from bookings a join bookings b
            on a.joined = b.joined and a.id <> b.id and lower(a.during) = lower(b.during)
        where a.state in ('pending', 'declined')
            and b.state in ('confirmed', 'checked_in', 'in_use')
    """,
    "a group that waits with two times for its answer": b"""
        select a.id
        from bookings a join bookings b
            on a.joined = b.joined and a.id <> b.id and lower(a.during) = lower(b.during)
        where a.state = 'pending' and b.state = 'pending' and a.expires_at <> b.expires_at
    """,
    "a group of several ends, persons or purposes": b"""
        select a.id
        from bookings a join bookings b
            on a.joined = b.joined and a.id <> b.id and lower(a.during) = lower(b.during)
        where a.state in ('pending', 'confirmed') and b.state in ('pending', 'confirmed')
            and (upper(a.during), a.person_id, a.purpose)
                is distinct from (upper(b.during), b.person_id, b.purpose)
    """,
    "a technician in two places": b"""
        select a.technician_id from assistances a join assistances b
            on a.technician_id = b.technician_id and a.ctid < b.ctid
        where a.during && b.during and a.is_held and b.is_held
    """,
    "a technician held for what does not stand": b"""
        select a.booking_id from assistances a join bookings b on b.id = a.booking_id
        where a.is_held is distinct from assistance_is_held(b.state)
            or a.during is distinct from b.during
            or a.is_held and b.usage_mode <> 'assisted'
    """,
    "an assisted booking without a technician, whom no absence took": b"""
        select b.id from bookings b left join assistances a on a.booking_id = b.id
        where b.usage_mode = 'assisted' and assistance_is_held(b.state) and a.booking_id is null
            and not (b.state = 'pending' and b.competes)
            and not exists (select from technician_absences t where t.during && b.during)
    """,
    "a unit in two bookings": b"""
        select a.booking_id from equipment_holds a join equipment_holds b
            on a.equipment_id = b.equipment_id and a.unit = b.unit and a.booking_id < b.booking_id
        where a.during && b.during and a.is_held and b.is_held
    """,
    "a unit that is not there": b"""
        select h.booking_id from equipment_holds h join equipment e on e.id = h.equipment_id
        where h.is_held and h.unit > e.units
    """,
    "equipment that is over-full at an instant": b"""
        select e.id from equipment e
        join equipment_holds h on h.equipment_id = e.id and h.is_held
        join equipment_holds o on o.equipment_id = e.id and o.is_held
            and o.during @> lower(h.during)
        group by e.id, h.booking_id, h.unit
        having count(*) > e.units
    """,
    "a unit held for what does not stand": b"""
        select h.booking_id from equipment_holds h join bookings b on b.id = h.booking_id
        where h.is_held is distinct from equipment_is_held(b.state)
            or h.during is distinct from b.during
    """,
    "a booking with another number of units than it needs": b"""
        select b.id from bookings b
        where exists (select from equipment_needs n where n.machine_id = b.machine_id)
            and equipment_is_held(b.state)
            and (b.state = 'pending' and b.competes)::integer <> 1 - (
            select count(*) from equipment_holds h where h.booking_id = b.id and h.is_held
        )
    """,
    "a competing request whose time somebody else has": b"""
        select r.id from bookings r join bookings h on h.machine_id = r.machine_id and h.id <> r.id
        where r.state = 'pending' and r.competes and h.held && r.held and not r.shares
            and h.state in ('offered', 'pending', 'confirmed', 'checked_in', 'in_use', 'completed',
                'course')
            and not (h.state = 'pending' and h.competes)
    """,
    "a competing request for more seats than are left": b"""
        select r.id from bookings r join machines m on m.id = r.machine_id
        where r.state = 'pending' and r.competes and r.shares
            and count_of_seats(free_seats(m.id, r.held, r.id)) < r.seats
    """,
    "a room that is over-full at an instant": b"""
        select b.id from bookings b join machines m on m.id = b.machine_id
        join bookings o on o.machine_id = b.machine_id and o.held @> lower(b.held)
        where holds_seats(b.state, b.competes) and holds_seats(o.state, o.competes)
        group by b.id, m.seats
        having sum(case when o.shares then o.seats else m.seats end) > m.seats
    """,
    "a booking with another number of seats than it takes": b"""
        select b.id from bookings b join machines m on m.id = b.machine_id
        where holds_seats(b.state, b.competes) and b.shares
            and (
                count_of_seats(b.seat_numbers) <> b.seats or upper(b.seat_numbers) > m.seats + 1
            )
    """,
    "two requests of one company for one time": b"""
        select a.id from bookings a join bookings b
            on b.machine_id = a.machine_id and b.company_id = a.company_id and a.id < b.id
        where a.state = 'pending' and b.state = 'pending' and a.competes and b.competes
            and a.during && b.during and not (a.shares and b.shares)
    """,
    "an answered booking that still competes": b"""
        select b.id from bookings b where b.competes and b.state <> 'pending'
    """,
    "a booking with another probe than its people chose": b"""
        select b.id from bookings b
        join equipment_holds h on h.booking_id = b.id and h.is_held
        join equipment e on e.id = h.equipment_id
        where cardinality(b.equipment) > 0 and e.slug <> all (b.equipment)
    """,
    "a course that does not hold what it was planned with, or holds it cancelled": b"""
        select c.id from courses c left join bookings b on b.course_id = c.id
        group by c.id
        having (count(b.id) > 0) = (c.cancelled_at is not null)
    """,
    "a course's hold without its closure": b"""
        select b.id from bookings b
        where b.course_id is not null and not exists (
            select from closures_known('infinity') k where k.id = b.id and k.during = b.during
        )
    """,
    "a technician held who is away": b"""
        select a.booking_id from assistances a join technician_absences t
            on t.person_id = a.technician_id and t.during && a.during
        where a.is_held
    """,
    "an offer of nobody's": b"""
        select o.id from bookings o
        where o.state = 'offered' and not exists (
            select from waiting w join bookings m on m.id = w.booking_id
            where w.state = 'offered' and (m.id = o.id or m.joined = o.joined)
        ) and not exists (
            select from bookings p where p.joined = o.joined and p.state = 'expired'
        )
    """,
    "an entry that waits for an answer to nothing": b"""
        select w.id from waiting w left join bookings b on b.id = w.booking_id
        where w.state = 'offered' and b.state is distinct from 'offered'
            or w.state = 'waiting' and w.booking_id is not null
            or w.state = 'served' and not exists (
                select from booking_events e
                where e.booking_id = w.booking_id and e.action in ('accept', 'submit')
            )
    """,
    "half of an offer taken": b"""
        select w.id from waiting w join bookings m on m.id = w.booking_id
        where w.state = 'served' and cardinality(w.also) > 0 and (
            select count(*) from bookings p where p.joined = m.joined and exists (
                select from booking_events e
                where e.booking_id = p.id and e.action in ('accept', 'submit')
            )
        ) <> 1 + cardinality(w.also)
    """,
}


def promises(pool: Pool) -> None:
    """Require that bookings lie apart, follow the table of states, and are served in order."""
    with transaction(pool, SYSTEM) as tx:
        holding = [*(s.value for s in HOLDING), "course"]
        touching = many(
            tx,
            b"""
            select a.id from bookings a
            join bookings b on a.machine_id = b.machine_id and a.id < b.id
            where a.held && b.held and a.state = any(%(holding)s) and b.state = any(%(holding)s)
                and not (a.state = 'pending' and a.competes)
                and not (b.state = 'pending' and b.competes)
                and not (a.shares and b.shares)
            """,
            holding=holding,
        )
        events = many(
            tx,
            "select booking_id, version, action, snapshot ->> 'state' as state from booking_events"
            " order by booking_id, version",
        )
        standing = {
            r["id"]: (r["state"], r["version"])
            for r in many(tx, "select id, state, version from bookings")
        }
        waited = many(
            tx,
            "select w.id, w.machine_id, w.during, w.state, w.missed, w.also, w.booking_id,"
            " w.seats, e.recorded_at"
            " from waiting w"
            " left join booking_events e on e.booking_id = w.booking_id and e.version = 1",
        )
        broken = {name: many(tx, query) for name, query in BROKEN.items()}
    assert broken == {name: [] for name in BROKEN}
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
            # Several machines are passed over while others work on one; a missed offer steps back.
            # An entry for more seats keeps nobody off fewer.
            same = same and other["seats"] <= entry["seats"]
            same = same and not entry["also"] and not other["also"] and not other["missed"]
            if (
                same
                and other["id"] < entry["id"]
                and entry["recorded_at"]
                and other["state"] == "waiting"
            ):
                raise AssertionError("served out of order")


def _by_booking(events: Sequence[dict[str, Any]]) -> dict[BookingId, list[dict[str, Any]]]:
    found: dict[BookingId, list[dict[str, Any]]] = {}
    for event in events:
        found.setdefault(event["booking_id"], []).append(event)
    return found


def _technician(world: World) -> PersonId:
    """Register somebody who assists at mills at any hour."""
    person = members.create_person(
        world.pool,
        world.manager,
        email=f"{new_id().hex}@{world.centre.slug}.example",
        name="기술자",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.TECHNICIAN},
    )
    week = [OpeningHours(weekday=day, opens=time(0), closes=time(0)) for day in range(7)]
    technicians.put(
        world.pool,
        world.manager,
        world.centre.id,
        person.id,
        kinds=frozenset({"mill"}),
        shifts=week,
    )
    return person.id


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=20, max_size=60))
def test_random_days_from_concurrent_sessions_keep_every_promise(
    world: World, days: list[Step]
) -> None:
    with psycopg.connect(str(world.pool.conninfo)) as owner:
        owner.execute(
            "truncate bookings, booking_events, check_ins, waiting, booking_remarks cascade"
        )
        owner.execute("truncate closures, closure_changes, technicians, courses cascade")
        owner.execute("truncate equipment, equipment_needs cascade")
    if not world.companies:
        world.company()
        world.company()
    people = [world.member(world.companies[n % 2]) for n in range(4)]
    mills = [
        world.machine(approval="manual" if n else "auto", usage_modes=["self", "assisted"])
        for n in range(2)
    ]
    staff = [_technician(world) for _ in range(2)]
    lounge = machine_setup.register(
        world.pool,
        world.manager,
        centre=world.centre.id,
        slug=f"lounge-{new_id().hex[-8:]}",
        kind="room",
        name_ko="라운지",
        name_en="Lounge",
        rules={"waiting_list": "hybrid"},
        observed=Observed.NEITHER,
        seats=3,
    )
    hall = Hall(world, mills, people, staff, lounge)
    for slug in PROBES:
        hall.count(slug, 1)
    for mill in mills:
        equipment.put_needs(world.pool, world.manager, mill, [NeedRequest(any_of=PROBES)])
    with ThreadPoolExecutor(4) as threads:
        for start in range(0, len(days), 8):
            list(threads.map(hall.act, days[start : start + 8]))
            promises(world.pool)
