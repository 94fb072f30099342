"""How much one device may send in an hour: more than any does, and too little to fill a disk or to crowd out the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from gadong.core.domain.ids import SourceId


class Pace:
    """What each source has sent in the last hour, in this process's memory: who ends it begins anew."""

    def __init__(self, most: int) -> None:
        """Allow so many messages an hour of each source.

        The default (gadong/settings.py) is ten days of a gateway's outbox at a message in ten seconds, drained at once,
        and 28 a second for ever: a printer host, the chattiest that is known, says about 5.
        """
        self._limit = RateLimitItemPerHour(most)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def too_fast(self, heard: Iterable[SourceId]) -> list[SourceId]:
        """Count messages by their sources; those that have sent too many."""
        return [
            source
            for source, count in Counter(heard).items()
            if not self._limiter.hit(self._limit, str(source), cost=count)
        ]
