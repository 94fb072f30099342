"""Sequences that were once read wrong, each from its messages to its runs and jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.quality import is_good
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.domain.senders.device_clock import ClockVerdict, SourceClock
from gadong.machines.domain.senders.redating import Redating
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from tests.support.dialects.dialects import facts, read
from tests.support.dialects.sparkplug import bd, payload
from tests.support.dialects.wrong_readings import (
    EM,
    SHELLY,
    START,
    THRESHOLDS,
    Said,
    bound,
    came_of,
    delivered,
    drawn,
    heard,
    klipper,
    notified,
    pushed,
    tele,
)
from tests.support.golden import CENTRE, SOURCE

FIVE_MINUTES = timedelta(seconds=300)


# R1: a meter at no load reads slightly below zero.


@pytest.mark.parametrize(
    ("dialect", "base", "topic", "written"),
    [
        ("shelly", SHELLY, f"{SHELLY}/events/rpc", lambda w: notified("em1:0", act_power=w)),
        ("shelly", EM, f"{EM}/emeter/0/power", str),
        ("esphome", "clamp", "clamp/sensor/power/state", str),
        ("tasmota", "saw", "tele/saw/SENSOR", lambda w: {"ENERGY": {"Power": w}}),
        (
            "zigbee2mqtt",
            "zigbee2mqtt/saw",
            "zigbee2mqtt/saw",
            lambda w: {"state": "ON", "power": w},
        ),
    ],
)
@pytest.mark.parametrize("rest", [-0.3, -3.0, -40.0])
def test_a_meter_below_zero_is_at_rest(
    dialect: str, base: str, topic: str, written: Any, rest: float
) -> None:
    draws = [(second, 1180.0 if second < 300 else rest) for second in range(0, 901, 30)]
    source = bound(dialect, base, thresholds=THRESHOLDS)
    runs, _ = came_of(source, [(second, topic, written(watts)) for second, watts in draws])
    assert [state for state, _ in runs if state != "unknown"] == ["running", "off"]
    assert dict(runs)["off"] == 300


def test_a_reading_below_zero_sets_nothing_else_of_its_message_aside() -> None:
    body = notified("switch:0", apower=-1.2, output=True, aenergy={"total": 812.5})
    found = facts(read("shelly", "events/rpc", body))
    assert found == {"power": "on", "power_watts": -1.2, "energy_wh": 812.5}
    found = facts(read("tasmota", "SENSOR", {"ENERGY": {"Power": -1, "Total": 2.5}}))
    assert found == {"power_watts": -1.0, "energy_wh": 2500.0}


def test_a_clamp_that_is_wired_the_other_way_round_is_turned_by_an_option() -> None:
    reversed_ = {"clamp": "reversed"}
    assert facts(read("tasmota", "SENSOR", {"ENERGY": {"Power": -1180}}, **reversed_)) == {
        "power_watts": 1180.0
    }
    body = notified("switch:0", apower=-900, aenergy={"total": 1}, ret_aenergy={"total": 77.0})
    assert facts(read("shelly", "events/rpc", body, **reversed_)) == {
        "power_watts": 900.0,
        "energy_wh": 77.0,
    }
    assert facts(read("shelly", "emeter/0/total_returned", "55", **reversed_)) == {
        "energy_wh": 55.0
    }
    assert facts(read("shelly", "emeter/0/total", "55", **reversed_)) == {}
    for dialect in ("shelly", "tasmota", "esphome", "zigbee2mqtt"):
        DIALECTS[dialect].check(reversed_)
        with pytest.raises(ValueError, match="clamp"):
            DIALECTS[dialect].check({"clamp": "backwards"})


# R5: Tasmota with two channels.


@pytest.mark.parametrize(
    ("power", "options", "watts"),
    [
        ([0, 1500], {"relay": "1"}, 0.0),
        ([0, 1500], {"relay": "2"}, 1500.0),
        ([10, 20, 30], {}, 60.0),
        ([10, 20, 30], {"relay": "1", "meter": "phases"}, 60.0),
        ({"Phase1": 10, "Phase2": 20}, {"relay": "2"}, 20.0),
        (40, {"relay": "2"}, 40.0),
    ],
)
def test_a_channel_of_several_is_its_own(
    power: object, options: dict[str, str], watts: float
) -> None:
    found = facts(read("tasmota", "SENSOR", {"ENERGY": {"Power": power}}, **options))
    assert found == {"power_watts": watts}


def test_the_energy_of_all_channels_is_no_channels_own() -> None:
    both = {"ENERGY": {"Power": [0, 1500], "Total": 8.5}}
    assert facts(read("tasmota", "SENSOR", both, relay="1")) == {"power_watts": 0.0}
    each = {"ENERGY": {"Power": [0, 1500], "Total": [1.5, 7]}}
    assert facts(read("tasmota", "SENSOR", each, relay="1")) == {
        "power_watts": 0.0,
        "energy_wh": 1500.0,
    }
    third = read("tasmota", "SENSOR", {"ENERGY": {"Power": [0, 1500]}}, relay="3")
    assert facts(third) == {"power_watts": "unknown"}
    assert "channel 3" in third.asides[0].detail
    for relay in ("0", "33", "one"):
        with pytest.raises(ValueError, match="relay"):
            DIALECTS["tasmota"].check({"relay": relay})


@pytest.mark.parametrize(
    ("relays", "state"),
    [
        ({"POWER1": "OFF", "POWER2": "ON"}, "running"),
        ({"POWER1": "ON", "POWER2": "OFF"}, "running"),
        ({"POWER1": "OFF", "POWER2": "OFF"}, "off"),
        ({"POWER": "OFF"}, "off"),
        ({"POWER1": "OFF", "POWER_LOW": "ON"}, "off"),
    ],
)
def test_a_device_that_is_bound_whole_is_off_where_all_its_relays_are(
    relays: dict[str, str], state: str
) -> None:
    said = [tele(0, 900.0), tele(60, 900.0), (90, "tele/saw/STATE", relays)]
    assert came_of(bound("tasmota", "saw"), said, now=95)[0][-2][0] == state
    one = bound("tasmota", "saw", {"relay": "1"})
    is_off = relays.get("POWER1", relays.get("POWER")) == "OFF"
    assert ("off" in dict(came_of(one, said, now=95)[0])) is is_off


# R6: a quality that says bad.


@pytest.mark.parametrize(
    "said",
    [
        True,
        "Good",
        "GOOD",
        "ok",
        "true",
        "1",
        1,
        192,
        216,
        255,
        "192",
        "GoodLocalOverride",
        "0xC0",
        *[{"Code": 0}, {}, {"Symbol": "Good"}],
    ],
)
def test_a_quality_that_is_good(said: object) -> None:
    assert is_good(said)


@pytest.mark.parametrize(
    "said",
    [
        False,
        "Bad",
        "bad",
        "false",
        "0",
        0,
        500,
        191,
        256,
        64,
        "Uncertain",
        "stale",
        "",
        None,
        [],
        0.5,
        {"Code": 2147483648},
        {"Symbol": "BadNotConnected"},
        2150694912,
        -2144272384,
        1073741824,
        "500",
    ],
)
def test_a_quality_that_is_not_good(said: object) -> None:
    assert not is_good(said)


def test_a_gateways_own_words_for_good_are_an_option() -> None:
    assert is_good(0, good="0")
    assert not is_good(192, good="0")
    assert is_good("Fine", good="fine,0")


@pytest.mark.parametrize(
    ("quality", "state"), [("Bad", "unknown"), (500, "unknown"), ("Good", "running")]
)
def test_a_mapped_value_of_bad_quality_is_unknown(quality: object, state: str) -> None:
    options = {"value": "v", "states": "1=running,0=idle", "quality": "q"}
    source = bound("mapper", "plc", options)
    runs, _ = came_of(
        source, [(0, "plc", {"v": 1, "q": "Good"}), (60, "plc", {"v": 1, "q": quality})]
    )
    assert runs[-1][0] == state


@pytest.mark.parametrize(
    ("quality", "state"), [(0, "unknown"), (500, "unknown"), (192, "running"), (None, "running")]
)
def test_a_metric_of_bad_quality_is_unknown(quality: int | None, state: str) -> None:
    points = [{"value": "run", "states": "true=running,false=idle"}]
    source = bound("sparkplug", "g/n/mill", {"points": points})
    metric: dict[str, Any] = {"alias": 1, "boolean_value": True}
    if quality is not None:
        metric["properties"] = {"keys": ["Quality"], "values": [{"int_value": quality}]}
    named = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
    runs, _ = came_of(
        source,
        [
            (0, "spBv1.0/g/NBIRTH/n", payload(0, bd(1), at=START)),
            (0, "spBv1.0/g/DBIRTH/n/mill", payload(1, named, at=START)),
            (60, "spBv1.0/g/DDATA/n/mill", payload(2, metric, at=START + timedelta(seconds=60))),
        ],
    )
    assert runs[-1][0] == state


# R8: a shutdown stands until the host says ready.


def test_a_shutdown_stands_until_the_host_says_ready() -> None:
    source = bound("moonraker", "k")
    said = [
        (0, *klipper(print_stats={"state": "standby"})),
        (60, *klipper(print_stats={"state": "printing", "filename": "jig"})),
        (600, *klipper(webhooks={"state": "shutdown"})),
        (601, *klipper(print_stats={"state": "paused"})),
        (900, *klipper(webhooks={"state": "startup"})),
        (910, *klipper(webhooks={"state": "ready"}, print_stats={"state": "standby"})),
    ]
    runs, worked = came_of(source, said)
    assert runs == [("idle", 0), ("running", 60), ("fault", 600), ("idle", 910)]
    assert [(job.name, job.result) for job in worked] == [("jig", "failed")]


@pytest.mark.parametrize(
    "word", ["standby", "printing", "paused", "complete", "cancelled", "error"]
)
def test_no_later_word_of_the_job_or_the_link_ends_a_shutdown(word: str) -> None:
    def part(second: float, name: str, value: str) -> tuple[float, str, object]:
        return second, f"k/klipper/state/{name}/state", {"eventtime": 1.0, "value": value}

    def server(second: float, value: str) -> tuple[float, str, object]:
        return second, "k/moonraker/status", {"server": value}

    said = [
        part(0, "print_stats", "printing"),
        part(600, "webhooks", "shutdown"),
        part(601, "print_stats", word),
        (610, *klipper(virtual_sdcard={"progress": 0.5})),
        server(700, "offline"),
        server(710, "online"),
        part(711, "print_stats", word),
        part(900, "webhooks", "startup"),
        part(901, "print_stats", "standby"),
        part(910, "webhooks", "ready"),
    ]
    runs, _ = came_of(bound("moonraker", "k"), said)
    assert runs == [("running", 0), ("fault", 600), ("idle", 910)]


@pytest.mark.parametrize("word", ["shutdown", "error"])
def test_a_pause_within_the_word_of_a_shutdown_ends_with_it(word: str) -> None:
    shut = klipper(webhooks={"state": word}, print_stats={"state": "paused", "filename": "jig"})
    said = [
        (0, *klipper(print_stats={"state": "printing", "filename": "jig"})),
        (600, *shut),
        (900, *klipper(webhooks={"state": "ready"})),
    ]
    runs, worked = came_of(bound("moonraker", "k"), said)
    assert runs == [("running", 0), ("fault", 600), ("idle", 900)]
    assert [(job.name, job.result) for job in worked] == [("jig", "failed")]


def test_a_pause_said_during_a_shutdown_ends_with_it_though_every_word_of_the_restart_is_lost() -> (
    None
):
    said = [
        (0, *klipper(print_stats={"state": "printing", "filename": "jig"})),
        (600, *klipper(webhooks={"state": "shutdown"})),
        (601, *klipper(print_stats={"state": "paused"})),
        # `startup` and `standby` are lost.
        (900, *klipper(webhooks={"state": "ready"})),
    ]
    runs, _ = came_of(bound("moonraker", "k"), said)
    assert runs == [("running", 0), ("fault", 600), ("idle", 900)]
    later = [*said, (960, *klipper(print_stats={"state": "printing", "filename": "lid"}))]
    runs, worked = came_of(bound("moonraker", "k"), later)
    assert runs[2:] == [("idle", 900), ("running", 960)]
    assert [(job.name, job.result) for job in worked] == [("jig", "failed"), ("lid", None)]
    # One answer says both; an alarm of another part ends no pause.
    whole = klipper(webhooks={"state": "ready"}, print_stats={"state": "paused"})
    runs, _ = came_of(bound("moonraker", "k"), [*said[:-1], (900, *whole)])
    assert runs[-1] == ("paused", 900)


@pytest.mark.parametrize(
    ("method", "state"),
    [
        ("notify_klippy_shutdown", "fault"),
        ("notify_klippy_disconnected", "unknown"),
        ("notify_gcode_response", "running"),
    ],
)
def test_snapmakers_notifications_say_what_became_of_klipper(method: str, state: str) -> None:
    def notify(second: float, method: str, *params: object) -> tuple[float, str, object]:
        return second, "k/status", {"jsonrpc": "2.0", "method": method, "params": params}

    said = [
        notify(0, "notify_status_update", {"print_stats": {"state": "printing"}}, 1.0),
        notify(60, method),
    ]
    source = bound("moonraker", "k")
    assert came_of(source, said)[0][-1][0] == state
    assert heard(source, said)[1] == []
    ready = [*said[:1], notify(60, "notify_klippy_shutdown"), notify(90, "notify_klippy_ready")]
    assert came_of(source, ready)[0] == [("running", 0), ("fault", 60), ("idle", 90)]


def test_a_job_whose_state_is_null_is_unknown() -> None:
    said = [
        (0, *klipper(print_stats={"state": "printing"})),
        (60, *klipper(print_stats={"state": None, "filename": "jig"})),
    ]
    assert came_of(bound("moonraker", "k"), said)[0] == [("running", 0), ("unknown", 60)]


# R9: an error of OctoPrint's is a word.


def test_an_error_without_a_consequence_changes_nothing() -> None:
    def event(second: float, kind: str, **more: object) -> tuple[float, str, object]:
        stamp = int(START.timestamp() + second)
        return second, f"o/event/{kind}", {"_event": kind, "_timestamp": stamp, **more}

    said = [
        event(0, "PrinterStateChanged", state_id="OPERATIONAL"),
        event(60, "PrintStarted", name="jig", path="jig.gcode"),
        event(60, "PrinterStateChanged", state_id="PRINTING"),
        event(300, "Error", error="Printer sent an odd line"),
        event(900, "PrintDone", name="jig"),
        event(900, "PrinterStateChanged", state_id="OPERATIONAL"),
    ]
    runs, (job,) = came_of(bound("octoprint", "o"), said)
    assert runs == [("idle", 0), ("running", 60), ("idle", 900)]
    assert job.result == "done"
    broken = [
        *said[:4],
        event(301, "PrinterStateChanged", state_id="ERROR"),
        event(302, "Error", error="x"),
    ]
    runs, _ = came_of(bound("octoprint", "o"), broken)
    assert runs[-1] == ("fault", 301), "a word after it does not end the fault"


# R11: one odd value of a document is its own.


def test_one_odd_value_sets_only_itself_aside() -> None:
    stamp = "2026-11-12T01:00:00Z"

    def document(second: float, execution: object, **odd: object) -> tuple[float, str, object]:
        at = (START + timedelta(seconds=second)).isoformat()
        events = {
            "Execution": [{"dataItemId": "e", "timestamp": at, "value": execution}],
            "EmergencyStop": [{"dataItemId": "s", "timestamp": stamp, "value": "ARMED"}],
        }
        samples = {"Wattage": [{"dataItemId": "w", "timestamp": at, "value": 12, **odd}]}
        component = {"componentId": "p", "Events": events, "Samples": samples}
        streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [component]}]}
        body = {"MTConnectStreams": {"Header": {"creationTime": at}, "Streams": streams}}
        return second, "MTConnect/Current/m1", body

    source = bound("mtconnect", "MTConnect", {"device": "m1"})
    said = [document(0, "ACTIVE"), document(60, "READY", value="many")]
    runs, _ = came_of(source, said)
    assert runs == [("running", 0), ("idle", 60)]
    asides = heard(source, said)[1]
    assert [a.reason for a in asides] == ["not_a_number"]
    assert "many" in asides[0].detail


def test_an_execution_that_nobody_knows_is_not_the_old_one() -> None:
    def seen(second: float, result: str) -> tuple[float, str, object]:
        at = (START + timedelta(seconds=second)).isoformat()
        body = {"dataItemId": "e", "type": "EXECUTION", "timestamp": at, "result": result}
        return second, "MTConnect/Devices/m1/Observations/e", body

    source = bound("mtconnect", "MTConnect", {"device": "m1"})
    runs, _ = came_of(source, [seen(0, "ACTIVE"), seen(60, "DREAMING")])
    assert runs == [("running", 0), ("unknown", 60)]


def test_a_points_odd_word_leaves_the_others() -> None:
    points = [{"value": "s", "states": "RUN=running"}, {"value": "kw", "channel": "power_watts"}]
    found, asides = heard(
        bound("mapper", "plc", {"points": points}), [(0, "plc", {"s": "?", "kw": 5})]
    )
    assert [(s.channel, s.text or s.number) for s in found] == [
        ("activity", "unknown"),
        ("power_watts", 5),
    ]
    assert [a.reason for a in asides] == ["unknown_state"]


# R12: only what rests is setup.


@pytest.mark.parametrize(
    ("program", "item", "expected"),
    [
        (3, 2, "paused"),
        (None, 1, "fault"),
        (None, 0, "off"),
        (1, 3, "running"),
        (2, 2, "setup"),
        (2, 1, "fault"),
        (1, 1, "running"),
        (2, 0, "setup"),
        (None, 2, "setup"),
    ],
)
def test_set_up_mode_hides_no_pause_and_no_fault(
    program: int | None, item: int, expected: str
) -> None:
    document: dict[str, object] = {
        "MachineryBuildingBlocks": {"MachineryItemState": {"CurrentState": item}},
        "Monitoring": {"MachineTool": {"OperationMode": 2}},
    }
    if program is not None:
        document["Production"] = {"ActiveProgram": {"State": {"CurrentState": program}}}
    source = bound("umati", "umati/v2/c/g", {"machine": "nsu=x;i=1"})
    runs, _ = came_of(source, [(0, "umati/v2/c/g/MachineToolType/nsu=x;i=1", document)])
    assert runs[0][0] == expected


# R13: a person cancelled it.


@pytest.mark.parametrize(
    "error",
    [
        {"print_error": 0x0300400C},
        {"print_error": 0x0500400E},
        {"print_error": 0x0C00001B},
        {"fail_reason": "50348044"},
        {"hms": [{"attr": 0x03000000, "code": 0x0000400C}]},
    ],
)
@pytest.mark.parametrize("order", ["together", "code first", "code after"])
def test_a_job_that_a_person_cancelled_did_not_fail(error: dict[str, object], order: str) -> None:
    def pushed(second: float, **fields: object) -> tuple[float, str, object]:
        return second, "device/S/report", {"print": {"command": "push_status", "msg": 1, **fields}}

    ends = {
        "together": [pushed(600, gcode_state="FAILED", **error)],
        "code first": [pushed(597, **error), pushed(600, gcode_state="FAILED", print_error=0)],
        "code after": [pushed(600, gcode_state="FAILED"), pushed(603, **error)],
    }
    said = [pushed(0, gcode_state="IDLE"), pushed(60, gcode_state="RUNNING", subtask_name="jig")]
    _, (job,) = came_of(bound("bambu", "device/S"), [*said, *ends[order]])
    assert job.result == "cancelled"


# R2: a confirmation by time needs a clock, not a next sample.


@pytest.mark.parametrize(
    ("now", "states"), [(19, ["unknown"]), (20, ["running"]), (21, ["running"])]
)
def test_one_steady_reading_is_a_run_once_it_has_lasted(now: int, states: list[str]) -> None:
    runs, _ = came_of(bound("shelly", SHELLY), [drawn(0, apower=1500.0)], now=now)
    assert [state for state, _ in runs] == states


@pytest.mark.parametrize(
    ("now", "last"), [(719, ("running", 0)), (720, ("off", 600)), (86400, ("off", 600))]
)
def test_a_last_reading_at_rest_is_rest_once_it_has_lasted(now: int, last: tuple[str, int]) -> None:
    said = [drawn(0, apower=1500.0), drawn(300, apower=1490.0), drawn(600, apower=2.0)]
    runs, _ = came_of(bound("shelly", SHELLY), said, now=now)
    assert runs[-1] == last


def test_a_reading_at_rest_holds_until_the_link_is_lost() -> None:
    said = [drawn(0, apower=1500.0), drawn(600, apower=200.0), (1200, f"{SHELLY}/online", "false")]
    runs, _ = came_of(bound("shelly", SHELLY), said, now=9000)
    assert runs == [("running", 0), ("idle", 600), ("unknown", 1200)]


def test_a_counter_that_stands_still_is_rest_since_it_stood() -> None:
    # 1,500 W move the counter by 25 Wh a minute; the word of the fall is lost, and only energy goes
    # on.
    said = [drawn(0, apower=1500.0)]
    said += [drawn(60 * m, aenergy={"total": 100.5 + 25 * min(m, 10)}) for m in range(1, 40)]
    runs, _ = came_of(bound("shelly", SHELLY, heartbeat=FIVE_MINUTES), said, now=60 * 39)
    assert runs[:2] == [("running", 0), ("idle", 600)]
    assert runs[-1][0] == "unknown", (
        "after the last word nothing is known for longer than its silence"
    )


def test_a_steady_draw_of_which_only_energy_is_told_is_no_silence() -> None:
    said = [drawn(0, apower=1500.0)]
    said += [drawn(60 * m, aenergy={"total": 100.5 + 25 * m}) for m in range(1, 240)]
    runs, _ = came_of(
        bound("shelly", SHELLY, heartbeat=FIVE_MINUTES),
        [*said, drawn(14400, apower=200.0)],
        now=15000,
    )
    assert runs[:2] == [("running", 0), ("idle", 14400)]


@pytest.mark.parametrize(("silence", "is_known"), [(899, True), (900, True), (901, False)])
def test_a_silence_beyond_the_declared_one_is_unknown(silence: int, *, is_known: bool) -> None:
    said = [drawn(0, apower=1500.0), drawn(60, apower=1501.0), drawn(60 + silence, apower=1500.0)]
    runs, _ = came_of(bound("shelly", SHELLY, heartbeat=FIVE_MINUTES), said, now=60 + silence + 10)
    unknown = [at for state, at in runs if state == "unknown"]
    assert unknown[0] == (60 + silence + 300 if is_known else 360)


# A single spike.


def test_a_single_spike_of_a_meter_that_samples_is_no_run() -> None:
    draws = [120.0, 120.0, 2400.0, 120.0, 120.0, 120.0]
    said = [tele(300 * n, watts) for n, watts in enumerate(draws)]
    runs, worked = came_of(bound("tasmota", "saw"), said, now=1800)
    assert [state for state, _ in runs] == ["idle", "unknown"]
    assert worked == []


def test_two_readings_of_a_meter_that_samples_are_a_run() -> None:
    said = [
        tele(300 * n, watts) for n, watts in enumerate([120.0, 120.0, 2400.0, 2400.0, 120.0, 120.0])
    ]
    runs, worked = came_of(bound("tasmota", "saw"), said, now=1800)
    assert runs[:3] == [("idle", 0), ("running", 600), ("idle", 1200)]
    assert len(worked) == 1


def test_a_single_dip_of_a_meter_that_samples_ends_no_run() -> None:
    said = [tele(300 * n, watts) for n, watts in enumerate([900.0, 900.0, 5.0, 900.0, 900.0])]
    runs, worked = came_of(bound("tasmota", "saw"), said, now=1300)
    assert [state for state, _ in runs] == ["running", "unknown"]
    assert len(worked) == 1


def octoprint(second: float, kind: str, **more: object) -> tuple[float, str, object]:
    """An event of OctoPrint's."""
    stamp = int(START.timestamp() + second)
    return second, f"o/event/{kind}", {"_event": kind, "_timestamp": stamp, **more}


