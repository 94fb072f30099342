"""A bad day of one machine each: what its device says, and what is true of it at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.dialects.domain.power_states import PowerThresholds
from tests.support.ingest.a_bad_day import notified

AT_ONCE = PowerThresholds(
    run_above=400, idle_below=250, run_after=timedelta(0), idle_after=timedelta(0)
)
METER = PowerThresholds(run_above=400, idle_below=250)
HALF_AN_HOUR = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A machine's bad day: how it is bound, what its device says by minute, and what is true of it
    at the end.
    """

    dialect: str
    base: str
    said: Sequence[tuple[float, str, Any]]
    ends: str
    options: Mapping[str, Any] = field(default_factory=dict)
    thresholds: PowerThresholds | None = None
    minutes: int | None = HALF_AN_HOUR
    result: str | None = None


def rows(start: datetime) -> dict[str, Row]:
    """The rows that a clock of the device's own, or none, allows to be acted in a second.

    Each works half an hour.
    """

    def at(minute: float) -> datetime:
        return start + timedelta(minutes=minute)

    def stamp(minute: float) -> int:
        return int(at(minute).timestamp())

    def event(minute: float, kind: str, **more: object) -> tuple[float, str, Any]:
        return minute, f"event/{kind}", {"_event": kind, "_timestamp": stamp(minute), **more}

    def plc(minute: float, **more: object) -> tuple[float, str, Any]:
        return minute, "", {"t": stamp(minute), **more}

    def seen(minute: float, execution: str, watts: object) -> tuple[float, str, Any]:
        moment = at(minute).isoformat()
        events = {"Execution": [{"dataItemId": "e", "timestamp": moment, "value": execution}]}
        samples = {"Wattage": [{"dataItemId": "w", "timestamp": moment, "value": watts}]}
        component = {"componentId": "p", "Events": events, "Samples": samples}
        streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [component]}]}
        document = {"MTConnectStreams": {"Header": {"creationTime": moment}, "Streams": streams}}
        return minute, "Current/m1", document

    def pushed(**fields: object) -> tuple[float, str, Any]:
        return 0, "report", {"print": {"command": "push_status", **fields}}

    def status(**fields: object) -> tuple[float, str, Any]:
        return 0, "klipper/status", {"eventtime": 1.0, "status": fields}

    phases = [{"value": f"p{n}", "channel": "power_watts", "part": f"L{n}"} for n in range(3)]
    mode = {"Monitoring": {"MachineTool": {"OperationMode": 2}}}
    interrupted = {"Production": {"ActiveProgram": {"State": {"CurrentState": 3}}}, **mode}
    return {
        "R1": Row(
            dialect="shelly",
            base="plug-r1",
            thresholds=METER,
            said=[
                (0, "events/rpc", notified(at(0), apower=1180.0)),
                (30, "events/rpc", notified(at(30), apower=-2.4, output=True)),
            ],
            ends="off",
        ),
        "R2": Row(
            dialect="shelly",
            base="plug-r2",
            thresholds=METER,
            said=[
                (0, "events/rpc", notified(at(0), apower=1500.0)),
                (30, "events/rpc", notified(at(30), apower=2.0)),
            ],
            ends="off",
        ),
        "R5": Row(
            dialect="tasmota",
            base="strip-r5",
            options={"relay": "1"},
            thresholds=AT_ONCE,
            said=[(0, "SENSOR", {"ENERGY": {"Power": [0, 1500]}})],
            ends="off",
            minutes=None,
        ),
        "R6": Row(
            dialect="mapper",
            base="plc-r6",
            options={"value": "v", "states": "1=running,0=idle", "quality": "q", "time": "t"},
            said=[plc(0, v=1, q="Good"), plc(30, v=1, q="Bad")],
            ends="unknown",
        ),
        "R8": Row(
            dialect="moonraker",
            base="klipper-r8",
            said=[
                status(print_stats={"state": "printing", "filename": "jig"}),
                status(webhooks={"state": "shutdown"}),
                status(print_stats={"state": "paused"}),
            ],
            ends="fault",
            minutes=None,
        ),
        "R9": Row(
            dialect="octoprint",
            base="octo-r9",
            said=[
                event(0, "PrintStarted", name="jig"),
                event(10, "Error", error="an odd line"),
                event(30, "PrintDone", name="jig"),
            ],
            ends="idle",
            result="done",
        ),
        "R10": Row(
            dialect="mapper",
            base="meter-r10",
            options={"time": "t", "points": phases},
            thresholds=METER,
            said=[
                *[plc(-5, p0=20, p1=30, p2=10), plc(0, p0=200, p1=150, p2=100)],
                *[plc(30, p0=20, p1=30, p2=10), plc(40, p0=20, p1=30, p2=10)],
            ],
            ends="idle",
        ),
        "R11": Row(
            dialect="mtconnect",
            base="MTConnect-r11",
            options={"device": "m1"},
            said=[seen(0, "ACTIVE", 12), seen(30, "READY", "many")],
            ends="idle",
        ),
        "R12": Row(
            dialect="umati",
            base="umati/v2/c/r12",
            options={"machine": "nsu=x;i=1"},
            said=[(0, "MachineToolType/nsu=x;i=1", interrupted)],
            ends="paused",
            minutes=None,
        ),
        "R13": Row(
            dialect="bambu",
            base="device/R13",
            said=[
                pushed(gcode_state="RUNNING", subtask_name="jig"),
                pushed(gcode_state="FAILED", print_error=0x0500400E),
            ],
            ends="idle",
            minutes=None,
            result="cancelled",
        ),
    }


