"""A device with an account at the broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from threading import Condition
from typing import Any
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import device_accounts
from tests.conftest import Stack
from tests.support.gateway import let_go
from tests.support.world import World

REFUSED = 0x87  # MQTT 5.0, section 2.4: Not authorized


@dataclass
class Device:
    """A device that does what it is told, and says what the broker answered."""

    stack: Stack
    account: DeviceAccount
    password: str
    calls_itself: str = ""
    will: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    answers: dict[tuple[str, int], int] = field(default_factory=dict)
    endings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect, and wait until that stands or is refused."""
        where = urlsplit(self.stack.mqtt_url)
        self._changed = Condition()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            self.calls_itself,
            protocol=MQTTv5,
            reconnect_on_failure=False,
        )
        self.client.username_pw_set(self.account.username, self.password)
        if self.will:
            self.client.will_set(self.will, "gone", qos=1)
        self.client.on_connect = lambda *a: self._note("connect", 0, a[3].value)
        self.client.on_publish = lambda *a: self._note("publish", a[2], a[3].value)
        self.client.on_subscribe = lambda *a: self._note("subscribe", a[2], a[3][0].value)
        self.client.on_disconnect = self._ended
        self.client.on_message = lambda _c, _d, m: self._hear(m.topic, m.payload)
        self.client.connect(where.hostname or "", where.port or 0)
        self.client.loop_start()
        self._answer("connect", 0)

    def publish(self, topic: str, *, retain: bool = False) -> int:
        """The broker's answer to a message."""
        return self._answer(
            "publish", self.client.publish(topic, "forged", qos=1, retain=retain).mid
        )

    def subscribe(self, filter_: str) -> int:
        """The broker's answer to a subscription."""
        _, number = self.client.subscribe(filter_, 1)
        assert number is not None
        return self._answer("subscribe", number)

    def flood(self, topic: str) -> int:
        """Publish until the broker ends the connection; how many it took."""
        while not self.endings:
            number = self.client.publish(topic, "forged", qos=1).mid
            with self._changed:
                told = partial(self._is_over, ("publish", number))
                assert self._changed.wait_for(told, 10), "nobody stops it"
        return sum(
            1 for (what, _), code in self.answers.items() if what == "publish" and code < REFUSED
        )

    def _is_over(self, packet: tuple[str, int]) -> bool:
        return packet in self.answers or bool(self.endings)

    def drop(self) -> None:
        """Go without a good-bye, so that the broker speaks the will."""
        socket = self.client.socket()
        assert socket is not None
        socket.close()

    def close(self) -> None:
        """Go."""
        let_go(self.client)

    def _answer(self, what: str, number: int) -> int:
        with self._changed:
            assert self._changed.wait_for(lambda: (what, number) in self.answers, 10), (
                what,
                number,
            )
            return self.answers[what, number]

    def _note(self, what: str, number: int, code: int) -> None:
        with self._changed:
            self.answers[what, number] = code
            self._changed.notify_all()

    def _ended(self, *told: Any) -> None:
        with self._changed:
            self.endings.append(told[3].value)
            self._changed.notify_all()

    def _hear(self, topic: str, payload: bytes | bytearray) -> None:
        with self._changed:
            self.heard.append((topic, bytes(payload)))
            self._changed.notify_all()


def applied(world: World, account: DeviceAccount) -> bool:
    """Return whether the broker has applied the account's present state."""
    (found,) = [
        a
        for a in device_accounts.of_centre(world.pool, world.manager, world.centre.id)
        if a.id == account.id
    ]
    return found.applied_at is not None and (found.revoked_at is not None) is (
        account.revoked_at is not None
    )
