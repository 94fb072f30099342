"""Live updates of pages: one connection listens to the database for all of them.

Each page is notified when its centre's floor changes. A lost connection is shown on the pages, so
that an unchanged board always means an unchanged floor.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from gadong.core.changes import of_the_floor
from gadong.core.database import DatabaseAway
from gadong.core.domain.ids import CentreId

log = logging.getLogger(__name__)

# The database is back within seconds, or somebody works on it.
AGAIN_AFTER = (1, 2, 5, 10)


class Floor:
    """Change counters of the centres' floors; the counters only rise."""

    def __init__(self, url: str) -> None:
        """Prepare for the database at the address; `listen` connects."""
        self._url = url
        self._changed = asyncio.Condition()
        self._numbers: dict[CentreId, int] = {}
        self._every = 0
        self._boards: dict[object, tuple[int, str]] = {}
        self._drawing: dict[object, asyncio.Lock] = {}
        self.is_heard = False

    def number(self, centre: CentreId) -> int:
        """Return the counter of a floor, which also rises when the listening begins or ends."""
        return self._numbers.get(centre, 0) + self._every

    async def board(self, key: object, number: int, draw: Callable[[], str]) -> str:
        """Return the board of the key at the counter or later; one drawing serves every reader."""
        async with self._drawing.setdefault(key, asyncio.Lock()):
            known = self._boards.get(key)
            if known is None or known[0] < number:
                known = number, await run_in_threadpool(draw)
                self._boards[key] = known
            return known[1]

    async def listen(self) -> None:
        """Listen until cancelled, with a longer and longer wait after a lost connection."""
        tries = 0
        while True:
            with contextlib.suppress(DatabaseAway):
                async for centre in of_the_floor(self._url):
                    tries = 0
                    await self._tell(centre, heard=True)
            await self._tell(None, heard=False)
            wait = AGAIN_AFTER[min(tries, len(AGAIN_AFTER) - 1)]
            tries += 1
            log.warning("floor not heard", extra={"again_after": wait})
            await asyncio.sleep(wait)

    async def wait(self, centre: CentreId, seen: int, *, most: float) -> bool:
        """Wait until the centre's counter differs from `seen`; return False after the timeout."""
        try:
            async with asyncio.timeout(most), self._changed:
                await self._changed.wait_for(lambda: self.number(centre) != seen)
        except TimeoutError:
            return False
        return True

    async def _tell(self, centre: CentreId | None, *, heard: bool) -> None:
        async with self._changed:
            if centre is None:
                self._every += 1
            else:
                self._numbers[centre] = self._numbers.get(centre, 0) + 1
            self.is_heard = heard
            self._changed.notify_all()
