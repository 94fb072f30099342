"""Marks in the broker's stream that separate the session's messages from the inbox's (ADR 25)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

from gadong.core.database import Pool
from gadong.machines.domain.broker_accounts import mark_topic
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.services import handover
from gadong.people.domain.centre import Centre
from ingest.connection import Connection

log = logging.getLogger(__name__)

# A mark that is later than this, while nothing else arrives either, is held back by the broker's
# rules.
RETURNS_WITHIN = 5.0


class Marks:
    """Publisher of a mark after each change of subscriptions.

    It records the mark once all messages before it are committed.
    """

    def __init__(self, pool: Pool, centre: Centre) -> None:
        """Create the publisher without a mark."""
        self.topic = mark_topic(centre.slug)
        self._pool, self._centre = pool, centre
        self._changed_since: datetime | None = None
        self._mark: UUID | None = None
        self._awaited: set[Connection] = set()
        self._until = datetime.now(UTC)
        self._moved = monotonic()

    def begin(self, *, since: datetime) -> None:
        """Note that subscriptions change now; the broker may deliver by them from `since` on."""
        self._changed_since = min(since, self._changed_since or since)

    def restart(self) -> None:
        """Forget the mark of a connection that ended.

        The next connection publishes its own mark.
        """
        self._changed_since = self._mark = None
        self._awaited.clear()

    def turn(self, connections: Sequence[Connection], sources: Sequence[Source]) -> None:
        """Publish a due mark once the broker has answered all subscriptions.

        The first connection publishes it.
        """
        if self._mark:
            if self._awaited and monotonic() - self._moved > RETURNS_WITHIN:
                log.warning("the broker keeps a mark back", extra={"centre": self._centre.slug})
                self._awaited.clear()
                self._until = datetime.now(UTC)
                self.commit()
        elif self._changed_since and all(connection.is_settled for connection in connections):
            ids = [source.id for source in sources]
            self._mark = handover.begin(self._pool, self._centre.id, ids, since=self._changed_since)
            self._changed_since = None
            self._awaited = set(connections)
            self._moved = monotonic()
            connections[0].publish(self.topic, str(self._mark))

    def take(self, connection: Connection, delivery: BrokerMessage) -> bool:
        """Return whether a delivery is a mark, and note the arrival of the awaited one."""
        self._moved = monotonic()
        if delivery.topic != self.topic:
            return False
        if delivery.payload == str(self._mark).encode():
            self._awaited.discard(connection)
            self._until = delivery.received_at
        return True

    def commit(self) -> None:
        """Record a returned mark once everything taken before it is committed."""
        if self._mark and not self._awaited:
            handover.complete(self._pool, self._centre.id, self._mark, until=self._until)
            self._mark = None
