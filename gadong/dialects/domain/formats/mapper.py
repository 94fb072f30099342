"""Any JSON by configuration: Telegraf, Neuron, Kepware and home-made gateways. docs/dialects/mapper.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import home_assistant
from gadong.dialects.domain.formats.quality import is_good
from gadong.dialects.domain.formats.reading import (
    SHARED,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
    iso_time,
    name,
    number,
    read_json,
    state_facts,
    unix_time,
)
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel

#: Seconds in a unit of the time field.
UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
#: The first instant of 2001 in milliseconds: what is larger than this in a unit is a finer one.
MAGNITUDES = (("s", 1e11), ("ms", 1e14), ("us", 1e17), ("ns", float("inf")))
NUMERIC = {
    Channel.POWER_WATTS,
    Channel.ENERGY_WH,
    Channel.RUN_SECONDS,
    Channel.PARTS,
    Channel.FILAMENT_MM,
    Channel.PROGRESS,
    Channel.REMAINING_SECONDS,
    Channel.TEMPERATURE,
    Channel.MEASUREMENT,
}
MAPPED = NUMERIC | {Channel.ACTIVITY, Channel.JOB}


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a message and what it means."""

    value: str = ""
    channel: Channel = Channel.ACTIVITY
    states: str = ""
    factor: float | str = 1.0
    part: str = ""
    where: dict[str, str] = {}
    quality: str | None = None
    good: str = ""
    unknown_if: str | None = None
    time: str | None = None


class Wiring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options: one point at the top, or several under `points`."""

    topic: str = ""
    shared: bool = False
    each: str | None = None
    where: dict[str, str] = {}
    time: str | None = None
    time_unit: str = "s"
    points: list[Point] = []
    value: str = ""
    channel: Channel = Channel.ACTIVITY
    states: str = ""
    factor: float | str = 1.0
    part: str = ""
    quality: str | None = None
    good: str = ""
    unknown_if: str | None = None

    def all_points(self) -> list[Point]:
        """The points, or the one that the options themselves are."""
        return self.points or [
            Point(
                value=self.value,
                channel=self.channel,
                states=self.states,
                factor=self.factor,
                part=self.part,
                quality=self.quality,
                good=self.good,
                unknown_if=self.unknown_if,
            )
        ]


def read_options(options: Options) -> Wiring:
    """The options, read; ValueError names the field that does not fit."""
    try:
        found = msgspec.convert(dict(options), Wiring)
    except msgspec.ValidationError as trouble:
        raise ValueError(f"options: {trouble}") from trouble
    if found.time_unit not in {*UNITS, "iso", "auto"}:
        raise ValueError("option time_unit is s, ms, us, ns, iso or auto")
    for point in found.all_points():
        if point.channel not in MAPPED:
            raise ValueError(f"channel {point.channel} cannot be mapped; see docs/dialects/mapper.md")
        for pair in filter(None, point.states.split(",")):
            if pair.partition("=")[2].strip() not in set(State):
                raise ValueError(f"states: {pair!r} is not word=state; states are {', '.join(State)}")
        _factor(point)
    return found


def check(options: Options) -> None:
    """Refuse what cannot be read."""
    check_phases(read_options(options))


def check_phases(found: Wiring) -> None:
    """Refuse several points of power in one message without parts: the last would win, where a sum is meant."""
    phases = [
        point.part for point in found.points if point.channel is Channel.POWER_WATTS and not point.where
    ]
    if len(set(phases)) < len(phases):
        raise ValueError("several points of power_watts are phases that are summed: give each its part")


def prefixes(base: str, options: Options) -> tuple[str, ...]:
    """The base is the source's own, unless several machines' values come in the same messages."""
    return () if read_options(options).shared else (base,)


def shared(base: str, options: Options) -> tuple[str, ...]:
    """The base, where other sources read it too."""
    return (base,) if read_options(options).shared else ()


def decode(tail: str, payload: bytes, options: Options) -> Understood:
    """Read every point that the options name; other topics below the base say nothing."""
    try:
        wanted = read_options(options)
    except ValueError as trouble:
        raise NotUnderstood("bad_option", str(trouble)) from trouble
    captured = _captured(wanted.topic.strip("/"), tail.removeprefix(SHARED))
    if captured is None:
        return Understood()
    body = read_json(payload)
    elements = _elements(body, wanted)
    facts: list[Fact] = []
    asides: list[NotUnderstood] = []
    tried = 0
    for element in elements:
        if not _fits(element, wanted.where, captured):
            continue
        for point in wanted.all_points():
            if _fits(element, point.where, captured):
                tried += 1
                try:
                    facts += _facts(point, element, wanted, asides)
                except NotUnderstood as trouble:
                    asides.append(trouble)
    if asides and len(asides) == tried:
        raise asides[0]
    if tried and not facts and len(wanted.all_points()) == 1 and not wanted.each:
        _value(elements[0], wanted.all_points()[0])  # says what is missing
    time = None if wanted.each or wanted.time is None else _time(body, wanted.time, wanted)
    return Understood(facts=tuple(facts), device_time=time, asides=tuple(asides))


def _captured(pattern: str, tail: str) -> dict[str, str] | None:
    """What the pattern's +names stand for in a topic; None where it does not fit."""
    wanted, levels = pattern.split("/"), tail.split("/")
    captured: dict[str, str] = {}
    for index, want in enumerate(wanted):
        if want == "#":
            return captured
        if index >= len(levels) or (want != levels[index] and not want.startswith("+")):
            return None
        if want.startswith("+"):
            captured[want] = levels[index]
    return captured if len(wanted) == len(levels) else None


