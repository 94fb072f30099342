"""Unbooked runs: many machines at once tell what each tells alone, and none is missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.closure import Closure
from gadong.booking.domain.decision import Decision, DecisionKind
from gadong.booking.domain.usage import Owner
from gadong.booking.services import machine_activity
from gadong.booking.services.rules.company_rule_book import Book, book
from gadong.booking.store import bookings, check_ins, closures, decisions
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import BookingId, DecisionId, LoggedUseId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin
from gadong.metering.services import metering
from gadong.metering.store import logged_uses
from tests.support.metering.metering import message
from tests.support.world import World

HOUR = timedelta(hours=1)
HOURS = 30
#: Of a booking: its state, and after how much of its time it was freed or given up (None: never).
FATES = (
    (BookingState.CONFIRMED, None),
    (BookingState.COMPLETED, None),
    (BookingState.COMPLETED, 0.5),
    (BookingState.NO_SHOW, 0.25),
    (BookingState.RELEASED, 0.5),
    (BookingState.CANCELLED, 0.5),
    (BookingState.PENDING, None),
)
WORDS = ("running", "idle", "running", "idle", "gone")

hours = st.integers(0, HOURS - 2)
# Quarters of an hour, so that runs begin at bookings' edges too.
quarters = st.integers(0, 4 * HOURS - 1)


@dataclass(frozen=True, kw_only=True)
class BusyHours:
    """A machine's last hours, counted from their beginning."""

    said: list[tuple[int, str]]
    booked: list[tuple[int, int, bool]]
    word: tuple[str, int] | None
    is_derived: bool


pasts = st.builds(
    BusyHours,
    said=st.lists(
        st.tuples(quarters, st.sampled_from(WORDS)), max_size=7, unique_by=lambda said: said[0]
    ).map(sorted),
    booked=st.lists(
        st.tuples(hours, st.integers(0, len(FATES) - 1), st.booleans()),
        max_size=9,
        unique_by=lambda booked: booked[0],
    ),
    word=st.none() | st.tuples(st.sampled_from(["fill", "own", "ledger", "repair"]), hours),
    is_derived=st.sampled_from([True, True, True, False]),
)


def ran_in_the_end_of(fate: int) -> BusyHours:
    """A machine that began to run in the last quarter of a booking that others may have freed."""
    said = [(4, "idle"), (11, "running"), (13, "idle")]
    return BusyHours(said=said, booked=[(2, fate, False)], word=None, is_derived=True)


# Each example makes machines, so that a failing one is not searched for a smaller.
@settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@example([ran_in_the_end_of(fate) for fate in range(len(FATES))])
@given(st.lists(pasts, min_size=1, max_size=4))
def test_many_machines_are_read_as_each_alone(
    world: World, pool: Pool, past: list[BusyHours]
) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    companies = world.companies or [world.company() for _ in range(2)]
    assert len(companies) == 2
    hall = [made(world, pool, one, now - HOURS * HOUR, number) for number, one in enumerate(past)]
    for bounds in (Period(now - 60 * HOUR, now), Period(now - 17 * HOUR, now + HOUR)):
        with transaction(pool, SYSTEM) as tx:
            known = book(tx, world.centre.id, at=now)
            found = {
                machine.id: activity
                for machine, activity in machine_activity.read_unbooked(
                    tx, hall, known, bounds, now=now
                )
            }
            for machine in hall:
                alone = machine_activity.read(tx, machine, known, bounds, now=now)
                if machine.id in found:
                    assert found[machine.id] == alone
                else:
                    assert Owner.NOBODY not in {usage.owner for usage in alone.usages}


def made(world: World, pool: Pool, past: BusyHours, begin: datetime, number: int) -> Machine:
    """Make a machine with its past."""
    machine = world.machine()
    source = world.source(machine)
    said = [
        message(source, begin + n * HOUR / 4, Channel.LINK, "down")
        if word == "gone"
        else message(source, begin + n * HOUR / 4, Channel.ACTIVITY, word)
        for n, word in past.said
    ]
    ingestion.commit(pool, world.centre.id, said, [])
    if past.is_derived:
        while metering.catch_up(pool):
            pass
    with transaction(pool, SYSTEM) as tx:
        known = book(tx, world.centre.id, at=begin)
        for hour, fate, came in past.booked:
            hold(tx, world, known, machine, begin + hour * HOUR, FATES[fate], came=came)
        if past.word:
            say(tx, world, machine, past.word[0], begin + past.word[1] * HOUR, number)
    return machine


