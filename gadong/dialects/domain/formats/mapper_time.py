"""Instants that a site's own messages state, in the unit that fits a plausible time."""

from __future__ import annotations

import re
from datetime import datetime

from gadong.dialects.domain.formats.path import has, value_at
from gadong.dialects.domain.formats.payload_values import (
    iso_time,
    unix_time,
)
from gadong.dialects.domain.formats.reading import (
    NotUnderstood,
)
from gadong.dialects.domain.formats.wiring import UNITS, Point, Wiring
from gadong.dialects.domain.formats.written_time import written_time

# Nanoseconds since 1970 have 19 digits; a fraction has six more at most.
TIME_DIGITS = 26
PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)

#: The first instant of 2001 in milliseconds: what is larger than this in a unit is a finer one.
MAGNITUDES = (("s", 1e11), ("ms", 1e14), ("us", 1e17), ("ns", float("inf")))


def own_time(point: Point, element: object, body: object, wanted: Wiring) -> datetime | None:
    """Read the instant of one value: its own, or its element's, or the one of the whole message
    around it.
    """
    if point.time is not None and has(element, point.time):
        return time_of(element, point.time, wanted)
    if wanted.each is None or wanted.time is None:
        return None
    return time_of(element if has(element, wanted.time) else body, wanted.time, wanted)


def time_of(body: object, path: str, wanted: Wiring) -> datetime:
    stamp, unit = value_at(body, path), wanted.time_unit
    if "%" in unit:
        return written_time(stamp, unit, path)
    if unit == "iso" or (unit == "auto" and isinstance(stamp, str) and not is_number(stamp)):
        return iso_time(stamp, path)
    value = _big(stamp, path)
    if unit == "auto":
        unit = next(unit for unit, below in MAGNITUDES if value < below)
    return unix_time(value * UNITS[unit], path)


def is_number(text: str) -> bool:
    return len(text) <= TIME_DIGITS and PLAIN.fullmatch(text.strip()) is not None


def _big(value: object, field: str) -> float:
    """Read a number of any size, also as text: nanoseconds since 1970 exceed a reading."""
    if isinstance(value, str) and is_number(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e20:
        raise NotUnderstood("not_a_number", f"{field} is not a number")
    return float(value)
