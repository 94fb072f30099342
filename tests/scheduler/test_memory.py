"""The scheduler's memory over many passes of its jobs."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import checks
from gadong.operations.services.checks import Sights
from gadong.settings import Settings
from scheduler.timetable import tick_deliveries, tick_metering, tick_slots
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

PASSES = 30
ROUNDS = 3
# glibc reserves so much for the heap of a thread, at a multiple of it.
HEAP = 64 * 1024 * 1024
MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0 *$", re.MULTILINE)


def heaps_of_threads(process: int) -> int:
    """Return how many heaps glibc made in a process for threads other than the first."""
    mapped = MAPPED.findall(Path(f"/proc/{process}/maps").read_text())
    return sum(1 for start, _ in mapped if not int(start, 16) % HEAP)


def test_passes_of_the_jobs_leave_no_objects_behind(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    world.source(world.machine())
    senders = Senders(by_channel={}, secret="s" * 32, keys=Keyring.of("", "s" * 32))
    sights = Sights(data_directory=str(tmp_path), certificates=())
    start = datetime.now(UTC)

    def objects_after(first: int) -> int:
        for number in range(first, first + PASSES):
            now = start + timedelta(minutes=number)
            tick_metering(pool)
            tick_slots(pool, now)
            tick_deliveries(pool, senders, now)
            checks.evaluate(pool, sights)
        gc.collect()
        return len(gc.get_objects())

    counts = [objects_after(turn * PASSES) for turn in range(ROUNDS + 1)]
    growth = [later - earlier for earlier, later in pairwise(counts)]
    # A leak grows in each round; a cache, or a collection of tuples, moves one.
    assert median(growth) < PASSES, growth


def test_the_threads_of_the_jobs_share_one_heap(
    world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    world.source(world.machine())

    def has_worked() -> bool:
        with transaction(pool, SYSTEM) as tx:
            return len(tx.execute("select distinct job from job_runs").fetchall()) > 2

    with running("scheduler", settings(), tmp_path) as program:
        until(has_worked, what="jobs of two lanes are done")
        assert heaps_of_threads(program.process.pid) == 0
