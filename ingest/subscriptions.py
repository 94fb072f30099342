"""Subscriptions of a centre's session: its sources, the live connection,
and devices' own brokers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime

from gadong.core.database import Pool
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Question
from gadong.dialects.domain.formats.sparkplug_node import NAMESPACE
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.people.domain.centre import Centre
from ingest.broker_address import Broker, BrokerLogin, target
from ingest.connection import Connection
from ingest.device_broker import DeviceLinks
from ingest.marks import Marks
from ingest.relay_inlet import RelayInlet

log = logging.getLogger(__name__)


class Subscriptions:
    """The sources that a centre's session reads, and the connections on which they arrive."""

    def __init__(
        self,
        pool: Pool,
        centre: Centre,
        broker: Broker,
        live_account: BrokerLogin,
        devices: DeviceLinks,
        marks: Marks,
        wait_for_connack: Callable[[Connection], bool],
    ) -> None:
        """Create the subscriptions without a source."""
        self.router = Router(centre.id, [])
        self.live: Connection | None = None
        self.devices = devices
        self.relays = RelayInlet(pool, centre)
        self._pool, self._centre = pool, centre
        self._broker, self._live_account = broker, live_account
        self._marks = marks
        self._wait_for_connack = wait_for_connack
        self._overdue: list[BrokerMessage] = []

    def load(self) -> None:
        """Read the centre's sources anew; nothing is remembered of earlier ones."""
        self.router = Router(self._centre.id, ingestion.sources(self._pool, self._centre.id))

    def begin(self, connection: Connection, was: Iterable[str]) -> None:
        """Bring a new connection from the filters of the last one to those of the sources."""
        connection.unsubscribe(set(was) - self.router.filters)
        self.relays.begin()
        connection.subscribe(self.router.filters | self.relays.filters)
        connection.subscribe([self._marks.topic], with_own=True)
        connection.watch_drops()
        self._subscribe_sources(connection, known_ids=())

    def update(self, connection: Connection) -> None:
        """Subscribe to new sources and unsubscribe from retired ones while connected."""
        fresh = Router(self._centre.id, ingestion.sources(self._pool, self._centre.id))
        if fresh.sources == self.router.sources:
            self.devices.follow(fresh.sources)
            return
        self._marks.begin(since=datetime.now(UTC))
        connection.unsubscribe(self.router.filters - fresh.filters)
        connection.subscribe(fresh.filters - self.router.filters)
        known_ids = {source.id for source in self.router.sources}
        fresh.take_over(self.router)
        self.router = fresh
        self._subscribe_sources(connection, known_ids=known_ids)
        log.info(
            "sources changed", extra={"centre": self._centre.slug, "sources": len(fresh.sources)}
        )

    def ask(self, connection: Connection, questions: Iterable[Question]) -> None:
        """Publish questions about devices' states; an unanswered question costs nothing."""
        for question in questions:
            if question.topic.startswith(NAMESPACE):
                if self.live:
                    self.live.publish(question.topic, question.payload, qos=0)
            else:
                self.publish(connection, question.topic, question.payload, qos=0)

    def publish(
        self, connection: Connection, topic: str, payload: str | bytes, *, qos: int
    ) -> None:
        """Publish a message to a device, and through the relays that carry its topic."""
        connection.publish(topic, payload, qos=qos)
        for relayed, words in self.relays.downward(topic, payload):
            connection.publish(relayed, words, qos=0)

    def ask_silent_devices(self, connection: Connection) -> None:
        """Ask silent devices for their state, and take doubtful deliveries that became due."""
        now = datetime.now(UTC)
        self._overdue += self.router.overdue(now)
        for source in self.router.silent(now):
            if not self.devices.ask(source.id):
                questions = DIALECTS[source.dialect].questions(source.base, source.options)
                self.ask(connection, questions)

    def take_overdue(self) -> list[BrokerMessage]:
        """Return the doubtful deliveries that became due, and clear them."""
        taken, self._overdue = self._overdue, []
        return taken

    def waiting(self) -> int:
        """Return the number of deliveries that wait beside those of the lasting connection."""
        live = self.live.waiting() if self.live else 0
        return live + len(self._overdue) + self.devices.waiting()

    @property
    def has_others(self) -> bool:
        """Return whether deliveries may arrive beside the lasting connection, or wait now."""
        return bool(self.live or self._overdue or self.devices.has_links)

    def close(self) -> None:
        """Close the live connection and those to devices' own brokers."""
        if self.live:
            self.live.close()
            self.live = None
        self.devices.stop()

    def _subscribe_sources(self, connection: Connection, *, known_ids: Container[SourceId]) -> None:
        """Subscribe to the router's sources on every connection, and question new ones."""
        self._subscribe_live()
        self.devices.follow(self.router.sources)
        filters = self.router.filters | self.router.live_filters
        ingestion.set_filters(self._pool, self._centre.id, filters)
        self.ask(connection, self.router.greet(datetime.now(UTC), but=known_ids))

    def _subscribe_live(self) -> None:
        """Subscribe to Sparkplug's nodes in a session that starts clean (specification 3.0)."""
        filters = self.router.live_filters
        if filters and self.live is None:
            name = self._live_account.client_id
            presence = f"{NAMESPACE}/STATE/{name}"
            where = target(self._broker, self._live_account, is_lasting=False, presence=presence)
            self.live = Connection(where)
            if not self._wait_for_connack(self.live):
                return
            self.live.subscribe([self._marks.topic])
            self.live.appear()
        if self.live:
            self.live.subscribe(filters)
