"""A clock that proves wrong: its words count by their arrival, and the people of the floor are
told.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.senders.redating import Redating
from gadong.machines.services import ingestion
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from tests.support.metering.metering import message
from tests.support.world import World


def test_whoever_sets_clocks_is_told_of_a_slow_one_in_words(world: World, pool: Pool) -> None:
    source = world.source(world.machine("mill-1"), "gadong-json")
    now = datetime.now(UTC).replace(microsecond=0)
    slow_by = timedelta(hours=9)
    ingestion.commit(
        pool, world.centre.id, [message(source, now - slow_by, Channel.ACTIVITY, "running")], []
    )
    anew = Redating(
        source_id=source.id,
        arrived=Period(now - slow_by - timedelta(minutes=1), now + timedelta(minutes=1)),
        slow_by=slow_by,
        messages=[message(source, now, Channel.ACTIVITY, "running")],
    )
    ingestion.redate(pool, world.centre.id, anew)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    (notice,) = jobs.notices(pool, world.manager, before=None, most=10)
    assert (notice.kind, "540" in str(notice)) == ("source.clock_wrong", True)
