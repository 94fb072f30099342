"""Messages of the recipes' senders, after their documentation; written by ourselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gadong.dialects.domain.formats.recipes import RECIPES

NODE = "nsu=http://example.org/plc;s=Line.Mill.Running"
#: A state as most of these senders' tags have it.
FLAGS = {"idle": 0, "running": 1}
WATTS = {"idle": 20.0, "running": 900.0}
Said = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A recipe filled in for one machine.

    `say` gives what is published below a base when it is in a state.
    """

    recipe: str
    base: str
    words: Mapping[str, str]
    say: Callable[[str, str, datetime], Said]
    shows: tuple[str, ...] = ("idle", "running")

    @property
    def options(self) -> dict[str, Any]:
        """The options as a manager would leave them."""
        return RECIPES[self.recipe].filled(**self.words)

    @property
    def is_meter(self) -> bool:
        """Return whether it publishes watts and no state."""
        return "power_watts" in json.dumps(self.options)


def iso(at: datetime) -> str:
    """An instant as .NET writes it, to 100 ns."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.1234567Z"


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def samples(base: str, state: str, at: datetime) -> Said:
    """A batch of monitored items; another node's stands beside the machine's."""
    item = {"NodeId": NODE, "EndpointUrl": "opc.tcp://plc:4840", "ApplicationUri": "urn:plc"}
    value = {"Value": bool(FLAGS[state]), "SourceTimestamp": iso(at)}
    other = {**item, "NodeId": f"{NODE}.Other", "Value": {"Value": 7, "SourceTimestamp": iso(at)}}
    return [(base, json.dumps([other, {**item, "Value": value}]))]


def publisher(base: str, state: str, at: datetime) -> Said:
    """A network message with one data set message; fields that did not change are left out."""
    field = {
        "Value": bool(FLAGS[state]),
        "SourceTimestamp": iso(at),
        "StatusCode": {"Symbol": "Good"},
    }
    body = {
        "MessageId": "18",
        "MessageType": "ua-data",
        "PublisherId": "opc-publisher",
        "Messages": [
            {
                "DataSetWriterId": 1,
                "MetaDataVersion": {"MajorVersion": 1},
                "Payload": {"other": field},
            },
            {"DataSetWriterId": 2, "SequenceNumber": 5, "Payload": {NODE: field}},
        ],
    }
    return [(base, json.dumps(body))]


def pubsub(base: str, state: str, at: datetime) -> Said:
    """Two data sets of a publisher with raw fields; a keep-alive has no payload."""
    body = {
        "MessageId": "66D65CA4",
        "MessageType": "ua-data",
        "PublisherId": "MyPublisher",
        "Messages": [
            {"DataSetWriterId": 102, "Timestamp": iso(at), "Payload": {"Active": True}},
            {
                "DataSetWriterId": 101,
                "Timestamp": iso(at),
                "Payload": {"Active": bool(FLAGS[state])},
            },
            {"DataSetWriterId": 101, "Timestamp": iso(at), "MessageType": "ua-keepalive"},
        ],
    }
    return [(base, json.dumps(body))]


def neuron_values(base: str, state: str, at: datetime) -> Said:
    """A group of tags; one of them could not be read."""
    head = {"timestamp": ms(at), "node": "modbus", "group": "grp", "metas": {}}
    body = {**head, "values": {"mill.run": FLAGS[state], "temp": 21.5}, "errors": {"door": 2014}}
    return [(base, json.dumps(body))]


def neuron_tags(base: str, state: str, at: datetime) -> Said:
    """The same as a list."""
    tags = [{"name": "door", "error": 2014}, {"name": "mill.run", "value": FLAGS[state]}]
    body = {"timestamp": ms(at), "node": "modbus", "group": "grp", "tags": tags}
    return [(base, json.dumps(body))]


def telegraf(base: str, state: str, at: datetime) -> Said:
    """A batch of two hosts' metrics."""
    metrics = [
        {
            "name": "machine",
            "tags": {"host": host},
            "fields": {"running": FLAGS[state] if host == "mill-1" else 1},
            "timestamp": int(at.timestamp()),
        }
        for host in ("mill-2", "mill-1")
    ]
    return [(base, json.dumps({"metrics": metrics}))]


