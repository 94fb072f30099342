"""The timetable: every slot once, whoever does it; what was missed is done; what nobody came to is
freed by the facts.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gadong.billing.services import holidays, statement_drafts, statements
from gadong.billing.services.prices import backdated_rules
from gadong.billing.services.proof import verification
from gadong.booking.domain.booking import BookingState
from gadong.booking.services import attendance, bookings
from gadong.core.database import Pool, Tx, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.store import outbox as slots
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.machines.store import machines
from gadong.metering.services import metering
from gadong.operations.services import jobs
from scheduler.timetable import drafting_time, monthly, tick_slots, timetable
from tests.support.metering.metering import message
from tests.support.stories.time_passes import NOON, observed
from tests.support.world import World


def test_a_slot_is_done_once_however_many_schedulers_there_are(pool: Pool) -> None:
    def work(tx: Tx, slot: datetime) -> str:
        tx.execute("insert into login_failures (subject, at) values ('done', %s)", [slot])
        return "done"

    def try_all(_: int) -> int:
        minutes = [NOON + timedelta(minutes=n) for n in range(20)]
        return sum(jobs.run_slot(pool, "job", slot, work) for slot in minutes)

    with ThreadPoolExecutor(6) as threads:
        done = sum(threads.map(try_all, range(6)))
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n, count(distinct at) as slots from login_failures")
    assert done == 20
    assert row == {"n": 20, "slots": 20}


def test_a_slot_that_fails_leaves_nothing_and_is_seen(pool: Pool) -> None:
    def fails(tx: Tx, slot: datetime) -> str:
        tx.execute("insert into login_failures (subject, at) values ('half done', %s)", [slot])
        raise RuntimeError("the disk is full")

    assert not jobs.run_slot(pool, "job", NOON, fails)
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select subject from login_failures") == []
        last = slots.last_runs(tx)[0]
    assert (last.outcome, last.detail) == ("failed", "RuntimeError: the disk is full")


@pytest.mark.parametrize(
    ("watched", "minutes", "state"),
    [
        (True, 16, BookingState.NO_SHOW),
        (True, 10, BookingState.CONFIRMED),  # not yet late
        (False, 16, BookingState.CONFIRMED),  # nobody can say; staff is asked, nothing is released
    ],
)
def test_a_booking_is_released_by_the_facts(
    world: World, pool: Pool, watched: bool, minutes: int, state: BookingState
) -> None:
    observed(world, "mill-1", until=timedelta(minutes=30), watched=watched)
    with transaction(pool, SYSTEM) as tx:
        machine = next(iter(many(tx, "select id from machines")))["id"]
    booking = _booked(world, machine)
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=NOON + timedelta(minutes=minutes))
    assert bookings.find(pool, world.manager, booking)[0].state is state


def test_six_hours_of_downtime_end_in_the_same_rows(world: World, pool: Pool) -> None:
    observed(world, "mill-1", until=timedelta(minutes=30))
    with transaction(pool, SYSTEM) as tx:
        machine = next(iter(many(tx, "select id from machines")))["id"]
    booking = _booked(world, machine)
    late = NOON + timedelta(hours=6)
    for _ in range(3):
        tick_slots(pool, late)
    found, history = bookings.find(pool, world.manager, booking)
    assert found.state is BookingState.NO_SHOW
    assert [e.action for e in history] == ["request", "miss"]
    with transaction(pool, SYSTEM) as tx:
        told = many(tx, "select kind from notices order by created_at, id")
        failed = many(tx, "select job, detail from job_runs where outcome <> 'done'")
    assert sorted(t["kind"] for t in told) == ["booking.confirmed", "booking.missed"]
    assert failed == []


def _booked(world: World, machine_id: MachineId) -> BookingId:
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, machine_id)
    assert machine is not None
    return world.booked(machine, world.company(), NOON, now=NOON - timedelta(days=1)).id


def test_drafts_are_made_after_the_second_working_day_and_for_months_missed(world: World) -> None:
    zone = ZoneInfo("Asia/Seoul")
    # 1 November 2026 is a Sunday: its second working day is Tuesday the 3rd.
    assert drafting_time(Month(2026, 11), world.centre, ()) == datetime(2026, 11, 3, 6, tzinfo=zone)
    before = monthly(datetime(2026, 11, 3, 5, 59, tzinfo=zone), world.centre, ())
    after = monthly(datetime(2026, 11, 3, 6, tzinfo=zone), world.centre, ())
    assert set(after) - set(before) == {datetime(2026, 11, 3, 6, tzinfo=zone)}
    assert len(after) == 3


def test_drafts_wait_for_holidays_and_for_the_centres_own(world: World, pool: Pool) -> None:
    zone = world.centre.zone
    with transaction(pool, SYSTEM) as tx:
        holidays.bring_up_to_date(tx, now=datetime(2027, 1, 2, tzinfo=zone))
    # 1 January 2027 is a Friday and a holiday; the 4th and the 5th are working days.
    said: list[datetime] = []
    for own in (None, date(2027, 1, 4)):
        if own:
            backdated_rules.set_holiday(
                pool, world.manager, world.centre.id, own, name="개관 기념일", is_holiday=True
            )
        (job,) = (j for j in timetable(pool) if j.name == f"statement drafts {world.centre.slug}")
        said.append(job.slots(datetime(2027, 1, 20, tzinfo=zone))[-1])
    assert said == [datetime(2027, 1, day, 6, tzinfo=zone) for day in (5, 6)]


def test_a_month_is_drafted_once_for_every_company_that_used_something(
    world: World, pool: Pool
) -> None:
    zone = world.centre.zone
    busy, quiet = world.company(), world.company()
    world.tariff(basis="booked")
    month = Month.of(datetime.now(UTC), zone).previous
    start = month.period(zone).start + timedelta(days=9, hours=1)
    world.booked(world.machine("mill-1"), busy, start, hours=2)
    now = drafting_time(month.following, world.centre, ()) + timedelta(hours=6)
    for _ in range(2):
        tick_slots(pool, now)
    found = statements.page(
        pool, world.manager, centre=world.centre.id, month=str(month), before=None, most=10
    )
    assert [(s.company_id, s.total) for s in found] == [(busy.id, 66_000)]
    assert quiet.id not in {s.company_id for s in found}


def test_numbers_are_gap_free_when_many_are_issued_at_once(world: World, pool: Pool) -> None:
    zone = world.centre.zone
    month = Month.of(datetime.now(UTC), zone).previous
    companies = [world.company() for _ in range(50)]
    drafted = [
        statement_drafts.draft(
            pool, world.manager, centre=world.centre.id, company=c.id, month=str(month)
        )
        for c in companies
    ]
    for one_draft in drafted:
        statements.approve(pool, world.manager, one_draft.id)

    def issue(number: int) -> str | None:
        statement = drafted[number % 50]
        try:
            issued = statements.issue(
                pool, world.manager, statement.id, close_early=False, now=datetime.now(UTC)
            )
        except Exception as trouble:  # noqa: BLE001  # the losers of a race for one document
            return type(trouble).__name__
        return issued.number

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(issue, range(100)))
    numbers = sorted(r for r in results if r and r.startswith(world.centre.slug))
    prefix = f"{world.centre.slug}-{str(month).replace('-', '')}"
    assert numbers == [f"{prefix}-{n:04d}" for n in range(1, 51)]
    assert {v.differences for v in verification.verify(pool, world.manager)} == {()}


def test_what_its_time_is_over_is_forgotten_and_nothing_else(world: World, pool: Pool) -> None:
    source = world.source(world.machine(), "gadong-json")
    now = datetime.now(UTC)
    old, fresh = now - timedelta(days=800), now - timedelta(days=700)
    batch = [message(source, at, Channel.ACTIVITY, "idle") for at in (old, fresh)]
    ingestion.commit(pool, world.centre.id, batch, [])
    metering.catch_up(pool)
    with transaction(pool, SYSTEM) as tx:
        jobs.forget(tx, now)
        for table, column in (("signals", "event_time"), ("messages", "received_at")):
            # The test's own words.
            left = many(tx, f"select {column} as at from {table}")  # noqa: S608
            assert [row["at"] for row in left] == [fresh]
        runs = one(tx, "select count(*) as n from runs")
    assert runs is not None
    assert runs["n"] >= 1, "what was derived outlives the raw signals"
