"""A freezer with limits on its temperature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from gadong.metering.domain.channel_limit import Side
from gadong.metering.services import channel_limits
from gadong.metering.services.channel_limits import LimitRequest
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from gadong.texts.notice_kinds.limit_notices import LIMIT_NOTICES
from tests.support.metering.metering import message
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


START = NOW - timedelta(hours=6)


MINUTE = timedelta(minutes=1)


class Freezer:
    """A freezer with one limit of -18 °C since the start."""

    def __init__(self, world: World, **more: Any) -> None:
        """Bind its device and watch its limit."""
        self.world = world
        self.machine: Machine = world.machine("freezer-1", kind="freezer")
        self.source: Source = world.source(
            self.machine,
            "mapper",
            base=f"{world.centre.slug}/freezer",
            options={"value": "t", "channel": "temperature"},
        )
        wanted: dict[str, Any] = {
            "name": "냉동고 온도",
            "channel": Channel.TEMPERATURE,
            "side": Side.ABOVE,
            "bound": -18.0,
            "delay": 10 * MINUTE,
            "silence": 15 * MINUTE,
        }
        self.limit = channel_limits.put(
            world.pool,
            world.manager,
            self.machine,
            LimitRequest(**{**wanted, **more}),
            now=START,
        )

    def said(self, *readings: tuple[float, float]) -> None:
        """Store readings: minutes after the start, and degrees."""
        ingestion.commit(
            self.world.pool,
            self.world.centre.id,
            [message(self.source, START + m * MINUTE, Channel.TEMPERATURE, n) for m, n in readings],
            [],
        )

    def judged(self, minute: float) -> list[str]:
        """Judge at a minute after the start; return the kinds of all notices, the first first."""
        channel_limits.judge_all(self.world.pool, now=START + minute * MINUTE)
        with transaction(self.world.pool, SYSTEM) as tx:
            notice_delivery.publish_outbox(tx)
        found = jobs.notices(self.world.pool, self.world.manager, before=None, most=50)
        return [n.kind for n in reversed(found) if n.kind in LIMIT_NOTICES]


@pytest.fixture
def freezer(world: World) -> Freezer:
    return Freezer(world)
