"""Any JSON by configuration: UMH, Telegraf, Neuron and home-made gateways. docs/dialects/mapper.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gadong.domain.dialects.reading import (
    Dialect,
    Fact,
    NotUnderstood,
    Understood,
    name,
    number,
    read_json,
    state_facts,
    unix_time,
)
from gadong.domain.signal import Channel
from gadong.domain.state import State

#: Seconds in a unit of the time field.
UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
NUMERIC = {
    Channel.POWER_WATTS,
    Channel.ENERGY_WH,
    Channel.RUN_SECONDS,
    Channel.PROGRESS,
    Channel.TEMPERATURE,
    Channel.MEASUREMENT,
}


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read the one value that the source's options point at; other topics of the device say nothing."""
    if tail != options.get("topic", "").strip("/"):
        return Understood()
    body = read_json(payload)
    if "quality" in options and not _at(body, options["quality"]):
        return Understood(facts=_unknown(options))
    value = _at(body, options.get("value", ""))
    return Understood(facts=_fact(value, options), device_time=_time(body, options))


def _at(body: object, path: str) -> Any:
    """The value at a path of keys and list positions, as in values.tag0 or readings.0.value."""
    found = body
    for step in path.split(".") if path else ():
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            raise NotUnderstood("no_value", f"there is nothing at {path}")
    return found


def _time(body: object, options: Mapping[str, str]) -> datetime | None:
    if "time" not in options:
        return None
    stamp = _at(body, options["time"])
    unit = options.get("time_unit", "s")
    if unit == "iso":
        try:
            at = datetime.fromisoformat(name(stamp, options["time"]))
        except ValueError as trouble:
            raise NotUnderstood("not_a_time", f"{options['time']} is not ISO 8601") from trouble
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if unit not in UNITS:
        raise NotUnderstood("bad_option", "time_unit is s, ms, us, ns or iso")
    return unix_time(_big(stamp, options["time"]) * UNITS[unit], options["time"])


def _big(value: object, field: str) -> float:
    """A number of any size: nanoseconds since 1970 are beyond what a reading may be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood("not_a_number", f"{field} is not a number")
    return float(value)


def _fact(value: object, options: Mapping[str, str]) -> tuple[Fact, ...]:
    try:
        channel = Channel(options.get("channel", "activity"))
    except ValueError as trouble:
        raise NotUnderstood("bad_option", f"there is no channel {options.get('channel')}") from trouble
    if channel in NUMERIC:
        return (Fact(channel, number(number(value, "the value") * _factor(options), "the value")),)
    if channel is Channel.JOB:
        return (Fact(channel, name(str(value), "the value")),)
    if channel is not Channel.ACTIVITY:
        raise NotUnderstood("bad_option", f"channel {channel} cannot be mapped; see docs/dialects/mapper.md")
    states = dict(pair.split("=", 1) for pair in options.get("states", "").split(",") if "=" in pair)
    word = states.get(str(value).strip(), "")
    if word not in set(State):
        raise NotUnderstood("unknown_state", f"states does not say what {str(value)[:40]!r} means")
    return state_facts(State(word))


def _factor(options: Mapping[str, str]) -> float:
    try:
        return float(options.get("factor", "1"))
    except ValueError as trouble:
        raise NotUnderstood("bad_option", "factor is not a number") from trouble


def _unknown(options: Mapping[str, str]) -> tuple[Fact, ...]:
    """A value marked as bad is unknown now: neither zero nor the old one."""
    is_state = options.get("channel", "activity") == Channel.ACTIVITY
    return (Fact(Channel.ACTIVITY, State.UNKNOWN),) if is_state else ()


DIALECT = Dialect(name="mapper", decode=decode)