def prusalink(base: str, state: str, at: datetime) -> Said:
    """A printer's entity with its timestamps and an attribute."""
    words = {"idle": "finished", "running": "printing", "paused": "attention"}
    stamp = at.astimezone(UTC).isoformat()
    return [
        (f"{base}/state", words[state]),
        (f"{base}/last_changed", stamp),
        (f"{base}/friendly_name", '"Prusa MK4"'),
    ]


def streamed_power(base: str, state: str, at: datetime) -> Said:  # the state has no time
    """A meter's entity."""
    return [(f"{base}/state", str(WATTS[state])), (f"{base}/unit_of_measurement", '"W"')]


def sensecap(base: str, state: str, at: datetime) -> Said:
    """A measurement a topic; another channel's stands beside the machine's."""
    body = {"value": WATTS[state], "timestamp": ms(at)}
    return [
        (f"{base}/2/vs/4097", json.dumps({**body, "value": 21})),
        (f"{base}/1/vs/5001", json.dumps(body)),
    ]


def sml(base: str, state: str, at: datetime) -> Said:
    """A smart meter's readings under the names that its script gives them."""
    body = {
        "Time": f"{at:%Y-%m-%dT%H:%M:%S}",
        "SML": {"Total_in": 12.5, "Power_curr": WATTS[state]},
    }
    return [(f"{base}/SENSOR", json.dumps(body)), (f"{base}/LWT", "Online")]


def by_tag(base: str, state: str, at: datetime) -> Said:
    """Digital inputs as texts, numbers as numbers."""
    datas = [{"flag": "TEMP1", "value": 288}, {"flag": "DI1", "switcher": str(FLAGS[state])}]
    return [(base, json.dumps({"sensorDatas": datas, "time": f"{at:%H:%M:%S %m/%d/%Y} UTC"}))]


def registers(base: str, state: str, at: datetime) -> Said:  # the bridge says no time
    """A status word, and a read of another register."""
    words = {"idle": 0, "running": 1, "paused": 3}
    head = {"DeviceAddress": 1, "FunctionCode": 3, "Length": 7, "Count": 1}
    return [
        (
            f"{base}/RESULT",
            json.dumps({"ModbusReceived": {**head, "StartAddress": 7, "Values": [9]}}),
        ),
        (
            f"{base}/RESULT",
            json.dumps({"ModbusReceived": {**head, "StartAddress": 100, "Values": [words[state]]}}),
        ),
    ]


WITH_A_PAUSE = ("idle", "running", "paused")
SENDERS: tuple[Sender, ...] = (
    Sender(recipe="opc-publisher-samples", base="opcp", words={"STATE_NODE": NODE}, say=samples),
    Sender(recipe="opc-publisher-pubsub", base="opcp2", words={"STATE_NODE": NODE}, say=publisher),
    Sender(
        recipe="opc-ua-pubsub",
        base="ua/data",
        words={"WRITER_ID": "101", "STATE_FIELD": "Active"},
        say=pubsub,
    ),
    Sender(
        recipe="neuron-values",
        base="/neuron/mqtt/modbus/grp",
        words={"STATE_TAG": "mill.run"},
        say=neuron_values,
    ),
    Sender(
        recipe="neuron-tags",
        base="/neuron/mqtt/modbus/tags",
        words={"STATE_TAG": "mill.run"},
        say=neuron_tags,
    ),
    Sender(
        recipe="telegraf",
        base="telegraf/shop",
        words={"HOST": "mill-1", "STATE_FIELD": "running"},
        say=telegraf,
    ),
    Sender(
        recipe="home-assistant-prusalink",
        base="ha/sensor/prusa_mk4",
        words={},
        say=prusalink,
        shows=WITH_A_PAUSE,
    ),
    Sender(recipe="home-assistant-power", base="ha/sensor/saw_power", words={}, say=streamed_power),
    Sender(
        recipe="sensecap",
        base="/device_sensor_data/521/2CF7F1C0",
        words={"CHANNEL": "1", "MEASUREMENT": "5001"},
        say=sensecap,
    ),
    Sender(recipe="tasmota-sml", base="tele/meter", words={}, say=sml),
    Sender(recipe="json-by-tag", base="KP0017", words={"STATE_TAG": "DI1"}, say=by_tag),
    Sender(
        recipe="modbus-registers",
        base="tele/bridge",
        words={"UNIT": "1", "REGISTER": "100"},
        say=registers,
        shows=WITH_A_PAUSE,
    ),
)
