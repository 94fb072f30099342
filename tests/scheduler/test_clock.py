"""A clock that is set: slots wait, it is on record, and the timetable goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.operations.services import health
from scheduler.clock import DatabaseClock, StepDetector, Watchdog, start_all_now

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("passed", "shown", "step"),
    [
        (60.0, 60.0, 0.0),
        (60.0, 69.9, 0.0),  # a slow answer, or slewing
        (60.0, 70.0, 10.0),
        (60.0, 50.1, 0.0),
        (60.0, 50.0, -10.0),
        (1.0, 7201.0, 7200.0),
        (28_800.0, 28_800.0, 0.0),  # the computer slept
    ],
)
def test_a_step_is_told_from_drift_and_sleep(passed: float, shown: float, step: float) -> None:
    detector = StepDetector()
    assert detector.step(NOON, 100.0) == seconds(0)
    assert detector.step(NOON + seconds(shown), 100.0 + passed) == seconds(step)


def test_a_clock_is_settled_a_minute_after_its_last_step() -> None:
    detector = StepDetector()
    detector.step(NOON, 0.0)
    assert detector.is_settled(0.0)
    detector.step(NOON + timedelta(hours=2), 0.0)
    detector.step(NOON, 20.0)
    assert [detector.is_settled(at) for at in (20.0, 79.9, 80.0)] == [False, False, True]


def test_slots_wait_for_a_minute_after_the_database_s_clock_was_set(pool: Pool) -> None:
    passed = 10_000.0
    clock = DatabaseClock(pool, steady=lambda: passed)
    assert clock.settled_now() is not None
    passed -= 7200  # the clock went two hours ahead of the seconds that passed
    assert clock.settled_now() is None
    assert not _clock_part(pool).is_ready
    passed += 7200 + 20  # and back
    assert clock.settled_now() is None
    with transaction(pool, SYSTEM) as tx:
        steps = [row["step"] for row in many(tx, "select step from clock_steps order by number")]
    assert [round(step.total_seconds(), -1) for step in steps] == [7200, -7220]
    # A minute of the steady clock later, of which the test's real clock sees nothing, is a step
    # again.
    assert DatabaseClock(pool, steady=lambda: passed).settled_now() is not None


def _clock_part(pool: Pool) -> health.ServicePart:
    found = health.parts(pool, revision="", now=datetime.now(UTC))
    return next(part for part in found if part.name == "clock")


def test_a_slot_of_a_time_that_the_clock_came_back_from_is_no_sign_of_life(pool: Pool) -> None:
    now = datetime.now(UTC)
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into job_runs (job, slot, started_at, finished_at, outcome)"
            " values ('metering', %(at)s, %(at)s, %(at)s, 'done')",
            {"at": now + timedelta(hours=2)},
        )
    part = next(p for p in health.parts(pool, revision="", now=now) if p.name == "scheduler")
    assert (part.is_ready, part.detail) == (False, "never heard")


@pytest.fixture
def ticker() -> BackgroundScheduler:
    """Return a scheduler with a job that was planned by a clock two hours ahead."""
    return BackgroundScheduler(timezone=UTC)


def planned_ahead(ticker: BackgroundScheduler, work: Callable[[], object]) -> None:
    """Add a job of each second, the next time in two hours."""
    ahead = datetime.now(UTC) + timedelta(hours=2)
    ticker.add_job(work, "interval", seconds=1, next_run_time=ahead)


def test_every_job_is_due_at_once_after_a_step(ticker: BackgroundScheduler) -> None:
    done = Event()
    planned_ahead(ticker, done.set)
    ticker.start()
    try:
        start_all_now(ticker)
        assert done.wait(30)
    finally:
        ticker.shutdown()


def test_a_watchdog_sees_the_step_and_starts_every_job(ticker: BackgroundScheduler) -> None:
    done, looked = Event(), [0]

    def wall() -> datetime:
        looked[0] += 1
        return datetime.now(UTC) - (timedelta(hours=2) if looked[0] > 1 else timedelta(0))

    planned_ahead(ticker, done.set)
    watchdog = Watchdog(ticker, stalled=lambda: None, wall=wall)
    watchdog.start()
    ticker.start()
    try:
        assert done.wait(30)
    finally:
        watchdog.stop()
        ticker.shutdown()


def test_a_timetable_that_starts_nothing_ends_the_program(ticker: BackgroundScheduler) -> None:
    stalled = Event()
    watchdog = Watchdog(ticker, stalled=stalled.set, stalled_after=2)
    watchdog.start()
    ticker.start(paused=True)
    try:
        assert stalled.wait(30)
    finally:
        watchdog.stop()
        ticker.shutdown()
