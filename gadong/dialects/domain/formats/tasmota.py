"""Tasmota energy plugs and clamps: docs/dialects/tasmota.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from gadong.dialects.domain.formats.orders import latch_fact, power_up, refused, timer
from gadong.dialects.domain.formats.partial import Value, attempt, draw, understood
from gadong.dialects.domain.formats.payload_values import number, read_object, read_text, word
from gadong.dialects.domain.formats.reading import (
    Channels,
    Dialect,
    Fact,
    NotUnderstood,
    Options,
    Order,
    Question,
    Recognised,
    Switch,
    Understood,
    contradict,
    link,
    meter_options,
    watts,
)
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel

# Tasmota's own default FullTopic; users change it (option full_topic).
FULL_TOPIC = "%prefix%/%topic%/"
# MAX_RELAYS of tasmota.h.
MOST_RELAYS = 32
#: PowerOnState; 2 toggles, 4 blocks the relay and 5 waits: none of these can hold an interlock
#: (docs/reference/signals.md#power-restored).
POWER_ON_STATES = {0: "off", 1: "on", 3: "last"}


#: Under what an answer to Status holds its values.
ANSWERS = {
    "STATUS": "Status",
    "STATUS8": "StatusSNS",
    "STATUS10": "StatusSNS",
    "STATUS11": "StatusSTS",
}


def check(options: Options) -> None:
    """Check texts, the relay's number, how lists are read, and what the relay switches.

    The relay switches the machine's supply (the default) or a contact that enables the machine.
    """
    meter_options(options)
    relay = options.get("relay", "")
    if relay and not (relay.isascii() and relay.isdecimal() and 1 <= int(relay) <= MOST_RELAYS):
        raise ValueError("option relay is a number from 1 to 32")
    if options.get("online", "Online") == options.get("offline", "Offline"):
        raise contradict("online", "offline", "one word cannot say both")
    if options.get("meter", "phases") not in {"phases", "channels"}:
        raise ValueError("option meter is phases or channels")
    if options.get("switches", "mains") not in {"mains", "contact"}:
        raise ValueError("option switches is mains or contact")


def channels(options: Options) -> frozenset[str]:
    """Return the relay that a machine's source reads; nothing means the whole device."""
    relay = options.get("relay")
    return frozenset({relay}) if relay and _is_by_channel(options) else frozenset()


def named_in(tail: str, payload: bytes) -> Mapping[str, Options]:
    """Find the relays and meters of a device that has several."""
    if tail not in {"SENSOR", "STATE", "STATUS8", "STATUS10", "STATUS11"}:
        return {}
    body = read_object(payload)
    body = body.get(ANSWERS.get(tail, ""), body)
    if not isinstance(body, dict):
        return {}
    found = {key.removeprefix("POWER") for key in body if key.startswith("POWER")}
    power = body["ENERGY"].get("Power") if isinstance(body.get("ENERGY"), dict) else None
    if isinstance(power, list):
        found |= {str(number) for number in range(1, len(power) + 1)}
    numbered = sorted(
        n for n in found if n.isascii() and n.isdecimal() and 1 <= int(n) <= MOST_RELAYS
    )
    return {n: {"relay": n} for n in numbered} if len(numbered) > 1 else {}


def means(options: Options) -> Means:
    """Return the relay's kind: it switches the supply or a contact."""
    return Means(options.get("switches", "mains"))