PRINTS = octoprint(0, "PrintStarted", name="jig")
FAILED = octoprint(60, "PrintFailed", name="jig", reason="cancelled")
CANCELLED = octoprint(60, "PrintCancelled", name="jig")


@pytest.mark.parametrize("said", [[FAILED], [CANCELLED], [FAILED, CANCELLED], [CANCELLED, FAILED]])
def test_a_cancel_of_which_one_event_is_lost_is_cancelled(said: Said) -> None:
    runs, worked = came_of(bound("octoprint", "o"), [PRINTS, *said])
    assert runs == [("running", 0), ("idle", 60)]
    assert [(job.name, job.result) for job in worked] == [("jig", "cancelled")]


def test_the_end_of_a_job_ends_no_fault() -> None:
    said = [
        PRINTS,
        octoprint(60, "PrinterStateChanged", state_id="ERROR"),
        octoprint(61, "PrintFailed", name="jig", reason="error"),
    ]
    runs, worked = came_of(bound("octoprint", "o"), said)
    assert runs == [("running", 0), ("fault", 60)]
    assert [(job.name, job.result) for job in worked] == [("jig", "failed")]
    again = [*said, octoprint(600, "Connected")]
    assert came_of(bound("octoprint", "o"), again)[0][2:] == [("idle", 600)]


