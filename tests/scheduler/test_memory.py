"""The scheduler's memory over many passes of its jobs."""

from __future__ import annotations

import gc
import re
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.services.sealing import Keyring
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import checks
from gadong.operations.services.checks import Sights
from gadong.settings import Settings
from ingest.batch import BATCH_LIMIT
from scheduler.timetable import tick_deliveries, tick_metering, tick_slots
from tests.support.metering.metering import message
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

PASSES = 40
ROUNDS = 5
# A plug's words, which go on for so long, twice: longer than a derivation reads back.
INTERVAL, SPOKEN = timedelta(seconds=10), timedelta(hours=4)
METER = PowerThresholds(run_above=400, idle_below=250)
# glibc reserves so much for the heap of a thread, at a multiple of it.
HEAP = 64 * 1024 * 1024
# The part of it that is in use, and the reserved part behind that.
MAPPED = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0 *\n\2-([0-9a-f]+) ---p 00000000 00:00 0 *$",
    re.MULTILINE,
)


def heaps_of_threads(process: int) -> int:
    """Return how many heaps glibc made in a process for threads other than the first."""
    mapped = MAPPED.findall(Path(f"/proc/{process}/maps").read_text())
    bounds = [(int(start, 16), int(end, 16)) for start, _, end in mapped]
    return sum(1 for start, end in bounds if not start % HEAP and end - start == HEAP)


def test_passes_of_the_jobs_leave_no_blocks_behind(
    world: World, pool: Pool, tmp_path: Path
) -> None:
    world.source(world.machine())
    senders = Senders(by_channel={}, secret="s" * 32, keys=Keyring.of("", "s" * 32))
    sights = Sights(data_directory=str(tmp_path), certificates=())
    start = datetime.now(UTC)

    def blocks_after(first: int) -> int:
        """Return how many blocks Python holds after so many passes: objects of every kind."""
        for number in range(first, first + PASSES):
            now = start + timedelta(minutes=number)
            tick_metering(pool)
            tick_slots(pool, now)
            tick_deliveries(pool, senders, now)
            checks.evaluate(pool, sights)
        gc.collect()
        return sys.getallocatedblocks()

    counts = [blocks_after(turn * PASSES) for turn in range(ROUNDS + 1)]
    growth = [later - earlier for earlier, later in pairwise(counts)]
    # Caches fill in the first rounds. Later ones leave some 20 blocks behind where nothing leaks,
    # and as many more as there are passes where each pass leaves a single block.
    later = growth[2:]
    assert sum(later) < 0.75 * PASSES * len(later), growth


def test_a_derivation_takes_no_more_memory_the_longer_a_machine_speaks(
    world: World, pool: Pool
) -> None:
    source = world.source(world.machine(), "shelly", base="plug-1", thresholds=METER)
    begin = datetime.now(UTC) - 2 * SPOKEN

    def peak_after(since: datetime) -> int:
        """Let the plug speak on for some hours, and return the most that its next word takes."""
        instants = [since + n * INTERVAL for n in range(SPOKEN // INTERVAL)]
        words = [
            message(source, at, Channel.POWER_WATTS, 900.0 if at.minute // 10 % 2 else 40.0)
            for at in instants
        ]
        for first in range(0, len(words) - 1, BATCH_LIMIT):
            ingestion.commit(
                pool, world.centre.id, words[first : min(first + BATCH_LIMIT, len(words) - 1)], []
            )
        metering.catch_up(pool)
        ingestion.commit(pool, world.centre.id, words[-1:], [])
        gc.collect()
        tracemalloc.start()
        try:
            metering.catch_up(pool)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    early, late = peak_after(begin), peak_after(begin + SPOKEN)
    # It reads the run before the present one, and an hour before that. The whole would be twice as
    # much the second time.
    assert late < 1.3 * early, (early, late)


def test_the_threads_of_the_jobs_share_one_heap(
    world: World, pool: Pool, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    world.source(world.machine())

    def has_worked() -> bool:
        with transaction(pool, SYSTEM) as tx:
            return len(tx.execute("select distinct job from job_runs").fetchall()) > 2

    with running("scheduler", settings(), tmp_path) as program:
        until(has_worked, within=60, what="jobs of two lanes are done")
        assert heaps_of_threads(program.process.pid) == 0
