"""ESPHome nodes: docs/dialects/esphome.md."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.home_assistant import is_stream
from gadong.dialects.domain.formats.partial import UNKNOWN_ACTIVITY, understood, written_draw
from gadong.dialects.domain.formats.payload_values import number, read_json, read_text
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Recognised,
    Understood,
    contradict,
    link,
    meter_options,
)
from gadong.dialects.domain.signal import Channel


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one value of a node; the source's options say which of its sensors mean what."""
    match tail.split("/"):
        case ["status"]:
            return link(read_text(payload), up="online", down="offline")
        case ["sensor", name, "state"]:
            return _sensor(name, payload, options)
        case ["binary_sensor" | "switch" as kind, name, "state"]:
            return _binary(kind, name, payload, options)
        case ["debug", *_] | [_, _, "command" | "state"]:
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"a node has no topic …/{tail[:60]}")


def _sensor(name: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    if name == options.get("power", "power"):
        return understood(written_draw(payload, options))
    if read_text(payload).lower() == "nan":
        return Understood()  # not measured
    value = number(read_json(payload), name)
    if name == options.get("energy", "energy"):
        # ESPHome's energy sensors count in kWh unless the option says Wh.
        factor = 1 if options.get("energy_unit") == "Wh" else 1000
        return Understood(facts=(Fact(Channel.ENERGY_WH, value * factor),))
    return Understood()


def _binary(kind: str, name: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    word = read_text(payload).upper()
    if word not in {"ON", "OFF"}:
        trouble = NotUnderstood("unknown_value", f"{kind} is ON or OFF")
        if kind == "binary_sensor" and name == options.get("running"):
            return Understood(facts=UNKNOWN_ACTIVITY, asides=(trouble,))
        raise trouble
    if kind == "switch" and name == options.get("switch", "relay"):
        return Understood(facts=(Fact(Channel.POWER, "on" if word == "ON" else "off"),))
    if kind == "binary_sensor" and name == options.get("running"):
        # A tap of the machine's own lamp or contact: the best witness an old machine has.
        state = State.RUNNING if word == "ON" else State.IDLE
        return Understood(facts=(Fact(Channel.ACTIVITY, state),))
    return Understood()


def check(options: Options) -> None:
    """Check texts, the clamp, and that no sensor is to be read as power and as energy."""
    meter_options(options)
    power = options.get("power", "power")
    if power and power == options.get("energy", "energy"):
        raise contradict("power", "energy", "one sensor measures W or counts Wh")


def channels(options: Options) -> frozenset[str]:
    """Name the entities that a machine's source reads; an option that is empty reads none."""
    read = {
        ("sensor", options.get("power", "power")),
        ("sensor", options.get("energy", "energy")),
        ("switch", options.get("switch", "relay")),
        ("binary_sensor", options.get("running", "")),
    }
    return frozenset(f"{kind}/{name}" for kind, name in read if name)


# The topic says it all.
def named_in(tail: str, payload: bytes) -> Mapping[str, Options]:  # noqa: ARG001
    """Find a sensor of power by its name, as one clamp of a node with several is called."""
    match tail.split("/"):
        case ["sensor", sensor, "state"] if "power" in sensor and "factor" not in sensor:
            return {f"sensor/{sensor}": {"power": sensor, "energy": "", "switch": ""}}
        case _:
            return {}


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a sensor by its topic's four levels and a plain value.

    A number alone could be either's: the guess is a weak one, and gives way to a stream that shows
    itself.
    """
    match topic.rsplit("/", 3):
        case [base, "sensor" | "binary_sensor" | "switch", _, "state"] if is_stream(
            base.split("/")
        ):
            return None
        case [base, "sensor", sensor, "state"] if (
            len(payload) < 30 and payload[:1] in b"-0123456789n"
        ):
            power = {"power": sensor} if "power" in sensor else {}
            return Recognised(base=base, certainty=0.55, options=power)
        case [base, "binary_sensor" | "switch", _, "state"] if payload in {b"ON", b"OFF"}:
            return Recognised(base=base, certainty=0.6)
        case _:
            return None


DIALECT = Dialect(
    recognise=recognise,
    name="esphome",
    decode=decode,
    check=check,
    channels=Channels(of=channels, named_in=named_in, common=frozenset({"energy_unit"})),
)
