"""Zigbee2MQTT plugs: docs/dialects/zigbee2mqtt.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from gadong.dialects.domain.formats.partial import Value, attempt, draw, understood
from gadong.dialects.domain.formats.payload_values import number, read_object, read_text, word
from gadong.dialects.domain.formats.reading import (
    SHARED,
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Question,
    Recognised,
    Understood,
    link,
    meter_options,
)
from gadong.dialects.domain.signal import Channel


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of a device; it speaks under its bare friendly name."""
    match tail:
        case _ if tail.startswith(SHARED):
            return _availability(payload)
        case "":
            return understood(_values(read_object(payload), options))
        case "availability":
            return _availability(payload)
        case _ if tail.split("/", maxsplit=1)[0] in {"get", "set"}:
            return Understood()  # others' requests to the device
        case _:
            raise NotUnderstood("unknown_topic", f"a device has no topic …/{tail[:60]}")


def shared(base: str, options: Options) -> tuple[str, ...]:  # noqa: ARG001  # one shape for all
    """Return the topic of the bridge's state, without which no plug is received."""
    bridge = base.removeprefix("/").split("/", maxsplit=1)[0]
    return (f"{'/' * base.startswith('/')}{bridge}/bridge/state",)


def questions(base: str, options: Options) -> tuple[Question, ...]:
    """Ask the plug itself, not the bridge's memory."""
    end = f"_{options['endpoint']}" if options.get("endpoint") else ""
    return (Question(f"{base}/get", json.dumps({f"state{end}": "", f"power{end}": ""})),)


def _values(body: Mapping[str, Any], options: Options) -> Iterator[Value]:
    # A device with several outputs writes each under its endpoint's name, as in state_l2
    # (Zigbee2MQTT, usage/exposes).
    end = f"_{options['endpoint']}" if options.get("endpoint") else ""
    power, energy = body.get(f"power{end}"), body.get(f"energy{end}")
    relay = word(body.get(f"state{end}"))
    if relay in {"ON", "OFF"}:
        yield Fact(Channel.POWER, "on" if relay == "ON" else "off")
    # Null is "never reported". After OFF the bridge goes on repeating the last power, so the relay
    # decides.
    if relay == "OFF":
        yield Fact(Channel.POWER_WATTS, 0.0)
    elif power is not None:
        yield from draw(power, f"power{end}", options)
    if energy is not None:
        yield from attempt(
            lambda: Fact(Channel.ENERGY_WH, number(energy, f"energy{end}", least=0) * 1000)
        )


def _availability(payload: bytes) -> Understood:
    """Read {"state": "online"}, or the bare word of older versions."""
    said = read_text(payload)
    if said.startswith("{"):
        said = word(read_object(payload).get("state"))
    return link(said, up="online", down="offline")


def channels(options: Options) -> frozenset[str]:
    """Name the endpoint that a machine's source reads; without one it is the whole device."""
    return frozenset({options["endpoint"]}) if options.get("endpoint") else frozenset()


def named_in(tail: str, payload: bytes) -> Mapping[str, Options]:
    """Find the endpoints by the outputs that a message names, as state_left and state_right."""
    if tail:
        return {}
    body = read_object(payload)
    ends = sorted(key.removeprefix("state_") for key in body if key.startswith("state_"))
    return {end: {"endpoint": end} for end in ends if word(body[f"state_{end}"]) in {"ON", "OFF"}}


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise the link quality in the JSON of a device with a relay or a meter."""
    if "/bridge/" in topic or topic.rsplit("/", 1)[-1] in {"get", "set", "availability"}:
        return None
    is_ours, is_zigbee = topic.startswith("zigbee2mqtt/"), b'"linkquality"' in payload
    if b'"power"' in payload or b'"energy"' in payload:
        return (
            Recognised(base=topic, certainty=0.95 if is_ours else 0.8)
            if is_ours or is_zigbee
            else None
        )
    return Recognised(base=topic, certainty=0.6) if is_ours and b'"state"' in payload else None


# Plugs that are polled are polled once a minute; five give room for a mesh that is busy.
DIALECT = Dialect(
    recognise=recognise,
    name="zigbee2mqtt",
    decode=decode,
    shared=shared,
    questions=questions,
    check=meter_options,
    channels=Channels(of=channels, named_in=named_in),
    heartbeat=timedelta(seconds=300),
    needs_thresholds=True,
)
