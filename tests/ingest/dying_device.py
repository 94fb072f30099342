"""A device whose link is cut without a word, so that the broker publishes its will."""

from __future__ import annotations

import socket
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion


class DyingDevice:
    """One connection with a will."""

    def __init__(self, url: str, account: tuple[str, str], topic: str, will: str | bytes) -> None:
        """Connect, and return once the broker knows the will."""
        where = urlsplit(url)
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
        self._client.username_pw_set(*account)
        self._client.will_set(topic, will, qos=1)
        self._is_connected = Event()
        self._client.on_connect = self._on_connect
        self._client.connect(where.hostname or "", where.port or 0)
        self._client.loop_start()
        assert self._is_connected.wait(20), "the broker does not answer"

    def cut(self) -> None:
        """End the connection without a DISCONNECT."""
        link = self._client.socket()
        assert link is not None
        self._client.loop_stop()
        assert isinstance(link, socket.socket)
        link.shutdown(socket.SHUT_RDWR)
        link.close()

    def _on_connect(self, *_: Any) -> None:
        self._is_connected.set()
