"""A clock that proves wrong: its words count by their arrival, and the people of the floor are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.domain.access import SYSTEM
from gadong.domain.period import Period
from gadong.domain.redating import Redating
from gadong.domain.signal import Channel
from gadong.services import clockwork, ingestion, telling
from gadong.store.database import Pool, transaction
from tests.store.test_metering import message
from tests.world import World


def test_whoever_sets_clocks_is_told_of_a_slow_one_in_words(world: World, pool: Pool) -> None:
    source = world.source(world.machine("mill-1"), "gadong-json")
    now = datetime.now(UTC).replace(microsecond=0)
    slow_by = timedelta(hours=9)
    ingestion.commit(pool, world.centre.id, [message(source, now - slow_by, Channel.ACTIVITY, "running")], [])
    anew = Redating(
        source_id=source.id,
        arrived=Period(now - slow_by - timedelta(minutes=1), now + timedelta(minutes=1)),
        slow_by=slow_by,
        messages=[message(source, now, Channel.ACTIVITY, "running")],
    )
    ingestion.redate(pool, world.centre.id, anew)
    with transaction(pool, SYSTEM) as tx:
        telling.drain(tx)
    (notice,) = clockwork.notices(pool, world.manager, before=None, most=10)
    assert (notice.kind, "540" in str(notice)) == ("source.clock_wrong", True)
