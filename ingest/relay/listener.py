"""Receives from the broker beside the machines, keeps on the disk, and only then acknowledges."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.relay.address import Address, client
from ingest.relay.envelope import PAYLOAD_KEPT
from ingest.relay.outbox import Arrival, Outbox, OutboxError

if TYPE_CHECKING:
    from ingest.relay.host_clock import HostClock

log = logging.getLogger(__name__)

TURN = 0.05
BACK_OFF_FIRST, BACK_OFF_MOST = 0.2, 10.0
# A day of a broker's queue is longer than any restart of this program.
SESSION_EXPIRY = 30 * 24 * 3600
IN_FLIGHT = 200


class Listener:
    """One lasting session at the broker beside the machines."""

    def __init__(
        self, address: Address, filters: tuple[str, ...], own: str, outbox: Outbox, clock: HostClock
    ) -> None:
        """Create the listener; `own` is the relay's topic at the server, which is never kept."""
        self._address, self._filters, self._own = address, filters, own
        self._outbox, self._clock = outbox, clock
        self._down: deque[tuple[str, str]] = deque(maxlen=100)
        self._reset()

    def _reset(self) -> None:
        """Forget what a connection that ended had delivered; the broker delivers it again."""
        self._delivered: list[tuple[MQTTMessage, Arrival]] = []
        self._is_connected = False
        self._refused = ""

    def publish(self, topic: str, payload: str) -> None:
        """Have a message of the server published to a device, as soon as the broker is there."""
        self._down.append((topic, payload))

    def run(self, stopping: Event) -> None:
        """Listen until stopped; wait for a lost broker or a full disk."""
        wait = BACK_OFF_FIRST
        while not stopping.is_set():
            try:
                self._listen(stopping)
                wait = BACK_OFF_FIRST
            except OSError as trouble:
                log.warning("the broker beside the machines is away: %s", trouble)
            except OutboxError as trouble:
                # Its cause is in it.
                log.error("nothing is acknowledged: %s", trouble)  # noqa: TRY400
            stopping.wait(wait)
            wait = min(wait * 2, BACK_OFF_MOST)

    def _listen(self, stopping: Event) -> None:
        self._reset()
        session = client(self._address, f"gadong-relay-{self._outbox.name[:12]}")
        session.on_connect, session.on_message = self._on_connect, self._on_message
        session.on_subscribe = self._on_subscribe
        # Paho left it so.
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_EXPIRY
        properties.ReceiveMaximum = IN_FLIGHT
        session.connect(
            self._address.host, self._address.port, clean_start=False, properties=properties
        )
        try:
            while not stopping.is_set():
                code = session.loop(TURN)
                if self._refused:
                    raise ConnectionError(self._refused)
                if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    raise ConnectionError(f"the connection ended: {code.name}")
                self._store(session)
                while self._is_connected and self._down:
                    session.publish(*self._down.popleft(), qos=0)
        finally:
            session.disconnect()
            session.loop(0.01)
            session.on_connect = session.on_message = session.on_subscribe = None

    def _store(self, session: Client) -> None:
        """Keep what was delivered on the disk, and acknowledge it in the order of its arrival."""
        if not self._delivered:
            return
        taken, self._delivered = self._delivered, []
        self._outbox.keep([delivery for _, delivery in taken])
        for message, _ in taken:
            if message.qos:
                session.ack(message.mid, message.qos)
        if dropped := self._outbox.trim():
            log.error("the outbox is full: its %d oldest messages are lost", dropped)

    def _on_connect(
        self, session: Client, _data: object, flags: ConnectFlags, reason: ReasonCode, _more: object
    ) -> None:
        if reason.is_failure:
            self._refused = f"refused: {reason}"
            return
        if not flags.session_present:
            self._outbox.begin_session()
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
        session.subscribe([(name, options) for name in self._filters])
        self._is_connected = True

    def _on_subscribe(
        self,
        _session: Client,
        _data: object,
        _packet: int,
        answers: Sequence[ReasonCode],
        _more: object,
    ) -> None:
        # Until this answer a message of a device is not for us, and nothing would tell of it.
        refused = {
            name: answer
            for name, answer in zip(self._filters, answers, strict=True)
            if answer.is_failure
        }
        for name, answer in refused.items():
            log.error("the broker beside the machines does not let us hear %s: %s", name, answer)
        if len(refused) == len(self._filters):
            self._refused = "refused: no topic may be heard; its account needs the right to them"
            return
        log.info("listening beside the machines")

    def _on_message(self, _session: Client, _data: object, message: MQTTMessage) -> None:
        # An exception here would end the loop in the middle of a packet.
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(a topic that is not UTF-8)"
        if topic == self._own or topic.startswith(f"{self._own}/"):
            return
        delivery = Arrival(
            topic=topic,
            payload=bytes(message.payload)[:PAYLOAD_KEPT],
            retained=message.retain,
            packet=message.mid if message.qos else 0,
            is_repeated=message.dup,
            at=self._clock.now(),
        )
        self._delivered.append((message, delivery))
