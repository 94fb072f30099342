"""Any text or JSON by configuration: Telegraf, Neuron, Kepware and home-made gateways.
docs/dialects/mapper.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import home_assistant
from gadong.dialects.domain.formats.encoding import decoded
from gadong.dialects.domain.formats.mapper_time import own_time, time_of
from gadong.dialects.domain.formats.partial import understood
from gadong.dialects.domain.formats.path import MISSING, elements, find, has, value_at
from gadong.dialects.domain.formats.payload_values import (
    name,
    read_json,
    read_text,
)
from gadong.dialects.domain.formats.plain import (
    is_nothing,
    masked,
    read_number,
    state_of,
    state_of_bits,
    word_of,
)
from gadong.dialects.domain.formats.quality import is_good
from gadong.dialects.domain.formats.reading import (
    SHARED,
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
    state_facts,
)
from gadong.dialects.domain.formats.wiring import NUMERIC, Point, Wiring, check, read_options
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel

# White space around a text, and the end of a C string.
AROUND = " \t\r\n\0"
# An index holds keys up to some 2,700 bytes; a longer name stands as its digest.
NAME_LIMIT = 200
#: A part that is off: the power is the whole machine's, and other parts may work.
PART_OFF = (Fact(Channel.ALARM, "none"), Fact(Channel.ACTIVITY, State.OFF))


def prefixes(base: str, options: Options) -> tuple[str, ...]:
    """Return the base as the source's own, unless several machines share its messages."""
    return () if read_options(options).shared else (base,)


def shared(base: str, options: Options) -> tuple[str, ...]:
    """Return the base if other sources read it too."""
    return (base,) if read_options(options).shared else ()


def channels(options: Options) -> frozenset[str]:
    """Name the values that a machine's source reads, by topic, condition and path."""
    wanted = read_options(options)
    return frozenset(
        _named(wanted, point, path) for point in wanted.all_points() for path in point.paths
    )


def _named(wanted: Wiring, point: Point, path: str) -> str:
    conditions = sorted({**wanted.where, **point.where}.items())
    masks = [] if point.mask is None else [f"mask {point.mask}"]
    words = [wanted.topic, *(f"{key}={value}" for key, value in conditions), path, *masks]
    text = " ".join(word for word in words if word) or "the message"
    return text if len(text) <= NAME_LIMIT else sha256(text.encode()).hexdigest()


def decode(tail: str, payload: bytes, options: Options) -> Understood:
    """Read every point that the options name; other topics below the base say nothing."""
    try:
        wanted = read_options(options)
    except ValueError as trouble:
        raise NotUnderstood("bad_option", str(trouble)) from trouble
    own = tail.removeprefix(SHARED)
    if wanted.link and own == wanted.link.topic:
        return wanted.link.meaning(value_at(read_body(payload), wanted.link.value))
    captured = captured_levels(wanted.topic, own)
    if captured is None:
        return Understood()
    body = read_body(payload)
    found = [body] if wanted.each is None else elements(body, wanted.each)
    facts: list[Fact] = []
    asides: list[NotUnderstood] = []
    tried = 0
    for element in found:
        if wanted.where and not _fits(element, wanted.where, captured):
            continue
        for point in wanted.all_points():
            if point.where and not _fits(element, point.where, captured):
                continue
            tried += 1
            facts += _facts(point, element, body, wanted, asides)
    if tried and not facts and not asides and len(wanted.all_points()) == 1 and wanted.each is None:
        value_at(body, wanted.all_points()[0].paths[0])  # says what is missing
    path = wanted.time if wanted.each is None else None
    return understood(
        [*facts, *asides], time=None if path is None else lambda: time_of(body, path, wanted)
    )


def read_body(payload: bytes) -> Any:
    """Read JSON, or else a bare word or a number with its unit, as 1250 W, PRINTING or ON."""
    try:
        return read_json(payload)
    except NotUnderstood as trouble:
        if trouble.reason != "not_json":
            raise
        # A small controller may send the end of its text with it.
        text = decoded(payload).strip(AROUND)
        if text[:1] in {"{", "[", '"'}:
            if (again := text.encode()) == payload:
                raise
            return read_json(again)
        if not text.isprintable():
            raise
        return read_text(text.encode())


def captured_levels(pattern: str, tail: str) -> dict[str, str] | None:
    """Match a topic against a pattern, and return the levels of its +names; None without a match.

    A leading or trailing slash of the pattern that the topic lacks is ignored.
    """
    if pattern == tail:
        return {}
    wanted, levels = pattern.rstrip("/").split("/"), tail.split("/")
    if wanted[0] == "" and levels[0] != "" and len(wanted) > 1:
        wanted = wanted[1:]
    captured: dict[str, str] = {}
    for index, want in enumerate(wanted):
        if want == "#":
            return captured
        if index >= len(levels) or (want != levels[index] and not want.startswith("+")):
            return None
        if want.startswith("+"):
            captured[want] = levels[index]
    return captured if len(wanted) == len(levels) else None


def _fits(element: object, where: Mapping[str, str], captured: Mapping[str, str]) -> bool:
    """Return whether the captured levels (+name) and the element's values equal `where`."""
    for key, value in where.items():
        found = captured.get(key, MISSING) if key.startswith("+") else find(element, key)
        if found is MISSING or not _is_written(found, value):
            return False
    return True


def _is_written(found: object, value: str) -> bool:
    """Return whether a value is the wanted one: true and numbers as JSON or as people write
    them.
    """
    return str(found) == value or (
        isinstance(found, bool | int | float) and word_of(found) == word_of(value)
    )