def hold(
    tx: Tx,
    world: World,
    known: Book,
    machine: Machine,
    start: datetime,
    fate: tuple[BookingState, float | None],
    *,
    came: bool,
) -> None:
    """Insert an hour's booking, and what became of it."""
    state, share = fate
    booking = Booking(
        id=BookingId(new_id()),
        centre_id=world.centre.id,
        machine_id=machine.id,
        company_id=world.companies[start.hour % 2].id,
        person_id=world.manager.person_id,
        period=Period(start, start + HOUR),
        state=BookingState.PENDING if state is BookingState.PENDING else BookingState.CONFIRMED,
    )
    rules, by = known.rules(machine, start), world.manager.person_id
    bookings.insert(tx, booking, rules, by=by, recorded_at=recorded_at(tx, world.centre.id))
    if came:
        at = start + HOUR / 8
        check_ins.insert(
            tx, booking, kind="in", at=at, recorded_at=recorded_at(tx, world.centre.id)
        )
    if state not in {BookingState.PENDING, BookingState.CONFIRMED}:
        freed = start + share * HOUR if share else None
        is_cancelled = state is BookingState.CANCELLED
        ended = replace(
            booking,
            state=state,
            version=booking.version + 1,
            freed_from=None if is_cancelled else freed,
            cancelled_at=freed if is_cancelled else None,
        )
        bookings.update(
            tx, ended, rules, Action.CLOSE, by=by, recorded_at=recorded_at(tx, world.centre.id)
        )


def say(tx: Tx, world: World, machine: Machine, word: str, start: datetime, number: int) -> None:
    """Insert what somebody decided, wrote down or closed of two hours."""
    period, company = Period(start, start + 2 * HOUR), world.companies[number % 2].id
    at = recorded_at(tx, world.centre.id)
    if word == "repair":
        closures.insert(
            tx,
            Closure(
                id=new_id(),
                period=period,
                kind="maintenance",
                reason="점검",
                centre_id=world.centre.id,
                machine_id=machine.id,
            ),
        )
    elif word == "ledger":
        logged_uses.insert(
            tx,
            LoggedUse(
                id=LoggedUseId(new_id()),
                company_id=company,
                person_id=None,
                booking_id=None,
                period=period,
                origin=UseOrigin.LEDGER,
                reason="시험",
                is_correction=False,
                reverses=None,
                recorded_by=world.manager.person_id,
                recorded_at=at,
                centre_id=world.centre.id,
                machine_id=machine.id,
            ),
        )
    else:
        is_fill = word == "fill"
        decisions.insert(
            tx,
            Decision(
                id=DecisionId(new_id()),
                kind=DecisionKind.FILL if is_fill else DecisionKind.REASSIGN,
                period=period,
                company_id=None,
                booking_id=None,
                reverses=None,
                reason="시험",
                decided_by=world.manager.person_id,
                recorded_at=at,
                state=State.RUNNING if is_fill else None,
                centre_id=world.centre.id,
                machine_id=machine.id,
            ),
        )


def test_a_machine_that_ran_in_booked_time_alone_is_not_read(world: World, pool: Pool) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    begin = now - HOURS * HOUR
    assert [world.company(), world.company()] == world.companies
    # Both ran from the second hour on; the other's booking ended then.
    said = [(4, "idle"), (8, "running"), (10, "idle")]
    own, other = (
        made(
            world,
            pool,
            BusyHours(said=said, booked=[(hour, 0, False)], word=None, is_derived=True),
            begin,
            number,
        )
        for number, hour in enumerate((2, 1))
    )
    with transaction(pool, SYSTEM) as tx:
        known = book(tx, world.centre.id, at=now)
        read = machine_activity.read_unbooked(tx, [own, other], known, Period(begin, now), now=now)
    assert [machine.id for machine, _ in read] == [other.id]
