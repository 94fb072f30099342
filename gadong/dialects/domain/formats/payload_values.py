"""Values in payloads: JSON, texts, numbers and instants, or NotUnderstood."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from gadong.dialects.domain.formats.reading import (
    NUMBER_LIMIT,
    PAYLOAD_LIMIT,
    TEXT_LIMIT,
    NotUnderstood,
)


def read_json(payload: bytes) -> Any:
    """Read the payload as JSON; NotUnderstood if too large, too deep, not UTF-8, or NaN."""
    if len(payload) > PAYLOAD_LIMIT:
        raise NotUnderstood("too_large", f"more than {PAYLOAD_LIMIT} bytes")
    try:
        return msgspec.json.decode(payload.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
        raise NotUnderstood("not_json", str(trouble).split(" (byte")[0]) from trouble


def read_object(payload: bytes) -> dict[str, Any]:
    """Read the payload as a JSON object."""
    value = read_json(payload)
    if not isinstance(value, dict):
        raise NotUnderstood(
            "not_an_object", f"a JSON object was expected, not {type(value).__name__}"
        )
    return value


def read_text(payload: bytes) -> str:
    """Read a short text payload in UTF-8, with or without a byte order mark."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise NotUnderstood("not_text", "the payload is not UTF-8") from trouble
    if len(text) > TEXT_LIMIT:
        raise NotUnderstood("too_large", f"a word was expected, not {len(text)} characters")
    return text.strip()


def word(value: object) -> str:
    """Return a JSON string; an empty one for a value of another type."""
    return value if isinstance(value, str) else ""


def number(value: object, field: str, *, least: float | None = None) -> float:
    """Return a finite JSON number; a true or a "1" is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood("not_a_number", f"{field} is not a number")
    # Before it is made a float, which a whole number may be too large for.
    if not abs(value) <= NUMBER_LIMIT:
        raise NotUnderstood("number_out_of_range", f"{field} is beyond {NUMBER_LIMIT:.0e}")
    result = float(value)
    if least is not None and result < least:
        raise NotUnderstood("number_out_of_range", f"{field} is below {least:g}")
    return result


def name(value: object, field: str) -> str:
    """Return a name for people, cut to a length and without control characters."""
    if not isinstance(value, str):
        raise NotUnderstood("not_text", f"{field} is not a text")
    return "".join(c for c in value if c.isprintable())[:TEXT_LIMIT]


def unix_time(value: object, field: str) -> datetime:
    """Seconds since 1970; a range that any calendar holds, so that a wrong clock is a wrong clock
    and no error.
    """
    seconds = number(value, field, least=0)
    if seconds > 32_503_680_000:  # the year 3000
        raise NotUnderstood("time_out_of_range", f"{field} lies beyond the year 3000")
    return datetime.fromtimestamp(seconds, tz=UTC)


def iso_time(value: object, field: str) -> datetime:
    """Read an instant in ISO 8601; without an offset it is UTC."""
    if not isinstance(value, str) or len(value) > 40:
        raise NotUnderstood("not_a_time", f"{field} is no ISO 8601 time")
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is UTC:
            return at  # as nearly all devices write it
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as trouble:
        raise NotUnderstood("not_a_time", f"{field} is no ISO 8601 time") from trouble