def test_an_emergency_stop_is_a_fault_until_the_printer_says_another_state() -> None:
    said = [PRINTS, octoprint(60, "EStop")]
    assert came_of(bound("octoprint", "o"), said)[0] == [("running", 0), ("fault", 60)]
    back = [*said, octoprint(600, "PrinterStateChanged", state_id="OPERATIONAL")]
    assert came_of(bound("octoprint", "o"), back)[0][2:] == [("idle", 600)]


# R10: three phases in three fields.


@pytest.mark.parametrize(
    ("dialect", "base", "options", "written"),
    [
        (
            "shelly",
            EM,
            {"phases": "0,1,2", "generation": "1"},
            lambda n, w: (f"{EM}/emeter/{n}/power", str(w)),
        ),
        (
            "shelly",
            SHELLY,
            {"phases": "0,1,2"},
            lambda n, w: (f"{SHELLY}/status/em1:{n}", {"id": n, "act_power": w}),
        ),
        (
            "mapper",
            "pm",
            {
                "points": [
                    {"value": f"p{n}", "channel": "power_watts", "part": f"L{n}"} for n in range(3)
                ]
            },
            lambda n, w: ("pm", {f"p{n}": w}),
        ),
    ],
)
def test_three_phases_are_summed(
    dialect: str, base: str, options: dict[str, Any], written: Any
) -> None:
    source = bound(dialect, base, options, thresholds=THRESHOLDS)
    said = []
    for second in range(0, 1200, 30):
        each = (200.0, 150.0, 100.0) if 300 <= second < 900 else (20.0, 30.0, 10.0)
        said += [(second + n / 10, *written(n, watts)) for n, watts in enumerate(each)]
    runs, _ = came_of(source, said)
    assert [(s, at) for s, at in runs if s != "unknown"] == [
        ("idle", 0),
        ("running", 300),
        ("idle", 900),
    ]
    alone = [(at, topic, body) for at, topic, body in said if at % 1 == 0]
    runs, _ = came_of(source, alone)
    assert "running" not in [state for state, _ in runs], (
        "no phase alone draws what the machine does"
    )


