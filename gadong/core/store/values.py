"""Between PostgreSQL's values and the domain's: ranges and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from gadong.core.domain.period import Period

T = TypeVar("T")


class BadDocument(ValueError):
    """A stored or given document does not have the form its type wants; the message names the field."""


def to_range(period: Period) -> TimestamptzRange:
    """The period as a half-open tstzrange."""
    return TimestamptzRange(period.start, period.end, "[)")


def open_range(start: datetime, end: datetime | None) -> TimestamptzRange:
    """A half-open tstzrange whose end may still be open."""
    return TimestamptzRange(start, end, "[)")


def to_period(value: Any) -> Period:
    """A closed-off tstzrange as a period."""
    return Period(value.lower, value.upper)


def plain(value: object) -> Any:
    """A domain value as JSON's own types: decimals and instants as text, exactly."""
    return msgspec.to_builtins(value)


def to_document(value: object) -> Jsonb:
    """A domain value as a jsonb parameter."""
    return Jsonb(plain(value))


def from_document(kind: type[T], document: Any) -> T:
    """A domain value from JSON's own types; BadDocument names the field that does not fit."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as trouble:
        raise BadDocument(str(trouble)) from trouble


def canonical(value: object) -> bytes:
    """The one way to write a value as JSON: sorted keys, no spaces. What digests are taken of."""
    return msgspec.json.encode(msgspec.to_builtins(value), order="sorted")
