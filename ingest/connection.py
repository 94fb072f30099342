"""One connection to the broker for one centre: deliveries and their acknowledgements.

A connection is used once. Messages that were not acknowledged when it ended come again on the next
one. An acknowledgement cannot reach a later connection, where it would acknowledge a new message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from gadong.machines.domain.broker_message import BrokerMessage
from ingest.batch import BATCH_LIMIT
from ingest.broker_address import Target
from ingest.receiver import Receiver

# 30 days: longer than any repair of a small centre's computer. The broker has the same limit.
SESSION_EXPIRY = 30 * 24 * 3600
KEEPALIVE = 30
# A device in the next room answers in milliseconds; one that is switched off never.
CONNECT_WITHIN = 5.0
# Long enough to send one packet that needs no answer.
TURN_TO_CLOSE = 0.01
# A broker that is set to queue QoS 0 as well drops an order after these seconds.
ORDER_EXPIRES = 2
# The broker's count of messages that its full queues dropped. Above zero the no-loss promise is
# broken and must be seen.
DROPPED = "$SYS/broker/publish/messages/dropped"
# One SUBSCRIBE packet holds this many filters with room to spare under the broker's packet limit.
FILTERS_AT_ONCE = 100


class ConnectionLost(Exception):
    """The broker is away; the message says how that was seen."""


class SessionRefused(ConnectionLost):
    """The broker is there and refuses the session."""


class Connection:
    """A connection that is being made, is up, or has ended for good."""

    def __init__(self, where: Target) -> None:
        """Connect; raise ConnectionLost if nobody answers. CONNACK follows in turn()."""
        self.session_kept: bool | None = None
        self.refused = ""
        self._presence = where.presence
        self._is_old = where.is_old
        self._client = Receiver(where.account.client_id, is_old=where.is_old, latest_of=DROPPED)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._client.on_unsubscribe = self._on_answered
        self._unanswered: set[int | None] = set()
        self._client.username_pw_set(where.account.username, where.account.password)
        self._client.connect_timeout = CONNECT_WITHIN
        if where.tls:
            self._client.tls_set_context(where.tls)
        if self._presence:
            self._client.will_set(self._presence, _presence(is_there=False), qos=1, retain=True)
        try:
            if where.is_old:
                self._client.connect(where.host, where.port, KEEPALIVE)
                return
            # Paho left it so.
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = SESSION_EXPIRY if where.is_lasting else 0
            # Back-pressure: a slow database slows the broker, which queues, instead of filling our
            # memory.
            properties.ReceiveMaximum = BATCH_LIMIT
            self._client.connect(
                where.host,
                where.port,
                KEEPALIVE,
                clean_start=not where.is_lasting,
                properties=properties,
            )
        except (OSError, ValueError) as trouble:
            raise ConnectionLost(f"the broker does not answer: {trouble}") from trouble

    def turn(self, timeout: float) -> None:
        """Run the network loop for at most the timeout; raise ConnectionLost once it is over."""
        code = self._client.turn(timeout)
        if self.refused:
            raise SessionRefused(self.refused)
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionLost(f"the connection ended: {code.name}")

    def take(self) -> list[BrokerMessage]:
        """Return the deliveries since the last call."""
        taken, self._client.delivered = self._client.delivered, []
        return taken

    @property
    def dropped(self) -> int:
        """Return how many messages the broker's full queues dropped, as the broker said last."""
        count = self._client.latest
        return int(count) if count.isdigit() else 0

    def waiting(self) -> int:
        """Return the number of deliveries that wait to be taken."""
        return len(self._client.delivered)

    def acknowledge(self, deliveries: Iterable[BrokerMessage]) -> None:
        """Acknowledge deliveries to the broker in the order of arrival, as MQTT requires."""
        self._client.acknowledge(delivery.packet for delivery in deliveries if delivery.qos)

    def subscribe(self, filters: Iterable[str], *, with_own: bool = False) -> None:
        """Subscribe to filters; `with_own` includes our own messages.

        A filter that the session already has replays no retained message.
        """
        names = sorted(filters)
        if self._is_old:
            for name in names:
                self._unanswered.add(self._client.subscribe(name, 0)[1])
            return
        options = SubscribeOptions(
            qos=1, noLocal=not with_own, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
        )
        for start in range(0, len(names), FILTERS_AT_ONCE):
            chosen = [(f, options) for f in names[start : start + FILTERS_AT_ONCE]]
            self._unanswered.add(self._client.subscribe(chosen)[1])

    @property
    def is_settled(self) -> bool:
        """Return whether the broker has answered every SUBSCRIBE and UNSUBSCRIBE."""
        return not self._unanswered

    def unsubscribe(self, filters: Iterable[str]) -> None:
        """Unsubscribe from filters, which a lasting session would otherwise keep for ever."""
        unwanted = sorted(filters)
        for start in range(0, len(unwanted), FILTERS_AT_ONCE):
            self._unanswered.add(
                self._client.unsubscribe(unwanted[start : start + FILTERS_AT_ONCE])[1]
            )

    def watch_drops(self) -> None:
        """Subscribe to the broker's count of dropped messages."""
        self._client.subscribe(DROPPED, 0)

    def publish(self, topic: str, payload: str | bytes, *, qos: int = 1) -> None:
        """Publish a message to a device without retaining it.

        paho queues what the connection does not take at once.
        """
        self._client.publish(topic, payload, qos=qos, retain=False)

    def order(self, topic: str, payload: str | bytes) -> bool:
        """Publish a command that is valid now and return whether it was sent.

        The command is never retained and never queued (ADR 13).
        """
        # Paho left it so.
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = ORDER_EXPIRES
        published = self._client.publish(topic, payload, qos=0, retain=False, properties=properties)
        return published.rc is MQTTErrorCode.MQTT_ERR_SUCCESS

    def appear(self) -> None:
        """Publish that this host is online, if the target has a presence topic."""
        if self._presence:
            self._client.publish(self._presence, _presence(is_there=True), qos=1, retain=True)

    def close(self) -> None:
        """End the connection in good order.

        The broker keeps a lasting session and queues for it.
        """
        if self._presence:
            self._client.publish(self._presence, _presence(is_there=False), qos=1, retain=True)
            self._client.turn(TURN_TO_CLOSE)
        self._client.disconnect()
        self._client.turn(TURN_TO_CLOSE)
        # The client then closes its own sockets now and not when garbage is collected.
        self._client.on_connect = None
        self._client.on_subscribe = self._client.on_unsubscribe = None

    def _on_connect(
        self,
        _client: Client,
        _data: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if reason.is_failure:
            self.refused = f"the broker refused the session: {reason}"
        else:
            self.session_kept = flags.session_present

    def _on_answered(self, _client: Client, _data: object, packet: int, *_: object) -> None:
        self._unanswered.discard(packet)


def _presence(*, is_there: bool) -> str:
    """Return a Sparkplug host's state (specification 3.0, section 5.15)."""
    return json.dumps({"online": is_there, "timestamp": int(datetime.now(UTC).timestamp() * 1000)})
