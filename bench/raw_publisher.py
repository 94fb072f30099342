"""A publisher that nothing measured can outrun: its packets of MQTT 3.1.1 are written before."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from struct import pack
from urllib.parse import urlsplit

# Packets on the way to the broker at once.
WINDOW = 400
CONNECT, PUBLISH_ONCE_AT_LEAST = 0x10, 0x32
# Clean session, with a name and a password.
FLAGS = 0xC2
KEEPALIVE = 60
# A CONNACK and a PUBACK have four bytes each.
ANSWER = 4


def publish(url: str, name: str, password: str, messages: Sequence[tuple[str, bytes]]) -> None:
    """Publish the messages with QoS 1, and return once the broker has taken all."""
    packets = [_publish(n % 65535 + 1, *message) for n, message in enumerate(messages)]
    where = urlsplit(url)
    with socket.create_connection((where.hostname or "", where.port or 0), 10) as connection:
        connection.settimeout(60)
        body = _text("MQTT") + pack("!BBH", 4, FLAGS, KEEPALIVE) + _text(name)
        body += _text(name) + _text(password)
        connection.sendall(bytes([CONNECT]) + _length(len(body)) + body)
        _read(connection, ANSWER)
        for start in range(0, len(packets), WINDOW):
            chunk = packets[start : start + WINDOW]
            connection.sendall(b"".join(chunk))
            _read(connection, ANSWER * len(chunk))


def _publish(number: int, topic: str, payload: bytes) -> bytes:
    body = _text(topic) + pack("!H", number) + payload
    return bytes([PUBLISH_ONCE_AT_LEAST]) + _length(len(body)) + body


def _text(text: str) -> bytes:
    return pack("!H", len(text.encode())) + text.encode()


def _length(number: int) -> bytes:
    found = bytearray()
    while True:
        number, digit = divmod(number, 128)
        found.append(digit | (128 if number else 0))
        if not number:
            return bytes(found)


def _read(connection: socket.socket, size: int) -> None:
    while size > 0:
        piece = connection.recv(size)
        if not piece:
            raise ConnectionError("the broker ended the connection")
        size -= len(piece)