def test_phases_without_names_are_refused() -> None:
    points = [{"value": f"p{n}", "channel": "power_watts"} for n in range(3)]
    with pytest.raises(ValueError, match="part"):
        DIALECTS["mapper"].check({"points": points})
    for phases in ("0", "0,0", "0,x", ""):
        with pytest.raises(ValueError, match="phases"):
            DIALECTS["shelly"].check({"phases": phases})


def test_a_power_that_a_gateway_calls_bad_is_unknown_until_it_is_good_again() -> None:
    options = {"value": "w", "channel": "power_watts", "quality": "q"}
    source = bound("mapper", "pm", options, thresholds=THRESHOLDS)
    said = [(30 * n, "pm", {"w": 900, "q": "Bad" if 10 <= n < 20 else "Good"}) for n in range(30)]
    runs, _ = came_of(source, said)
    assert runs == [("running", 0), ("unknown", 300), ("running", 600)]


# R7 and R2: a device that does not say how it does is asked again.


def asked(source: Source, said: Said, until: int) -> list[int]:
    """The seconds at which the source is asked, where somebody looks every second."""
    router, session = Router(CENTRE, [source]), new_id()
    left, seconds = delivered(said), []
    for second in range(until + 1):
        while left and left[0].received_at <= START + timedelta(seconds=second):
            router.read(left.pop(0), session)
        if router.silent(START + timedelta(seconds=second)):
            seconds.append(second)
    return seconds


