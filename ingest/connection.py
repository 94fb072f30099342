"""One connection to the broker for one centre: what it delivers, and acknowledgements that can go nowhere else.

A connection is used once. Whatever was not acknowledged when it ended comes again on the next one, and an
acknowledgement meant for this one cannot reach that one: a stale one would acknowledge a new message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.batch import BATCH_LIMIT
from ingest.routing import Delivery

# 30 days: longer than any repair of a small centre's computer. The broker's own limit is the same.
SESSION_EXPIRY = 30 * 24 * 3600
KEEPALIVE = 30
# Long enough to send one packet that nobody answers.
TURN_TO_CLOSE = 0.01
# Where the broker counts what its full queues dropped. Above zero the no-loss promise is broken and must be seen.
DROPPED = "$SYS/broker/publish/messages/dropped"
# One SUBSCRIBE packet holds this many filters with room to spare under the broker's packet limit.
FILTERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who a centre's session is at the broker."""

    client_id: str
    username: str | None
    password: str | None


class ConnectionLost(Exception):
    """The broker is away; the message says how that was seen."""


class SessionRefused(ConnectionLost):
    """The broker is there and will not have us."""


class Connection:
    """A connection that is being made, is up, or has ended for good."""

    def __init__(self, url: str, account: Account) -> None:
        """Connect; ConnectionLost where nobody answers. CONNACK follows in turn()."""
        self.session_kept: bool | None = None
        self.refused = ""
        self.dropped = 0
        self._delivered: list[tuple[MQTTMessage, Delivery]] = []
        where = urlsplit(url)
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=account.client_id, protocol=MQTTv5, manual_ack=True
        )
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        username = unquote(where.username) if where.username else account.username
        secret = unquote(where.password) if where.password else account.password
        self._client.username_pw_set(username, secret)
        if where.scheme == "mqtts":
            self._client.tls_set()
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho left it so
        properties.SessionExpiryInterval = SESSION_EXPIRY
        # Back-pressure: a slow database slows the broker, which queues, instead of filling our memory.
        properties.ReceiveMaximum = BATCH_LIMIT
        port = where.port or (8883 if where.scheme == "mqtts" else 1883)
        try:
            self._client.connect(
                where.hostname or "127.0.0.1", port, KEEPALIVE, clean_start=False, properties=properties
            )
        except (OSError, ValueError) as trouble:
            raise ConnectionLost(f"the broker does not answer: {trouble}") from trouble

    def turn(self, timeout: float) -> None:
        """Let the network move for at most the timeout; ConnectionLost once the connection is over."""
        code = self._client.loop(timeout)
        if self.refused:
            raise SessionRefused(self.refused)
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionLost(f"the connection ended: {code.name}")

    def take(self) -> list[tuple[MQTTMessage, Delivery]]:
        """What was delivered since the last time."""
        taken, self._delivered = self._delivered, []
        return taken

    def waiting(self) -> int:
        """How many deliveries wait to be taken."""
        return len(self._delivered)

    def acknowledge(self, messages: Iterable[MQTTMessage]) -> None:
        """Tell the broker that these are safe; in the order of arrival, as MQTT wants it."""
        for message in messages:
            if message.qos:
                self._client.ack(message.mid, message.qos)

    def subscribe(self, filters: Iterable[str]) -> None:
        """Hear these. A filter already known to the session replays nothing; our own messages never come back."""
        options = SubscribeOptions(
            qos=1, noLocal=True, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
        )
        wanted = sorted(filters)
        for start in range(0, len(wanted), FILTERS_AT_ONCE):
            self._client.subscribe([(f, options) for f in wanted[start : start + FILTERS_AT_ONCE]])

    def unsubscribe(self, filters: Iterable[str]) -> None:
        """Hear these no more; the session would remember them for ever."""
        unwanted = sorted(filters)
        for start in range(0, len(unwanted), FILTERS_AT_ONCE):
            self._client.unsubscribe(unwanted[start : start + FILTERS_AT_ONCE])

    def watch_drops(self) -> None:
        """Hear how much the broker's queues have dropped."""
        self._client.subscribe(DROPPED, 0)

    def publish(self, topic: str, payload: str) -> None:
        """Tell a gateway something, at most as fast as the connection takes it; never retained."""
        self._client.publish(topic, payload, qos=1, retain=False)

    def close(self) -> None:
        """End the connection in good order; the broker keeps the session and queues for it."""
        self._client.disconnect()
        self._client.loop(TURN_TO_CLOSE)

    def _on_connect(
        self, _client: Client, _data: object, flags: ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self.refused = f"the broker refused the session: {reason}"
        else:
            self.session_kept = flags.session_present

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        # Nothing here may raise: an exception would end the loop in the middle of a packet.
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = "(a topic that is not UTF-8)"
        if topic == DROPPED:
            self.dropped = int(message.payload) if message.payload.isdigit() else 0
            return
        self._delivered.append(
            (
                message,
                Delivery(
                    topic=topic,
                    payload=bytes(message.payload),
                    qos=message.qos,
                    retained=message.retain,
                    is_repeated=message.dup,
                    packet=message.mid,
                    received_at=datetime.now(UTC),
                ),
            )
        )
