"""A centre's session: receives, batches, stores in one transaction, commits and acknowledges."""

from __future__ import annotations

import json
import logging
from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from threading import Event
from time import monotonic
from uuid import UUID

from prometheus_client import CollectorRegistry

from gadong.core.database import DatabaseAway, Pool
from gadong.core.domain.ids import SourceId
from gadong.core.domain.network_address import ANY_DEVICES, DeviceNetworks
from gadong.core.services.sealing import Keyring
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Question
from gadong.dialects.domain.formats.sparkplug_node import NAMESPACE
from gadong.machines.domain.broker_accounts import watermark_topic
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.listening import LISTENING_SHOWN_EVERY
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Committed, Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.services import device_secrets, ingestion
from gadong.people.domain.centre import Centre
from ingest.batch import BATCH_LIMIT, BatchTimer
from ingest.broker_address import Broker, BrokerLogin, target
from ingest.connection import Connection, ConnectionLost, SessionRefused
from ingest.device_broker import DeviceLinks
from ingest.disk import NO_DISK, DiskFull, DiskGuard
from ingest.interlock_commands import InterlockCommands
from ingest.marks import Marks
from ingest.metrics import IngestMetrics
from ingest.rate_limit import MessagePace, suspend_fast_devices

log = logging.getLogger(__name__)

# Maximum wait for the network in one turn of the loop.
TURN = 0.02
# A new source is subscribed to within a second of its binding.
SOURCES_EVERY = 1.0
BACK_OFF_FIRST, BACK_OFF_MOST = 0.1, 5.0
# A shorter connection counts as a failure, and the back-off continues.
STEADY_AFTER = 10.0

# A turn of the loop lasts longer only while the database does not answer.
STANDS_STILL = 1.0
# The broker sends its backlog at once; a batch that is not full after this long is no backlog.
BACKLOG_WITHIN = 1.0


