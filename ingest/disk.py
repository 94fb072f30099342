"""A guard that keeps ingest from filling the database's disk."""

from __future__ import annotations

import logging
from time import monotonic

from gadong.operations.services.disk import disk_use

log = logging.getLogger(__name__)

# A warning is repeated so often while nobody makes room.
WARN_EVERY = 3600.0


class DiskFull(RuntimeError):
    """The database's disk has no room for more messages."""


class DiskGuard:
    """A guard over the disk of a directory; an empty directory is not watched."""

    def __init__(self, directory: str) -> None:
        """Create the guard."""
        self._directory = directory
        self._warned: float | None = None

    def need_room(self) -> str:
        """Return a warning, empty while there is room.

        Raise DiskFull when nothing more may be accepted.
        """
        use = disk_use(self._directory)
        if use is None or not use.is_scarce:
            self._warned = None
            return ""
        found = f"the database's disk is {use.percent:.0f} % full"
        if use.is_full:
            raise DiskFull(f"{found}; the broker keeps what comes until there is room")
        if self._warned is None or monotonic() - self._warned > WARN_EVERY:
            self._warned = monotonic()
            log.warning("make room on the database's disk", extra={"percent": round(use.percent)})
        return found


# A guard of no disk: nothing is watched.
NO_DISK = DiskGuard("")
