"""Options of the mapper that stand ready for senders whose messages are documented:
docs/dialects/recipes.md.
A word in capital letters is the site's own and is to be replaced, as STATE_TAG by the name of the
tag.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gadong.texts.recipes import TITLES

ON_OFF = "1=running,0=idle"
#: Of PrusaLink's printer.state, which Home Assistant writes in small letters.
PRUSALINK = (
    "idle=idle,ready=idle,finished=idle,stopped=idle,busy=setup,printing=running,paused=paused,"
    "attention=paused,error=fault"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Recipe for one sender's messages: the base topic's shape, the options,
    and titles for people.
    """

    name: str
    title_ko: str
    title_en: str
    base: str
    options: Mapping[str, Any]

    def filled(self, **words: str) -> dict[str, Any]:
        """Return the options with the site's own words in the place of those in capital letters."""
        text = json.dumps(self.options)
        for word, own in words.items():
            text = text.replace(word, json.dumps(own)[1:-1])
        found: dict[str, Any] = json.loads(text)
        return found


def _all(*recipes: Recipe) -> Mapping[str, Recipe]:
    return {recipe.name: recipe for recipe in recipes}


RECIPES: Mapping[str, Recipe] = _all(
    Recipe(
        name="opc-publisher-samples",
        title_ko=TITLES["opc-publisher-samples"].ko,
        title_en=TITLES["opc-publisher-samples"].en,
        base="TOPIC",
        options={
            "each": "",
            "where": {"NodeId": "STATE_NODE"},
            "time": "Value.SourceTimestamp",
            "time_unit": "iso",
            "value": "Value.Value",
            "quality": "Value.StatusCode",
            "good_if_absent": True,
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="opc-publisher-pubsub",
        title_ko=TITLES["opc-publisher-pubsub"].ko,
        title_en=TITLES["opc-publisher-pubsub"].en,
        base="TOPIC",
        options={
            "each": "Messages",
            "time_unit": "iso",
            "points": [
                {
                    "value": 'Payload["STATE_NODE"].Value',
                    "time": 'Payload["STATE_NODE"].SourceTimestamp',
                    "quality": 'Payload["STATE_NODE"].StatusCode',
                    "good_if_absent": True,
                    "states": ON_OFF,
                }
            ],
        },
    ),
    Recipe(
        name="opc-ua-pubsub",
        title_ko=TITLES["opc-ua-pubsub"].ko,
        title_en=TITLES["opc-ua-pubsub"].en,
        base="TOPIC",
        options={
            "each": "Messages",
            "where": {"DataSetWriterId": "WRITER_ID"},
            "time": "Timestamp",
            "time_unit": "iso",
            "value": 'Payload["STATE_FIELD"]',
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="neuron-values",
        title_ko=TITLES["neuron-values"].ko,
        title_en=TITLES["neuron-values"].en,
        base="/neuron/NODE/DRIVER/GROUP",
        options={
            "time": "timestamp",
            "time_unit": "ms",
            "value": 'values["STATE_TAG"]',
            "unknown_if": 'errors["STATE_TAG"]',
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="neuron-tags",
        title_ko=TITLES["neuron-tags"].ko,
        title_en=TITLES["neuron-tags"].en,
        base="/neuron/NODE/DRIVER/GROUP",
        options={
            "each": "tags",
            "where": {"name": "STATE_TAG"},
            "time": "timestamp",
            "time_unit": "ms",
            "value": "value",
            "unknown_if": "error",
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="telegraf",
        title_ko=TITLES["telegraf"].ko,
        title_en=TITLES["telegraf"].en,
        base="TOPIC",
        options={
            "each": "metrics",
            "where": {"tags.host": "HOST"},
            "time": "timestamp",
            "time_unit": "auto",
            "value": "fields.STATE_FIELD",
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="home-assistant-prusalink",
        title_ko=TITLES["home-assistant-prusalink"].ko,
        title_en=TITLES["home-assistant-prusalink"].en,
        base="BASE/sensor/PRINTER",
        options={"topic": "state", "states": PRUSALINK},
    ),
    Recipe(
        name="home-assistant-power",
        title_ko=TITLES["home-assistant-power"].ko,
        title_en=TITLES["home-assistant-power"].en,
        base="BASE/sensor/METER",
        options={"topic": "state", "channel": "power_watts"},
    ),
    Recipe(
        name="sensecap",
        title_ko=TITLES["sensecap"].ko,
        title_en=TITLES["sensecap"].en,
        base="/device_sensor_data/ORG/EUI",
        options={
            "topic": "+channel/+reserved/+measurement",
            "where": {"+channel": "CHANNEL", "+measurement": "MEASUREMENT"},
            "time": "timestamp",
            "time_unit": "ms",
            "value": "value",
            "channel": "power_watts",
        },
    ),
    Recipe(
        name="tasmota-sml",
        title_ko=TITLES["tasmota-sml"].ko,
        title_en=TITLES["tasmota-sml"].en,
        base="tele/METER",
        options={
            "topic": "SENSOR",
            "link": {"topic": "LWT"},
            "points": [
                {"value": "SML.Power_curr", "channel": "power_watts"},
                {"value": "SML.Total_in", "channel": "energy_wh", "factor": 1000},
            ],
        },
    ),
    Recipe(
        name="json-by-tag",
        title_ko=TITLES["json-by-tag"].ko,
        title_en=TITLES["json-by-tag"].en,
        base="SERIAL",
        options={
            "each": "sensorDatas",
            "where": {"flag": "STATE_TAG"},
            "time": "time",
            "time_unit": "%H:%M:%S %m/%d/%Y UTC",
            "value": "switcher",
            "states": ON_OFF,
        },
    ),
    Recipe(
        name="modbus-registers",
        title_ko=TITLES["modbus-registers"].ko,
        title_en=TITLES["modbus-registers"].en,
        base="tele/GATEWAY",
        options={
            "topic": "RESULT",
            "link": {"topic": "LWT"},
            "where": {
                "ModbusReceived.DeviceAddress": "UNIT",
                "ModbusReceived.StartAddress": "REGISTER",
            },
            "value": "ModbusReceived.Values.0",
            "bits": "3=fault,1=paused,0=running,else=idle",
        },
    ),
)