def test_a_printer_that_works_is_asked_for_everything_every_five_minutes() -> None:
    said = [
        pushed(0, gcode_state="RUNNING"),
        *(pushed(s, nozzle_temper=220.5) for s in range(1, 1000)),
    ]
    assert asked(bound("bambu", "device/S"), said, 950) == [300, 600, 900]
    rested = [*said[:400], pushed(400, gcode_state="FINISH")]
    assert asked(bound("bambu", "device/S"), sorted(rested, key=lambda s: s[0]), 950) == [300]
    whole = [pushed(second, gcode_state="RUNNING") for second in range(0, 900, 60)]
    assert asked(bound("bambu", "device/S"), whole, 950) == [], (
        "one that says everything anyhow is not"
    )


def test_the_answer_finds_the_end_that_was_lost() -> None:
    said = [pushed(0, gcode_state="IDLE"), pushed(60, gcode_state="RUNNING", subtask_name="jig")]
    said += [pushed(second, nozzle_temper=200.0) for second in range(90, 360, 30)]
    said += [pushed(360, gcode_state="FINISH", nozzle_temper=60.0)]
    runs, (job,) = came_of(bound("bambu", "device/S"), said)
    assert runs[:3] == [("idle", 0), ("running", 60), ("idle", 360)]
    assert job.result == "done"


