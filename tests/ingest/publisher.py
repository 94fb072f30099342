"""A device for tests: publishes with QoS 1 and keeps what the broker has not taken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from threading import Condition
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from tests.support.gateway import gateway, let_go

# paho numbers packets by 16 bits, and drops a packet whose number another waits with.
MOST_WAITING = 20_000


class Publisher:
    """One device's connection, under an account of its own."""

    def __init__(self, url: str, admin_url: str, secret: str) -> None:
        """Connect in the background; publish() may be called at once."""
        where = urlsplit(url)
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.username_pw_set(*gateway(admin_url, secret))
        self._client.max_inflight_messages_set(100)
        self._client.reconnect_delay_set(1, 1)
        self._heard: list[dict[str, Any]] = []
        self._changed = Condition()
        self._topics: list[str] = []
        self._taken: set[int] = set()
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_taken
        self._client.on_connect = self._on_connect
        self._client.connect_async(where.hostname or "", where.port or 0)
        self._client.loop_start()

    def publish(self, topic: str, payload: object, *, retain: bool = False) -> int:
        """Hand a message over, also while not connected: it goes when the broker is there.

        Its packet's number.
        """
        text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
        handed = self._client.publish(topic, text, qos=1, retain=retain)
        assert handed.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE, "too many messages wait"
        return handed.mid

    def publish_all(self, messages: Iterable[tuple[str, object]], *, within: float = 20) -> None:
        """Publish and wait until the broker has taken every one, each piece within the time."""
        rest = iter(messages)
        while piece := list(islice(rest, MOST_WAITING)):
            self.wait_taken([self.publish(topic, payload) for topic, payload in piece], within)

    def wait_taken(self, packets: Iterable[int], within: float = 20) -> None:
        """Wait until the broker has taken these packets."""
        wanted = set(packets)
        with self._changed:
            assert self._changed.wait_for(lambda: wanted <= self._taken, within), (
                "the broker did not take it"
            )
            # Their numbers come again.
            self._taken -= wanted

    def listen(self, topic: str) -> None:
        """Hear a topic from now on."""
        self._topics.append(topic)
        self._client.subscribe(topic, 1)

    def wait_for(self, wanted: dict[str, Any], within: float = 15) -> bool:
        """Return whether a message with these fields arrived within the time."""
        with self._changed:
            return self._changed.wait_for(
                lambda: any(wanted.items() <= one.items() for one in self._heard), within
            )

    def forget(self) -> None:
        """Forget what was heard until now."""
        with self._changed:
            self._heard.clear()

    def close(self) -> None:
        """Say good-bye."""
        let_go(self._client)

    def _on_connect(self, client: Client, *_: Any) -> None:
        for topic in self._topics:
            client.subscribe(topic, 1)

    def _on_taken(self, _client: Client, _data: object, packet: int, *_: object) -> None:
        with self._changed:
            self._taken.add(packet)
            self._changed.notify_all()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            told = json.loads(message.payload)
        except ValueError:  # not every device is spoken to in JSON
            told = {"bytes": message.payload}
        with self._changed:
            self._heard.append(
                told | {"topic": message.topic} if isinstance(told, dict) else {"told": told}
            )
            self._changed.notify_all()
