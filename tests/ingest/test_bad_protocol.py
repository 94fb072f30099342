"""Odd packets at a real broker: whatever a device's connection does, ingest stores or sets aside
what it said, and goes on.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.interlock.services import unbinding
from gadong.machines.domain.broker_message import TOPIC_LIMIT
from gadong.machines.services import machines
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.ingest.publisher import Publisher
from tests.support.gateway import gateway
from tests.support.ingest.listening import heard, state, stored
from tests.support.waiting import until
from tests.support.world import World


@pytest.fixture
def topic(world: World, device: Publisher) -> str:
    """Return the topic of a bound device's state, once ingest listens there."""
    machine = world.machine()
    heard(world, world.source(machine, "gadong-json"))
    return f"gadong/v1/{world.centre.slug}/{machine.slug}/state"


@dataclass
class Wire:
    """A connection that sends the bytes it is given: MQTT 3.1.1 as no library would."""

    stack: Stack
    account: tuple[str, str]
    open_: list[socket.socket] = field(default_factory=list)

    def open(
        self, *, client_id: bytes = b"x", keepalive: int = 60, username: bytes | None = None
    ) -> socket.socket:
        """Connect and log in; what the broker answered is still to be read."""
        where = urlsplit(self.stack.mqtt_url)
        found = socket.create_connection((where.hostname or "", where.port or 0), 10)
        self.open_.append(found)
        name, secret = username or self.account[0].encode(), self.account[1].encode()
        body = text(b"MQTT") + bytes([4, 0b11000010]) + struct.pack(">H", keepalive)
        found.sendall(packet(0x10, body + text(client_id) + text(name) + text(secret)))
        return found

    def is_in(self, **how: object) -> bool:
        """Return whether the broker accepts such a connection."""
        try:
            # As open takes them.
            return self.open(**how).recv(4) == b"\x20\x02\x00\x00"  # type: ignore[arg-type]
        except ConnectionError:
            return False


def text(value: bytes) -> bytes:
    """A text of the protocol."""
    return struct.pack(">H", len(value)) + value


def packet(kind: int, body: bytes) -> bytes:
    """A packet with its length."""
    length, rest = b"", len(body)
    while True:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | (0x80 if rest else 0)])
        if not rest:
            return bytes([kind]) + length + body


@pytest.fixture
def wire(stack: Stack) -> Iterator[Wire]:
    """Raw connections of one account that may say anything."""
    made = Wire(stack, gateway(stack.mqtt_admin_url, stack.secret))
    yield made
    for one_ in made.open_:
        one_.close()


@pytest.fixture
def said(device: Publisher, topic: str, pool: Pool) -> Callable[[], None]:
    """Says once more, as a device does, and waits until that is stored."""
    count = iter(range(1, 1000))

    def say() -> None:
        before = stored(pool)
        device.publish_all([(topic, state("said", next(count), "idle", datetime.now(UTC)))])
        until(lambda: stored(pool) > before, what="a plain word arrives")

    return say


def test_what_is_no_mqtt_is_cut_off_and_nobody_else(
    wire: Wire, topic: str, said: Callable[[], None], ingest: Supervisor
) -> None:
    own = topic.encode()
    for name, sent in {
        "a topic with a tab": packet(0x30, text(own + b"\t") + b"{}"),
        "a topic with NUL": packet(0x30, text(own + b"\x00") + b"{}"),
        "a topic that is no UTF-8": packet(0x30, text(own + b"\xc0\xaf") + b"{}"),
        "a topic with U+FFFF": packet(0x30, text(own + "\uffff".encode()) + b"{}"),
        "a topic with a wildcard": packet(0x30, text(own + b"/#") + b"{}"),
        "no topic": packet(0x30, text(b"") + b"{}"),
        "QoS 3": packet(0x36, text(own) + b"\x00\x01{}"),
        "a second CONNECT": packet(0x10, text(b"MQTT") + b"\x04\x02\x00\x3c" + text(b"y")),
        "a reserved kind": packet(0xF0, b""),
        "a length without an end": b"\x30\xff\xff\xff\xff\xff",
        "more than the broker takes": b"\x30\xff\xff\xff\x7f" + text(own),
        "a packet number of none": packet(0x32, text(own) + b"\x00\x00{}"),
    }.items():
        connection = wire.open()
        assert connection.recv(4) == b"\x20\x02\x00\x00", name
        connection.sendall(sent)
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b"", name
        said()


def test_a_login_that_is_none_is_refused(
    wire: Wire, said: Callable[[], None], ingest: Supervisor
) -> None:
    for username in (b"a/b", b"a+b", b"#", b"a\x00b", b"x" * 60_000, b"\xff", b"admin", b"$SYS"):
        assert not wire.is_in(username=username), username[:9]
    # With any client id, the broker uses the name of its login.
    for client_id in (b"", b"x" * 60_000, "☃".encode(), b"admin"):
        assert wire.is_in(client_id=client_id), client_id[:9]
    # A connection that never says that it is there could keep its place for ever.
    assert not wire.is_in(keepalive=0)
    assert not wire.is_in(keepalive=65_535)
    said()