class CentreSession:
    """The only listener of a centre; run() returns after a stop and raises on any other end."""

    def __init__(
        self,
        pool: Pool,
        centre: Centre,
        broker: Broker,
        account: BrokerLogin,
        live_account: BrokerLogin,
        pace: MessagePace,
        keys: Keyring,
        *,
        devices_at: DeviceNetworks = ANY_DEVICES,
        disk: DiskGuard = NO_DISK,
        metrics: IngestMetrics | None = None,
    ) -> None:
        """Create the session without a connection."""
        self.centre = centre
        self.last_turn = monotonic()
        self.stopping = Event()
        # Set while this process is the centre's one listener.
        self.is_owner = Event()
        self._pool = pool
        self._broker = broker
        self._account = account
        self._router = Router(centre.id, [])
        self._up_since: float | None = None
        self._held_since: datetime | None = None
        self._live_account = live_account
        self._live: Connection | None = None
        self._devices = DeviceLinks(partial(device_secrets.of_centre, pool, centre.id, keys), devices_at)
        self._interlock_commands: InterlockCommands | None = None
        self._pace = pace
        self._disk = disk
        self._metrics = metrics or IngestMetrics(CollectorRegistry())
        self._marks = Marks(pool, centre)
        self._overdue: list[BrokerMessage] = []

    def run(self) -> None:
        """Listen until stopped; wait for a lost broker or database."""
        wait = BACK_OFF_FIRST
        while not self.stopping.is_set():
            try:
                self._disk.need_room()
                self._router = Router(self.centre.id, ingestion.sources(self._pool, self.centre.id))
                with ingestion.owning(self._pool, self.centre.id) as is_ours:
                    if is_ours:
                        self.is_owner.set()
                        self._listen()
                    else:
                        log.info("another ingest listens", extra={"centre": self.centre.slug})
                        wait = BACK_OFF_MOST
            except SessionRefused as trouble:
                log.exception("session refused", extra={"centre": self.centre.slug, "reason": str(trouble)})
                self._report_not_listening(str(trouble))
                wait = BACK_OFF_MOST  # a retry at once would only load the broker
            except (ConnectionLost, DiskFull) as trouble:
                log.warning("listens no more", extra={"centre": self.centre.slug, "reason": str(trouble)})
                self._report_not_listening(str(trouble))
            except DatabaseAway:
                self._metrics.not_listening(self.centre.slug)
                log.warning("database lost; the broker queues", extra={"centre": self.centre.slug})
            finally:
                self.is_owner.clear()
            if self._up_since and monotonic() - self._up_since > STEADY_AFTER:
                wait = BACK_OFF_FIRST
            self._up_since = None
            self.last_turn = monotonic()
            self.stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _listen(self) -> None:
        """Serve one connection to its end; any exception closes it, so that the broker queues."""
        connection = Connection(target(self._broker, self._account))
        try:
            if not self._wait_for_connack(connection):
                return
            listening = ingestion.begin_listening(
                self._pool, self.centre.id, session_kept=bool(connection.session_kept)
            )
            if listening.was_listening and not connection.session_kept:
                log.error("the broker had lost the session", extra={"centre": self.centre.slug})
            self._held_since = listening.missed.start if listening.missed else None
            self._marks.restart()
            self._marks.begin(since=self._held_since or datetime.now(UTC))
            connection.unsubscribe(listening.filters - self._router.filters)
            connection.subscribe(self._router.filters)
            connection.subscribe([self._marks.topic], with_own=True)
            connection.watch_drops()
            self._subscribe_sources(connection, known_ids=())
            self._up_since = monotonic()
            log.info(
                "listening",
                extra={
                    "centre": self.centre.slug,
                    "sources": len(self._router.sources),
                    "session_kept": connection.session_kept,
                },
            )
            self._turn_until_stopped(connection, listening.session_id)
        finally:
            if self._interlock_commands:
                self._interlock_commands.stop()
                self._interlock_commands = None
            connection.close()
            if self._live:
                self._live.close()
                self._live = None
            self._devices.stop()

    def _wait_for_connack(self, connection: Connection) -> bool:
        """Turn until the broker has accepted the connection; return False after a stop."""
        while connection.session_kept is None:
            connection.turn(TURN)
            self.last_turn = monotonic()
            if self.stopping.is_set():
                return False
        return True

    def _turn_until_stopped(self, connection: Connection, session_id: UUID) -> None:
        clock = BatchTimer()
        shown = looked = monotonic()
        self._interlock_commands = InterlockCommands(self._pool, self.centre, self._current_sources)
        while not self.stopping.is_set():
            connection.turn(TURN)
            if self._live:
                self._live.turn(0)
            self.last_turn = now = monotonic()
            waiting = self._waiting(connection)
            self._metrics.waiting(self.centre.slug, waiting)
            if waiting < BATCH_LIMIT and self._up_since and now - self._up_since > BACKLOG_WITHIN:
                self._held_since = None
            if clock.is_due(waiting):
                clock.restart()
                self._store(connection, session_id)
            self._publish_commands(connection)
            self._marks.turn([connection, self._live] if self._live else [connection], self._router.sources)
            if now - looked >= SOURCES_EVERY:
                looked = now
                self._update_sources(connection)
                self._ask_silent_devices(connection)
            if now - shown >= LISTENING_SHOWN_EVERY.total_seconds():
                shown = now
                self._report_listening(connection)
        self._store(connection, session_id)

    def _current_sources(self) -> tuple[Source, ...] | None:
        """Return the subscribed sources, or None while the broker's backlog is incomplete."""
        is_current = self._up_since and monotonic() - self._up_since > BACKLOG_WITHIN and not self._held_since
        if not is_current or monotonic() - self.last_turn > STANDS_STILL:
            return None
        return self._router.sources

    def _publish_commands(self, connection: Connection) -> None:
        """Publish the interlocks' due commands and questions, and record those that failed."""
        if self._interlock_commands is None:
            return
        unsent = [
            command.command_id
            for command in self._interlock_commands.take()
            if not connection.order(command.question.topic, command.question.payload) and command.command_id
        ]
        if unsent:
            self._interlock_commands.unsent(unsent)

    def _waiting(self, connection: Connection) -> int:
        """Return the number of deliveries that wait to be stored, over all connections."""
        live = self._live.waiting() if self._live else 0
        return connection.waiting() + live + len(self._overdue) + self._devices.waiting()

    def _store(self, connection: Connection, session_id: UUID) -> None:
        """Store the deliveries, then acknowledge them to the connection that brought them."""
        taken = connection.take()
        lively = self._live.take() if self._live else []
        deliveries = [self._with_outage(d) for _, d in taken if not self._marks.take(connection, d)]
        deliveries += [d for _, d in lively if self._live and not self._marks.take(self._live, d)]
        deliveries += self._devices.take()
        arrived_at = min((delivery.received_at for delivery in deliveries), default=None)
        deliveries += self._overdue
        self._overdue = []
        read = [item for delivery in deliveries for item in self._router.read(delivery, session_id)]
        # A backlog arrives as fast as possible and does not count against the devices' limit.
        noise = self._router.take_noise()
        if self._held_since is None:
            counted = [source for (source, _), times in noise.items() for _ in range(times)]
            source_ids = [*(item.source_id for item in read if item.source_id), *counted]
            suspend_fast_devices(self._pool, self._router.sources, self._pace, source_ids)
        done = ingestion.commit(
            self._pool,
            self.centre.id,
            [item for item in read if isinstance(item, Message)],
            [item for item in read if isinstance(item, Rejected)],
        )
        ingestion.count_noise(self._pool, self.centre.id, noise)
        for redating in self._router.take_redatings():
            ingestion.redate(self._pool, self.centre.id, redating)
            log.warning("a clock is wrong", extra={"source": str(redating.source_id)})
        connection.acknowledge(message for message, _ in taken)
        if self._live:
            self._live.acknowledge(message for message, _ in lively)
        self._marks.commit()
        self._metrics.stored(self.centre.slug, read, done, size=len(deliveries), since=arrived_at)
        self._ask(connection, self._router.take_questions())
        self._publish_watermarks(connection, done)
        counts = {"stored": done.stored, "duplicates": done.duplicates, "quarantined": done.quarantined}
        log.debug("batch stored", extra={"centre": self.centre.slug, **counts})

    def _with_outage(self, delivery: BrokerMessage) -> BrokerMessage:
        """Return the delivery with the start of the outage, while the broker's backlog arrives."""
        is_held = self._held_since is not None and delivery.qos > 0 and not delivery.retained
        return replace(delivery, held_since=self._held_since) if is_held else delivery

    def _ask(self, connection: Connection, questions: Iterable[Question]) -> None:
        """Publish questions about devices' states; an unanswered question costs nothing."""
        for question in questions:
            if question.topic.startswith(NAMESPACE):
                if self._live:
                    self._live.publish(question.topic, question.payload, qos=0)
            else:
                connection.publish(question.topic, question.payload, qos=0)

    def _ask_silent_devices(self, connection: Connection) -> None:
        """Ask silent devices for their state, and take doubtful deliveries that became due."""
        now = datetime.now(UTC)
        self._overdue += self._router.overdue(now)
        for source in self._router.silent(now):
            if not self._devices.ask(source.id):
                self._ask(connection, DIALECTS[source.dialect].questions(source.base, source.options))

    def _subscribe_sources(self, connection: Connection, *, known_ids: Container[SourceId]) -> None:
        """Subscribe to the router's sources on every connection, and question new ones."""
        self._subscribe_live()
        self._devices.follow(self._router.sources)
        ingestion.set_filters(self._pool, self.centre.id, self._router.filters | self._router.live_filters)
        self._ask(connection, self._router.greet(datetime.now(UTC), but=known_ids))

    def _subscribe_live(self) -> None:
        """Subscribe to Sparkplug's nodes in a session that starts clean (specification 3.0)."""
        filters = self._router.live_filters
        if filters and self._live is None:
            name = self._live_account.client_id
            presence = f"{NAMESPACE}/STATE/{name}"
            where = target(self._broker, self._live_account, is_lasting=False, presence=presence)
            self._live = Connection(where)
            if not self._wait_for_connack(self._live):
                return
            self._live.subscribe([self._marks.topic])
            self._live.appear()
        if self._live:
            self._live.subscribe(filters)

    def _publish_watermarks(self, connection: Connection, done: Committed) -> None:
        prefixes = {source.id: source.prefixes[0] for source in self._router.sources if source.prefixes}
        for source_id, boot, upto in done.watermarks:
            if source_id in prefixes:
                body = json.dumps({"v": 1, "boot": boot, "upto": upto})
                connection.publish(watermark_topic(prefixes[source_id]), body)

    def _update_sources(self, connection: Connection) -> None:
        """Subscribe to new sources and unsubscribe from retired ones while connected."""
        fresh = Router(self.centre.id, ingestion.sources(self._pool, self.centre.id))
        if fresh.sources == self._router.sources:
            self._devices.follow(fresh.sources)
            return
        self._marks.begin(since=datetime.now(UTC))
        connection.unsubscribe(self._router.filters - fresh.filters)
        connection.subscribe(fresh.filters - self._router.filters)
        known_ids = {source.id for source in self._router.sources}
        fresh.take_over(self._router)
        self._router = fresh
        self._subscribe_sources(connection, known_ids=known_ids)
        log.info("sources changed", extra={"centre": self.centre.slug, "sources": len(fresh.sources)})

    def _report_listening(self, connection: Connection) -> None:
        detail = self._disk.need_room()
        self._metrics.listening(self.centre.slug, dropped=connection.dropped)
        if connection.dropped:
            detail = f"the broker has dropped {connection.dropped} messages since it started"
            log.error("broker drops messages", extra={"dropped": connection.dropped})
        ingestion.report_listening(self._pool, self.centre.id, detail=detail, dropped=connection.dropped)

    def _report_not_listening(self, reason: str) -> None:
        self._metrics.not_listening(self.centre.slug)
        try:
            ingestion.report_not_listening(self._pool, self.centre.id, detail=reason)
        except DatabaseAway:
            log.warning("database lost too", extra={"centre": self.centre.slug})
