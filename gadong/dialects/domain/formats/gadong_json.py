"""Gadong's own JSON, for gateways and hand-made sensors: docs/dialects/gadong-json.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.payload_values import (
    name,
    number,
    read_object,
    read_text,
    unix_time,
    word,
)
from gadong.dialects.domain.formats.reading import (
    Dialect,
    Fact,
    NotUnderstood,
    Recognised,
    Understood,
    link,
    state_facts,
)
from gadong.dialects.domain.sequence_position import BOOT_LIMIT, SEQUENCE_LIMIT, Position
from gadong.dialects.domain.signal import Channel

VERSION = 1
RESULTS = frozenset({"done", "failed", "cancelled"})
TELEMETRY = {
    "power_watts": Channel.POWER_WATTS,
    "energy_wh": Channel.ENERGY_WH,
    "progress": Channel.PROGRESS,
    "temperature": Channel.TEMPERATURE,
}
#: The least value of what may lie below zero; a meter at no load reads slightly below it.
LEAST: Mapping[Channel, float | None] = {Channel.TEMPERATURE: -273.15, Channel.POWER_WATTS: None}


# One shape for all.
def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:  # noqa: ARG001
    """Read one message of the profile."""
    match tail:
        case "online":
            return link(read_text(payload).lower(), up="true", down="false")
        case "state":
            body = read_object(payload)
            return _understood(body, _state(body))
        case "telemetry":
            body = read_object(payload)
            return _understood(body, _telemetry(body))
        case "job":
            body = read_object(payload)
            return _understood(body, _job(body))
        case _:
            raise NotUnderstood("unknown_topic", f"the profile has no topic …/{tail[:60]}")


def _understood(body: Mapping[str, Any], facts: tuple[Fact, ...]) -> Understood:
    version = body.get("v", VERSION)
    if version != VERSION:
        raise NotUnderstood("unknown_version", f"v is {version!r:.20}; this server reads {VERSION}")
    return Understood(facts=facts, device_time=_time(body.get("at")), position=_position(body))


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError as trouble:
            raise NotUnderstood(
                "not_a_time", "at is neither ISO 8601 nor seconds since 1970"
            ) from trouble
        if at.tzinfo is None:
            raise NotUnderstood("not_a_time", "at has no time zone; write Z or an offset")
        return at
    return unix_time(value, "at")


def _position(body: Mapping[str, Any]) -> Position | None:
    boot, seq = body.get("boot"), body.get("seq")
    if boot is None and seq is None:
        return None
    if not isinstance(boot, str) or not 0 < len(boot) <= BOOT_LIMIT or not boot.isprintable():
        raise NotUnderstood("bad_sequence", f"boot is a text of 1 to {BOOT_LIMIT} characters")
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < SEQUENCE_LIMIT:
        raise NotUnderstood("bad_sequence", "seq is a whole number from 0 on")
    return Position(boot=boot, seq=seq)


def _state(body: Mapping[str, Any]) -> tuple[Fact, ...]:
    said = word(body.get("state"))
    if said not in set(State):
        raise NotUnderstood("unknown_state", f"state is {said!r:.40}; known are {', '.join(State)}")
    state = State(said)
    facts = list(state_facts(state))
    counters = body.get("counters") or {}
    if not isinstance(counters, dict):
        raise NotUnderstood("not_an_object", "counters is not an object")
    if counters.get("run_s") is not None:
        facts.append(
            Fact(Channel.RUN_SECONDS, number(counters["run_s"], "counters.run_s", least=0))
        )
    if counters.get("energy_wh") is not None:
        facts.append(
            Fact(Channel.ENERGY_WH, number(counters["energy_wh"], "counters.energy_wh", least=0))
        )
    return tuple(facts)


def _telemetry(body: Mapping[str, Any]) -> tuple[Fact, ...]:
    facts = [
        Fact(channel, number(body[field], field, least=LEAST.get(channel, 0)))
        for field, channel in TELEMETRY.items()
        if body.get(field) is not None
    ]
    if not facts:
        raise NotUnderstood("nothing_known", f"none of {', '.join(TELEMETRY)} is there")
    return tuple(facts)


def _job(body: Mapping[str, Any]) -> tuple[Fact, ...]:
    event = word(body.get("event"))
    if event == "started":
        return (Fact(Channel.JOB, name(body.get("name", ""), "name")),)
    if event in RESULTS:
        return (Fact(Channel.JOB_RESULT, event),)
    raise NotUnderstood("unknown_value", "event is started, done, failed or cancelled")


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise the profile by its last level, its version and a known state."""
    base, _, last = topic.rpartition("/")
    if not base or last != "state":
        return None
    try:
        body = read_object(payload)
    except NotUnderstood:
        return None
    is_ours = topic.startswith("gadong/")
    if (
        word(body.get("state")) not in set(State)
        or body.get("v", VERSION if is_ours else None) != VERSION
    ):
        return None
    return Recognised(base=base, certainty=0.85 if is_ours else 0.8)


# A gateway of this profile repeats its state at least once a minute.
DIALECT = Dialect(
    recognise=recognise,
    name="gadong-json",
    decode=decode,
    heartbeat=timedelta(seconds=60),
    repeats_state=True,
)
