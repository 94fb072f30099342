"""Zigbee2MQTT plugs: docs/dialects/zigbee2mqtt.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from gadong.dialects.domain.formats.reading import (
    SHARED,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Question,
    Recognised,
    Understood,
    link,
    meter_options,
    number,
    read_object,
    read_text,
    watts,
    word,
)
from gadong.dialects.domain.signal import Channel


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of a device; it speaks under its bare friendly name."""
    match tail:
        case _ if tail.startswith(SHARED):
            return _availability(payload)
        case "":
            return _state(payload, options)
        case "availability":
            return _availability(payload)
        case _ if tail.split("/", maxsplit=1)[0] in {"get", "set"}:
            return Understood()  # what others ask of the device
        case _:
            raise NotUnderstood("unknown_topic", f"a device has no topic …/{tail[:60]}")


def shared(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001  # one shape for all
    """The bridge's own state: without it no plug is heard."""
    return (f"{base.split('/', maxsplit=1)[0]}/bridge/state",)


def questions(base: str, options: Options) -> tuple[Question, ...]:  # noqa: ARG001  # one shape for all
    """Ask the plug itself, not the bridge's memory."""
    return (Question(f"{base}/get", '{"state":"","power":""}'),)


def _state(payload: bytes, options: Options) -> Understood:
    body = read_object(payload)
    facts: list[Fact] = []
    relay = word(body.get("state"))
    if relay in {"ON", "OFF"}:
        facts.append(Fact(Channel.POWER, "on" if relay == "ON" else "off"))
    # Null is "never reported". After OFF the bridge goes on repeating the last power, so the relay decides.
    if relay == "OFF":
        facts.append(Fact(Channel.POWER_WATTS, 0.0))
    elif body.get("power") is not None:
        facts.append(watts(number(body["power"], "power"), options))
    if body.get("energy") is not None:
        facts.append(Fact(Channel.ENERGY_WH, number(body["energy"], "energy", least=0) * 1000))
    return Understood(facts=tuple(facts))


def _availability(payload: bytes) -> Understood:
    """{"state": "online"}, or the bare word of older versions."""
    said = read_text(payload)
    if said.startswith("{"):
        said = word(read_object(payload).get("state"))
    return link(said, up="online", down="offline")


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """By the link's quality in the JSON of a device that has a relay or a meter."""
    if "/bridge/" in topic or topic.rsplit("/", 1)[-1] in {"get", "set", "availability"}:
        return None
    is_ours, is_zigbee = topic.startswith("zigbee2mqtt/"), b'"linkquality"' in payload
    if b'"power"' in payload or b'"energy"' in payload:
        return Recognised(base=topic, certainty=0.95 if is_ours else 0.8) if is_ours or is_zigbee else None
    return Recognised(base=topic, certainty=0.6) if is_ours and b'"state"' in payload else None


# Plugs that are polled are polled once a minute; five give room for a mesh that is busy.
DIALECT = Dialect(
    recognise=recognise,
    name="zigbee2mqtt",
    decode=decode,
    shared=shared,
    questions=questions,
    check=meter_options,
    heartbeat=timedelta(seconds=300),
    needs_thresholds=True,
)
