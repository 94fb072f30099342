"""A Tasmota relay for tests: takes orders over a real broker, and can be told how to behave."""

from __future__ import annotations

import json
from threading import Condition
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from tests.support.gateway import let_go


class Relay:
    """One relay, as the device speaks: MQTT 3.1.1, QoS 0, nothing retained but its link."""

    def __init__(
        self, url: str, login: tuple[str, str], topic: str, *, is_kept: bool = False
    ) -> None:
        """Connect; it is on. One whose session is kept, for which the broker keeps what it may,
        listens and says nothing.
        """
        where = urlsplit(url)
        self.mood = "mute" if is_kept else "obeys"
        self.is_on = True
        self.orders: list[str] = []
        self.retained: list[str] = []
        self.marks: list[str] = []
        self._topic = topic
        self._changed = Condition()
        self._client = Client(
            CallbackAPIVersion.VERSION2, login[0], clean_session=not is_kept, protocol=MQTTv311
        )
        self._client.username_pw_set(*login)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.connect(where.hostname or "", where.port or 0)
        self._client.loop_start()
        self.wait(self._client.is_connected)

    def say(self) -> None:
        """Say where it stands."""
        self._publish("STATE", {"POWER1": "ON" if self.is_on else "OFF"}, prefix="tele")

    def reboot(self, *, is_on: bool) -> None:
        """Come back from nowhere, standing somewhere."""
        self._client.publish(f"tele/{self._topic}/LWT", "Offline", retain=True)
        self.is_on = is_on
        self._client.publish(f"tele/{self._topic}/LWT", "Online", retain=True)
        self.say()

    def wait(self, claim: Any, within: float = 30) -> None:
        """Wait until something holds of it."""
        with self._changed:
            assert self._changed.wait_for(claim, within), (self.orders, self.is_on)

    def close(self) -> None:
        """Go, without a good-bye of the will's kind; the broker is other tests' as well."""
        if self.mood != "mute":
            self._client.publish(f"tele/{self._topic}/LWT", "", retain=True)
        let_go(self._client)

    def _on_connect(self, client: Client, *_: Any) -> None:
        client.subscribe(f"cmnd/{self._topic}/#", 1)
        if self.mood != "mute":
            client.publish(f"tele/{self._topic}/LWT", "Online", retain=True)
            self.say()
        with self._changed:
            self._changed.notify_all()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        name, said = message.topic.rsplit("/", 1)[-1], message.payload.decode()
        with self._changed:
            if message.retain:
                self.retained.append(f"{name} {said}")
            match name:
                case "Power1":
                    self.orders.append(said)
                    self._obey(said)
                case "Marker":
                    self.marks.append(said)
                case _ if self.mood == "mute":
                    pass
                case "Status" if said == "11":
                    state = {"POWER1": "ON" if self.is_on else "OFF"}
                    self._publish("STATUS11", {"StatusSTS": state})
                case "Status" if said == "0":
                    self._publish("STATUS", {"Status": {"PowerOnState": 3}})
                case "PulseTime1":
                    self._publish("RESULT", {"PulseTime1": {"Set": 0, "Remaining": 0}})
            self._changed.notify_all()

    def _obey(self, said: str) -> None:
        match self.mood:
            case "obeys":
                self.is_on = said == "ON"
                self._publish("RESULT", {"POWER1": said})
            case "refuses":
                self._publish("RESULT", {"Command": "Error"})

    def _publish(self, name: str, body: dict[str, Any], *, prefix: str = "stat") -> None:
        self._client.publish(f"{prefix}/{self._topic}/{name}", json.dumps(body))