def test_a_meter_that_is_silent_is_asked_every_minute() -> None:
    assert asked(bound("shelly", SHELLY), [drawn(0, apower=2.0), drawn(90, apower=2.0)], 220) == [
        60,
        151,
        211,
    ]
    assert asked(bound("shelly", SHELLY), [(0, f"{SHELLY}/online", "true")], 220) == []
    assert asked(bound("tasmota", "saw"), [tele(0, 900.0)], 2000) == [], "it reports by itself"


PRINTING, SHUTDOWN = {"state": "printing"}, {"state": "shutdown"}


@pytest.mark.parametrize(
    ("title", "said", "seconds"),
    [
        (
            "the host is ready again and does not say what it does",
            [(0, {"webhooks": SHUTDOWN}), (60, {"webhooks": {"state": "ready"}})],
            [61],
        ),
        (
            "it says it in the same message",
            [
                (0, {"webhooks": SHUTDOWN}),
                (60, {"webhooks": {"state": "ready"}, "print_stats": {"state": "standby"}}),
            ],
            [],
        ),
        (
            "the job works although the host was shut down, and nobody answers",
            [(0, {"webhooks": SHUTDOWN}), (60, {"print_stats": PRINTING})],
            [61],
        ),
        (
            "it says so again and again",
            [
                (0, {"webhooks": SHUTDOWN}),
                *((60 + n, {"print_stats": PRINTING}) for n in range(20)),
            ],
            [61, 71, 81],
        ),
        (
            "the link is back after it was away",
            [(0, {"print_stats": PRINTING}), (50, "offline"), (60, "online")],
            [61],
        ),
        (
            "something else is heard after it was away",
            [(0, {"print_stats": PRINTING}), (50, "offline"), (60, {"virtual_sdcard": {}})],
            [],
        ),
        (
            "a word without the link is heard after it was away",
            [
                (0, {"print_stats": PRINTING}),
                (50, "offline"),
                (60, {"virtual_sdcard": {"progress": 0.5}}),
            ],
            [61],
        ),
        ("nobody is there to answer", [(0, {"print_stats": PRINTING}), (50, "offline")], []),
    ],
)
def test_a_printer_whose_words_leave_it_in_doubt_is_asked_at_once(
    title: str, said: list[tuple[float, Any]], seconds: list[int]
) -> None:
    spoken = [
        (second, "k/moonraker/status", {"server": body})
        if isinstance(body, str)
        else (second, *klipper(**body))
        for second, body in said
    ]
    assert asked(bound("moonraker", "k"), spoken, 299) == seconds, title


def test_what_was_known_of_a_source_survives_a_change_of_sources() -> None:
    source = bound("shelly", SHELLY)
    before, after = Router(CENTRE, [source]), Router(CENTRE, [source])
    before.read(delivered([drawn(0, apower=2.0)])[0], new_id())
    after.take_over(before)
    assert after.silent(START + timedelta(seconds=61)) == [source]


# R4: a death that looks stale.


def test_a_birth_that_does_not_name_a_metric_says_that_it_is_no_more() -> None:
    def born(second: float, name: str, number: int) -> Said:
        metric = {"name": name, "alias": 1, "datatype": 11, "boolean_value": True}
        at = START + timedelta(seconds=second)
        return [
            (second, "spBv1.0/g/NBIRTH/n", payload(0, bd(number), at=at)),
            (second, "spBv1.0/g/DBIRTH/n/mill", payload(1, metric, at=at)),
        ]

    points = [{"value": "run", "states": "true=running,false=idle"}]
    source = bound("sparkplug", "g/n/mill", {"points": points})
    said = [*born(0, "run", 1), *born(60, "other", 2)]
    assert came_of(source, said)[0] == [("running", 0), ("unknown", 60)]
    again = [*said, *born(600, "run", 3)]
    assert came_of(source, again)[0] == [("running", 0), ("unknown", 60), ("running", 600)]


