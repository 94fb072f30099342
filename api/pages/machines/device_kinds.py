"""The kinds of devices as people know them: what one is, and where its settings are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKind:
    """A kind of device in English, as in the catalogue.

    `place` is where the lines are typed. `encryption` says what the device needs to know its
    broker.
    """

    name: str
    about: str
    place: str
    encryption: str


#: A group's heading, and its kinds by the name of their guide.
GROUPS: Mapping[str, Mapping[str, DeviceKind]] = {
    "Measures the power of any machine": {
        "tasmota": DeviceKind(
            name="Tasmota plug",
            about="A plug with Tasmota between the socket and the machine",
            place="On the plug's page: Consoles → Console. Paste the line as a whole.",
            encryption="Only Tasmota for the ESP32 encrypts. For any other, set up a Gadong "
            "relay beside it, or use a Shelly.",
        ),
        "shelly": DeviceKind(
            name="Shelly plug or meter",
            about="A plug, relay or meter of the second generation or later",
            place="On a computer in the same network; put the device's address for SHELLY. Or on "
            "the device's page: Settings → MQTT.",
            encryption="First put the file of the authority into the device: Settings → TLS "
            "configuration → user CA.",
        ),
        "zigbee2mqtt": DeviceKind(
            name="Zigbee plugs",
            about="Zigbee plugs behind a computer with Zigbee2MQTT",
            place="In Zigbee2MQTT's configuration.yaml; then start it again.",
            encryption="Put the file of the authority beside configuration.yaml.",
        ),
        "esphome": DeviceKind(
            name="Current clamp or run lamp",
            about="A clamp, or a tap of the machine's lamp, made with ESPHome",
            place="In the device's YAML. Remove api:, or give it reboot_timeout: 0s; then install "
            "it anew.",
            encryption="Copy the text of the authority's file into the lines.",
        ),
    },
    "3D printers": {
        "octoprint": DeviceKind(
            name="Printer with OctoPrint",
            about="A printer with OctoPrint and its MQTT plugin",
            place="In OctoPrint: Settings → MQTT, or in config.yaml.",
            encryption="Put the file of the authority on OctoPrint's computer.",
        ),
        "moonraker": DeviceKind(
            name="Printer with Klipper",
            about="A printer with Klipper and Moonraker, also Snapmaker's",
            place="In moonraker.conf; then start Moonraker again.",
            encryption="Put the file of the authority into /usr/local/share/ca-certificates on the "
            "printer's computer and run update-ca-certificates. A Moonraker from before May "
            "2024 does not encrypt: set up a Gadong relay beside it instead of these lines.",
        ),
    },
    "Machine tools and gateways": {
        "umati": DeviceKind(
            name="Machine with OPC UA (umati)",
            about="A machine tool or measuring machine with OPC UA, by the umati gateway",
            place="In the gateway's configuration.json; then start it again.",
            encryption="Put the file of the authority on the gateway's computer.",
        ),
        "mtconnect": DeviceKind(
            name="Machine with MTConnect",
            about="A machine tool with an MTConnect agent",
            place="In the agent's agent.cfg; then start it again.",
            encryption="Put the file of the authority on the agent's computer.",
        ),
        "gadong-json": DeviceKind(
            name="Gateway or sensor of your own",
            about="A program of your own that speaks Gadong JSON",
            place="This line tries the account out; your program publishes in the same way.",
            encryption="Give the file of the authority to your program.",
        ),
        "other": DeviceKind(
            name="Another device",
            about="A PLC's gateway or any device that sends JSON over MQTT",
            place="This line tries the account out; enter the same values into the device.",
            encryption="Give the file of the authority to the device.",
        ),
    },
}
KINDS: Mapping[str, DeviceKind] = {
    name: kind for kinds in GROUPS.values() for name, kind in kinds.items()
}
