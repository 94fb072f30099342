"""Messages with several values, each of which is read by itself: an odd one is set aside alone (ADR
30).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.payload_values import number, read_json, read_text
from gadong.dialects.domain.formats.reading import (
    PAYLOAD_LIMIT,
    Fact,
    NotUnderstood,
    Options,
    Understood,
    state_facts,
    watts,
)
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel

#: A value that was read, or the reason why it could not be.
Value = Fact | NotUnderstood

#: The facts that replace a state that cannot be read: it is never the old one.
UNKNOWN_STATE = state_facts(State.UNKNOWN)
UNKNOWN_ACTIVITY = (Fact(Channel.ACTIVITY, State.UNKNOWN),)


#: Texts by which meters say that they know nothing now.
NOTHING = frozenset({"", "nan", "null", "none", "unknown", "unavailable"})


def draw(value: object, field: str, options: Options, part: str = "") -> Sequence[Value]:
    """Read a meter's power; null, and what is no number, mean that nobody knows it now."""
    if value is None:
        return (Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, part),)
    try:
        return (watts(number(value, field), options, part),)
    except NotUnderstood as trouble:
        return trouble, Fact(Channel.POWER_WATTS, UNKNOWN_DRAW, part)


def written_draw(payload: bytes, options: Options, part: str = "") -> Iterator[Value]:
    """Read a meter's power from a payload that is nothing else."""
    try:
        value = None if read_text(payload).lower() in NOTHING else read_json(payload)
    except NotUnderstood as trouble:
        if len(payload) > PAYLOAD_LIMIT:
            raise  # no meter's reading, whatever it begins with
        yield trouble
        value = None
    yield from draw(value, "the payload", options, part)


def attempt(
    read: Callable[[], Fact | Iterable[Value]], *otherwise: Fact, about: str = ""
) -> Sequence[Value]:
    """Return the facts that `read` returns; where it fails, the reason and the facts that hold
    `otherwise`.
    """
    try:
        found = read()
        return (found,) if isinstance(found, Fact) else tuple(found)
    except NotUnderstood as trouble:
        if about:
            trouble = NotUnderstood(trouble.reason, f"{about}: {trouble.detail}")
        return trouble, *otherwise


def understood(
    values: Iterable[Value],
    *,
    time: Callable[[], datetime | None] | None = None,
    is_report: bool = False,
    is_present: bool = False,
) -> Understood:
    """Collect the facts of a message, and set aside what could not be read.

    A message whose `time` cannot be read counts when it arrives. One of which nothing could be read
    is refused.
    """
    facts: list[Fact] = []
    asides: list[NotUnderstood] = []
    for value in values:
        if isinstance(value, Fact):
            facts.append(value)
        else:
            asides.append(value)
    device_time = None
    if time is not None:
        try:
            device_time = time()
        except NotUnderstood as trouble:
            asides.append(trouble)
    if asides and not facts:
        raise asides[0]
    return Understood(
        facts=tuple(facts),
        device_time=device_time,
        is_report=is_report,
        asides=tuple(asides),
        is_present=is_present,
    )