def lived(*after: tuple[float, str, object]) -> list[tuple[str, float]]:
    """The runs of a node whose will carries the number before its birth's, with what follows the
    will.
    """
    points = [{"value": "run", "states": "true=running,false=idle"}]
    source = bound("sparkplug", "g/n/mill", {"points": points})
    named = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
    router, session = Router(CENTRE, [source]), new_id()
    said = [
        (0, "spBv1.0/g/NBIRTH/n", payload(0, bd(8), at=START)),
        (0, "spBv1.0/g/DBIRTH/n/mill", payload(1, named, at=START)),
        (100, "spBv1.0/g/NDEATH/n", payload(None, bd(7), at=START)),
        *after,
    ]
    left, signals, questions = delivered(said), list[Signal](), 0
    for second in range(200):
        now = START + timedelta(seconds=second)
        heard_now = router.overdue(now)
        while left and left[0].received_at <= now + timedelta(milliseconds=500):
            heard_now.append(left.pop(0))
        for delivery in heard_now:
            for item in router.read(delivery, session):
                assert isinstance(item, Message)
                signals.extend(item.signals)
        questions += len(router.take_questions())
    assert questions == 1, "the node is asked for its birth, once"
    runs = fold([source.metering], signals)
    return [(r.state.value, (r.start - START).total_seconds()) for r in runs]


def test_a_death_that_no_birth_refutes_is_one() -> None:
    assert lived() == [("running", 0), ("unknown", 100)]


@pytest.mark.parametrize(
    ("answered", "states"),
    [(105, ["running"]), (109, ["running"]), (150, ["running", "unknown", "running"])],
)
def test_a_birth_within_seconds_refutes_a_stale_death(answered: int, states: list[str]) -> None:
    at = START + timedelta(seconds=answered)
    named = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
    runs = lived(
        (answered, "spBv1.0/g/NBIRTH/n", payload(0, bd(8), at=at)),
        (answered, "spBv1.0/g/DBIRTH/n/mill", payload(1, named, at=at)),
    )
    assert [state for state, _ in runs] == states


def test_a_node_that_goes_on_speaking_lives() -> None:
    metric = {"alias": 1, "boolean_value": False}
    at = START + timedelta(seconds=105)
    runs = lived((105, "spBv1.0/g/DDATA/n/mill", payload(2, metric, at=at)))
    assert runs == [("running", 0), ("idle", 105)]


@pytest.mark.parametrize(
    ("after", "states"), [(30, ["running"]), (31, ["running", "unknown", "running"])]
)
def test_a_device_that_is_born_with_its_node_was_never_away(after: int, states: list[str]) -> None:
    def born(second: int, number: int) -> tuple[float, str, object]:
        at = START + timedelta(seconds=second)
        return second, "spBv1.0/g/NBIRTH/n", payload(0, bd(number), at=at)

    def device(second: int) -> tuple[float, str, object]:
        run = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
        return (
            second,
            "spBv1.0/g/DBIRTH/n/mill",
            payload(1, run, at=START + timedelta(seconds=second)),
        )

    points = [{"value": "run", "states": "true=running,false=idle"}]
    source = bound("sparkplug", "g/n/mill", {"points": points})
    said = [born(0, 7), device(0), born(600, 8), device(600 + after)]
    assert [state for state, _ in came_of(source, said)[0]] == states
    assert came_of(source, said[:3])[0] == [("running", 0), ("unknown", 600)], "it is not there"


# R3: a host whose clock is hours slow.

HOST_SLOW = timedelta(hours=9)


def hosted(
    second: float, kind: str, slow_by: timedelta = HOST_SLOW, **more: object
) -> tuple[float, str, object]:
    """An event of an OctoPrint host whose clock is slow."""
    stamp = int((START + timedelta(seconds=second) - slow_by).timestamp())
    return second, f"o/event/{kind}", {"_event": kind, "_timestamp": stamp, **more}


def dated(said: Said, **delivery: Any) -> tuple[list[Signal], list[Redating]]:
    """The signals that count once the clock is judged, and what was dated anew."""
    router, session = Router(CENTRE, [bound("octoprint", "o")]), new_id()
    stored: list[Message] = []
    redated: list[Redating] = []
    for one in delivered(said):
        items = router.read(replace(one, **delivery), session)
        stored += [item for item in items if isinstance(item, Message)]
        for redating in router.take_redatings():
            redated.append(redating)
            stored = [m for m in stored if not redating.arrived.contains(m.received_at)]
            stored += redating.messages
    return [s for m in stored for s in m.signals], redated


A_PRINT: list[tuple[str, int, dict[str, Any]]] = [
    *[
        ("PrinterStateChanged", 0, {"state_id": "OPERATIONAL"}),
        ("PrintStarted", 60, {"name": "jig"}),
    ],
    *[("PrinterStateChanged", 60, {"state_id": "PRINTING"}), ("PrintDone", 3660, {"name": "jig"})],
    ("PrinterStateChanged", 3660, {"state_id": "OPERATIONAL"}),
]


@pytest.mark.parametrize("hours", [0.2, 9, 16])
def test_a_print_under_a_slow_clock_counts_when_it_arrives(hours: float) -> None:
    slow_by = timedelta(hours=hours)
    said = [hosted(second, kind, slow_by, **more) for kind, second, more in A_PRINT]
    signals, (redating,) = dated(said)
    runs = fold([Metering(source_id=SOURCE)], signals)
    assert [(r.state.value, (r.start - START).total_seconds()) for r in runs] == [
        ("idle", 0),
        ("running", 60),
        ("idle", 3660),
    ]
    assert abs(redating.slow_by - slow_by) <= timedelta(seconds=1)
    worked = [r for r in runs if r.state.value == "running"]
    assert abs(worked[0].uncertain_seconds - slow_by.total_seconds()) <= 1, (
        "what was assumed is shown"
    )


