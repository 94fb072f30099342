"""Devices that act a job as their format's documentation says they do; messages of our own.
`say` gives what a device publishes when an event puts it into a state, `repeat` what it publishes
every half minute anyhow. A device that cannot show an event (a plug knows no pause) does not list
it in `shows`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from gadong.dialects.domain.power_states import PowerThresholds
from tests.support.dialects.sparkplug import bd
from tests.support.dialects.sparkplug import payload as sparkplug_payload

Said = list[tuple[str, object]]
ALL = frozenset({"job", "pause", "cancel", "fault", "power loss", "flap", "restart"})
PLUG = frozenset({"job", "power loss", "flap", "restart"})


class Device:
    """The parts of every scripted device; `results` are its words for a job's end."""

    dialect: ClassVar[str]
    base: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    thresholds: ClassVar[PowerThresholds | None] = None
    shows: ClassVar[frozenset[str]] = ALL
    results: ClassVar[frozenset[str]] = frozenset({"done", "cancelled", "failed"})
    name: ClassVar[str | None] = "jig"

    def say(self, event: str, state: str, at: datetime) -> Said:
        """Return the publications of an event, as topic and payload."""
        raise NotImplementedError

    def repeat(self, state: str, at: datetime) -> Said:  # noqa: ARG002  # most repeat nothing
        """Return the publications of every half minute."""
        return []


class OctoPrint(Device):
    dialect, base = "octoprint", "octoPrint/p"
    WORDS: ClassVar = {
        "idle": "OPERATIONAL",
        "running": "PRINTING",
        "paused": "PAUSED",
        "fault": "ERROR",
    }

    def say(self, event: str, state: str, at: datetime) -> Said:
        if event == "away":
            return [(f"{self.base}/mqtt", "disconnected")]
        events: dict[str, Said] = {
            "start": [
                self._event("PrintStarted", at, name="jig", path="jig.gcode", origin="local")
            ],
            "end": [self._event("PrintDone", at, name="jig", time=1)],
            "cancel": [
                self._event("PrinterStateChanged", at, state_id="CANCELLING"),
                self._event("PrintCancelled", at, name="jig"),
                self._event("PrintFailed", at, name="jig", reason="cancelled"),
            ],
            "fail": [self._event("PrintFailed", at, name="jig", reason="error")],
            "back": [(f"{self.base}/mqtt", "connected")],
        }
        changed = self._event(
            "PrinterStateChanged", at, state_id=self.WORDS[state], state_string=""
        )
        return [*events.get(event, []), changed]

    def _event(self, event: str, at: datetime, **fields: object) -> tuple[str, object]:
        body = {"_event": event, "_timestamp": int(at.timestamp()), **fields}
        return f"{self.base}/event/{event}", body


class Moonraker(Device):
    dialect, base = "moonraker", "klipper"
    ENDS: ClassVar = {"end": "complete", "cancel": "cancelled"}

    def say(self, event: str, state: str, at: datetime) -> Said:
        if event == "away":
            return [("klipper/moonraker/status", {"server": "offline"})]
        words = {
            "idle": self.ENDS.get(event, "standby"),
            "running": "printing",
            "paused": "paused",
            "fault": "error",
        }
        job: dict[str, object] = {"state": words[state]}
        if event in {"start", "back"} and state == "running":
            job["filename"] = "jig"
        status = {"print_stats": job, "webhooks": {"state": "ready"}}
        up: Said = [("klipper/moonraker/status", {"server": "online"})] if event == "back" else []
        return [
            *up,
            ("klipper/klipper/status", {"eventtime": at.timestamp() % 1e6, "status": status}),
        ]


