"""Tasmota energy plugs and clamps: docs/dialects/tasmota.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
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
    read_object,
    read_text,
    watts,
    word,
)
from gadong.domain.signal import Channel

# Tasmota's own default FullTopic; users change it (option full_topic).
FULL_TOPIC = "%prefix%/%topic%/"


def prefixes(base: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Where the device with the Topic `base` publishes, by its FullTopic."""
    layout = options.get("full_topic", FULL_TOPIC)
    if "%topic%" not in layout or "%prefix%" not in layout:
        raise ValueError("full_topic holds both %prefix% and %topic%")
    return tuple(
        layout.replace("%prefix%", prefix).replace("%topic%", base).strip("/") for prefix in ("tele", "stat")
    )


def questions(base: str, options: Mapping[str, str]) -> tuple[Question, ...]:
    """Ask for readings and for the relay; a restarted server has only the retained LWT."""
    layout = options.get("full_topic", FULL_TOPIC)
    command = layout.replace("%prefix%", "cmnd").replace("%topic%", base).strip("/")
    return (Question(f"{command}/Status", "8"), Question(f"{command}/Status", "11"))


def decode(tail: str, payload: bytes, options: Mapping[str, str]) -> Understood:
    """Read one message of the device. Its `Time` is local and without an offset, so the arrival counts."""
    relay = options.get("relay", "")
    match tail:
        case "LWT":
            return _link(payload, options)
        case "SENSOR":
            return Understood(facts=tuple(_energy(read_object(payload))))
        case "STATE" | "RESULT":
            return Understood(facts=tuple(_relay(read_object(payload), relay)))
        case "STATUS8" | "STATUS10":
            body = read_object(payload).get("StatusSNS")
            if not isinstance(body, dict):
                raise NotUnderstood("not_an_object", "StatusSNS is not an object")
            return Understood(facts=tuple(_energy(body)))
        case "STATUS11":
            body = read_object(payload).get("StatusSTS")
            if not isinstance(body, dict):
                raise NotUnderstood("not_an_object", "StatusSTS is not an object")
            return Understood(facts=tuple(_relay(body, relay)))
        case _ if tail.startswith("POWER"):
            return _switched(tail, payload, relay)
        case _ if tail.startswith(("INFO", "STATUS", "UPTIME", "MARGINS", "LOGGING", "HEATER")):
            return Understood()
        case _:
            raise NotUnderstood("unknown_topic", f"an energy plug has no topic …/{tail[:60]}")


def _link(payload: bytes, options: Mapping[str, str]) -> Understood:
    return link(
        read_text(payload), up=options.get("online", "Online"), down=options.get("offline", "Offline")
    )


def _energy(body: Mapping[str, Any]) -> Iterator[Fact]:
    for meter in _meters(body):
        if meter.get("Power") is not None:
            yield watts(_summed(meter["Power"], "Power"))
        total = meter.get("Total", meter.get("Energy"))
        if total is not None:
            # Tasmota counts in kWh.
            yield Fact(Channel.ENERGY_WH, _summed(total, "Total") * 1000)


def _meters(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The plug's own meter, else the first current clamp."""
    energy = body.get("ENERGY")
    if isinstance(energy, dict):
        yield energy
        return
    analog = body.get("ANALOG")
    if isinstance(analog, dict):
        clamps = [v for k, v in sorted(analog.items()) if k.startswith("CTEnergy") and isinstance(v, dict)]
        yield from clamps[:1]


def _summed(value: object, field: str) -> float:
    """A reading of one phase, or of several as a list or an object: their sum."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        if not value:
            raise NotUnderstood("not_a_number", f"{field} is an empty list")
        return sum(number(part, field) for part in value)
    return number(value, field)


def _relay(body: Mapping[str, Any], relay: str) -> Iterator[Fact]:
    said = word(body.get(f"POWER{relay}", body.get("POWER1") if not relay else None))
    if said in {"ON", "OFF"}:
        yield Fact(Channel.POWER, "on" if said == "ON" else "off")


def _switched(tail: str, payload: bytes, relay: str) -> Understood:
    said = read_text(payload).upper()
    if said not in {"ON", "OFF"}:
        raise NotUnderstood("unknown_value", "a relay is ON or OFF")
    if tail not in {f"POWER{relay}", "POWER" if relay in {"", "1"} else "", "POWER1" if not relay else ""}:
        return Understood()  # another relay of the same device
    return Understood(facts=(Fact(Channel.POWER, "on" if said == "ON" else "off"),))


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """By its own announcement, which gives the layout; else by the last level and what its JSON holds."""
    levels = topic.split("/")
    if levels[:2] == ["tasmota", "discovery"] and levels[-1] == "config":
        return _announced(payload)
    told = {"STATE": (b'"Time"', b'"Uptime"'), "SENSOR": (b'"Time"', b'"ENERGY"', b'"ANALOG"')}
    told |= {"STATUS8": (b'"StatusSNS"',), "STATUS10": (b'"StatusSNS"',), "STATUS11": (b'"StatusSTS"',)}
    if not any(sign in payload for sign in told.get(levels[-1], ())):
        return None
    word_at = next((n for n, level in enumerate(levels) if level in {"tele", "stat"}), None)
    if word_at == 0 and len(levels) > 2:
        return Recognised(base="/".join(levels[1:-1]), certainty=0.9)
    if word_at:
        before, after = levels[: word_at - 1], levels[word_at + 1 : -1]
        layout = "/".join([*before, "%topic%", "%prefix%", *after])
        return Recognised(base=levels[word_at - 1], certainty=0.85, options={"full_topic": f"{layout}/"})
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
    heartbeat=timedelta(seconds=300),
    needs_thresholds=True,
)