def test_a_clock_that_is_set_right_is_believed_again() -> None:
    said = [hosted(s, "Waiting") for s in range(0, 60, 10)]
    said += [hosted(60, "PrinterStateChanged", timedelta(0), state_id="PRINTING")]
    signals, _ = dated(said)
    assert signals[0].time_rule == "device"
    runs = fold([Metering(source_id=SOURCE)], signals)
    assert runs[0].uncertain_seconds <= 1


def test_a_queue_that_drains_is_no_wrong_clock() -> None:
    # An hour of events, each on its own time, handed over within 30 seconds.
    said = [
        hosted(
            n / 2, "PrinterStateChanged", timedelta(hours=2) - timedelta(minutes=n), state_id=word
        )
        for n, word in enumerate(["OPERATIONAL", "PRINTING"] * 30)
    ]
    signals, redated = dated(said)
    assert redated == []
    assert {s.time_rule for s in signals} == {"device"}


@pytest.mark.parametrize("seconds", [[0], [0, 3], [0, 8, 16, 19.9]])
@pytest.mark.parametrize("hours", [1.01, 9, 16])
def test_what_was_said_just_before_a_clock_was_set_counts_when_it_arrived(
    hours: float, seconds: list[float]
) -> None:
    slow_by = timedelta(hours=hours)
    said = [hosted(s, "PrinterStateChanged", slow_by, state_id="PRINTING") for s in seconds]
    said += [
        hosted(25, "PrinterStateChanged", timedelta(0), state_id="PRINTING"),
        hosted(600, "PrinterStateChanged", timedelta(0), state_id="OPERATIONAL"),
    ]
    signals, (redating,) = dated(said)
    run = next(r for r in fold([Metering(source_id=SOURCE)], signals) if r.state.value == "running")
    assert (run.start, run.end) == (START, START + timedelta(seconds=600))
    # It may have been a queue of one moment, so a statement asks.
    assert abs(run.uncertain_seconds - slow_by.total_seconds()) <= 1
    assert abs(redating.slow_by - slow_by) <= timedelta(seconds=1)


def test_a_word_that_is_late_by_less_than_a_statement_asks_for_keeps_its_own_time() -> None:
    late = timedelta(minutes=59)
    said = [hosted(0, "PrinterStateChanged", late, state_id="PRINTING")]
    said += [hosted(25, "PrinterStateChanged", timedelta(0), state_id="OPERATIONAL")]
    signals, redated = dated(said)
    assert redated == []
    assert signals[0].event_time == START - late


def test_a_queue_that_drained_before_live_words_keeps_its_own_times() -> None:
    said = [
        hosted(n / 10, "PrinterStateChanged", timedelta(hours=3) - timedelta(minutes=n), state_id=w)
        for n, w in enumerate(["PRINTING", "OPERATIONAL", "PRINTING"])
    ]
    said += [hosted(5, "PrinterStateChanged", timedelta(0), state_id="PRINTING")]
    signals, redated = dated(said)
    assert redated == []
    assert {s.time_rule for s in signals} == {"device"}


@pytest.mark.parametrize(
    "delivery", [{"retained": True}, {"held_since": START - timedelta(hours=12), "qos": 1}]
)
def test_what_was_kept_for_us_says_nothing_of_a_clock(delivery: dict[str, Any]) -> None:
    said = [hosted(second, kind, **more) for kind, second, more in A_PRINT]
    assert dated(said, **delivery)[1] == []


def test_a_gateway_that_numbers_its_messages_may_be_late() -> None:
    source = bound("gadong-json", "gadong/v1/c/m")
    router, session = Router(CENTRE, [source]), new_id()
    for n in range(10):
        at = (START + timedelta(seconds=10 * n) - HOST_SLOW).isoformat()
        body = {"v": 1, "boot": "b", "seq": n, "at": at, "state": "running"}
        router.read(delivered([(10 * n, "gadong/v1/c/m/state", body)])[0], session)
    assert router.take_redatings() == []


@pytest.mark.parametrize(
    ("trail", "gap", "verdicts"),
    [
        (timedelta(minutes=5), 60, [ClockVerdict.BELIEVED, ClockVerdict.BELIEVED]),
        (timedelta(minutes=5, seconds=1), 60, [ClockVerdict.DOUBTED, ClockVerdict.PROVEN_WRONG]),
        (timedelta(hours=1), 19, [ClockVerdict.DOUBTED, ClockVerdict.DOUBTED]),
        (timedelta(hours=1), 20, [ClockVerdict.DOUBTED, ClockVerdict.PROVEN_WRONG]),
    ],
)
def test_when_a_clock_is_wrong(trail: timedelta, gap: int, verdicts: list[ClockVerdict]) -> None:
    clock = SourceClock()
    moments = [START, START + timedelta(seconds=gap)]
    assert [clock.judge(at - trail, at) for at in moments] == verdicts


@pytest.mark.parametrize(
    ("drift", "verdict"),
    [(5, ClockVerdict.PROVEN_WRONG), (6, ClockVerdict.DOUBTED), (-5, ClockVerdict.PROVEN_WRONG)],
)
def test_only_a_steady_trail_is_a_clocks(drift: int, verdict: ClockVerdict) -> None:
    clock, hour = SourceClock(), timedelta(hours=1)
    clock.judge(START - hour, START)
    later = START + timedelta(seconds=60)
    assert clock.judge(later - hour - timedelta(seconds=drift), later) is verdict
