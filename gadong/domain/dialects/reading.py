"""What every dialect has in common: strict reading, and facts as the result."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gadong.domain.message import Position
from gadong.domain.signal import Channel
from gadong.domain.state import State

# A machine's whole document is under 100 kB; the broker passes up to 2 MB for those that send everything at once.
PAYLOAD_LIMIT = 1_048_576
# Longer names are cut, not refused: a job's name is for people.
TEXT_LIMIT = 200
# No shop's reading is larger; beyond it a sum would lose whole units in a double.
NUMBER_LIMIT = 1e15


class NotUnderstood(ValueError):
    """A message that does not fit its dialect: `reason` groups, `detail` says what and where."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep both parts."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Fact:
    """One channel's value."""

    channel: Channel
    value: str | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a message means. No facts: it is known and says nothing that matters here."""

    facts: tuple[Fact, ...] = ()
    device_time: datetime | None = None
    position: Position | None = None


Decoder = Callable[[str, bytes, Mapping[str, str]], Understood]
Prefixes = Callable[[str, Mapping[str, str]], tuple[str, ...]]


def same_prefix(base: str, options: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG001  # a dialect may need them
    """For devices whose topics all begin with their base."""
    return (base,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A wire format. `decode` takes the topic after the source's prefix, the payload and the source's options."""

    name: str
    decode: Decoder
    prefixes: Prefixes = same_prefix
    heartbeat: timedelta | None = None
    needs_thresholds: bool = False


def read_json(payload: bytes) -> Any:
    """The payload as JSON, or NotUnderstood: too large, too deep, not UTF-8, NaN, or no JSON at all."""
    if len(payload) > PAYLOAD_LIMIT:
        raise NotUnderstood("too_large", f"more than {PAYLOAD_LIMIT} bytes")
    try:
        return msgspec.json.decode(payload.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
        raise NotUnderstood("not_json", str(trouble).split(" (byte")[0]) from trouble


def read_object(payload: bytes) -> dict[str, Any]:
    """The payload as a JSON object."""
    value = read_json(payload)
    if not isinstance(value, dict):
        raise NotUnderstood("not_an_object", f"a JSON object was expected, not {type(value).__name__}")
    return value


def read_text(payload: bytes) -> str:
    """A short text payload."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as trouble:
        raise NotUnderstood("not_text", "the payload is not UTF-8") from trouble
    if len(text) > TEXT_LIMIT:
        raise NotUnderstood("too_large", f"a word was expected, not {len(text)} characters")
    return text.strip()


def word(value: object) -> str:
    """A JSON string, or an empty one: a list where a word belongs is no word that any table knows."""
    return value if isinstance(value, str) else ""


def number(value: object, field: str, *, least: float | None = None) -> float:
    """A finite JSON number; a true or a "1" is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood("not_a_number", f"{field} is not a number")
    result = float(value)
    if not math.isfinite(result) or abs(result) > NUMBER_LIMIT:
        raise NotUnderstood("number_out_of_range", f"{field} is beyond {NUMBER_LIMIT:.0e}")
    if least is not None and result < least:
        raise NotUnderstood("number_out_of_range", f"{field} is below {least:g}")
    return result


def name(value: object, field: str) -> str:
    """A name for people: cut to a length, without what a terminal or a database would trip over."""
    if not isinstance(value, str):
        raise NotUnderstood("not_text", f"{field} is not a text")
    return "".join(c for c in value if c.isprintable())[:TEXT_LIMIT]


def state_facts(state: State) -> tuple[Fact, ...]:
    """A whole state on its three axes: off and fault live on their own, where the activity then is nothing."""
    return (
        Fact(Channel.POWER, "off" if state is State.OFF else "on"),
        Fact(Channel.ALARM, "fault" if state is State.FAULT else "none"),
        Fact(Channel.ACTIVITY, State.IDLE if state in {State.OFF, State.FAULT} else state),
    )


def link(said: str, *, up: str, down: str) -> Understood:
    """A will's or a birth's word."""
    if said not in {up, down}:
        raise NotUnderstood("unknown_value", f"{said[:40]!r} is neither {up} nor {down}")
    return Understood(facts=(Fact(Channel.LINK, "up" if said == up else "down"),))


def watts(value: float) -> Fact:
    """A meter's reading; a negative one is a clamp the wrong way round, and no power."""
    if value < 0:
        raise NotUnderstood("number_out_of_range", "power is negative; the clamp may be the wrong way round")
    return Fact(Channel.POWER_WATTS, value)


def unix_time(value: object, field: str) -> datetime:
    """Seconds since 1970; a range that any calendar holds, so that a wrong clock is a wrong clock and no error."""
    seconds = number(value, field, least=0)
    if seconds > 32_503_680_000:  # the year 3000
        raise NotUnderstood("time_out_of_range", f"{field} lies beyond the year 3000")
    return datetime.fromtimestamp(seconds, tz=UTC)
