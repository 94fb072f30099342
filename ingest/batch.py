"""Size and age of a batch of messages."""

from __future__ import annotations

from time import monotonic

# Below the broker's in-flight window (deploy/mosquitto: 500), or a full batch could never arrive.
BATCH_LIMIT = 400
# A person who watches sees no delay, and a commit of 400 costs little more than one of 1.
BATCH_AGE = 0.05


class BatchTimer:
    """A clock that says when a batch is due: when it is full, or when its first message is old."""

    def __init__(self) -> None:
        """Create a clock without a waiting message."""
        self._since: float | None = None

    def is_due(self, waiting: int) -> bool:
        """Return whether the waiting messages are to be stored now."""
        if waiting == 0:
            self._since = None
            return False
        if self._since is None:
            self._since = monotonic()
        return waiting >= BATCH_LIMIT or monotonic() - self._since >= BATCH_AGE

    def restart(self) -> None:
        """Note that the batch was taken."""
        self._since = None
