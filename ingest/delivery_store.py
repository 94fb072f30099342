"""The store of a session's deliveries: read, written in one transaction, then acknowledged."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gadong.core.database import Pool
from gadong.machines.domain.broker_accounts import watermark_topic
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Committed, Message, Rejected
from gadong.machines.services import ingestion
from gadong.people.domain.centre import Centre
from ingest.connection import Connection
from ingest.marks import Marks
from ingest.metrics import IngestMetrics
from ingest.rate_limit import MessagePace, suspend_fast_devices
from ingest.subscriptions import Subscriptions

log = logging.getLogger(__name__)


class DeliveryStore:
    """Writes what the subscriptions delivered; nothing is acknowledged before it is committed."""

    def __init__(
        self,
        pool: Pool,
        centre: Centre,
        subscriptions: Subscriptions,
        marks: Marks,
        pace: MessagePace,
        metrics: IngestMetrics,
    ) -> None:
        """Create the store; no backlog arrives."""
        # The start of the outage whose backlog the broker sends, or None once that is complete.
        self.held_since: datetime | None = None
        self._pool, self._centre = pool, centre
        self._subscriptions, self._marks = subscriptions, marks
        self._pace, self._metrics = pace, metrics

    def store(self, connection: Connection, session_id: UUID) -> None:
        """Store the deliveries, then acknowledge them to the connection that brought them."""
        router, live = self._subscriptions.router, self._subscriptions.live
        taken = connection.take()
        lively = live.take() if live else []
        own = (d for d in taken if not self._marks.take(connection, d))
        unpacked = self._subscriptions.relays.unpack(own, router.is_bound)
        deliveries = [self._with_outage(delivery) for delivery in unpacked.direct]
        deliveries += [d for d in lively if live and not self._marks.take(live, d)]
        deliveries += self._subscriptions.devices.take()
        arrived_at = min((delivery.received_at for delivery in deliveries), default=None)
        deliveries += self._subscriptions.take_overdue()
        read = [item for delivery in deliveries for item in router.read(delivery, session_id)]
        # A backlog arrives as fast as possible and does not count against the devices' limit.
        noise = router.take_noise()
        if self.held_since is None:
            counted = [source for (source, _), times in noise.items() for _ in range(times)]
            source_ids = [*(item.source_id for item in read if item.source_id), *counted]
            suspend_fast_devices(self._pool, router.sources, self._pace, source_ids)
        # A relay's backlog arrives at once as well.
        read += [item for d in unpacked.carried for item in router.read(d, session_id)]
        read += unpacked.rejected
        done = ingestion.commit(
            self._pool,
            self._centre.id,
            [item for item in read if isinstance(item, Message)],
            [item for item in read if isinstance(item, Rejected)],
            self._subscriptions.relays.take_progress(),
        )
        ingestion.count_noise(self._pool, self._centre.id, noise)
        for redating in router.take_redatings():
            ingestion.redate(self._pool, self._centre.id, redating)
            log.warning("a clock is wrong", extra={"source": str(redating.source_id)})
        connection.acknowledge(taken)
        if live:
            live.acknowledge(lively)
        self._marks.commit()
        size = len(deliveries)
        self._metrics.stored(self._centre.slug, read, done, size=size, since=arrived_at)
        self._subscriptions.relays.collect(unpacked.unknown)
        self._subscriptions.ask(connection, router.take_questions())
        self._publish_watermarks(connection, done)
        counts = {
            "stored": done.stored,
            "duplicates": done.duplicates,
            "quarantined": done.quarantined,
        }
        log.debug("batch stored", extra={"centre": self._centre.slug, **counts})

    def _with_outage(self, delivery: BrokerMessage) -> BrokerMessage:
        """Return the delivery with the start of the outage, while the broker's backlog arrives."""
        is_held = self.held_since is not None and delivery.qos > 0 and not delivery.retained
        return replace(delivery, held_since=self.held_since) if is_held else delivery

    def _publish_watermarks(self, connection: Connection, done: Committed) -> None:
        """Tell numbered senders and relays up to which message theirs are committed."""
        sources = self._subscriptions.router.sources
        prefixes = {source.id: source.prefixes[0] for source in sources if source.prefixes}
        for source_id, boot, upto in done.watermarks:
            if source_id in prefixes:
                body = json.dumps({"v": 1, "boot": boot, "upto": upto})
                topic = watermark_topic(prefixes[source_id])
                self._subscriptions.publish(connection, topic, body, qos=1)
        for topic, answer in self._subscriptions.relays.take_answers():
            connection.publish(topic, answer)
