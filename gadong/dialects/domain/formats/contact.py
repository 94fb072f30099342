"""A contact that enables a machine: gateways and PLCs of one's own, and whatever sets an output
over MQTT.
docs/dialects/contact.md.
"""

from __future__ import annotations

import json
from typing import Any

from gadong.dialects.domain.formats.orders import refused
from gadong.dialects.domain.formats.payload_values import read_object, read_text, word
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
    only_texts,
)
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import Channel

KNOWN = frozenset({"set", "state", "get", "enable", "inhibit", "enabled", "inhibited", "field"})


def check(options: Options) -> None:
    """Texts of known names; other payloads than Gadong's own come in pairs."""
    only_texts(options)
    if unknown := sorted(set(options) - KNOWN):
        raise ValueError(f"there is no option {unknown[0]}; known are {', '.join(sorted(KNOWN))}")
    for one, other in (("enable", "inhibit"), ("enabled", "inhibited")):
        if bool(options.get(one)) != bool(options.get(other)):
            raise ValueError(f"options {one} and {other} are given together")
        if options.get(one) and options[one] == options[other]:
            raise ValueError(f"options {one} and {other} differ")
    if options.get("set", "set") == options.get("state", "state"):
        raise contradict("set", "state", "an order would be read as its own confirmation")
    for name in ("set", "state", "get"):
        if any(c in options.get(name, "") for c in "+#") or not options.get(name, "").isprintable():
            raise ValueError(f"option {name} is a part of a topic, without wildcards")


def means(options: Options) -> Means:  # noqa: ARG001  # one shape for all
    """Return how such a device switches: by a contact, never by the machine's supply."""
    return Means.CONTACT


def command(base: str, options: Options, order: Order) -> Question:
    """Gadong's own JSON with its expiry, or the payload that the device wants."""
    topic = f"{base}/{options.get('set', 'set')}"
    plain = options.get("enable" if order.latch is Latch.ENABLED else "inhibit")
    if plain:
        return Question(topic, plain)
    body = {
        "v": 1,
        "id": str(order.id),
        "latch": order.latch.value,
        "expires": order.expires_at.isoformat(),
    }
    return Question(topic, json.dumps(body))


def questions(base: str, options: Options) -> tuple[Question, ...]:
    """Ask where it stands."""
    return (Question(f"{base}/{options.get('get', 'get')}", ""),)


def decode(tail: str, payload: bytes, options: Options) -> Understood:
    """Read where the contact stands, or whether its device is there."""
    if tail == options.get("state", "state"):
        return Understood(facts=(_stands(payload, options),))
    if tail in {options.get("set", "set"), options.get("get", "get")}:
        return Understood()
    if tail == "link":
        return link(read_text(payload).lower(), up="online", down="offline")
    if options.get("state"):
        return Understood()  # a device of somebody else's making says more than where it stands
    raise NotUnderstood("unknown_topic", f"a contact has no topic …/{tail[:60]}")


def _stands(payload: bytes, options: Options) -> Fact:
    said = _word(payload, options)
    words = {
        options.get("enabled") or "enabled": Latch.ENABLED,
        options.get("inhibited") or "inhibited": Latch.INHIBITED,
    }
    if said in words:
        return Fact(Channel.INTERLOCK, words[said].value)
    if said == "refused":
        return refused()
    raise NotUnderstood("unknown_value", f"{said[:40]!r} is neither {' nor '.join(words)}")


def _word(payload: bytes, options: Options) -> str:
    """Return the text itself, or an object's field: `latch` unless the options name another."""
    if options.get("enabled") and not options.get("field"):
        return read_text(payload)
    found: Any = read_object(payload)
    path = options.get("field") or "latch"
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, int) else word(found)


def channels(options: Options) -> frozenset[str]:
    """Name the contact by the topic of its state: a gateway holds several."""
    return frozenset({options.get("state", "state")})


def recognise(topic: str, payload: bytes) -> Recognised | None:
    """Recognise a contact by Gadong's own words on its own topic."""
    if topic.endswith("/state") and b'"latch"' in payload and b'"v"' in payload:
        return Recognised(base=topic.removesuffix("/state"), certainty=0.9)
    return None


DIALECT = Dialect(
    recognise=recognise,
    name="contact",
    decode=decode,
    questions=questions,
    check=check,
    channels=Channels(of=channels),
    switch=Switch(means=means, command=command),
)
