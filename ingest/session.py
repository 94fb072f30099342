"""A centre's session: receive, batch, one transaction, commit, acknowledge; and again, whatever breaks."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import datetime
from threading import Event
from time import monotonic
from uuid import UUID

from gadong.domain.broker import watermark_topic
from gadong.domain.message import Committed, Message, Rejected
from gadong.services import ingestion
from gadong.store.database import DatabaseAway, Pool
from gadong.store.messages import LISTENING_SHOWN_EVERY
from gadong.store.people import Centre
from ingest.batch import BATCH_LIMIT, Clock
from ingest.connection import Account, Connection, ConnectionLost, SessionRefused
from ingest.routing import Delivery, Router

log = logging.getLogger(__name__)

# How long one turn of the network may wait for something to happen.
TURN = 0.02
# A new source is heard within a second of its binding.
SOURCES_EVERY = 1.0
BACK_OFF_FIRST, BACK_OFF_MOST = 0.1, 5.0
# A connection that ends sooner was no good one; the next is tried later and later.
STEADY_AFTER = 10.0

# The broker hands over what it kept at once; a batch that is not full after this long is no backlog.
BACKLOG_WITHIN = 1.0


class CentreSession:
    """The one listener of a centre. run() returns only when told to stop, and raises rather than live deaf."""

    def __init__(self, pool: Pool, centre: Centre, url: str, account: Account) -> None:
        """Prepare; nothing is connected yet."""
        self.centre = centre
        self.last_turn = monotonic()
        self.stopping = Event()
        self._pool = pool
        self._url = url
        self._account = account
        self._router = Router(centre.id, [])
        self._up_since: float | None = None
        self._held_since: datetime | None = None

    def run(self) -> None:
        """Listen until stopped; a lost broker or database is waited for."""
        wait = BACK_OFF_FIRST
        while not self.stopping.is_set():
            try:
                self._router = Router(self.centre.id, ingestion.sources(self._pool, self.centre.id))
                with ingestion.owning(self._pool, self.centre.id) as is_ours:
                    if is_ours:
                        self._listen()
                    else:
                        wait = BACK_OFF_MOST
            except SessionRefused as trouble:
                log.exception("session refused", extra={"centre": self.centre.slug, "reason": str(trouble)})
                self._show_deaf(str(trouble))
                wait = BACK_OFF_MOST  # asking again at once would only load the broker
            except ConnectionLost as trouble:
                log.warning("broker lost", extra={"centre": self.centre.slug, "reason": str(trouble)})
                self._show_deaf(str(trouble))
            except DatabaseAway:
                log.warning("database lost; the broker queues", extra={"centre": self.centre.slug})
            if self._up_since and monotonic() - self._up_since > STEADY_AFTER:
                wait = BACK_OFF_FIRST
            self._up_since = None
            self.last_turn = monotonic()
            self.stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _listen(self) -> None:
        """One connection from CONNACK to its end. Leaving by any exception closes it, so that the broker queues."""
        connection = Connection(self._url, self._account)
        try:
            while connection.session_kept is None:
                connection.turn(TURN)
                self.last_turn = monotonic()
                if self.stopping.is_set():
                    return
            heard = ingestion.begin_listening(
                self._pool, self.centre.id, session_kept=connection.session_kept
            )
            if heard.was_listening and not connection.session_kept:
                log.error("the broker had lost the session", extra={"centre": self.centre.slug})
            self._held_since = heard.missed.start if heard.missed else None
            connection.unsubscribe(heard.filters - self._router.filters)
            connection.subscribe(self._router.filters)
            connection.watch_drops()
            ingestion.set_filters(self._pool, self.centre.id, self._router.filters)
            self._up_since = monotonic()
            log.info(
                "listening",
                extra={
                    "centre": self.centre.slug,
                    "sources": len(self._router.sources),
                    "session_kept": connection.session_kept,
                },
            )
            self._turn_until_stopped(connection, heard.session_id)
        finally:
            connection.close()

    def _turn_until_stopped(self, connection: Connection, session_id: UUID) -> None:
        clock = Clock()
        shown = looked = monotonic()
        while not self.stopping.is_set():
            connection.turn(TURN)
            self.last_turn = now = monotonic()
            if clock.is_due(connection.waiting()):
                clock.restart()
                self._store(connection, session_id)
            if now - looked >= SOURCES_EVERY:
                looked = now
                self._follow_sources(connection)
            if now - shown >= LISTENING_SHOWN_EVERY.total_seconds():
                shown = now
                self._show(connection)
        self._store(connection, session_id)

    def _store(self, connection: Connection, session_id: UUID) -> None:
        """Deliveries become facts; only then are they acknowledged, to the connection that brought them."""
        taken = connection.take()
        if len(taken) < BATCH_LIMIT and self._up_since and monotonic() - self._up_since > BACKLOG_WITHIN:
            self._held_since = None
        if not taken:
            return
        read = [
            item for _, delivery in taken for item in self._router.read(self._dated(delivery), session_id)
        ]
        done = ingestion.commit(
            self._pool,
            self.centre.id,
            [item for item in read if isinstance(item, Message)],
            [item for item in read if isinstance(item, Rejected)],
        )
        connection.acknowledge(message for message, _ in taken)
        self._tell_watermarks(connection, done)
        log.debug(
            "batch stored",
            extra={
                "centre": self.centre.slug,
                "stored": done.stored,
                "duplicates": done.duplicates,
                "quarantined": done.quarantined,
            },
        )

    def _dated(self, delivery: Delivery) -> Delivery:
        """The delivery, with since when the broker may have kept it while its backlog drains."""
        is_held = self._held_since is not None and delivery.qos > 0 and not delivery.retained
        return replace(delivery, held_since=self._held_since) if is_held else delivery

    def _tell_watermarks(self, connection: Connection, done: Committed) -> None:
        prefixes = {source.id: source.prefixes[0] for source in self._router.sources if source.prefixes}
        for source_id, boot, upto in done.watermarks:
            if source_id in prefixes:
                body = json.dumps({"v": 1, "boot": boot, "upto": upto})
                connection.publish(watermark_topic(prefixes[source_id]), body)

    def _follow_sources(self, connection: Connection) -> None:
        """Take up new sources and drop retired ones while connected."""
        fresh = Router(self.centre.id, ingestion.sources(self._pool, self.centre.id))
        if fresh.sources == self._router.sources:
            return
        connection.unsubscribe(self._router.filters - fresh.filters)
        connection.subscribe(fresh.filters - self._router.filters)
        self._router = fresh
        ingestion.set_filters(self._pool, self.centre.id, fresh.filters)
        log.info("sources changed", extra={"centre": self.centre.slug, "sources": len(fresh.sources)})

    def _show(self, connection: Connection) -> None:
        detail = ""
        if connection.dropped:
            detail = f"the broker has dropped {connection.dropped} messages since it started"
            log.error("broker drops messages", extra={"dropped": connection.dropped})
        ingestion.show_listening(self._pool, self.centre.id, detail=detail)

    def _show_deaf(self, reason: str) -> None:
        try:
            ingestion.show_deaf(self._pool, self.centre.id, detail=reason)
        except DatabaseAway:
            log.warning("database lost too", extra={"centre": self.centre.slug})
