"""Every live view says when a machine was last heard, and when nothing is received any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.operations.services import health
from gadong.operations.services.health import INGEST_SILENT_AFTER, SCHEDULER_SILENT_AFTER
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.world import World

VIEWS = (
    "/floor",
    "/floor?wall=1",
    "/machines",
    "/machines/mill-1",
    "/at/mill-1",
    "/at/mill-1/live",
)


@pytest.fixture
def mill(world: World, pool: Pool) -> str:
    """A machine that was heard an hour ago."""
    source = world.source(world.machine("mill-1"))
    said = message(source, datetime.now(UTC) - timedelta(hours=1), Channel.ACTIVITY, "running")
    ingestion.commit(pool, world.centre.id, [said], [])
    return "mill-1"


@pytest.mark.usefixtures("mill")
@pytest.mark.parametrize("path", VIEWS)
def test_a_live_view_says_that_nothing_is_received(
    visit: Visit, world: World, pool: Pool, path: str
) -> None:
    client = visit(None)
    assert "장비에서 수신된 것이 아직 없습니다" in client.get(path).text
    ingestion.begin_listening(pool, world.centre.id, session_kept=False)
    assert "수신" in client.get(path).text
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update listening set seen_at = now() - interval '10 minutes'")
    shown = client.get(path).text
    assert "부터 장비에서 아무것도 수신되지 않습니다" in shown
    assert "마지막 수신" in shown, "and when the machine itself was last heard"


def test_a_live_view_and_readyz_use_the_same_checks(world: World, pool: Pool) -> None:
    ingestion.begin_listening(pool, world.centre.id, session_kept=False)
    now = datetime.now(UTC)
    for late in (timedelta(0), INGEST_SILENT_AFTER, SCHEDULER_SILENT_AFTER):
        parts = {p.name: p.is_ready for p in health.parts(pool, revision="", now=now + late)}
        found = health.reception(pool, world.centre, now=now + late)
        assert (
            found.is_received
            == parts[f"ingest of {world.centre.slug}"]
            == (late < INGEST_SILENT_AFTER)
        )
        assert found.is_read == parts["scheduler"]
