"""The inbox of devices that nobody has bound.

It has a connection of its own, so that a flood there delays no machine.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from uuid import UUID

from gadong.core.database import END_OF_TIME, NOT_NOW, Pool
from gadong.core.domain.ids import SourceId
from gadong.dialects.domain.formats.reading import Recognised
from gadong.machines.domain.broker_accounts import MARKS, mark_topic
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.handover import Handover
from gadong.machines.domain.machine import Source
from gadong.machines.domain.recognition import recognise
from gadong.machines.domain.relay import relays_topic
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import channels_of
from gadong.machines.domain.unknown_device import MOST_MESSAGES
from gadong.machines.services import device_news, handover, shared_devices
from gadong.metering.services import onboarding
from gadong.people.domain.centre import Centre
from ingest.broker_address import Broker, BrokerLogin, target
from ingest.connection import Connection, ConnectionLost

log = logging.getLogger(__name__)

# A message ends the wait at once; a stop is noticed within this.
TURN = 0.5
FLUSH_EVERY = 1.0
BACK_OFF_FIRST, BACK_OFF_MOST = 1.0, 30.0
# Longer than this connection is ever behind the session's; by then the broker's rules held the mark
# back.
MARK_WITHIN = timedelta(seconds=30)
# A larger message is counted and not kept: no small device sends one, and a document comes again
# within seconds.
PAYLOAD_KEPT = 65_536
# Maximum of devices between two flushes; a flood of invented names ends here, before the database.
DEVICES_AT_ONCE = 200


@dataclass(slots=True)
class Collected:
    """The messages of one device since the last flush."""

    found: Recognised
    is_bound: bool
    said: deque[BrokerMessage] = field(default_factory=lambda: deque(maxlen=MOST_MESSAGES))
    count: int = 0


class Inbox:
    """A thread that receives a centre's unknown devices.

    The thread never raises, because no bill depends on it.
    """

    def __init__(
        self,
        pool: Pool,
        centre: Centre,
        broker: Broker,
        account: BrokerLogin,
        is_owner: Event,
        news: device_news.Reader | None = None,
    ) -> None:
        """Start at once; listen while `is_owner` is set, since a second process has the same
        account.
        """
        self._news = news or device_news.EveryTime()
        self._may_miss_marks = False
        self._pool, self._centre, self._broker, self._account = pool, centre, broker, account
        self._is_owner = is_owner
        self.stopping = Event()
        self._router = Router(centre.id, [])
        self._collected: dict[tuple[str, str], Collected] = {}
        # Bound devices that stay in the inbox because they have channels for another machine.
        self._shared: frozenset[tuple[str, str]] = frozenset()
        self._marks = mark_topic(centre.slug)
        self._mark = handover.FIRST_MARK
        # Marks that passed, each with the sources it was the first for, the last message before it,
        # and whether it was in our own stream.
        self._pending: deque[tuple[UUID, list[SourceId], int, bool]] = deque()
        self._thread = Thread(target=self._run, name=f"inbox {centre.slug}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; its messages are stored if the database is there."""
        self.stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait = BACK_OFF_FIRST
        while not self.stopping.is_set():
            if not self._is_owner.wait(TURN):
                continue
            try:
                if self._listen():
                    wait = BACK_OFF_FIRST
            except (ConnectionLost, *NOT_NOW) as trouble:
                log.info("inbox waits", extra={"centre": self._centre.slug, "reason": str(trouble)})
            except Exception:
                log.exception("inbox failed", extra={"centre": self._centre.slug})
                self._collected.clear()
            self.stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _listen(self) -> bool:
        """Serve one connection while the filters stay; return whether there was a filter."""
        filters = onboarding.discovery(self._pool, self._centre.id)
        if not filters:
            self._catch_up()
            return False
        connection = Connection(target(self._broker, self._account, is_lasting=False))
        try:
            while connection.session_kept is None and self._is_wanted():
                connection.turn(TURN)
            connection.subscribe({*filters, self._marks})
            while not connection.is_settled and self._is_wanted():
                connection.turn(TURN)
            self._catch_up()
            flushed = monotonic()
            while self._is_wanted():
                connection.turn(TURN)
                self._take(connection)
                if monotonic() - flushed >= FLUSH_EVERY:
                    flushed = monotonic()
                    if self._read_news(filters):
                        break
            self._flush()
        finally:
            connection.close()
        return True

    def _take(self, connection: Connection) -> None:
        taken = connection.take()
        connection.acknowledge(taken)
        for delivery in taken:
            if delivery.topic == self._marks:
                self._apply_mark(delivery.payload)
            elif not delivery.topic.startswith(MARKS):
                self._collect(delivery)

    def _read_news(self, filters: tuple[str, ...]) -> bool:
        """Store what was collected, and read what changed; return whether the filters did."""
        is_news = self._news.is_due()
        if is_news or self._collected:
            self._flush()
        self._adopt()
        if is_news or self._may_miss_marks:
            self._catch_up_missed_marks()
        return is_news and onboarding.discovery(self._pool, self._centre.id) != filters

    def _is_wanted(self) -> bool:
        return self._is_owner.is_set() and not self.stopping.is_set()

    def _collect(self, delivery: BrokerMessage) -> None:
        # The session takes relays' envelopes apart, and shows their unknown devices here.
        is_relayed = delivery.topic.startswith(f"{relays_topic(self._centre.slug)}/")
        if is_relayed or self._router.is_question(delivery.topic):
            return
        readers = self._router.readers(delivery.topic)
        answer = (
            self._of_shared(readers) if readers else recognise(delivery.topic, delivery.payload)
        )
        if answer is None:
            return
        dialect, found = answer
        key = (dialect, found.base)
        if key not in self._collected and len(self._collected) >= DEVICES_AT_ONCE:
            return
        collected = self._collected.setdefault(key, Collected(found, is_bound=bool(readers)))
        if found.certainty > collected.found.certainty:
            collected.found = found
        collected.count += 1
        if len(delivery.payload) <= PAYLOAD_KEPT:
            collected.said.append(delivery)

    def _of_shared(self, readers: Sequence[tuple[Source, str]]) -> tuple[str, Recognised] | None:
        """Return the device of a bound source that is in the inbox for another machine, or None."""
        for source, _ in readers:
            if (source.dialect, source.base) in self._shared and channels_of(source):
                return source.dialect, Recognised(
                    base=source.base, certainty=1, options=source.options
                )
        return None

    def _flush(self) -> None:
        self._shared = shared_devices.in_inbox(self._pool, self._centre.id)
        if self._collected:
            messages = {
                key: (c.found, list(c.said), c.count)
                for key, c in self._collected.items()
                if c.said
            }
            # A device that was dismissed meanwhile does not return by messages that a machine's
            # source receives as well.
            bound = {key for key, c in self._collected.items() if c.is_bound}
            onboarding.collect(self._pool, self._centre.id, messages, bound=bound)
            self._collected.clear()

    def _apply_mark(self, mark: bytes) -> None:
        """Exclude the session's sources, from a mark in the stream on."""
        for passed in handover.following(self._pool, self._centre.id, self._mark):
            if str(passed.id).encode() <= mark:
                self._exclude_sources(passed, is_marked=True)

    def _catch_up(self) -> None:
        """Exclude the session's present sources, where this connection missed the marks."""
        for passed in handover.following(self._pool, self._centre.id, self._mark):
            self._exclude_sources(passed, is_marked=False)
        self._adopt()

    def _catch_up_missed_marks(self) -> None:
        """Catch up if a mark that came back to the session long ago never came here."""
        long_ago = datetime.now(UTC) - MARK_WITHIN
        following = handover.following(self._pool, self._centre.id, self._mark)
        # A mark that has not passed here yet is looked for again, until it has or is given up.
        self._may_miss_marks = bool(following)
        if any(passed.until and passed.until < long_ago for passed in following):
            log.warning("the inbox missed a mark", extra={"centre": self._centre.slug})
            self._catch_up()

    def _exclude_sources(self, passed: Handover, *, is_marked: bool) -> None:
        # Everything collected until here was published before the mark.
        self._flush()
        known = {source.id for source in self._router.sources}
        sources = handover.sources(self._pool, passed, self._centre.id)
        self._router = Router(self._centre.id, sources)
        self._mark = passed.id
        if fresh := [source.id for source in sources if source.id not in known]:
            last = handover.last_collected(self._pool, self._centre.id)
            self._pending.append((passed.id, fresh, last, is_marked))

    def _adopt(self) -> None:
        """Assign collected messages to their sources, once their session's messages are
        committed.
        """
        while self._pending:
            mark, fresh, last, is_marked = self._pending[0]
            passed = handover.find(self._pool, mark)
            if passed and passed.until is None:
                return
            if passed and passed.until:
                until = passed.until if is_marked else END_OF_TIME
                waiting = {source for _, later, _, _ in [*self._pending][1:] for source in later}
                handover.adopt(
                    self._pool,
                    self._centre.id,
                    fresh,
                    since=passed.since,
                    until=until,
                    upto=last,
                    adopted={source.id for source in self._router.sources} - waiting,
                )
            self._pending.popleft()
