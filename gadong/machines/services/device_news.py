"""News of the centres' devices: one connection listens to the database for every reader.

A reader asks whether it has to read its centre's devices again, and so reads nothing while nothing
changes. The news say only that something changed; what, the reader finds in the database.
"""

from __future__ import annotations

import logging
from collections import Counter
from threading import Event, Thread
from time import monotonic
from typing import Protocol

from gadong.core.changes import of_the_devices
from gadong.core.database import DatabaseAway
from gadong.core.domain.ids import CentreId

log = logging.getLogger(__name__)

# A stop is noticed within this. Each empty pause costs 0.6 ms of processor time.
PAUSE = 0.25
# The database is back within seconds; meanwhile each reader reads every second.
AGAIN_AFTER = 1.0
# A notification that was lost against all promises is made good after this.
READ_ANYWAY_AFTER = 60.0


class Reader(Protocol):
    """A reader's memory of what it has read."""

    def is_due(self) -> bool:
        """Return whether something may have changed since the last call; the caller reads then."""


class EveryTime:
    """A reader without news, which reads each time."""

    def is_due(self) -> bool:
        """Return that everything may have changed."""
        return True


class DeviceNews:
    """Change counters of the centres' devices; the counters only rise."""

    def __init__(self, url: str) -> None:
        """Prepare for the database at the address without a connection."""
        self._url = url
        self._changes: Counter[CentreId | None] = Counter()
        self._is_subscribed = False
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="device news", daemon=True)

    def start(self) -> None:
        """Start to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def number(self, centre: CentreId) -> int:
        """Return the centre's counter; it rises each second while no news can arrive."""
        unheard = 0 if self._is_subscribed else int(monotonic())
        return self._changes[centre] + self._changes[None] + unheard

    def reader(self, centre: CentreId) -> Reader:
        """Return a reader of the centre's news that has read nothing yet."""
        return _CentreReader(self, centre)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                for changed in of_the_devices(self._url, pause=PAUSE):
                    self._changes.update(changed)
                    self._is_subscribed = True
                    if self._stopping.is_set():
                        return
            except DatabaseAway as trouble:
                self._is_subscribed = False
                # Changes between this connection and the next are unknown.
                self._changes[None] += 1
                log.info("no news of devices", extra={"reason": str(trouble)})
            self._stopping.wait(AGAIN_AFTER)


class _CentreReader:
    """A reader of one centre's news."""

    def __init__(self, news: DeviceNews, centre: CentreId) -> None:
        self._news, self._centre = news, centre
        self._number: int | None = None
        self._read_at = monotonic()

    def is_due(self) -> bool:
        number, now = self._news.number(self._centre), monotonic()
        is_due = number != self._number or now - self._read_at >= READ_ANYWAY_AFTER
        if is_due:
            self._number, self._read_at = number, now
        return is_due
