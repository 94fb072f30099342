"""A paho client with a short path for messages that arrive.

paho asks the kernel three times for each packet, decodes properties that nobody reads, and sends
each acknowledgement by itself. Most of ingest's time for a message was spent there (bench/broker).
This module replaces those three steps and nothing else of the protocol.
"""

from __future__ import annotations

import select
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime
from struct import pack, unpack_from

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.exception import MalformedPacket

from gadong.machines.domain.broker_message import BrokerMessage

# Some hundred messages of machines; a connection holds this much memory only while it reads.
READ_AT_ONCE = 65_536
# The first byte of a PUBACK, and the number of bytes that follow in its shortest form.
PUBACK, PUBACK_LENGTH = 0x40, 2


class Receiver(Client):
    """A client that acknowledges when it is told to, for one connection.

    Of the messages on the topic `latest_of` the last payload is kept in `latest`, and no delivery.
    """

    def __init__(self, client_id: str, *, is_old: bool, latest_of: str) -> None:
        """Create the client without a connection; `is_old` speaks MQTT 3.1.1 instead of 5."""
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTv311 if is_old else MQTTv5,
            manual_ack=True,
            clean_session=True if is_old else None,
        )
        self.delivered: list[BrokerMessage] = []
        self.latest = b""
        self._latest_of = latest_of
        self._has_properties = not is_old
        self._buffer, self._position = b"", 0

    def turn(self, timeout: float) -> MQTTErrorCode:
        """Wait at most the timeout for the network; read what has arrived, write what waits."""
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        if self._is_readable(timeout):
            code = self.loop_read()
            while code is MQTTErrorCode.MQTT_ERR_SUCCESS and self._position < len(self._buffer):
                code = self.loop_read()
        if code is MQTTErrorCode.MQTT_ERR_SUCCESS and self.want_write():
            code = self.loop_write()
        return self.loop_misc() if code is MQTTErrorCode.MQTT_ERR_SUCCESS else code

    def acknowledge(self, packets: Iterable[int]) -> None:
        """Send the acknowledgements of messages in the order of their arrival, in one piece."""
        answers = b"".join(pack("!BBH", PUBACK, PUBACK_LENGTH, packet) for packet in packets)
        if answers:
            self._packet_queue(PUBACK, answers, 0, 1)

    def _is_readable(self, timeout: float) -> bool:
        """Wait until the socket has something to read, or room for what waits to be written."""
        sock = self.socket()
        if sock is None:
            return False
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        # Unlike select, poll has no limit on the number of a descriptor.
        waiting = select.poll()
        waiting.register(sock, select.POLLIN | (select.POLLOUT if self.want_write() else 0))
        return any(event & ~select.POLLOUT for _, event in waiting.poll(timeout * 1000))

    def _sock_recv(self, bufsize: int) -> bytes:
        """Return bytes of the buffer, which is filled by one large read."""
        if self._position == len(self._buffer):
            self._buffer, self._position = super()._sock_recv(max(bufsize, READ_AT_ONCE)), 0
        piece = self._buffer[self._position : self._position + bufsize]
        self._position += len(piece)
        return piece

    def _handle_publish(self) -> MQTTErrorCode:
        """Keep a message of QoS 0 or 1; no subscription of ours asks for more."""
        header, packet = self._in_packet["command"], self._in_packet["packet"]
        try:
            delivery = read_publish(
                header, packet, has_properties=self._has_properties, at=datetime.now(UTC)
            )
        except (IndexError, ValueError) as trouble:
            raise MalformedPacket(str(trouble)) from trouble
        if delivery.topic == self._latest_of:
            self.latest = delivery.payload
        else:
            self.delivered.append(delivery)
        return MQTTErrorCode.MQTT_ERR_SUCCESS


def read_publish(
    header: int, packet: bytes | bytearray, *, has_properties: bool, at: datetime
) -> BrokerMessage:
    """Read a PUBLISH (MQTT 5.0, section 3.3), whose properties are skipped."""
    qos = header >> 1 & 3
    if qos > 1:
        raise ValueError("a message of QoS 2, which nothing subscribes to")
    if len(packet) < 2:
        raise ValueError("a message without a topic")
    start = 2 + unpack_from("!H", packet)[0]
    raw, number = bytes(packet[2:start]), 0
    if qos:
        number, start = packet[start] << 8 | packet[start + 1], start + 2
    if has_properties:
        length, shift = 0, 0
        while True:
            byte = packet[start]
            length, shift, start = length | (byte & 127) << shift, shift + 7, start + 1
            if byte < 128:
                break
        start += length
    if start > len(packet):
        raise ValueError("a message that is shorter than it says")
    try:
        topic = raw.decode()
    except UnicodeDecodeError:
        topic = "(a topic that is not UTF-8)"
    return BrokerMessage(
        topic=topic,
        payload=bytes(packet[start:]),
        qos=qos,
        retained=bool(header & 1),
        is_repeated=bool(header & 8),
        packet=number,
        received_at=at,
    )
