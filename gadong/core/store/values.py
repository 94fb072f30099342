"""Conversion between PostgreSQL's values and the domain's: ranges, documents and searches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from gadong.core.domain.document import plain
from gadong.core.domain.natural_order import search_words
from gadong.core.domain.period import Period

Key = TypeVar("Key")
Value = TypeVar("Value")


def to_range(period: Period) -> TimestamptzRange:
    """Convert a period to a half-open tstzrange."""
    return TimestamptzRange(period.start, period.end, "[)")


def open_range(start: datetime, end: datetime | None) -> TimestamptzRange:
    """Return a half-open tstzrange whose end may still be open."""
    return TimestamptzRange(start, end, "[)")


def to_period(value: Any) -> Period:
    """Convert a closed tstzrange to a period."""
    return Period(value.lower, value.upper)


def to_document(value: object) -> Jsonb:
    """Convert a domain value to a jsonb parameter."""
    return Jsonb(plain(value))


def to_patterns(text: str) -> list[str]:
    """Return the patterns of `like` that find the words of a search."""
    escaped = (re.sub(r"([\\%_])", r"\\\1", word) for word in search_words(text))
    return [f"%{word}%" for word in escaped]


def by_key(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the values of each key, in their order."""
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
