"""Home Assistant's discovery, read as a hint of what a device publishes and where.
docs/dialects/mapper.md.
No template is evaluated: a template is a program. Only a plain path (`{{ value_json.a.b }}`) is
taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gadong.dialects.domain.formats.payload_values import name, read_object, word
from gadong.dialects.domain.formats.reading import NotUnderstood, Recognised

#: Long names and their abbreviations, as the discovery page lists them.
SHORT = {
    "state_topic": "stat_t",
    "device_class": "dev_cla",
    "unit_of_measurement": "unit_of_meas",
    "value_template": "val_tpl",
    "device": "dev",
    "components": "cmps",
}
PATH = re.compile(
    r"\{\{\s*value_json((?:\.[A-Za-z_]\w*|\['[^'\]]{1,60}'\])+)"
    r"\s*(?:\|\s*\w+(?:\([\w., ]{0,20}\))?\s*)?\}\}"
)
STEP = re.compile(r"\.([A-Za-z_]\w*)|\['([^'\]]+)'\]")
#: What a unit is in ours.
#: What statestream publishes of an entity beside its state
#: (home-assistant.io/integrations/mqtt_statestream).
STREAMED = frozenset(
    {
        "last_changed",
        "last_updated",
        "friendly_name",
        "unit_of_measurement",
        "device_class",
        "state_class",
        "icon",
    }
)
#: Domains of Home Assistant's that no node of ESPHome publishes under.
ITS_OWN = frozenset(
    {
        "automation",
        "binary_sensor",
        "button",
        "calendar",
        "climate",
        "cover",
        "device_tracker",
        "event",
        "fan",
    }
    | {
        "input_boolean",
        "input_number",
        "input_select",
        "input_text",
        "light",
        "lock",
        "media_player",
        "number",
    }
    | {
        "person",
        "script",
        "select",
        "sensor",
        "sun",
        "switch",
        "timer",
        "update",
        "weather",
        "zone",
    }
)
BOTHS = frozenset({"binary_sensor", "sensor", "switch"})
#: What people call the topic under which Home Assistant streams its states.
STREAMS = frozenset({"homeassistant", "hass", "ha", "statestream", "mqtt_statestream"})
POWER = {"W": 1.0, "kW": 1000.0}
ENERGY = {"Wh": 1.0, "kWh": 1000.0}


def hint(topic: str, payload: bytes) -> Recognised | None:
    """Propose mapper options for the first usable point that an announcement names.

    A power meter is preferred to an energy meter or a running contact.
    """
    if not topic.endswith("/config") or not payload:
        return None
    try:
        body = read_object(payload)
    except NotUnderstood:
        return None
    components = _get(body, "components")
    parts = list(components.values()) if isinstance(components, dict) else [body]
    found = [
        point for part in parts if isinstance(part, dict) and (point := _point({**body, **part}))
    ]
    if not found:
        return None
    base, options = min(found, key=lambda f: f[1]["channel"] != "power_watts")
    device = _get(body, "device")
    title = device.get("name", "") if isinstance(device, dict) else ""
    return Recognised(base=base, certainty=0.7, options=options, name=name(word(title), "name"))


def streamed(topic: str, payload: bytes) -> Recognised | None:
    """Recognise an entity of Home Assistant's statestream, which speaks under nearly the topics of
    an ESPHome node.

    ESPHome has no attributes beside a state, and writes ON and OFF in capital letters.
    """
    match topic.split("/"):
        case [*base, domain, entity, field] if base and domain in ITS_OWN and entity:
            place = "/".join([*base, domain, entity])
        case _:
            return None
    options: dict[str, Any] = {"topic": "state"}
    if domain == "binary_sensor":
        options["states"] = "on=running,off=idle"
    if field in STREAMED:
        return Recognised(base=place, certainty=0.85, options=options, name=entity)
    if (
        field != "state" or not payload or len(payload) > 255
    ):  # the length of a state in Home Assistant
        return None
    if is_stream(base):
        return Recognised(base=place, certainty=0.75, options=options, name=entity)
    if domain not in BOTHS or payload in {b"on", b"off"}:
        return Recognised(base=place, certainty=0.4, options=options, name=entity)
    return None


def is_stream(base: Sequence[str]) -> bool:
    """Return whether a topic's beginning says that Home Assistant streams its states there."""
    return not STREAMS.isdisjoint(level.lower() for level in base)


def _point(part: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    topic = word(_get(part, "state_topic")).replace("~", word(part.get("~"))).rstrip("/")
    kind, unit = word(_get(part, "device_class")), word(_get(part, "unit_of_measurement"))
    template = word(_get(part, "value_template"))
    path = PATH.fullmatch(template.strip()) if template else None
    if not topic or (template and path is None):
        return None  # a template that is more than a path is not read
    options: dict[str, Any] = {}
    if path:
        options["value"] = ".".join(a or b for a, b in STEP.findall(path.group(1)))
    if kind == "power" and unit in POWER:
        return topic, {**options, "channel": "power_watts", "factor": POWER[unit]}
    if kind == "energy" and unit in ENERGY:
        return topic, {**options, "channel": "energy_wh", "factor": ENERGY[unit]}
    if kind == "running":
        return topic, {**options, "channel": "activity", "states": "ON=running,OFF=idle"}
    return None


def _get(body: Mapping[str, Any], key: str) -> Any:
    return body.get(key, body.get(SHORT[key]))