class Bambu(Device):
    dialect, base = "bambu", "device/01S00TEST"
    WORDS: ClassVar = {"idle": "IDLE", "running": "RUNNING", "paused": "PAUSE", "fault": "FAILED"}
    # A printer that failed stands still and says so, but is not broken: it rests, with the result.
    shows = ALL - {"fault"}

    def say(self, event: str, state: str, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        if event == "away":
            return [(f"{self.base}/link", "down")]
        fields: dict[str, object] = {"gcode_state": self.WORDS[state]}
        if event == "end":
            fields["gcode_state"] = "FINISH"
        if event == "cancel":
            fields |= {"gcode_state": "FAILED", "print_error": 50348044}
        if state == "running":
            fields["subtask_name"] = "jig"
        up: Said = [(f"{self.base}/link", "up")] if event == "back" else []
        return [*up, self._push(fields)]

    def repeat(self, state: str, at: datetime) -> Said:  # noqa: ARG002  # likewise
        return [] if state == "gone" else [self._push({"nozzle_temper": 27.5})]

    def _push(self, fields: Mapping[str, object]) -> tuple[str, object]:
        return f"{self.base}/report", {"print": {"command": "push_status", "msg": 1, **fields}}


class Observations(Device):
    """MTConnect, one observation a message."""

    dialect, base, options = "mtconnect", "MTConnect", {"device": "m1"}
    results: ClassVar = frozenset()
    WORDS: ClassVar = {
        "idle": "READY",
        "running": "ACTIVE",
        "paused": "FEED_HOLD",
        "fault": "INTERRUPTED",
    }

    def say(self, event: str, state: str, at: datetime) -> Said:
        if event == "away":
            return [
                self.seen("avail", "AVAILABILITY", at, result="UNAVAILABLE"),
                self.seen("exec", "EXECUTION", at, result="UNAVAILABLE"),
            ]
        said = [self.seen("exec", "EXECUTION", at, result=self.WORDS[state])]
        if event == "back":
            said.insert(0, self.seen("avail", "AVAILABILITY", at, result="AVAILABLE"))
        if event == "start":
            said.insert(0, self.seen("prog", "PROGRAM", at, result="jig"))
        if event == "fail":
            said.insert(0, self.seen("sys", "SYSTEM", at, level="FAULT", nativeCode="230"))
        if event == "clear":
            said.insert(0, self.seen("sys", "SYSTEM", at, level="NORMAL"))
        return said

    def seen(self, item: str, kind: str, at: datetime, **value: object) -> tuple[str, object]:
        stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = {"dataItemId": item, "type": kind, "timestamp": stamp, "sequence": 1, **value}
        return f"MTConnect/Devices/m1/Observations/{item}", body


class Documents(Observations):
    """MTConnect, the second layout: changes as samples, and everything again every half minute."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, dict[str, object]]] = {}

    def say(self, event: str, state: str, at: datetime) -> Said:
        items = [json.loads(json.dumps(body)) for _, body in super().say(event, state, at)]
        return [self._document("Sample", [self._kept(item) for item in items], at)]

    # The agent lives on without the machine.
    def repeat(self, state: str, at: datetime) -> Said:  # noqa: ARG002
        return [self._document("Current", list(self._known.values()), at)] if self._known else []

    def _kept(self, item: dict[str, Any]) -> tuple[str, dict[str, object]]:
        kind = item["type"].capitalize()
        value = {k: v for k, v in item.items() if k not in {"type", "result"}} | {
            "value": item.get("result")
        }
        if "level" in item:
            value["type"] = item["type"]
        self._known[item["dataItemId"]] = (kind, value)
        return kind, value

    def _document(
        self, kind: str, items: list[tuple[str, dict[str, object]]], at: datetime
    ) -> tuple[str, object]:
        component: dict[str, Any] = {
            "component": "Path",
            "componentId": "p",
            "Events": {},
            "Condition": {},
        }
        for name, item in items:
            group, key = ("Condition", str(item["level"])) if "level" in item else ("Events", name)
            component[group].setdefault(key, []).append(item)
        stamp = at.astimezone(UTC).isoformat()
        stream = {"uuid": "m1", "ComponentStream": [component]}
        header = {"creationTime": stamp, "instanceId": 5}
        return f"MTConnect/{kind}/m1", {
            "MTConnectStreams": {"Header": header, "Streams": {"DeviceStream": [stream]}}
        }


class Sparkplug(Device):
    dialect, base = "sparkplug", "g/n/mill"
    options: ClassVar = {
        "points": [{"value": "state", "states": "i=idle,r=running,p=paused,f=fault"}]
    }
    results, name = frozenset(), None

    def __init__(self) -> None:
        self._seq = 0
        self._lives = 0

    def say(self, event: str, state: str, at: datetime) -> Said:
        if event == "away":
            return [("spBv1.0/g/NDEATH/n", sparkplug_payload(None, bd(self._lives), at=at))]
        metric = {"alias": 9, "string_value": state[0], "timestamp": int(at.timestamp() * 1000)}
        if event in {"appear", "back"}:
            self._lives, self._seq = self._lives + 1, 1
            named = {**metric, "name": "state", "datatype": 12}
            return [
                ("spBv1.0/g/NBIRTH/n", sparkplug_payload(0, bd(self._lives), at=at)),
                ("spBv1.0/g/DBIRTH/n/mill", sparkplug_payload(1, named, at=at)),
            ]
        self._seq += 1
        return [("spBv1.0/g/DDATA/n/mill", sparkplug_payload(self._seq, metric, at=at))]


class Plug(Device):
    """A power meter: it knows only how much is drawn."""

    shows, results, name = PLUG, frozenset(), None
    thresholds = PowerThresholds(run_above=400, idle_below=250)
    WATTS: ClassVar = {"idle": 120.0, "running": 900.0}
    ONLINE: ClassVar[tuple[str, str, str]]

    def say(self, event: str, state: str, at: datetime) -> Said:
        topic, up, down = self.ONLINE
        if event == "away":
            return [(topic, down)]
        return (
            [(topic, up), *self.reading(self.WATTS[state], at)]
            if event in {"appear", "back"}
            else []
        )

    def repeat(self, state: str, at: datetime) -> Said:
        return self.reading(self.WATTS[state], at) if state in self.WATTS else []

    def reading(self, watts: float, at: datetime) -> Said:
        """A reading as this meter writes it."""
        raise NotImplementedError


class Tasmota(Plug):
    dialect, base = "tasmota", "saw"
    ONLINE = ("tele/saw/LWT", "Online", "Offline")

    def reading(self, watts: float, at: datetime) -> Said:
        energy = {"Total": 1.5, "Power": watts, "Voltage": 220}
        return [("tele/saw/SENSOR", {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": energy})]


class Shelly(Plug):
    dialect, base = "shelly", "shellyplus1pm-test"
    ONLINE = ("shellyplus1pm-test/online", "true", "false")

    def reading(self, watts: float, at: datetime) -> Said:
        params = {"ts": at.timestamp(), "switch:0": {"id": 0, "apower": watts}}
        return [
            (
                f"{self.base}/events/rpc",
                {"src": self.base, "method": "NotifyStatus", "params": params},
            )
        ]


class ShellyOne(Plug):
    dialect, base = "shelly", "shellies/shelly1pm-test"
    ONLINE = ("shellies/shelly1pm-test/online", "true", "false")

    def reading(self, watts: float, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        return [(f"{self.base}/relay/0/power", str(watts))]


class Zigbee(Plug):
    dialect, base = "zigbee2mqtt", "zigbee2mqtt/saw plug"
    ONLINE = ("zigbee2mqtt/saw plug/availability", '{"state": "online"}', '{"state": "offline"}')

    def reading(self, watts: float, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        return [(self.base, {"state": "ON", "power": watts, "energy": 1.2, "linkquality": 90})]


class EspHome(Plug):
    dialect, base = "esphome", "clamp-1"
    ONLINE = ("clamp-1/status", "online", "offline")

    def reading(self, watts: float, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        return [("clamp-1/sensor/power/state", str(watts))]


class Umati(Device):
    dialect, base = "umati", "umati/v2/c/g"
    options: ClassVar = {"machine": "nsu=x;i=1"}
    shows = ALL - {"fault"}
    results: ClassVar = frozenset({"done", "cancelled"})
    NUMBERS: ClassVar = {"idle": 2, "running": 1, "paused": 3}

    # No time in its documents.
    def say(self, event: str, state: str, at: datetime) -> Said:  # noqa: ARG002
        online = f"{self.base}/online/nsu=x;i=1"
        if event == "away":
            return [(online, "0")]
        document: dict[str, object] = {
            "MachineryBuildingBlocks": {"MachineryItemState": {"CurrentState": 2}}
        }
        if event not in {"appear", "back"} or state != "idle":
            number = 4 if event == "cancel" else self.NUMBERS[state]
            current = {"value": {"locale": "", "text": "x"}, "properties": {"Number": number}}
            program = {"Name": "jig", "State": {"value": {"CurrentState": current}}}
            document = {"Production": {"ActiveProgram": program}}
        up: Said = [(online, "1")] if event in {"appear", "back"} else []
        return [*up, (f"{self.base}/MachineToolType/nsu=x;i=1", document)]

    def repeat(self, state: str, at: datetime) -> Said:  # noqa: ARG002  # likewise
        return [] if state == "gone" else [(f"{self.base}/online/nsu=x;i=1", "1")]


class Umh(Device):
    """One tag; the hub has no will, so nothing tells that the gateway is gone."""

    dialect, base = "umh", "umh/v1/e/s/_historian/state"
    options: ClassVar = {"states": "1=running,2=paused,0=idle,9=fault"}
    shows = ALL - {"power loss", "restart", "flap"}
    results, name = frozenset(), None
    VALUES: ClassVar = {"idle": 0, "running": 1, "paused": 2, "fault": 9}

    # The value says it all.
    def say(self, event: str, state: str, at: datetime) -> Said:  # noqa: ARG002
        return [
            (self.base, {"timestamp_ms": int(at.timestamp() * 1000), "value": self.VALUES[state]})
        ]


class Mapped(Device):
    """A home-made gateway, by configuration; it says that it lost the machine by a bad quality."""

    dialect, base = "mapper", "plc/7"
    options: ClassVar = {
        "time": "t",
        "time_unit": "ms",
        "points": [
            {
                "value": "v",
                "states": "idle=idle,running=running,paused=paused,fault=fault",
                "quality": "ok",
            },
            {"value": "job", "channel": "job"},
        ],
    }
    results: ClassVar = frozenset()

    def say(self, event: str, state: str, at: datetime) -> Said:
        body: dict[str, object] = {
            "t": int(at.timestamp() * 1000),
            "ok": event != "away",
            "v": state,
        }
        if event == "start":
            body["job"] = "jig"
        return [(self.base, body)]


class GadongJson(Device):
    dialect, base = "gadong-json", "gadong/v1/c/m"

    def __init__(self) -> None:
        self._seq = 0

    def say(self, event: str, state: str, at: datetime) -> Said:
        if event == "away":
            return [(f"{self.base}/online", "false")]
        word = {"start": "started", "end": "done", "cancel": "cancelled", "fail": "failed"}.get(
            event
        )
        said: Said = [(f"{self.base}/online", "true")] if event == "back" else []
        if word:
            said.append((f"{self.base}/job", self._body(at, event=word, name="jig")))
        return [*said, (f"{self.base}/state", self._body(at, state=state))]

    def repeat(self, state: str, at: datetime) -> Said:
        return [] if state == "gone" else [(f"{self.base}/state", self._body(at, state=state))]

    def _body(self, at: datetime, **fields: object) -> dict[str, object]:
        self._seq += 1
        return {"v": 1, "boot": "b", "seq": self._seq, "at": at.isoformat(), **fields}


DEVICES: tuple[type[Device], ...] = (
    *(
        OctoPrint,
        Moonraker,
        Bambu,
        Observations,
        Documents,
        Sparkplug,
        Tasmota,
        Shelly,
        ShellyOne,
        Zigbee,
    ),
    *(EspHome, Umati, Umh, Mapped, GadongJson),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of a bad day as it arrives, in minutes since the job's start."""

    minute: float
    topic: str
    body: object
    is_retained: bool = False


#: What goes wrong, and which devices can show it: those of a class; None for all.
BAD_DAYS: Mapping[str, type[Device] | None] = {
    "lost message": None,
    "clock jump": None,
    "restart with retained state": None,
    "death and rebirth": None,
    "silent after change": Plug,
    "spike": Plug,
    "negative rest": Plug,
    "partial document": Documents,
}
SLOW_BY = timedelta(hours=9)
#: Meters that say at once that the draw fell again; the next reading of any other comes in its
#: time.
REPORT_CHANGES = frozenset({"shelly", "esphome"})


def shows(kind: type[Device], day: str) -> bool:
    """Tell whether a kind of device can have such a day.

    Its page in docs/dialects says how that comes out.
    """
    wanted = BAD_DAYS[day]
    if wanted is not None and not issubclass(kind, wanted):
        return False
    if day == "death and rebirth":
        return "restart" in kind.shows
    # Numbered messages of an outbox may be late with a right clock.
    return day != "clock jump" or kind is not GadongJson


# Read from top to bottom.
def bad_day(device: Device, day: str, start: datetime) -> list[Arrival]:  # noqa: C901
    """Act a job from minute 0 to 30 on a day on which something goes wrong, until minute 60."""
    said: list[Arrival] = []
    slow = SLOW_BY if day == "clock jump" else timedelta(0)

    def tell(minute: float, event: str, state: str) -> None:
        when = start + timedelta(minutes=minute) - slow
        said.extend(Arrival(minute, topic, body) for topic, body in device.say(event, state, when))

    def repeat(first: float, last: float, state: str) -> None:
        for half in range(round(first * 2), round(last * 2)):
            when = start + timedelta(minutes=half / 2, seconds=29) - slow
            found = device.repeat(state, when)
            said.extend(Arrival(half / 2 + 29 / 60, topic, body) for topic, body in found)

    tell(-10, "appear", "idle")
    repeat(-10, 0, "idle")
    if day == "spike" and isinstance(device, Plug):
        said.extend(
            Arrival(0.2, *one) for one in device.reading(2400, start + timedelta(seconds=12))
        )
        if device.dialect in REPORT_CHANGES:
            said.extend(
                Arrival(0.25, *one) for one in device.reading(120, start + timedelta(seconds=15))
            )
        repeat(0.5, 60, "idle")
        return said
    tell(0, "start", "running")
    repeat(0, 12, "running")
    if day == "death and rebirth":
        tell(12, "away", "gone")
        tell(15, "back", "running")
    repeat(15 if day == "death and rebirth" else 12, 30, "running")
    if day == "silent after change" and isinstance(device, Plug):
        said.extend(Arrival(30, *one) for one in device.reading(2.0, start + timedelta(minutes=30)))
        return said
    if day == "negative rest" and isinstance(device, Plug):
        for half in range(60, 120):
            when = start + timedelta(minutes=half / 2)
            said.extend(Arrival(half / 2, *one) for one in device.reading(-2.4, when))
        return said
    begun = len(said)
    tell(30, "end", "idle")
    if day == "lost message":
        # The words of the end are gone; five minutes later the device answers what it is asked.
        del said[begun:]
        repeat(30, 35, "idle")
        tell(35, "end", "idle")
    if day == "partial document":
        said[begun:] = [replace(one, body=_with_an_odd_value(one.body)) for one in said[begun:]]
    repeat(35 if day == "lost message" else 30, 60, "idle")
    if day == "restart with retained state":
        again = device.say("start", "running", start)
        said.extend(Arrival(61, topic, body, is_retained=True) for topic, body in again)
    return sorted(said, key=lambda one: one.minute)


def _with_an_odd_value(document: object) -> object:
    """Add a reading that is no number to an MTConnect document."""
    odd: dict[str, Any] = json.loads(json.dumps(document))
    component = odd["MTConnectStreams"]["Streams"]["DeviceStream"][0]["ComponentStream"][0]
    stamp = odd["MTConnectStreams"]["Header"]["creationTime"]
    component["Samples"] = {"Wattage": [{"dataItemId": "w", "timestamp": stamp, "value": "many"}]}
    return odd
