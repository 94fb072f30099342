"""A simulated device: its own connection with its will, and the faults it was told to have."""

from __future__ import annotations

import json
import random
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from deploy.simulator.hall import Publication, Will


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The frequencies of faults, for every message."""

    drop_out: float = 0.0
    duplicate: float = 0.0
    restart: float = 0.0
    skew_seconds: float = 0.0


class Device:
    """Publishes what its machine yields, at a speed, until stopped."""

    def __init__(self, name: str, url: str, account: tuple[str, str] | None, will: Will) -> None:
        """Prepare the connection."""
        self._where, self._will = urlsplit(url), will
        self._outbox: OrderedDict[tuple[str, int], Publication] = OrderedDict()
        # As it logs in: so a broker that was started before it took that for the id knows it, too.
        own = account[0] if account else f"hall-{name}"
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=own, protocol=MQTTv5)
        if account:
            self._client.username_pw_set(*account)
        self._client.will_set(will.topic, will.gone, qos=1, retain=True)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_committed

    def run(
        self,
        machine: Iterator[Publication],
        *,
        speed: float,
        faults: Faults,
        chance: random.Random,
        stopping: Event,
    ) -> None:
        """Connect and publish; waits are the machine's own divided by the speed."""
        self._client.connect_async(self._where.hostname or "127.0.0.1", self._where.port or 1883)
        self._client.loop_start()
        for publication in machine:
            self._publish(publication)
            if chance.random() < faults.duplicate:
                self._publish(publication)
            if chance.random() < faults.drop_out:
                self._drop_out(chance, stopping)
            if stopping.wait(publication.wait / speed):
                break
            if chance.random() < faults.restart:
                break
        self._client.disconnect()
        self._client.loop_stop()

    def _publish(self, publication: Publication) -> None:
        number = _number(publication.payload)
        if number:
            self._outbox[number] = publication
        self._client.publish(
            publication.topic, publication.payload, qos=1, retain=publication.retain
        )

    def _drop_out(self, chance: random.Random, stopping: Event) -> None:
        """Lose the network without a good-bye for 5 to 60 s: the broker speaks the will."""
        socket = self._client.socket()
        if socket is not None:
            socket.close()
        stopping.wait(chance.uniform(5, 60))

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.publish(self._will.topic, self._will.there, qos=1, retain=True)
        base = self._will.topic.rsplit("/", 1)[0]
        if base.startswith("gadong/"):
            client.subscribe(f"{base}/committed", 1)
            for publication in list(self._outbox.values()):
                client.publish(publication.topic, publication.payload, qos=1)

    def _on_committed(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        """The server has these for good: the outbox lets them go."""
        body = json.loads(message.payload)
        for boot, seq in list(self._outbox):
            if boot == body["boot"] and seq <= body["upto"]:
                self._outbox.pop((boot, seq), None)


def _number(payload: str) -> tuple[str, int] | None:
    body = json.loads(payload)
    return (body["boot"], body["seq"]) if "boot" in body else None