def _facts(
    point: Point, element: object, body: object, wanted: Wiring, asides: list[NotUnderstood]
) -> Iterator[Fact]:
    """Read one point of an element.

    A value that is not understood is unknown now, and set aside.
    """
    is_unknown = point.unknown_if is not None and has(element, point.unknown_if)
    if not is_unknown and not any(has(element, path) for path in point.paths):
        return
    if point.channel is Channel.ACTIVITY and not (point.states or point.bits):
        asides.append(
            NotUnderstood("unknown_state", "neither states nor bits says what a value means")
        )
        return
    at: datetime | None = None
    try:
        at = own_time(point, element, body, wanted)
    except NotUnderstood as trouble:
        asides.append(trouble)  # the value counts when it arrives
    found: tuple[Fact, ...] = ()
    try:
        if not is_unknown and _is_good(point, element):
            found = _meant(point, element)
    except NotUnderstood as trouble:
        asides.append(trouble)
    for fact in found or unknown(point):
        yield Fact(fact.channel, fact.value, point.part, at) if point.part or at else fact


def _is_good(point: Point, element: object) -> bool:
    if point.quality is None or (point.good_if_absent and not has(element, point.quality)):
        return True
    return is_good(value_at(element, point.quality), good=point.good)


def _meant(point: Point, element: object) -> tuple[Fact, ...]:
    if not point.sum:
        return meaning(point, find(element, point.value))
    values = [find(element, path) for path in point.sum]
    if MISSING in values:
        raise NotUnderstood("no_value", f"{' + '.join(point.sum)} is there in part only")
    if any(is_nothing(value) for value in values):
        return unknown(point)
    summed = sum(_number(point, value) for value in values)
    return (Fact(point.channel, summed),)


def meaning(point: Point, value: object) -> tuple[Fact, ...]:
    """Return the facts of a point's value, in its channel's own unit."""
    if point.channel is Channel.ACTIVITY and not (point.states or point.bits):
        raise NotUnderstood("unknown_state", "neither states nor bits says what a value means")
    if is_nothing(value, point.states):
        return unknown(point)
    if point.channel in NUMERIC:
        return (Fact(point.channel, _number(point, value)),)
    if point.channel is Channel.JOB:
        return (Fact(point.channel, name(str(value), "the value")),)
    if point.bits:
        state = state_of_bits(value, point.bits)
    else:
        state = state_of(value if point.mask is None else masked(value, point.mask), point.states)
    if state is State.UNKNOWN:
        return unknown(point)
    return PART_OFF if point.part and state is State.OFF else state_facts(state)


def _number(point: Point, value: object) -> float:
    if point.mask is not None:
        value = masked(value, point.mask)
    return read_number(value, point.channel, decimal=point.decimal, factor=point.by)


def unknown(point: Point) -> tuple[Fact, ...]:
    """Say that a point's value is not known now: it is neither zero nor the old one."""
    if point.channel is Channel.ACTIVITY:
        return (Fact(Channel.ACTIVITY, State.UNKNOWN, point.part),)
    if point.channel is Channel.POWER_WATTS:
        return (Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, point.part),)
    return ()


def unmatched(options: Options, said: Sequence[tuple[str, bytes]]) -> list[str]:
    """Return the topic and paths of the options that no message had, mostly misspelt ones."""
    wanted = read_options(options)
    bodies = []
    for tail, payload in said:
        captured = captured_levels(wanted.topic, tail.removeprefix(SHARED))
        if captured is not None:
            try:
                bodies.append((read_body(payload), captured))
            except NotUnderstood:
                continue
    if not bodies:
        return [wanted.topic] if wanted.topic and said else []
    whole = [body for body, _ in bodies]
    inner = [
        one
        for body, captured in bodies
        for one in ([body] if wanted.each is None else elements(body, wanted.each))
        if _fits(one, wanted.where, captured)
    ]
    lost = (
        []
        if wanted.each is None or any(has(body, wanted.each) for body in whole)
        else [wanted.each]
    )
    lost += [key for key in wanted.where if not key.startswith("+") and not _any(whole, inner, key)]
    if wanted.time and not _any(whole, inner, wanted.time):
        lost.append(wanted.time)
    for point in wanted.all_points():
        expected = (*point.paths, point.time, None if point.good_if_absent else point.quality)
        lost += [path for path in expected if path and not _any((), inner, path)]
    return list(dict.fromkeys(lost))


def _any(whole: Sequence[object], inner: Sequence[object], path: str) -> bool:
    return any(has(body, path) for body in (*inner, *whole))


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise any text or JSON with a value, as a last guess; a person decides its meaning."""
    if topic.startswith("homeassistant/") and topic.endswith("/config"):
        return home_assistant.hint(topic, payload)
    if streamed := home_assistant.streamed(topic, payload):
        return streamed
    try:
        body = read_body(payload)
    except NotUnderstood:
        return None
    if isinstance(body, str):
        return Recognised(base=topic, certainty=0.1) if body else None
    return (
        Recognised(base=topic, certainty=0.2)
        if isinstance(body, dict | list | int | float) and body
        else None
    )


DIALECT = Dialect(
    recognise=recognise,
    name="mapper",
    decode=decode,
    prefixes=prefixes,
    shared=shared,
    check=check,
    unmatched=unmatched,
    channels=Channels(of=channels, common=frozenset({"each", "link", "time", "time_unit"})),
)