def odd_rows(start: datetime) -> dict[str, Row]:
    """The rows with an odd value after half an hour of work."""
    begun, ended = start.timestamp(), start.timestamp() + HALF_AN_HOUR * 60

    def event(stamp: object, kind: str, **more: object) -> tuple[float, str, Any]:
        return 0, f"event/{kind}", {"_event": kind, "_timestamp": stamp, "name": "jig", **more}

    def worded(said: object) -> tuple[float, str, Any]:
        state = {"CurrentState": said}
        return 0, "MachineToolType/nsu=x;i=1", {"Production": {"ActiveProgram": {"State": state}}}

    def plc(stamp: float, **more: object) -> tuple[float, str, Any]:
        return 0, "", {"t": stamp, **more}

    def notice(stamp: float, **more: Any) -> tuple[float, str, Any]:
        return 0, "events/rpc", notified(datetime.fromtimestamp(stamp, UTC), **more)

    def program(number: float) -> tuple[float, str, Any]:
        state = {"CurrentState": {"value": "x", "properties": {"Number": number}}}
        return 0, "MachineToolType/nsu=x;i=1", {"Production": {"ActiveProgram": {"State": state}}}

    def status(**fields: object) -> tuple[float, str, Any]:
        return 0, "klipper/status", {"eventtime": 1.0, "status": fields}

    words = {"value": "v", "states": "RUN=running,STOP=idle", "time": "t"}
    return {
        "umati-fraction": Row(
            dialect="umati",
            base="umati/v2/c/fraction",
            options={"machine": "nsu=x;i=1"},
            said=[program(1.0), program(3.0)],
            ends="paused",
            minutes=None,
        ),
        "umati-words": Row(
            dialect="umati",
            base="umati/v2/c/words",
            options={"machine": "nsu=x;i=1"},
            said=[worded("Running"), worded({"locale": "", "text": "Interrupted"})],
            ends="paused",
            minutes=None,
        ),
        "umati-null": Row(
            dialect="umati",
            base="umati/v2/c/null",
            options={"machine": "nsu=x;i=1"},
            said=[worded("Running"), worded(None)],
            ends="unknown",
            minutes=None,
        ),
        "half-a-cancel": Row(
            dialect="octoprint",
            base="octo-half",
            said=[event(begun, "PrintStarted"), event(ended, "PrintFailed", reason="cancelled")],
            ends="idle",
            result="cancelled",
        ),
        "fault-then-end": Row(
            dialect="octoprint",
            base="octo-fault",
            said=[
                event(begun, "PrintStarted"),
                (0, "event/PrinterStateChanged", {"_timestamp": ended, "state_id": "ERROR"}),
                event(ended + 1, "PrintFailed", reason="error"),
            ],
            ends="fault",
            result="failed",
        ),
        "agents-name": Row(
            dialect="mtconnect",
            base="MTConnect-agent",
            options={"device": "m1"},
            said=[_named_agent(begun, "ACTIVE"), _named_agent(ended, "READY")],
            ends="idle",
        ),
        "own-pause": Row(
            dialect="moonraker",
            base="klipper-own",
            said=[
                status(print_stats={"state": "printing", "filename": "jig"}),
                status(webhooks={"state": "shutdown"}, print_stats={"state": "paused"}),
                status(webhooks={"state": "ready"}),
            ],
            ends="idle",
            minutes=None,
        ),
        "snapmaker": Row(
            dialect="moonraker",
            base="snapmaker",
            said=[
                status(print_stats={"state": "printing", "filename": "jig"}),
                (0, "status", {"jsonrpc": "2.0", "method": "notify_klippy_shutdown"}),
            ],
            ends="fault",
            minutes=None,
        ),
        "gateways-will": Row(
            dialect="mapper",
            base="plc-will",
            options={
                "value": "v",
                "states": "RUN=running",
                "topic": "values",
                "link": {"topic": "LWT"},
            },
            said=[(0, "values", {"v": "RUN"}), (0, "LWT", "Offline")],
            ends="unknown",
            minutes=None,
        ),
        "failed-meter": Row(
            dialect="shelly",
            base="plug-null",
            thresholds=METER,
            said=[
                notice(begun, apower=1500.0),
                notice(ended, apower=None, errors=["power_meter_failure"]),
            ],
            ends="unknown",
        ),
        "odd-counter": Row(
            dialect="shelly",
            base="plug-odd",
            thresholds=METER,
            said=[notice(begun, apower=900.0), notice(ended, output=False, aenergy={"total": -1})],
            ends="off",
        ),
        "lost-on": Row(
            dialect="shelly",
            base="plug-lost",
            thresholds=METER,
            said=[
                *[notice(begun - 600, output=False), notice(begun - 300, apower=0.0)],
                *[notice(begun + second, apower=1500.0) for second in (0, 60)],
                notice(ended, apower=2.0),
            ],
            ends="off",
        ),
        "late-average": Row(
            dialect="shelly",
            base="plug-average",
            thresholds=METER,
            said=[
                notice(begun, apower=1500.0),
                notice(ended, output=False),
                notice(ended + 2, apower=900.0),
            ],
            ends="off",
        ),
        "odd-word": Row(
            dialect="mapper",
            base="plc-word",
            options=words,
            said=[plc(begun, v="RUN"), plc(ended, v="DREAMING")],
            ends="unknown",
        ),
        "no-quality": Row(
            dialect="mapper",
            base="plc-quality",
            options={**words, "quality": "q"},
            said=[plc(begun, v="RUN", q="Good"), plc(ended, v="RUN")],
            ends="unknown",
        ),
        "odd-state": Row(
            dialect="octoprint",
            base="octo-word",
            said=[
                event(begun, "PrintStarted"),
                (0, "event/PrinterStateChanged", {"_timestamp": ended, "state_id": "WARP"}),
            ],
            ends="unknown",
        ),
    }


def _named_agent(stamp: float, execution: str) -> tuple[float, str, Any]:
    """A document of an agent, and of a machine that is called agent, at an instant."""
    moment = datetime.fromtimestamp(stamp, UTC).isoformat()

    def stream(uuid: str, part: str, kind: str, value: str) -> dict[str, Any]:
        item = {"dataItemId": kind, "timestamp": moment, "value": value}
        component = {"component": part, "componentId": "c", "Events": {kind: [item]}}
        return {"uuid": uuid, "name": "agent", "ComponentStream": [component]}

    devices = [
        stream("a1", "Agent", "Availability", "UNAVAILABLE"),
        stream("m1", "Path", "Execution", execution),
    ]
    streams = {"Header": {"creationTime": moment}, "Streams": {"DeviceStream": devices}}
    return 0, "Current/m1", {"MTConnectStreams": streams}


def all_rows(start: datetime) -> dict[str, Row]:
    """Every row by its machine's name; R13, whose end is the last word, comes last."""
    return odd_rows(start) | rows(start)
