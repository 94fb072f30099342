"""The names of the formats that devices speak, as people know them."""

from __future__ import annotations

from collections.abc import Mapping

#: A product's or a standard's own name is the same in every language.
OWN_NAMES: Mapping[str, str] = {
    "bambu": "Bambu Lab",
    "esphome": "ESPHome",
    "moonraker": "Klipper (Moonraker)",
    "mtconnect": "MTConnect",
    "octoprint": "OctoPrint",
    "shelly": "Shelly",
    "sparkplug": "Sparkplug B",
    "tasmota": "Tasmota",
    "umati": "umati",
    "umh": "United Manufacturing Hub",
    "zigbee2mqtt": "Zigbee2MQTT",
}
#: These have a name in each language.
TRANSLATED: Mapping[str, str] = {
    "contact": "Contact (on or off)",
    "gadong-json": "Gadong JSON",
    "mapper": "Any text or JSON",
}
DIALECT_NAMES: Mapping[str, str] = {**OWN_NAMES, **TRANSLATED}
