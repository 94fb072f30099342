"""Sparkplug B's protobuf payload, read by the protobuf library from a description of its fields.

Field numbers and data types are those of the Sparkplug specification 3.0, section 6.4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message

from gadong.dialects.domain.formats.reading import PAYLOAD_LIMIT, NotUnderstood

PACKAGE = "gadong.sparkplug"
# A node of a large line has some thousand metrics; beyond this it is an attack on memory.
METRIC_LIMIT = 20_000
YEAR_3000_MS = 32_503_680_000_000
#: Width in bits of the signed integers, which travel as two's complement in unsigned fields.
SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
UNSIGNED = frozenset({5, 6, 7, 8})
BOOLEAN, DATE_TIME = 11, 13
#: Arrays are packed little-endian: one struct letter a data type.
ARRAYS = {
    22: "b",
    23: "h",
    24: "i",
    25: "q",
    26: "B",
    27: "H",
    28: "I",
    29: "Q",
    30: "f",
    31: "d",
    34: "Q",
}
#: Fields that are messages, and fields that come several times.
MESSAGES = {"metrics": "Metric", "properties": "PropertySet", "values": "PropertyValue"}
REPEATED = frozenset({"metrics", "keys", "values"})
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric as it stands in a payload.

    `value` is None for null and for what is no single value.
    """

    name: str
    alias: int | None
    datatype: int | None
    at: datetime | None
    value: Value
    is_null: bool
    is_historical: bool
    quality: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A payload: when it was made, its number, its metrics as raw as they came."""

    at: datetime | None
    seq: int | None
    metrics: tuple[Message, ...]


def _file() -> descriptor_pb2.FileDescriptorProto:
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="gadong/sparkplug.proto", package=PACKAGE, syntax="proto2"
    )

    def message(name: str, *fields: tuple[str, int, int]) -> None:
        made = file.message_type.add(name=name)
        for field, number, kind in fields:
            target = MESSAGES.get(field)
            made.field.add(
                name=field,
                number=number,
                type=kind,
                label=kinds.LABEL_REPEATED if field in REPEATED else kinds.LABEL_OPTIONAL,
                type_name=f".{PACKAGE}.{target}" if target else None,
            )

    message(
        "PropertyValue",
        ("is_null", 2, kinds.TYPE_BOOL),
        ("int_value", 3, kinds.TYPE_UINT32),
        ("long_value", 4, kinds.TYPE_UINT64),
        ("float_value", 5, kinds.TYPE_FLOAT),
        ("double_value", 6, kinds.TYPE_DOUBLE),
        ("boolean_value", 7, kinds.TYPE_BOOL),
        ("string_value", 8, kinds.TYPE_STRING),
    )
    message("PropertySet", ("keys", 1, kinds.TYPE_STRING), ("values", 2, kinds.TYPE_MESSAGE))
    message(
        "Metric",
        ("name", 1, kinds.TYPE_STRING),
        ("alias", 2, kinds.TYPE_UINT64),
        ("timestamp", 3, kinds.TYPE_UINT64),
        ("datatype", 4, kinds.TYPE_UINT32),
        ("is_historical", 5, kinds.TYPE_BOOL),
        ("is_transient", 6, kinds.TYPE_BOOL),
        ("is_null", 7, kinds.TYPE_BOOL),
        ("properties", 9, kinds.TYPE_MESSAGE),
        ("int_value", 10, kinds.TYPE_UINT32),
        ("long_value", 11, kinds.TYPE_UINT64),
        ("float_value", 12, kinds.TYPE_FLOAT),
        ("double_value", 13, kinds.TYPE_DOUBLE),
        ("boolean_value", 14, kinds.TYPE_BOOL),
        ("string_value", 15, kinds.TYPE_STRING),
        ("bytes_value", 16, kinds.TYPE_BYTES),
    )
    message(
        "Payload",
        ("timestamp", 1, kinds.TYPE_UINT64),
        ("metrics", 2, kinds.TYPE_MESSAGE),
        ("seq", 3, kinds.TYPE_UINT64),
    )
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())
_PAYLOAD: Any = message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.Payload"))


def read_payload(payload: bytes) -> Payload:
    """Read a payload, or raise NotUnderstood."""
    if len(payload) > PAYLOAD_LIMIT:
        raise NotUnderstood("too_large", f"more than {PAYLOAD_LIMIT} bytes")
    try:
        found = _PAYLOAD.FromString(payload)
    except (DecodeError, UnicodeDecodeError) as trouble:
        raise NotUnderstood("not_sparkplug", "the payload is no Sparkplug B protobuf") from trouble
    if len(found.metrics) > METRIC_LIMIT:
        raise NotUnderstood("too_many_values", f"more than {METRIC_LIMIT} metrics in one message")
    return Payload(
        at=_instant(found.timestamp) if found.HasField("timestamp") else None,
        seq=found.seq if found.HasField("seq") else None,
        metrics=tuple(found.metrics),
    )


def write_rebirth(at: datetime) -> bytes:
    """Return the command that asks a node for a new birth."""
    command = _PAYLOAD(timestamp=int(at.timestamp() * 1000))
    command.metrics.add(
        name="Node Control/Rebirth",
        timestamp=command.timestamp,
        datatype=BOOLEAN,
        boolean_value=True,
    )
    written: bytes = command.SerializeToString()
    return written


def read_metric(raw: Any, datatype: int | None) -> Metric:
    """Read a metric by its data type; `datatype` is the birth's, if the data omit it."""
    kind = raw.datatype if raw.HasField("datatype") else datatype
    return Metric(
        name=raw.name,
        alias=raw.alias if raw.HasField("alias") else None,
        datatype=kind,
        at=_instant(raw.timestamp) if raw.HasField("timestamp") else None,
        value=None if raw.is_null else _value(raw, kind),
        is_null=raw.is_null,
        is_historical=raw.is_historical,
        quality=_quality(raw.properties) if raw.HasField("properties") else None,
    )


def _quality(properties: Any) -> Value:
    """Read the property Quality; a null one says that nothing is known of the value."""
    for key, value in zip(properties.keys, properties.values, strict=False):
        if key.lower() == "quality":
            return False if value.is_null else _value(value, None)
    return None


def _value(raw: Any, kind: int | None) -> Value:
    for field in ("int_value", "long_value"):
        if raw.HasField(field):
            return _integer(getattr(raw, field), kind)
    for field in ("float_value", "double_value", "boolean_value", "string_value"):
        if raw.HasField(field):
            value: Value = getattr(raw, field)
            return value
    if kind in ARRAYS and raw.HasField("bytes_value"):
        return next(_array(raw.bytes_value, ARRAYS[kind]), None)
    return None  # a data set, a template, a file: no single value


def _integer(value: int, kind: int | None) -> int:
    bits = SIGNED.get(kind or 0)
    if bits is None:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _array(packed: bytes, letter: str) -> Iterator[Value]:
    """Yield the elements; the first stands for the whole if one value is needed."""
    width = struct.calcsize(letter)
    yield from (
        element
        for (element,) in struct.iter_unpack(f"<{letter}", packed[: len(packed) // width * width])
    )


def _instant(milliseconds: int) -> datetime | None:
    return (
        datetime.fromtimestamp(milliseconds / 1000, tz=UTC) if milliseconds < YEAR_3000_MS else None
    )
