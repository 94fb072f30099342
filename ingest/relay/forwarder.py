"""Hands the outbox to the server, in order, and deletes what the server says is stored."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from uuid import uuid4

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from ingest.relay.address import Address, client
from ingest.relay.envelope import hello, read_committed, read_down, said
from ingest.relay.host_clock import HostClock, HostInstant
from ingest.relay.outbox import Outbox, OutboxError
from ingest.relay.server_time import ServerTime

log = logging.getLogger(__name__)

TURN = 0.05
BACK_OFF_FIRST, BACK_OFF_MOST = 0.5, 30.0
# Records under way: below the server's own batch, so that one commit answers all of them.
WINDOW = 200
# A commit takes milliseconds; without one for this long something was lost, and it goes back.
STALLED_MS = 3_000
# The server's time is asked for anew, and it sees that the relay is there.
GREET_EVERY_MS = 60_000
# Sooner while its time is known less surely than this; a busy server may answer late by a second.
SURE_MS, GREET_SOON_MS = 50, 2_000


class Forwarder:
    """One connection to the server after another, for as long as the program runs."""

    def __init__(
        self,
        address: Address,
        topic: str,
        outbox: Outbox,
        clock: HostClock,
        publish: Callable[[str, str], None],
    ) -> None:
        """Create the forwarder; `publish` hands a message of the server to a device."""
        self._address, self._topic = address, topic
        self._outbox, self._clock, self._publish = outbox, clock, publish
        self._time = ServerTime(outbox)
        self._reset()

    def _reset(self) -> None:
        """Forget what was under way on a connection that ended."""
        self._refused = ""
        self._is_connected = False
        self._greeted: tuple[str, HostInstant] | None = None
        self._upto: int | None = None
        self._sent = 0
        self._moved_ms = 0

    def run(self, stopping: Event) -> None:
        """Forward until stopped; wait for a lost server."""
        wait = BACK_OFF_FIRST
        while not stopping.is_set():
            try:
                self._forward(stopping)
            except (OSError, OutboxError) as trouble:
                log.warning("the server is away, the outbox grows: %s", trouble)
            if self._upto is not None:
                wait = BACK_OFF_FIRST
            stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _forward(self, stopping: Event) -> None:
        self._reset()
        session = client(self._address, self._address.username)
        session.max_inflight_messages_set(WINDOW)
        session.on_connect, session.on_message = self._on_connect, self._on_message
        session.connect(self._address.host, self._address.port, clean_start=True)
        try:
            while not stopping.is_set():
                code = session.loop(TURN)
                if self._refused:
                    raise ConnectionError(self._refused)
                if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    raise ConnectionError(f"the connection ended: {code.name}")
                if self._is_connected:
                    self._turn(session)
        finally:
            session.disconnect()
            session.loop(0.01)
            session.on_connect = session.on_message = None

    def _turn(self, session: Client) -> None:
        """Greet when it is time, go back when nothing moves, and send what fits into the window."""
        now = self._clock.now()
        if self._greeted is None or self._is_old(self._greeted[1], now):
            self._greeted = uuid4().hex, now
            greeting = hello(
                self._outbox.name, self._outbox.first(), self._outbox.dropped(), self._greeted[0]
            )
            session.publish(f"{self._topic}/hello", greeting, qos=1)
        if self._upto is None:
            return
        if self._sent > self._upto and now.since_boot_ms - self._moved_ms > STALLED_MS:
            log.info("nothing was stored for a while; sending again from %d", self._upto + 1)
            self._sent, self._moved_ms = self._upto, now.since_boot_ms
        self._send(session, now)

    def _is_old(self, greeted: HostInstant, now: HostInstant) -> bool:
        """Return whether the last greeting is so long ago that another is due."""
        every = GREET_EVERY_MS
        if self._upto is None:
            every = STALLED_MS
        elif self._time.error_ms > SURE_MS:
            every = GREET_SOON_MS
        return now.since_boot_ms - greeted.since_boot_ms >= every

    def _send(self, session: Client, now: HostInstant) -> None:
        if self._upto is None or self._sent - self._upto >= WINDOW:
            return
        records = self._outbox.after(self._sent, most=WINDOW - (self._sent - self._upto))
        if not records:
            return
        if self._sent == self._upto:
            self._moved_ms = now.since_boot_ms
        first = self._outbox.first()
        instants = self._time.instants([record.at for record in records])
        for record, (at, uncertain_ms) in zip(records, instants, strict=True):
            words = said(self._outbox.name, first, record, at, uncertain_ms)
            session.publish(f"{self._topic}/said", words, qos=1)
            self._sent = record.number

    def _on_connect(
        self,
        session: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _more: object,
    ) -> None:
        if reason.is_failure:
            self._refused = f"refused: {reason}"
            return
        session.subscribe([(f"{self._topic}/committed", 1), (f"{self._topic}/down", 0)])
        self._is_connected = True

    def _on_message(self, session: Client, _data: object, message: MQTTMessage) -> None:
        if message.qos:
            session.ack(message.mid, message.qos)
        if message.topic == f"{self._topic}/down":
            if down := read_down(bytes(message.payload)):
                self._publish(*down)
            return
        now = self._clock.now()
        answer = read_committed(bytes(message.payload))
        if answer is None or answer.outbox != self._outbox.name:
            return
        if self._greeted and answer.nonce == self._greeted[0]:
            self._time.measure(self._greeted[1], now, answer.server_ms)
        elif self._upto is None:
            return
        if self._upto is None or answer.upto > self._upto:
            self._outbox.forget(answer.upto)
            self._upto, self._moved_ms = answer.upto, now.since_boot_ms
            self._sent = max(self._sent, answer.upto)
