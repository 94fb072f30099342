"""Home Assistant's discovery, read as a hint of what a device publishes and where. docs/dialects/mapper.md.

No template is evaluated: a template is a program. Only a plain path (`{{ value_json.a.b }}`) is taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gadong.dialects.domain.formats.reading import NotUnderstood, Recognised, name, read_object, word

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
    r"\{\{\s*value_json((?:\.[A-Za-z_]\w*|\['[^'\]]{1,60}'\])+)\s*(?:\|\s*\w+(?:\([\w., ]{0,20}\))?\s*)?\}\}"
)
STEP = re.compile(r"\.([A-Za-z_]\w*)|\['([^'\]]+)'\]")
#: What a unit is in ours.
POWER = {"W": 1.0, "kW": 1000.0}
ENERGY = {"Wh": 1.0, "kWh": 1000.0}


def hint(topic: str, payload: bytes) -> Recognised | None:
    """How a mapper would read the first power meter, energy meter or running contact that an announcement names."""
    if not topic.endswith("/config") or not payload:
        return None
    try:
        body = read_object(payload)
    except NotUnderstood:
        return None
    components = _get(body, "components")
    parts = list(components.values()) if isinstance(components, dict) else [body]
    found = [point for part in parts if isinstance(part, dict) and (point := _point({**body, **part}))]
    if not found:
        return None
    base, options = min(found, key=lambda f: f[1]["channel"] != "power_watts")
    device = _get(body, "device")
    title = device.get("name", "") if isinstance(device, dict) else ""
    return Recognised(base=base, certainty=0.7, options=options, name=name(word(title), "name"))


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
