"""The clock by which slots are due, and what happens when somebody moves it.

The database's clock decides. This clock is compared with the seconds since the computer booted,
which no setting moves. After a step, slots wait until the clock has stood still for a minute. So a
clock that jumps ahead and back books no absence and sends no reminder two hours early.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread

from apscheduler.schedulers.base import BaseScheduler

from gadong.core.database import Pool
from gadong.operations.services import clock_steps
from gadong.service_manager import is_alive

log = logging.getLogger(__name__)

# Time servers correct a clock by slewing up to half a second; the rest is a slow answer of the
# database.
LEAST_STEP = timedelta(seconds=10)
# A clock that was set wrongly is mostly set right within seconds; the shortest slot is a minute.
SETTLED_AFTER = timedelta(minutes=1)
LOOKS_EVERY = 1.0
# The timetable starts a tick each second; nothing that it does keeps it from starting the next.
STALLED_AFTER = 60.0


def seconds_since_boot() -> float:
    """Return the seconds since the computer booted, its sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(slots=True)
class StepDetector:
    """A detector of steps of a wall clock, by a steady one."""

    _offset: float | None = None
    _moved_at: float | None = None

    def step(self, wall: datetime, steady: float) -> timedelta:
        """Return by how much the wall clock was set since the last call.

        Zero if it only drifted.
        """
        before, self._offset = self._offset, wall.timestamp() - steady
        moved = timedelta(seconds=self._offset - before) if before is not None else timedelta(0)
        if abs(moved) < LEAST_STEP:
            return timedelta(0)
        self._moved_at = steady
        return moved

    def is_settled(self, steady: float) -> bool:
        """Return whether the last step is long enough ago."""
        return self._moved_at is None or steady - self._moved_at >= SETTLED_AFTER.total_seconds()


class DatabaseClock:
    """The database's clock, shared by all lanes of the timetable."""

    def __init__(self, pool: Pool, steady: Callable[[], float] = seconds_since_boot) -> None:
        """Create the clock; `steady` returns seconds that no setting moves."""
        self._pool, self._steady = pool, steady
        self._detector = StepDetector()
        self._lock = Lock()

    def settled_now(self) -> datetime | None:
        """Return the present instant, or None for a minute after the clock was set."""
        with self._lock:
            now, steady = clock_steps.present(self._pool), self._steady()
            if step := self._detector.step(now, steady):
                log.error("the clock was set; slots wait a minute", extra={"step": str(step)})
                clock_steps.record(self._pool, step)
            return now if self._detector.is_settled(steady) else None


class Watchdog:
    """A thread that keeps a scheduler ticking when this computer's clock is set.

    APScheduler plans by the wall clock: set back by two hours, it would start nothing for two
    hours.
    """

    def __init__(
        self,
        ticker: BaseScheduler,
        *,
        stalled: Callable[[], None],
        stalled_after: float = STALLED_AFTER,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Create the thread; `stalled` is called once if the scheduler starts no tick any more."""
        self._ticker, self._stalled, self._wall = ticker, stalled, wall
        self._stalled_after = stalled_after
        self._ended = Event()
        self._pulse = time.monotonic()
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Start the thread, and the job by which the scheduler shows that it still ticks."""
        self._ticker.add_job(self._beat, "interval", seconds=1, id="pulse")
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join(timeout=10)

    def _beat(self) -> None:
        self._pulse = time.monotonic()

    def _run(self) -> None:
        detector = StepDetector()
        while not self._ended.wait(LOOKS_EVERY):
            if step := detector.step(self._wall(), seconds_since_boot()):
                log.warning("this computer's clock was set", extra={"step": str(step)})
                start_all_now(self._ticker)
            if time.monotonic() - self._pulse > self._stalled_after:
                log.critical("the timetable stands still; ending so that it is started again")
                self._stalled()
                return
            is_alive()


def start_all_now(ticker: BaseScheduler) -> None:
    """Let every job of a scheduler be due at once, whatever the clock said when it was planned."""
    for job in ticker.get_jobs():
        job.modify(next_run_time=datetime.now(UTC))
