"""Shared parts of all dialects: strict reading, with facts as the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.sequence_position import Position
from gadong.dialects.domain.signal import Channel

if TYPE_CHECKING:
    from gadong.dialects.domain.formats.partner import Partner

# A machine's whole document is under 100 kB; the broker passes up to 2 MB for those that send
# everything at once.
PAYLOAD_LIMIT = 1_048_576
# A document of a large machining centre has some hundred values that matter; beyond this it is no
# machine's.
FACT_LIMIT = 2000
#: Before the rest of a topic that the source shares with others.
SHARED = "^"
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


class Fact(msgspec.Struct, frozen=True):
    """One channel's value; of a `part` of the machine where it has several.

    At its own instant where it says one.
    """

    channel: Channel
    value: str | float
    part: str = ""
    at: datetime | None = None


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """The meaning of a message; a message without facts is known and irrelevant here.

    `is_report` marks a message sent every second with or without a change, so not every value is
    kept. `asides` are the values that could not be read beside others that could. `noise` names a
    message that is counted and not kept, such as an answer without facts. The values of a message
    that `is_present` hold when it was made, however old their own instants are.
    """

    facts: tuple[Fact, ...] = ()
    device_time: datetime | None = None
    position: Position | None = None
    is_report: bool = False
    asides: tuple[NotUnderstood, ...] = ()
    noise: str = ""
    is_present: bool = False


#: What a source's dialect wants to know: JSON, as a manager gave it.
Options = Mapping[str, Any]
Decoder = Callable[[str, bytes, Options], Understood]
Topics = Callable[[str, Options], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """A message that makes a device say how it does now; published once, never retained."""

    topic: str
    payload: str | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command to a device that holds a machine's interlock; void after `expires_at`."""

    id: UUID
    latch: Latch
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A device that is itself the broker: where it is, whom to log in as, and how it proves that it
    is the one.

    `authority` is the certificate (PEM) that signed the device's own, whose name is `common_name`.
    Whether the connection stands is told on `link_topic`, which no device publishes on.
    """

    host: str
    port: int
    username: str
    password: str
    common_name: str
    authority: str | None
    filters: tuple[str, ...]
    link_topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A proposed binding of an unknown device, and its certainty (0 to 1).

    A certainty above a half needs a topic and a payload that agree, since anybody may choose a
    topic.
    """

    base: str
    certainty: float
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


# A dialect may need them.
def no_questions(base: str, options: Options) -> tuple[Question, ...]:  # noqa: ARG001
    """Return no questions, for devices that cannot be asked."""
    return ()


# One shape for all.
def never_recognised(topic: str, payload: bytes) -> Recognised | None:  # noqa: ARG001
    """Recognise nothing, for dialects that no message shows."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The commands by which a device enables or inhibits a machine: set, never toggled.

    The reason: docs/reference/signals.md#commands.

    `means` says from the options what it acts on. `inspect` asks how the device is set where that
    can be asked.
    """

    means: Callable[[Options], Means]
    command: Callable[[str, Options, Order], Question]
    inspect: Callable[[str, Options], tuple[Question, ...]] = no_questions


# A dialect may need them.
def none_named(tail: str, payload: bytes) -> Mapping[str, Options]:  # noqa: ARG001
    """Name no channels, for devices whose messages do not."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The channels of a device that serves several machines, each read by a source of its own.

    `of` names the channels that a source with these options reads; none: it reads the whole device.
    `named_in` finds the channels in a message, each with the options that read it. `common` are the
    device's options, not a channel's.
    """

    of: Callable[[Options], frozenset[str]]
    named_in: Callable[[str, bytes], Mapping[str, Options]] = none_named
    common: frozenset[str] = frozenset()