def _elements(body: object, wanted: Wiring) -> list[Any]:
    if wanted.each is None or not _has(body, wanted.each):
        return [body]  # Telegraf sends one metric bare, and several as a list
    found = _at(body, wanted.each)
    if not isinstance(found, list):
        raise NotUnderstood("no_value", f"{wanted.each} is not a list")
    return found


def _fits(element: object, where: Mapping[str, str], captured: Mapping[str, str]) -> bool:
    """Whether the topic's captured levels (+name) and the element's own values are the wanted ones."""
    for key, value in where.items():
        try:
            found = captured.get(key) if key.startswith("+") else _at(element, key)
        except NotUnderstood:
            return False
        if str(found) != value:
            return False
    return True


def _facts(point: Point, element: object, wanted: Wiring, asides: list[NotUnderstood]) -> Iterator[Fact]:
    """Read one point of an element; a value that is not understood is unknown now, and set aside."""
    at: datetime | None = None
    path = point.time or (wanted.time if wanted.each else None)
    if path is not None:
        at = _time(element, path, wanted)
    if (point.unknown_if is not None and _has(element, point.unknown_if)) or (
        point.quality is not None and not is_good(_at(element, point.quality), good=point.good)
    ):
        yield from unknown(point, at)
    elif _has(element, point.value) or not (wanted.points or wanted.each):
        try:
            found = meaning(point, _value(element, point))
        except NotUnderstood as trouble:
            asides.append(trouble)
            yield from unknown(point, at)
            return
        for fact in found:
            yield Fact(fact.channel, fact.value, point.part, at)


def _value(element: object, point: Point) -> Any:
    return _at(element, point.value)


def _has(body: object, path: str) -> bool:
    try:
        _at(body, path)
    except NotUnderstood:
        return False
    return True


def _at(body: object, path: str) -> Any:
    """The value at a path of keys and list positions, as in values.tag0 or readings.0.value."""
    found = body
    for step in path.split(".") if path else ():
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and len(step) < 7 and int(step) < len(found):
            found = found[int(step)]
        else:
            raise NotUnderstood("no_value", f"there is nothing at {path}")
    return found


def _time(body: object, path: str, wanted: Wiring) -> datetime:
    stamp, unit = _at(body, path), wanted.time_unit
    if unit == "iso":
        return iso_time(stamp, path)
    value = _big(stamp, path)
    if unit == "auto":
        unit = next(unit for unit, below in MAGNITUDES if value < below)
    return unix_time(value * UNITS[unit], path)


def _big(value: object, field: str) -> float:
    """A number of any size: nanoseconds since 1970 are beyond what a reading may be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e20:
        raise NotUnderstood("not_a_number", f"{field} is not a number")
    return float(value)


def meaning(point: Point, value: object) -> tuple[Fact, ...]:
    """The facts that a point's value is, in its channel's own unit."""
    if point.channel in NUMERIC:
        return (Fact(point.channel, number(_number(value) * _factor(point), "the value")),)
    if point.channel is Channel.JOB:
        return (Fact(point.channel, name(str(value), "the value")),)
    states = dict(pair.split("=", 1) for pair in point.states.split(",") if "=" in pair)
    word = states.get(str(value).strip(), "").strip()
    if word not in set(State):
        raise NotUnderstood("unknown_state", f"states does not say what {str(value)[:40]!r} means")
    return state_facts(State(word))


def _number(value: object) -> float:
    """A number, also one written as text, as EdgeX writes all of its readings."""
    if isinstance(value, str) and len(value) < 40:
        try:
            value = float(value)
        except ValueError:
            raise NotUnderstood("not_a_number", f"the value is {value!r}") from None
    return number(value, "the value")


def _factor(point: Point) -> float:
    try:
        return float(point.factor)
    except ValueError as trouble:
        raise ValueError("option factor is a number") from trouble


def unknown(point: Point, at: datetime | None) -> Iterator[Fact]:
    """Say that a point's value is not known now: it is neither zero nor the old one."""
    if point.channel is Channel.ACTIVITY:
        yield Fact(Channel.ACTIVITY, State.UNKNOWN, point.part, at)
    elif point.channel is Channel.POWER_WATTS:
        yield Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, point.part, at)


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Anything that is JSON with a value in it: a last guess, to be told by a person what it means."""
    if topic.startswith("homeassistant/"):
        return home_assistant.hint(topic, payload)
    try:
        body = read_json(payload)
    except NotUnderstood:
        return None
    return Recognised(base=topic, certainty=0.2) if isinstance(body, dict | int | float) and body else None


DIALECT = Dialect(
    recognise=recognise, name="mapper", decode=decode, prefixes=prefixes, shared=shared, check=check
)
