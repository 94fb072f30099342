"""The names of the formats that devices speak, as people know them."""

from __future__ import annotations

from collections.abc import Mapping

#: A product's or a standard's own name is the same in every language; the others have a Korean one.
DIALECT_NAMES: Mapping[str, str] = {
    "bambu": "Bambu Lab",
    "contact": "Contact (on or off)",
    "esphome": "ESPHome",
    "gadong-json": "Gadong JSON",
    "mapper": "Any text or JSON",
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
