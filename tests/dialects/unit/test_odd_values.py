"""OddMessage values beside others, in every dialect: set aside alone, and of a state or a draw
nothing is known then (R6, R11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.moonraker import STATUS
from tests.support.dialects.dialects import facts, read
from tests.support.dialects.wrong_readings import (
    EM,
    SHELLY,
    START,
    THRESHOLDS,
    Said,
    bound,
    came_of,
    drawn,
    heard,
    klipper,
    notified,
    pushed,
    tele,
)

ODD_AT = 600
PLUG = "zigbee2mqtt/saw"
TABLE = {"value": "s", "states": "RUN=running,STOP=idle"}
IN_ISO = {"time": "t", "time_unit": "iso"}
GATEWAY = "umati/v2/c/g"


@dataclass(frozen=True, slots=True, kw_only=True)
class OddMessage:
    """A machine that runs, then a message with an odd value at ODD_AT, and the state that is true
    from then on.
    """

    dialect: str
    base: str
    said: Said
    state: str
    reason: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


def stamped(second: float) -> str:
    """An instant as devices write it."""
    return (START + timedelta(seconds=second)).isoformat()


def octo(second: float, kind: str, **more: object) -> tuple[float, str, object]:
    """An event of OctoPrint's."""
    stamp = int(START.timestamp() + second)
    return second, f"o/event/{kind}", {"_event": kind, "_timestamp": stamp, **more}


def octoprint(odd: tuple[float, str, object], state: str, reason: str) -> OddMessage:
    """A print, and an odd event."""
    said = [
        octo(0, "PrinterStateChanged", state_id="OPERATIONAL"),
        octo(60, "PrinterStateChanged", state_id="PRINTING"),
    ]
    return OddMessage(dialect="octoprint", base="o", said=[*said, odd], state=state, reason=reason)


def moonraker(state: str, reason: str, **odd: object) -> OddMessage:
    """A print, and an odd status."""
    begun = (60, *klipper(print_stats={"state": "printing", "filename": "jig"}))
    return OddMessage(
        dialect="moonraker",
        base="k",
        said=[begun, (ODD_AT, *klipper(**odd))],
        state=state,
        reason=reason,
    )


def bambu(state: str, reason: str, **odd: object) -> OddMessage:
    """A print that goes on speaking, and an odd report."""
    said = [pushed(second, gcode_state="RUNNING") for second in range(0, ODD_AT, 60)]
    return OddMessage(
        dialect="bambu",
        base="device/S",
        said=[*said, pushed(ODD_AT, **odd)],
        state=state,
        reason=reason,
    )


def shelly(*odd: tuple[float, str, object], state: str, reason: str = "") -> OddMessage:
    """A plug under load, and an odd notification."""
    said = [drawn(0, apower=1500.0, output=True), *odd]
    return OddMessage(dialect="shelly", base=SHELLY, said=said, state=state, reason=reason)


def plug(ends: str, reason: str, **odd: object) -> OddMessage:
    """A Zigbee plug under load, and an odd message."""
    said = [(second, PLUG, {"state": "ON", "power": 900}) for second in range(0, ODD_AT, 60)]
    return OddMessage(
        dialect="zigbee2mqtt",
        base=PLUG,
        said=[*said, (ODD_AT, PLUG, odd)],
        state=ends,
        reason=reason,
    )


def mapped(
    state: str, reason: str, odd: object, first: object = None, **options: object
) -> OddMessage:
    """A gateway's running machine, and an odd message."""
    said = [
        (0, "plc", {"s": "RUN", "t": stamped(0)} if first is None else first),
        (ODD_AT, "plc", odd),
    ]
    return OddMessage(
        dialect="mapper",
        base="plc",
        said=said,
        state=state,
        reason=reason,
        options={**TABLE, **options},
    )


def umati(odd: object, state: str, reason: str) -> OddMessage:
    """A machine that runs, and an odd document."""

    def document(second: float, number: object) -> tuple[float, str, object]:
        program = {"State": {"CurrentState": number}}
        return (
            second,
            f"{GATEWAY}/MachineToolType/nsu=x;i=1",
            {"Production": {"ActiveProgram": program}},
        )

    alive = [(second, f"{GATEWAY}/online/nsu=x;i=1", "1") for second in range(60, ODD_AT, 60)]
    said = [document(0, 1), *alive, document(ODD_AT, odd)]
    options = {"machine": "nsu=x;i=1"}
    return OddMessage(
        dialect="umati", base=GATEWAY, said=said, state=state, reason=reason, options=options
    )