def prefixes(base: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Return the topics of the device with the Topic `base`, by its FullTopic."""
    layout = options.get("full_topic", FULL_TOPIC)
    if "%topic%" not in layout or "%prefix%" not in layout:
        raise ValueError("full_topic holds both %prefix% and %topic%")
    return tuple(
        layout.replace("%prefix%", prefix).replace("%topic%", base).rstrip("/")
        for prefix in ("tele", "stat")
    )


def questions(base: str, options: Mapping[str, str]) -> tuple[Question, ...]:
    """Ask for readings and for the relay; a restarted server has only the retained LWT."""
    return (
        Question(_command(base, options, "Status"), "8"),
        Question(_command(base, options, "Status"), "11"),
    )


def command(base: str, options: Options, order: Order) -> Question:
    """Set the relay, by number: a bare Power of a device with several relays is the first one's."""
    said = "ON" if order.latch is Latch.ENABLED else "OFF"
    return Question(_command(base, options, f"Power{options.get('relay') or 1}"), said)


def inspect(base: str, options: Options) -> tuple[Question, ...]:
    """Ask for PowerOnState and PulseTime, which would switch without us."""
    pulse = f"PulseTime{options.get('relay') or 1}"
    return (
        Question(_command(base, options, "Status"), "0"),
        Question(_command(base, options, pulse), ""),
    )


def _command(base: str, options: Options, name: str) -> str:
    layout = str(options.get("full_topic", FULL_TOPIC))
    return layout.replace("%prefix%", "cmnd").replace("%topic%", base).rstrip("/") + f"/{name}"


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of the device.

    Its `Time` is local and without an offset, so the arrival counts.
    """
    match tail:
        case "LWT":
            return _link(payload, options)
        case "SENSOR":
            return understood(_energy(read_object(payload), options))
        case "STATE" | "RESULT":
            body = read_object(payload)
            return Understood(facts=(*_relay(body, options), *_told(body, options)))
        case _ if tail in ANSWERS:
            return understood(_answered(tail, read_object(payload), options))
        case _ if tail.startswith("POWER"):
            return _switched(tail, payload, options)
        case _ if tail.startswith("STATUS"):
            return Understood(noise="answer")
        case _ if tail.startswith(("INFO", "UPTIME", "MARGINS", "LOGGING", "HEATER")):
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"an energy plug has no topic …/{tail[:60]}")


def _link(payload: bytes, options: Mapping[str, str]) -> Understood:
    return link(
        read_text(payload),
        up=options.get("online", "Online"),
        down=options.get("offline", "Offline"),
    )


def _energy(body: Mapping[str, Any], options: Options) -> Iterator[Value]:
    meters = list(_meters(body, options))
    powers = [m["Power"] for m in meters if "Power" in m]
    if None in powers:
        yield from draw(None, "Power", options)
    elif powers:
        yield from attempt(
            lambda: watts(sum(_reading(power, "Power", options) for power in powers), options),
            Fact(Channel.POWER_WATTS, UNKNOWN_DRAW),
        )
    totals = [total for m in meters if (total := m.get("Total", m.get("Energy"))) is not None]
    if _is_by_channel(options) and any(isinstance(p, list | dict) for p in powers):
        # One total over all channels is no channel's own.
        totals = [total for total in totals if isinstance(total, list | dict)]
    if totals:
        # Tasmota counts in kWh.
        yield from attempt(
            lambda: Fact(
                Channel.ENERGY_WH, sum(_reading(t, "Total", options) for t in totals) * 1000
            )
        )


def _is_by_channel(options: Options) -> bool:
    """Tell whether a list is of channels; without a relay's number it is of phases."""
    return str(options.get("meter", "channels" if options.get("relay") else "phases")) == "channels"


def _meters(body: Mapping[str, Any], options: Options) -> Iterator[Mapping[str, Any]]:
    """Find the plug's own meter, else current clamps: the channel's, all phases', or the first."""
    energy = body.get("ENERGY")
    if isinstance(energy, dict):
        yield energy
        return
    analog = body.get("ANALOG")
    if not isinstance(analog, dict):
        return
    clamps = [
        (k, v)
        for k, v in sorted(analog.items())
        if k.startswith("CTEnergy") and isinstance(v, dict)
    ]
    if options.get("meter") == "phases":
        yield from (clamp for _, clamp in clamps)
    elif _is_by_channel(options) and len(clamps) > 1:
        yield from (
            clamp for name, clamp in clamps if name == f"CTEnergy{options.get('relay') or 1}"
        )
    else:
        yield from (clamp for _, clamp in clamps[:1])


def _reading(value: object, field: str, options: Options) -> float:
    """Read one value; of several the channel's own, or the sum of all phases."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return number(value, field)
    if not value:
        raise NotUnderstood("not_a_number", f"{field} is an empty list")
    if not _is_by_channel(options):
        return sum(number(part, field) for part in value)
    channel = int(options.get("relay") or 1)
    if channel > len(value):
        raise NotUnderstood(
            "no_value", f"{field} has {len(value)} values and none of channel {channel}"
        )
    return number(value[channel - 1], field)


def _told(body: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    """Yield the facts of a command's answer beside the relay: a refusal, or the device's timer."""
    if word(body.get("Command")) in {"Error", "Unknown"}:
        yield refused()
    pulse = body.get(f"PulseTime{options.get('relay') or 1}")
    if isinstance(pulse, dict):
        pulse = pulse.get("Set")
    if isinstance(pulse, int | str):
        yield timer(is_set=not str(pulse).startswith("0"))


def _answered(tail: str, answer: Mapping[str, Any], options: Options) -> Iterator[Value]:
    body = answer.get(ANSWERS[tail])
    if not isinstance(body, dict):
        raise NotUnderstood("not_an_object", f"{ANSWERS[tail]} is not an object")
    if tail in {"STATUS8", "STATUS10"}:
        yield from _energy(body, options)
    elif tail == "STATUS11":
        yield from _relay(body, options)
    elif isinstance(body.get("PowerOnState"), int):
        yield power_up(POWER_ON_STATES.get(body["PowerOnState"], "other"))


def _relay(body: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    relay = options.get("relay", "")
    # The first relay is POWER where it is the only one, else POWER1.
    first = body.get("POWER", body.get("POWER1"))
    said = word(body.get(f"POWER{relay}", first if relay in {"", "1"} else None))
    each = {word(value) for key, value in body.items() if key.rstrip("0123456789") == "POWER"}
    if not relay and "ON" in each:
        said = "ON"  # of a whole device that says all its relays, each feeds the machine
    if said in {"ON", "OFF"}:
        yield latch_fact(is_on=said == "ON", means=means(options))


def _switched(tail: str, payload: bytes, options: Options) -> Understood:
    relay = options.get("relay", "")
    said = read_text(payload).upper()
    if said not in {"ON", "OFF"}:
        raise NotUnderstood("unknown_value", "a relay is ON or OFF")
    if tail not in {
        f"POWER{relay}",
        "POWER" if relay in {"", "1"} else "",
        "POWER1" if not relay else "",
    }:
        return Understood()  # another relay of the same device
    return Understood(facts=(latch_fact(is_on=said == "ON", means=means(options)),))


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise its announcement, which gives the layout, or its last level and JSON."""
    levels = topic.split("/")
    if levels[:2] == ["tasmota", "discovery"] and levels[-1] == "config":
        return _announced(payload)
    told = {"STATE": (b'"Time"', b'"Uptime"'), "SENSOR": (b'"Time"', b'"ENERGY"', b'"ANALOG"')}
    told |= {
        "STATUS8": (b'"StatusSNS"',),
        "STATUS10": (b'"StatusSNS"',),
        "STATUS11": (b'"StatusSTS"',),
    }
    if not any(sign in payload for sign in told.get(levels[-1], ())):
        return None
    word_at = next((n for n, level in enumerate(levels) if level in {"tele", "stat"}), None)
    if word_at == 0 and len(levels) > 2:
        return Recognised(base="/".join(levels[1:-1]), certainty=0.9)
    if word_at == 1 and not levels[0] and len(levels) > 3:
        # A slash in front of the FullTopic.
        return Recognised(
            base="/".join(levels[2:-1]), certainty=0.85, options={"full_topic": f"/{FULL_TOPIC}"}
        )
    if word_at:
        before, after = levels[: word_at - 1], levels[word_at + 1 : -1]
        layout = "/".join([*before, "%topic%", "%prefix%", *after])
        return Recognised(
            base=levels[word_at - 1], certainty=0.85, options={"full_topic": f"{layout}/"}
        )
    return Recognised(base="/".join(levels[:-1]), certainty=0.4)


def _announced(payload: bytes) -> Recognised | None:
    try:
        body = read_object(payload)
    except NotUnderstood:
        return None
    device, layout = word(body.get("t")), word(body.get("ft"))
    if not device or "%topic%" not in layout or "%prefix%" not in layout:
        return None
    options = {"full_topic": layout} if layout != FULL_TOPIC else {}
    return Recognised(base=device, certainty=0.98, options=options, name=word(body.get("dn")))


# TelePeriod's default. docs/dialects/tasmota.md asks for 60 s and PowerDelta.
DIALECT = Dialect(
    recognise=recognise,
    name="tasmota",
    decode=decode,
    prefixes=prefixes,
    questions=questions,
    check=check,
    switch=Switch(means=means, command=command, inspect=inspect),
    channels=Channels(
        of=channels,
        named_in=named_in,
        common=frozenset({"full_topic", "online", "offline", "meter"}),
    ),
    heartbeat=timedelta(seconds=300),
    needs_thresholds=True,
)
