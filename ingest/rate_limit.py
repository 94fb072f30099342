"""The hourly limit of messages from one device.

The limit is more than any known device sends, and too little to fill a disk or crowd out others.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from gadong.core.database import Pool
from gadong.core.domain.ids import SourceId
from gadong.machines.domain.machine import Source
from gadong.machines.services import device_accounts

log = logging.getLogger(__name__)


class MessagePace:
    """The messages of each source in the last hour.

    They are counted in this process's memory, so a restart begins anew.
    """

    def __init__(self, max_per_hour: int) -> None:
        """Allow at most so many messages of each source in an hour.

        The default (gadong/settings.py) is ten days of a gateway's outbox at a message in ten
        seconds, sent at once. It also is 28 a second for ever: a printer host, the chattiest device
        known, sends about 5.
        """
        self._limit = RateLimitItemPerHour(max_per_hour)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def too_fast(self, source_ids: Iterable[SourceId]) -> list[SourceId]:
        """Count messages by source and return the sources over the limit."""
        return [
            source
            for source, count in Counter(source_ids).items()
            if not self._limiter.hit(self._limit, str(source), cost=count)
        ]


def suspend_fast_devices(
    pool: Pool, sources: Iterable[Source], pace: MessagePace, source_ids: Iterable[SourceId]
) -> None:
    """Suspend devices that exceed their limit; the messages already received are stored."""
    fast_ids = set(pace.too_fast(source_ids))
    for source in sources:
        if source.id in fast_ids and device_accounts.pause(pool, source, now=datetime.now(UTC)):
            log.warning("a device sends too much and rests", extra={"source": str(source.id)})
