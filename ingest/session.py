"""A centre's session: the life of its connection to the broker.

What is listened to is in `subscriptions`, what is stored in `delivery_store`.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from threading import Event
from time import monotonic
from uuid import UUID

from prometheus_client import CollectorRegistry

from gadong.core.database import NOT_NOW, Pool
from gadong.core.domain.network_address import ANY_DEVICES, DeviceNetworks
from gadong.core.services.sealing import Keyring
from gadong.machines.domain.listening import LISTENING_SHOWN_EVERY
from gadong.machines.domain.machine import Source
from gadong.machines.services import device_news, device_secrets, ingestion
from gadong.machines.services.device_news import DeviceNews
from gadong.machines.services.listening_reports import ListeningReports
from gadong.people.domain.centre import Centre
from ingest.batch import BATCH_LIMIT, BatchTimer
from ingest.broker_address import Broker, BrokerLogin, target
from ingest.connection import Connection, ConnectionLost, SessionRefused
from ingest.delivery_store import DeliveryStore
from ingest.device_broker import DeviceLinks
from ingest.disk import NO_DISK, DiskFull, DiskGuard
from ingest.interlock_commands import InterlockCommands
from ingest.marks import Marks
from ingest.metrics import IngestMetrics
from ingest.rate_limit import MessagePace
from ingest.subscriptions import Subscriptions

log = logging.getLogger(__name__)

# Maximum wait for the network in one turn of the loop, where something else may arrive meanwhile:
# another connection's message, an interlock's command, the end of a batch's age.
TURN = 0.02
# Maximum wait where only the network brings anything; a stop and new sources are noticed within it.
IDLE_TURN = 0.5
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
        news: DeviceNews | None = None,
        reports: ListeningReports | None = None,
    ) -> None:
        """Create the session; without news it reads its sources each second.

        Without `reports` of several sessions it writes its own.
        """
        self.centre = centre
        self.last_turn = monotonic()
        self.stopping = Event()
        # Set while this process is the centre's one listener.
        self.is_owner = Event()
        self._pool = pool
        self._broker = broker
        self._account = account
        self._up_since: float | None = None
        self._interlock_commands: InterlockCommands | None = None
        self._disk = disk
        self._metrics = metrics or IngestMetrics(CollectorRegistry())
        self._marks = Marks(pool, centre)
        self._news = news
        self._reports = reports
        self._sources_news = self._reader()
        secrets = partial(device_secrets.of_centre, pool, centre.id, keys)
        self._subscriptions = Subscriptions(
            pool,
            centre,
            broker,
            live_account,
            DeviceLinks(secrets, devices_at),
            self._marks,
            self._wait_for_connack,
        )
        self._deliveries = DeliveryStore(
            pool, centre, self._subscriptions, self._marks, pace, self._metrics
        )

    def run(self) -> None:
        """Listen until stopped; wait for a lost broker or database."""
        wait = BACK_OFF_FIRST
        while not self.stopping.is_set():
            try:
                self._disk.need_room()
                self._subscriptions.load()
                with ingestion.owning(self._pool, self.centre.id) as is_ours:
                    if is_ours:
                        self.is_owner.set()
                        self._listen()
                    else:
                        log.info("another ingest listens", extra={"centre": self.centre.slug})
                        wait = BACK_OFF_MOST
            except SessionRefused as trouble:
                log.exception(
                    "session refused", extra={"centre": self.centre.slug, "reason": str(trouble)}
                )
                self._report_not_listening(str(trouble))
                wait = BACK_OFF_MOST  # a retry at once would only load the broker
            except (ConnectionLost, DiskFull) as trouble:
                log.warning(
                    "listens no more", extra={"centre": self.centre.slug, "reason": str(trouble)}
                )
                self._report_not_listening(str(trouble))
            except NOT_NOW as trouble:
                self._metrics.not_listening(self.centre.slug)
                log.warning(
                    "the database does not answer; the broker queues",
                    extra={"centre": self.centre.slug, "reason": str(trouble)},
                )
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
            held_since = listening.missed.start if listening.missed else None
            self._deliveries.held_since = held_since
            self._marks.restart()
            self._marks.begin(since=held_since or datetime.now(UTC))
            self._subscriptions.begin(connection, listening.filters)
            self._up_since = monotonic()
            log.info(
                "listening",
                extra={
                    "centre": self.centre.slug,
                    "sources": len(self._subscriptions.router.sources),
                    "session_kept": connection.session_kept,
                },
            )
            self._turn_until_stopped(connection, listening.session_id)
        finally:
            if self._reports:
                self._reports.withdraw(self.centre.id)
            if self._interlock_commands:
                self._interlock_commands.stop()
                self._interlock_commands = None
            connection.close()
            self._subscriptions.close()

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
        self._interlock_commands = InterlockCommands(
            self._pool, self.centre, self._current_sources, self._reader()
        )
        while not self.stopping.is_set():
            connection.turn(IDLE_TURN if self._is_idle(connection) else TURN)
            live = self._subscriptions.live
            if live:
                live.turn(0)
            self.last_turn = now = monotonic()
            waiting = connection.waiting() + self._subscriptions.waiting()
            self._metrics.waiting(self.centre.slug, waiting)
            if waiting < BATCH_LIMIT and self._up_since and now - self._up_since > BACKLOG_WITHIN:
                self._deliveries.held_since = None
            if clock.is_due(waiting):
                clock.restart()
                self._deliveries.store(connection, session_id)
            self._publish_commands(connection)
            sources = self._subscriptions.router.sources
            self._marks.turn([connection, live] if live else [connection], sources)
            if now - looked >= SOURCES_EVERY:
                looked = now
                if self._sources_news.is_due():
                    self._subscriptions.update(connection)
                self._subscriptions.ask_silent_devices(connection)
            if now - shown >= LISTENING_SHOWN_EVERY.total_seconds():
                shown = now
                self._report_listening(connection)
        self._deliveries.store(connection, session_id)

    def _reader(self) -> device_news.Reader:
        return self._news.reader(self.centre.id) if self._news else device_news.EveryTime()

    def _is_idle(self, connection: Connection) -> bool:
        """Return whether nothing waits, and only the lasting connection can bring something."""
        return not (
            connection.waiting()
            or self._subscriptions.has_others
            or (self._interlock_commands and self._interlock_commands.has_interlocks)
        )

    def _current_sources(self) -> tuple[Source, ...] | None:
        """Return the subscribed sources, or None while the broker's backlog is incomplete."""
        is_steady = self._up_since and monotonic() - self._up_since > BACKLOG_WITHIN
        is_current = is_steady and not self._deliveries.held_since
        if not is_current or monotonic() - self.last_turn > STANDS_STILL:
            return None
        return self._subscriptions.router.sources

    def _publish_commands(self, connection: Connection) -> None:
        """Publish the interlocks' due commands and questions, and record those that failed."""
        if self._interlock_commands is None:
            return
        unsent = [
            command.command_id
            for command in self._interlock_commands.take()
            if not connection.order(command.question.topic, command.question.payload)
            and command.command_id
        ]
        if unsent:
            self._interlock_commands.unsent(unsent)

    def _report_listening(self, connection: Connection) -> None:
        detail = self._disk.need_room()
        self._metrics.listening(self.centre.slug, dropped=connection.dropped)
        if connection.dropped:
            detail = f"the broker has dropped {connection.dropped} messages since it started"
            log.error("broker drops messages", extra={"dropped": connection.dropped})
        if self._reports:
            self._reports.report(self.centre.id, detail=detail, dropped=connection.dropped)
            return
        ingestion.report_listening(
            self._pool, self.centre.id, detail=detail, dropped=connection.dropped
        )

    def _report_not_listening(self, reason: str) -> None:
        self._metrics.not_listening(self.centre.slug)
        try:
            ingestion.report_not_listening(self._pool, self.centre.id, detail=reason)
        except NOT_NOW:
            log.warning("the database does not answer either", extra={"centre": self.centre.slug})