def test_a_slow_one_and_half_a_packet_hold_up_nobody(
    wire: Wire, topic: str, said: Callable[[], None], ingest: Supervisor
) -> None:
    whole = packet(0x30, text(topic.encode()) + b'{"state": "idle"}')
    slow = wire.open()
    for byte in whole[:-1]:
        slow.sendall(bytes([byte]))
    half = wire.open()
    half.sendall(whole[:5])
    half.shutdown(socket.SHUT_WR)
    for _ in range(200):
        wire.open(client_id=b"").close()
    said()


def test_thousands_who_only_knock_hold_up_nobody(
    stack: Stack, said: Callable[[], None], ingest: Supervisor
) -> None:
    where = urlsplit(stack.mqtt_url)
    for _ in range(5_000):
        socket.create_connection((where.hostname or "", where.port or 0)).close()
    said()


def test_odd_topics_are_set_aside_or_read_and_kept_short(
    device: Publisher, topic: str, pool: Pool, world: World, said: Callable[[], None]
) -> None:
    body = state("odd", 1, "idle", datetime.now(UTC))
    odd = [f"{topic}//", f"{topic}/☃\U0001f6e0", topic + "/x" * 150, topic + "/" + "y" * 60_000]
    device.publish_all([(name, body) for name in odd])
    said()
    found = machines.quarantined(pool, world.manager, world.centre.id, before=None, most=50)
    assert sum(q.occurrences for q in found) == len(odd)
    for q in found:
        assert any(name.startswith(q.topic) for name in odd)
        assert len(q.topic) <= TOPIC_LIMIT


def test_what_version_5_can_add_changes_nothing(
    stack: Stack, topic: str, pool: Pool, said: Callable[[], None], ingest: Supervisor
) -> None:
    where = urlsplit(stack.mqtt_url)
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.username_pw_set(*gateway(stack.mqtt_admin_url, stack.secret))
    hoard = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own
    hoard.SessionExpiryInterval = 0xFFFFFFFF
    client.connect(where.hostname or "", where.port or 0, properties=hoard)
    client.loop_start()
    count = iter(range(1, 100))

    def say(qos: int = 1, **properties: object) -> None:
        told = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's own
        for name, value in properties.items():
            setattr(told, name, value)
        body = b'{"state": "idle", "boot": "v5", "seq": %d}' % next(count)
        client.publish(topic, body, qos=qos, properties=told).wait_for_publish(20)

    say(qos=0)
    say(qos=2)
    say(TopicAlias=1)
    say(UserProperty=[(f"k{n}", "v" * 100) for n in range(1000)])
    say(MessageExpiryInterval=600)
    # An answer would go where the device says: into the broker's own topics, or another device's.
    say(ResponseTopic="$CONTROL/dynamic-security/v1", CorrelationData=b"x")
    say(ContentType="application/x-evil", PayloadFormatIndicator=0)
    client.disconnect()
    client.loop_stop()
    until(lambda: stored(pool) == 7, what="each is stored once")
    said()


def test_numbers_that_jump_go_back_or_come_again(
    device: Publisher, topic: str, pool: Pool, world: World, said: Callable[[], None]
) -> None:
    now = datetime.now(UTC)
    device.listen(topic.removesuffix("state") + "committed")
    device.publish_all([(topic, state("jump", n, "idle", now)) for n in (1, 2, 1_000_000_002, 3)])
    assert device.wait_for({"boot": "jump", "upto": 3})
    # The counter starts anew under the boot it had: what it says again is the same, or is set
    # aside.
    device.publish_all([(topic, state("jump", n, "idle", now)) for n in (1, 2)])
    device.publish_all([(topic, state("jump", 2, "running", now))])
    # A boot id with every message is as many counters, up to the boots of a day (ADR 32).
    device.publish_all([(topic, state(f"boot-{n}", n, "idle", now)) for n in range(40)])
    said()
    until(lambda: stored(pool) == 4 + 40 + 1)
    with transaction(pool, SYSTEM) as tx:
        jump = one(
            tx, "select upto, highest, gap_since from sequence_positions where boot = 'jump'"
        )
        states = many(tx, "select distinct text_value from signals where channel = 'activity'")
    assert jump is not None
    assert (jump["upto"], jump["highest"], jump["gap_since"] is None) == (3, 1_000_000_002, False)
    assert [row["text_value"] for row in states] == ["idle"]
    found = machines.quarantined(pool, world.manager, world.centre.id, before=None, most=10)
    assert [q.reason for q in found] == ["sequence_conflict"]


def test_a_device_that_is_carried_to_another_machine_speaks_for_it_from_then_on(
    device: Publisher, pool: Pool, world: World, ingest: Supervisor
) -> None:
    first, second = world.machine("mill-1"), world.machine("mill-2")
    base = f"{world.centre.slug}/plug"
    bound = world.source(first, base=base)
    heard(world, bound)
    device.publish_all([(f"{base}/mqtt", "connected")])
    until(lambda: stored(pool) == 1)
    unbinding.unbind(pool, world.manager, first, bound.id)
    heard(world, world.source(second, base=base))
    device.publish_all([(f"{base}/mqtt", "connected")])
    until(lambda: stored(pool) == 2)
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select machine_id from messages order by received_at")
    assert [row["machine_id"] for row in rows] == [first.id, second.id]
