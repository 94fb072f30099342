"""The short path of arriving messages reads what paho's own path reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt._packet import decode_publish
from paho.mqtt.client import MQTTv5, MQTTv311

from ingest.receiver import read_publish

NOW = datetime(2026, 11, 28, tzinfo=UTC)
# A message expiry interval and a user property of a broker, and a property of 200 bytes, whose
# length takes two bytes.
EXPIRY = b"\x02\x00\x00\x00\x0a"
USER = b"\x26\x00\x01a\x00\x01b"
LONG = b"\x26\x00\xc0" + b"k" * 192 + b"\x00\x03abc"


def packet(topic: bytes, *, qos: int, number: int, properties: bytes | None, body: bytes) -> bytes:
    """Write what follows a PUBLISH packet's first bytes."""
    found = len(topic).to_bytes(2, "big") + topic
    if qos:
        found += number.to_bytes(2, "big")
    if properties is not None:
        length = len(properties)
        found += bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
        found += properties
    return found + body


@given(
    topic=st.text(st.characters(codec="utf-8", exclude_characters="\0+#"), min_size=1),
    qos=st.integers(0, 1),
    number=st.integers(1, 65535),
    properties=st.sampled_from([None, b"", EXPIRY, EXPIRY + USER, LONG]),
    body=st.binary(max_size=300),
    flags=st.sampled_from([0, 1, 8, 9]),
)
def test_a_message_is_read_as_paho_reads_it(
    *, topic: str, qos: int, number: int, properties: bytes | None, body: bytes, flags: int
) -> None:
    written = packet(topic.encode(), qos=qos, number=number, properties=properties, body=body)
    header = 0x30 | qos << 1 | flags
    found = read_publish(header, written, has_properties=properties is not None, at=NOW)
    known = decode_publish(header, written, MQTTv311 if properties is None else MQTTv5)
    assert (found.topic, found.payload, found.qos) == (topic, bytes(known.payload), known.qos)
    assert (found.retained, found.is_repeated, found.packet) == (
        known.retain,
        known.dup,
        known.mid,
    )


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_packet_that_ends_too_early_is_refused(cut: int) -> None:
    whole = packet(b"t", qos=1, number=7, properties=EXPIRY, body=b"")
    assert read_publish(0x32, whole, has_properties=True, at=NOW).payload == b""
    with pytest.raises((IndexError, ValueError)):
        read_publish(0x32, whole[:-cut], has_properties=True, at=NOW)


def test_a_topic_that_is_not_utf_8_has_a_name_and_a_message_of_qos_2_is_refused() -> None:
    written = packet(b"\xff", qos=1, number=1, properties=None, body=b"x")
    found = read_publish(0x32, written, has_properties=False, at=NOW)
    assert (found.topic, found.payload) == ("(a topic that is not UTF-8)", b"x")
    with pytest.raises(ValueError, match="QoS 2"):
        read_publish(0x34, written, has_properties=False, at=NOW)
