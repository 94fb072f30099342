"""Real messages, read in place where they lie beside the checkout.

They are not copied into the project.
`expect` is a proposal of whoever gathered them. Where this test disagrees, it says why.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood, Understood
from gadong.dialects.domain.formats.sparkplug_node import EdgeNode

FIXTURES = Path(__file__).resolve().parents[4] / "shared/fixtures"

#: How each source of captures is bound: the dialect, and where in the topic the device's own part
#: begins.
BINDINGS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "octoprint": ("octoprint", {}),
    "tasmota": ("tasmota", {}),
    "shelly": ("shelly", {}),
    "zigbee2mqtt": ("zigbee2mqtt", {}),
    "esphome": ("esphome", {}),
    "moonraker": ("moonraker", {}),
    "umati": ("umati", {}),
    "bambu": ("bambu", {}),
    "mtconnect": ("mtconnect", {"device": "of no stream"}),
    "umh": ("umh", {"topic": "Execution", "states": "ACTIVE=running"}),
}

#: Lines that are no message of a machine: set aside, or understood as nothing, and why.
ARGUED = {
    ("shelly", "shellies/announce"): "the announcement of all devices, below no device's prefix",
    ("shelly", "iobroker/rpc"): "an answer to another program, on that program's topic",
    (
        "zigbee2mqtt",
        "zigbee2mqtt/bridge/state",
    ): "the bridge's own state, not a plug's; bound with the inbox later",
    (
        "umati",
        "umati/v2/vdw/staging1/list/MachineToolType",
    ): "the list of a gateway's machines, read with the inbox",
    ("tasmota", "tasmota/discovery/00000049A3BC/config"): "discovery, read with the inbox later",
    ("tasmota", "tasmota/discovery/00000049A3BC/sensors"): "likewise",
    ("sparkplug", "spBv1.0/STATE/HOST_ID"): "another host's presence",
    ("sparkplug", "STATE/HOST_ID"): "the same before version 3.0",
}


#: What a manager would set for the gateways' messages: the documentation's own examples.
WIRED: Mapping[str, dict[str, Any]] = {
    "telegraf/host/docker": {
        "points": [{"value": "fields.n_images", "channel": "measurement"}],
        "each": "metrics",
        "time": "timestamp",
        "where": {"tags.host": "raynor"},
    },
    "neuron/modbus/upload": {
        "value": "values.tag0",
        "states": "123=running",
        "time": "timestamp",
        "time_unit": "ms",
    },
}


def _bound(source: str, topic: str) -> tuple[str, dict[str, Any]]:
    return ("mapper", WIRED[topic]) if source == "telegraf" else BINDINGS[source]


def _tail(source: str, topic: str) -> str:
    """The topic after the prefix under which a manager would bind this device."""
    levels = topic.split("/")
    match source:
        case "octoprint" | "moonraker" | "esphome":
            return "/".join(levels[1:])
        case "bambu":
            return "report"
        case "mtconnect":
            return "Observations" if "Observations" in levels else ""
        case "telegraf":
            return ""
        case "tasmota":
            return levels[-1]
        case "shelly":
            return "/".join(levels[2:] if levels[0] == "shellies" else levels[1:])
        case "umh":
            return levels[-1]
        case _:
            return ""


def _lines() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for file in sorted(FIXTURES.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def _payload(line: Mapping[str, Any]) -> bytes:
    if "payload_b64" in line:
        return base64.b64decode(line["payload_b64"])
    return str(line["payload"]).encode()


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="no captures beside this checkout")
def test_every_capture_is_understood_as_expected() -> None:
    report: Counter[tuple[str, str]] = Counter()
    disagreements: list[str] = []
    node = EdgeNode("GROUP", "NODE")
    for line in _lines():
        source, topic = line["source"], line["topic"]
        if (source, topic) in ARGUED:
            report[source, "argued"] += 1
            continue
        if source == "sparkplug":
            heard = node.hear(topic, _payload(line), datetime.now(UTC))
            report[source, "understood"] += 1
            if len(heard.metrics) != line["expect"]["metric_count"] and heard.kind != "STALE":
                disagreements.append(f"{topic}: {len(heard.metrics)} metrics")
            continue
        dialect, options = _bound(source, topic)
        try:
            understood = DIALECTS[dialect].decode(_tail(source, topic), _payload(line), options)
        except NotUnderstood as trouble:
            disagreements.append(f"{source} {topic}: {trouble}")
            continue
        report[source, "understood"] += 1
        disagreements += [
            f"{source} {topic}: {d}"
            for d in _differences(source, understood, line.get("expect") or {})
        ]
    rows = (f"{source:12} {what:16} {n}" for (source, what), n in sorted(report.items()))
    print(*rows, sep="\n")  # noqa: T201
    assert disagreements == []
    assert report["octoprint", "understood"] >= 10
    assert report["tasmota", "understood"] >= 5


def _differences(source: str, understood: Understood, expect: Mapping[str, Any]) -> list[str]:
    """Return the expectations, in our words, that were read differently."""
    read = {f.channel.value: f.value for f in understood.facts}
    wanted: dict[str, object] = {}
    if isinstance(expect.get("online"), bool):
        wanted["link"] = "up" if expect["online"] else "down"
    if expect.get("relay"):
        wanted["power"] = expect["relay"]
    if "power_w" in expect:
        wanted["power_watts"] = expect["power_w"]
    if source in {"bambu", "mtconnect"}:
        wanted |= _of_machine(expect)
    if "energy_wh" in expect:
        wanted["energy_wh"] = expect["energy_wh"]
    if "energy_kwh" in expect:
        wanted["energy_wh"] = expect["energy_kwh"] * 1000
    if "energy_kwh_parts" in expect:
        wanted["energy_wh"] = sum(expect["energy_kwh_parts"]) * 1000
    found = [
        f"{channel} is {read.get(channel)!r}, expected {value!r}"
        for channel, value in wanted.items()
        if read.get(channel) != (pytest.approx(value) if isinstance(value, int | float) else value)
    ]
    if expect.get("ts_invalid") and understood.device_time is not None:
        found.append("a time before the clock was set was believed")
    if "100 %" in str(expect.get("note", "")) and "activity" in read:
        found.append("a hundred per cent was taken for an end")
    return found


def _of_machine(expect: Mapping[str, Any]) -> dict[str, object]:
    """Return the expected facts of a machine's whole report.

    The old job and time of a resting printer are left out.
    """
    wanted: dict[str, object] = {}
    if "state" in expect and expect["state"] == "offline":
        wanted["link"] = "down"
    elif "state" in expect:
        wanted["activity"] = expect["state"]
    if "progress_pct" in expect:
        wanted["progress"] = expect["progress_pct"]
    return wanted