def agent(state: str, reason: str, made: object = None, **odd: object) -> OddMessage:
    """A machine that runs, and an odd document of its agent."""

    def document(second: float, header: object, **events: object) -> tuple[float, str, object]:
        items = {
            kind: [{"dataItemId": kind, "timestamp": stamped(second), "value": value}]
            for kind, value in events.items()
        }
        streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [{"Events": items}]}]}
        body = {"MTConnectStreams": {"Header": {"creationTime": header}, "Streams": streams}}
        return second, "MTConnect/Current/m1", body

    header = stamped(ODD_AT) if made is None else made
    said = [document(0, stamped(0), Execution="ACTIVE"), document(ODD_AT, header, **odd)]
    options = {"device": "m1"}
    return OddMessage(
        dialect="mtconnect",
        base="MTConnect",
        said=said,
        state=state,
        reason=reason,
        options=options,
    )


ODD: Mapping[str, OddMessage] = {
    "octoprint: a state that nobody knows": octoprint(
        octo(ODD_AT, "PrinterStateChanged", state_id="WARP"), "unknown", "unknown_state"
    ),
    "octoprint: a state in another case": octoprint(
        octo(ODD_AT, "PrinterStateChanged", state_id="printing"), "unknown", "unknown_state"
    ),
    "octoprint: a time in milliseconds": octoprint(
        octo(ODD_AT, "PrinterStateChanged", state_id="OPERATIONAL", _timestamp=1794445800000),
        "idle",
        "time_out_of_range",
    ),
    "octoprint: a time that is a word": octoprint(
        octo(ODD_AT, "PrintDone", _timestamp="yesterday"), "idle", "not_a_number"
    ),
    "octoprint: a job without a name": octoprint(
        octo(ODD_AT, "PrintPaused", name={}), "paused", ""
    ),
    "moonraker: a state that nobody knows": moonraker(
        "unknown", "unknown_state", print_stats={"state": "abgebrochen"}
    ),
    "moonraker: a host's state that nobody knows": moonraker(
        "unknown", "unknown_state", webhooks={"state": "disconnected"}
    ),
    "moonraker: filament that is no number": moonraker(
        "idle", "not_a_number", print_stats={"state": "complete", "filament_used": "1 m"}
    ),
    "moonraker: progress below zero": moonraker(
        "fault",
        "number_out_of_range",
        webhooks={"state": "shutdown"},
        virtual_sdcard={"progress": -0.1},
    ),
    "bambu: a state that nobody knows": bambu("unknown", "unknown_state", gcode_state="DREAMING"),
    "bambu: a percentage that is none": bambu(
        "idle", "not_a_number", gcode_state="FINISH", mc_percent="12%"
    ),
    "bambu: a percentage below zero": bambu(
        "idle", "number_out_of_range", gcode_state="FINISH", mc_percent=-1
    ),
    "bambu: a temperature that is none": bambu(
        "idle", "not_a_number", gcode_state="FINISH", nozzle_temper="nan"
    ),
    "bambu: a remaining time below zero": bambu(
        "paused", "number_out_of_range", gcode_state="PAUSE", mc_remaining_time=-5
    ),
    "shelly: a meter that failed": shelly(
        drawn(ODD_AT, apower=None, errors=["power_meter_failure"]), state="unknown"
    ),
    "shelly: three phases whose meter failed": shelly(
        (0, f"{SHELLY}/events/rpc", notified("em:0", total_act_power=1500.0)),
        (ODD_AT, f"{SHELLY}/status/em:0", {"id": 0, "total_act_power": None}),
        state="unknown",
    ),
    "shelly: a power that is a word, and the output off": shelly(
        drawn(ODD_AT, output=False, apower="none"), state="off", reason="not_a_number"
    ),
    "shelly: a counter below zero, and the output off": shelly(
        drawn(ODD_AT, output=False, apower=0.0, aenergy={"total": -1}),
        state="off",
        reason="number_out_of_range",
    ),
    "shelly: a time in milliseconds": shelly(
        (
            ODD_AT,
            f"{SHELLY}/events/rpc",
            {"method": "NotifyStatus", "params": {"ts": 1.8e12, "switch:0": {"output": False}}},
        ),
        state="off",
        reason="time_out_of_range",
    ),
    "tasmota: a total that is a word": OddMessage(
        dialect="tasmota",
        base="saw",
        said=[
            *[tele(second, 900.0) for second in (0, 300)],
            *[
                (second, "tele/saw/SENSOR", {"ENERGY": {"Power": 0, "Total": "much"}})
                for second in (ODD_AT, ODD_AT + 300)
            ],
        ],
        state="off",
        reason="not_a_number",
    ),
    "tasmota: one phase of three is null": OddMessage(
        dialect="tasmota",
        base="saw",
        said=[
            *[tele(second, 900.0) for second in (0, 300)],
            (ODD_AT, "tele/saw/SENSOR", {"ENERGY": {"Power": [1, None, 2], "Total": 3}}),
        ],
        state="unknown",
        reason="not_a_number",
    ),
    "zigbee2mqtt: energy below zero, and off": plug(
        "off", "number_out_of_range", state="OFF", energy=-0.01
    ),
    "zigbee2mqtt: a power that is a word": plug(
        "unknown", "not_a_number", state="ON", power="unknown"
    ),
    "umati: a number of no table": umati(7, "unknown", "unknown_state"),
    "mtconnect: an execution that is a list": agent(
        "unknown", "unknown_state", Execution=["ACTIVE"]
    ),
    "mtconnect: availability that is an object": agent(
        "idle", "unknown_value", Execution="READY", Availability={}
    ),
    "mtconnect: an emergency stop that nobody knows": agent(
        "idle", "unknown_value", Execution="READY", EmergencyStop="PRESSED"
    ),
    "mtconnect: a document of no time": agent("idle", "not_a_time", made="now", Execution="READY"),
    "mapper: a word that nobody knows": mapped("unknown", "unknown_state", {"s": "DREAMING"}),
    "mapper: a list for a word": mapped("unknown", "unknown_state", {"s": ["RUN"]}),
    "mapper: no quality where one is owed": mapped(
        "unknown", "no_value", {"s": "RUN"}, first={"s": "RUN", "q": "Good"}, quality="q"
    ),
    "mapper: a time that is a word": mapped(
        "idle", "not_a_time", {"s": "STOP", "t": "now"}, **IN_ISO
    ),
    "mapper: no time": mapped("idle", "no_value", {"s": "STOP"}, **IN_ISO),
    "mapper: an element's odd time": mapped(
        "idle",
        "not_a_time",
        {"l": [7, {"s": "STOP", "t": None}]},
        first={"l": [{"s": "RUN", "t": stamped(0)}]},
        each="l",
        **IN_ISO,
    ),
    "mapper: bits of what is no number": mapped(
        "unknown", "not_a_number", {"s": "x"}, first={"s": 1}, states="", bits="0=running,else=idle"
    ),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
def test_an_odd_value_is_set_aside_alone_and_leaves_no_old_state(odd: OddMessage) -> None:
    source = bound(odd.dialect, odd.base, odd.options)
    runs, _ = came_of(source, odd.said, now=ODD_AT + 300)
    before, after = (
        [run for run in runs if run[1] < ODD_AT],
        [run for run in runs if run[1] >= ODD_AT],
    )
    assert before[-1][0] == "running"
    assert after[0] == (odd.state, float(ODD_AT))
    assert {aside.reason for aside in heard(source, odd.said)[1]} == (
        {odd.reason} if odd.reason else set()
    )


@pytest.mark.parametrize("text", ["nan", "NaN", "null", "unknown", ""])
@pytest.mark.parametrize(
    ("dialect", "tail", "options"),
    [
        ("esphome", "sensor/power/state", {}),
        ("shelly", "emeter/0/power", {"generation": "1"}),
        ("shelly", "relay/0/power", {"generation": "1"}),
    ],
)
def test_a_meters_word_for_nothing_is_no_reading(
    dialect: str, tail: str, options: dict[str, object], text: str
) -> None:
    understood = DIALECTS[dialect].decode(tail, text.encode(), options)
    assert (facts(understood), understood.asides) == ({"power_watts": "unknown"}, ())


def test_a_text_that_is_no_power_is_set_aside_and_unknown() -> None:
    odd = read("shelly", "emeter/0/power", "12 horses")
    assert facts(odd) == {"power_watts": "unknown"}
    assert [aside.reason for aside in odd.asides] == ["not_json"]


def test_the_phase_whose_reading_is_odd_is_unknown_by_itself() -> None:
    body = {"em1:0": {"act_power": 40.0}, "em1:1": {"act_power": None}, "em1:2": {"act_power": "x"}}
    odd = read("shelly", "answers/rpc", {"id": 1, "result": body}, phases="0,1,2")
    assert {f.part: f.value for f in odd.facts} == {"0": 40.0, "1": "unknown", "2": "unknown"}


def test_a_lamp_that_says_neither_on_nor_off_is_unknown() -> None:
    source = bound("esphome", "node", {"running": "lamp"})
    lamp = "node/binary_sensor/lamp/state"
    runs, _ = came_of(source, [(0, lamp, "ON"), (60, lamp, "unknown")])
    assert runs == [("running", 0), ("unknown", 60)]


def test_moonrakers_answer_that_klipper_is_gone_leaves_nothing_known() -> None:
    source = bound("moonraker", "k")
    (question,) = DIALECTS["moonraker"].questions("k", {})
    assert json.loads(question.payload)["id"] == STATUS
    gone = {"jsonrpc": "2.0", "error": {"code": 503, "message": "Klippy Host not connected"}}
    printing = (0, *klipper(print_stats={"state": "printing", "filename": "jig"}))
    answer = "k/moonraker/api/response"
    runs, _ = came_of(source, [printing, (300, answer, {**gone, "id": STATUS})])
    assert runs == [("running", 0), ("unknown", 300)]
    runs, _ = came_of(source, [printing, (300, answer, {**gone, "id": 1})])
    assert runs == [("running", 0)], "that was another program's question"


@pytest.mark.parametrize("rest", [-0.3, -3.0, -40.0])
def test_a_gateways_meter_below_zero_is_at_rest(rest: float) -> None:
    source = bound("gadong-json", "gadong/v1/c/m", thresholds=THRESHOLDS)
    said = [
        (second, "gadong/v1/c/m/telemetry", {"power_watts": 1180.0 if second < 300 else rest})
        for second in range(0, 901, 30)
    ]
    runs, _ = came_of(source, said)
    assert dict(runs)["off"] == 300


def test_a_meter_that_fails_for_a_moment_goes_on_where_it_is_back() -> None:
    odd = {"esphome": ("clamp", "clamp/sensor/power/state"), "shelly": (EM, f"{EM}/emeter/0/power")}
    for dialect, (base, topic) in odd.items():
        draws = ["900.0"] * 10 + ["nan"] * 2 + ["900.0"] * 10
        source = bound(dialect, base, thresholds=THRESHOLDS)
        runs, _ = came_of(source, [(30 * n, topic, text) for n, text in enumerate(draws)])
        assert runs == [("running", 0), ("unknown", 300), ("running", 360)]


@pytest.mark.parametrize("said", ["UNAVAILABLE", "many"])
def test_a_wattage_that_is_not_known_is_not_the_old_one(said: str) -> None:
    def wattage(second: float, result: str) -> tuple[float, str, object]:
        body = {"dataItemId": "w", "type": "WATTAGE", "timestamp": stamped(second)}
        return second, "MTConnect/Devices/m1/Observations/w", {**body, "result": result}

    source = bound("mtconnect", "MTConnect", {"device": "m1"}, thresholds=THRESHOLDS)
    drawing = [wattage(second, "1500") for second in (0, 60, 120)]
    runs, _ = came_of(source, [*drawing, wattage(180, said)], now=7200)
    assert runs == [("running", 0), ("unknown", 180)]


@pytest.mark.parametrize("large", [10**16, 10**400], ids=["17 digits", "401 digits"])
def test_a_number_too_large_for_any_reading_is_set_aside_alone(large: int) -> None:
    said = [(second, PLUG, {"state": "ON", "power": 1500}) for second in range(0, 600, 60)]
    odd = (ODD_AT, PLUG, {"state": "ON", "power": large})
    source = bound("zigbee2mqtt", PLUG)
    _, (aside,) = heard(source, [*said, odd])
    assert aside.reason == "number_out_of_range"
    runs, _ = came_of(source, [*said, odd])
    assert runs[1:] == [("unknown", ODD_AT)]
