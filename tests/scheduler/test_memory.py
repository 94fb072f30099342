"""The scheduler's memory over many passes of its jobs."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from gadong.core.database import Pool
from gadong.core.services.sealing import Keyring
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import checks
from gadong.operations.services.checks import Sights
from scheduler.timetable import tick_deliveries, tick_metering, tick_slots
from tests.support.world import World

PASSES = 30
ROUNDS = 3


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
