"""Shelly relays and meters, Gen1 and Gen2 onwards: docs/dialects/shelly.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gadong.domain.dialects.reading import (
    Dialect,
    Fact,
    NotUnderstood,
    Question,
    Recognised,
    Understood,
    link,
    number,
    read_json,
    read_object,
    read_text,
    unix_time,
    watts,
    word,
)
from gadong.domain.signal import Channel

# Below this, `ts` counts seconds since the device started: it has no time yet.
CLOCK_SET = 1_600_000_000
# Gen1's relay meter counts Watt-minutes.
WATT_MINUTES = 60


# Topics of either generation that say nothing of a machine's state.
SILENT = frozenset(
    {"announce", "info", "command", "rpc", "debug", "temperature", "overtemperature", "temperature_f"}
    | {"temperature_status", "voltage", "input", "input_event", "longpush"}
)


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of either generation; their topics do not meet."""
    channel = options.get("channel", "0")
    match tail.split("/"):
        case ["online"]:
            return link(read_text(payload).lower(), up="true", down="false")
        case ["events", "rpc"]:
            return _notified(read_object(payload), channel)
        case ["status", component]:
            return Understood(facts=tuple(_component(component, read_object(payload), channel)))
        case ["relay" | "emeter" as kind, index, *field]:
            return _first_generation(kind, field, payload) if index == channel else Understood()
        case ["answers", "rpc"]:
            return _answered(read_object(payload), channel)
        case [first, *_] if first in SILENT:
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"no Shelly has a topic …/{tail[:60]}")


def questions(base: str, options: Mapping[str, str]) -> tuple[Question, ...]:
    """Ask both ways: Gen2 answers a call on our own topic and by status_update, Gen1 by its common command."""
    status = json.dumps({"id": 1, "src": f"{base}/answers", "method": "Shelly.GetStatus"})
    return (
        Question(f"{base}/command", "status_update" if options.get("generation") != "1" else "update"),
        Question(f"{base}/rpc", status),
    )


def _first_generation(kind: str, field: list[str], payload: bytes) -> Understood:
    """One value a topic, as text."""
    match kind, field:
        case "relay", []:
            return _switched(payload)
        case _, ["power"]:
            return Understood(facts=(watts(_text_number(payload)),))
        case "relay", ["energy"]:
            return Understood(facts=(Fact(Channel.ENERGY_WH, _text_number(payload) / WATT_MINUTES),))
        case "emeter", ["total"]:
            return Understood(facts=(Fact(Channel.ENERGY_WH, _text_number(payload)),))
        case _:
            return Understood()


def _switched(payload: bytes) -> Understood:
    said = read_text(payload).lower()
    if said not in {"on", "off", "overpower"}:
        raise NotUnderstood("unknown_value", "a relay is on, off or overpower")
    return Understood(facts=(Fact(Channel.POWER, "on" if said == "on" else "off"),))


def _answered(body: Mapping[str, Any], channel: str) -> Understood:
    """The answer to GetStatus: every component, whole."""
    result = body.get("result")
    if not isinstance(result, dict):
        return Understood()  # another program's question
    facts = (f for c, s in result.items() if isinstance(s, dict) for f in _component(c, s, channel))
    return Understood(facts=tuple(facts))


def _notified(body: Mapping[str, Any], channel: str) -> Understood:
    method, params = word(body.get("method")), body.get("params")
    if method == "NotifyEvent":
        return Understood()
    if method not in {"NotifyStatus", "NotifyFullStatus"} or not isinstance(params, dict):
        raise NotUnderstood("unknown_value", f"method is {method!r:.40}")
    facts = [
        fact
        for component, status in params.items()
        if isinstance(status, dict)
        for fact in _component(component, status, channel)
    ]
    return Understood(facts=tuple(facts), device_time=_time(params.get("ts")))


def _time(stamp: object) -> datetime | None:
    if stamp is None or number(stamp, "ts") < CLOCK_SET:
        return None
    return unix_time(stamp, "ts")


def _component(component: str, status: Mapping[str, Any], channel: str) -> Iterator[Fact]:
    """What a component says; a partial update says only what changed, and nothing of the rest."""
    kind, _, index = component.partition(":")
    if index != channel:
        return
    if kind == "switch" and isinstance(status.get("output"), bool):
        yield Fact(Channel.POWER, "on" if status["output"] else "off")
    for field in ("apower", "total_act_power", "act_power"):
        if status.get(field) is not None:
            yield watts(number(status[field], field))
    energy = status.get("aenergy")
    total = (
        energy.get("total")
        if isinstance(energy, dict)
        else status.get("total_act", status.get("total_act_energy"))
    )
    if total is not None:
        yield Fact(Channel.ENERGY_WH, number(total, "total", least=0))


def _text_number(payload: bytes) -> float:
    return number(read_json(payload), "the payload")


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """By a notification or a component's status (Gen2 on), or by the common prefix of Gen1."""
    if topic.endswith("/events/rpc") and b'"Notify' in payload:
        return Recognised(base=topic.removesuffix("/events/rpc"), certainty=0.95)
    base, found, component = topic.rpartition("/status/")
    if (
        found
        and ":" in component
        and (b'"apower"' in payload or b'"output"' in payload or b'"act_power"' in payload)
    ):
        return Recognised(base=base, certainty=0.9)
    match topic.split("/"):
        case ["shellies", device, "relay" | "emeter", *_]:
            return Recognised(base=f"shellies/{device}", certainty=0.9, options={"generation": "1"})
        case _:
            return None


DIALECT = Dialect(
    recognise=recognise, name="shelly", decode=decode, questions=questions, needs_thresholds=True
)