# A dialect may need them.
def same_prefix(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001
    """Return the base alone, for devices whose topics all begin with it."""
    return (base,)


# A dialect may need them.
def none_shared(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001
    """Return no shared topics, for devices that share none."""
    return ()


# A dialect may need them.
def no_endpoint(base: str, options: Options) -> Endpoint | None:  # noqa: ARG001
    """Return no endpoint, for devices that use our broker."""
    return None


def only_texts(options: Options) -> None:
    """Raise ValueError for options that are no texts; what most dialects want."""
    for key, value in options.items():
        if not isinstance(value, str):
            # A manager's mistake, not the code's.
            raise ValueError(f"option {key} is a text")  # noqa: TRY004


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A wire format.

    `decode` takes the topic after the source's prefix, the payload and the source's options.
    `prefixes` are topics that are the source's alone. `shared` ones may be read by others too, and
    their messages reach `decode` with SHARED before the rest of the topic. `questions` make the
    device say its present state. `endpoint` is the device's own broker where it has one. `check`
    refuses bad options with ValueError. `recognise` tells from an unknown message whether it is of
    this format (docs/reference/signals.md#recognising-a-format). `switch` is for those that can
    hold a machine's interlock. `reports_changes`: its meter says at once when the draw changes.
    `repeats_state`: each heartbeat says the state. `asks_every`: a device that works and was silent
    about that for so long is asked again. `unmatched` names what of the options no message had.
    `channels`: it may serve several machines (machines/domain/shared_device.py).

    `secrets` are the options by which the device's own broker is logged in to: kept apart, and
    encrypted.

    A format whose messages mean nothing one by one has a `partner` for each sender (`with_whom`
    names it from the topic). `understand` reads what the partner made of a message for one binding.
    `live_filters` are then heard on a connection without memory of its own.
    """

    name: str
    decode: Decoder
    prefixes: Topics = same_prefix
    shared: Topics = none_shared
    questions: Callable[[str, Options], tuple[Question, ...]] = no_questions
    live_filters: Topics = none_shared
    partner: Callable[[str], Partner] | None = None
    with_whom: Callable[[str], str] | None = None
    understand: Callable[[object, str, Options], Understood] | None = None
    endpoint: Callable[[str, Options], Endpoint | None] = no_endpoint
    switch: Switch | None = None
    channels: Channels | None = None
    unmatched: Callable[[Options, Sequence[tuple[str, bytes]]], list[str]] | None = None
    check: Callable[[Options], None] = only_texts
    recognise: Callable[[str, bytes], Recognised | None] = never_recognised
    heartbeat: timedelta | None = None
    needs_thresholds: bool = False
    reports_changes: bool = False
    repeats_state: bool = False
    asks_every: timedelta | None = None
    secrets: frozenset[str] = frozenset()


@cache
def state_facts(state: State) -> tuple[Fact, ...]:
    """Return a whole state on its three axes; off and fault have axes of their own."""
    return (
        Fact(Channel.POWER, "off" if state is State.OFF else "on"),
        Fact(Channel.ALARM, "fault" if state is State.FAULT else "none"),
        Fact(Channel.ACTIVITY, State.IDLE if state in {State.OFF, State.FAULT} else state),
    )


def link(said: str, *, up: str, down: str) -> Understood:
    """Return the meaning of a will or a birth."""
    if said not in {up, down}:
        raise NotUnderstood("unknown_value", f"{said[:40]!r} is neither {up} nor {down}")
    return Understood(facts=(Fact(Channel.LINK, "up" if said == up else "down"),))


def watts(value: float, options: Options, part: str = "") -> Fact:
    """Read a meter's power, with the sign turned where its clamp is reversed.

    A meter at no load reads some watts below zero: the machine rests
    (dialects/domain/power_states.py).
    """
    return Fact(Channel.POWER_WATTS, -value if is_reversed(options) else value, part)


def is_reversed(options: Options) -> bool:
    """Tell whether the meter's clamp is wired the other way round."""
    return options.get("clamp") == "reversed"


def contradict(one: str, other: str, why: str) -> ValueError:
    """Return the refusal of two options that cannot both be meant."""
    return ValueError(f"options {one} and {other} contradict one another: {why}")


def meter_options(options: Options) -> None:
    """Raise ValueError for options that are no texts, or an unknown direction of the clamp."""
    only_texts(options)
    if options.get("clamp", "normal") not in {"normal", "reversed"}:
        raise ValueError("option clamp is normal or reversed")
