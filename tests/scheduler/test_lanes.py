"""Work of the minute, post and work of the night, which do not wait for each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.store import outbox as slots
from scheduler.timetable import Lane, every_minute, tick_slots, timetable
from tests.support.world import World


def done(pool: Pool) -> set[str]:
    """Return the jobs that have been done."""
    with transaction(pool, SYSTEM) as tx:
        return {row["job"] for row in many(tx, "select job from job_runs where outcome = 'done'")}


def test_a_night_s_work_that_waits_delays_neither_the_minute_nor_the_post(
    world: World, pool: Pool
) -> None:
    now = datetime.now(UTC)
    with ThreadPoolExecutor(1) as night:
        with transaction(pool, SYSTEM) as tx:
            slots.claim(
                tx, "evidence", every_minute(now)[0]
            )  # a caller for the same slot waits for us
            waiting = night.submit(tick_slots, pool, now, [Lane.NIGHT])
            tick_slots(pool, now, [Lane.MINUTE])
            tick_slots(pool, now, [Lane.POST])
            assert {"metering", "attendance", "outbox"} <= done(pool)
            assert "calendar" not in done(pool)
        waiting.result(60)
    assert {"calendar", "retention", f"figures {world.centre.slug}"} <= done(pool)


def test_what_people_wait_for_is_no_work_of_the_night(world: World, pool: Pool) -> None:
    lanes = {job.name.partition(" ")[0]: job.lane for job in timetable(pool)}
    assert {name for name, lane in lanes.items() if lane is Lane.MINUTE} == {
        "metering",
        "attendance",
        "limits",
        "applications",
    }
    assert {name for name, lane in lanes.items() if lane is Lane.POST} == {"outbox"}
