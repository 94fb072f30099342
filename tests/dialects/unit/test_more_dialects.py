"""Meters, printers and gateways beyond the first three.

Messages of our own after each format's documentation.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.dialects.domain.power_states import PowerThresholds, Sample, Transition, running
from tests.support.dialects.dialects import facts, read
from tests.support.golden import at


@pytest.mark.parametrize(
    ("tail", "body", "expected"),
    [
        ("online", "false", {"link": "down"}),
        ("relay/0", "on", {"power": "on"}),
        ("relay/0", "overpower", {"power": "off"}),
        ("relay/1", "on", {}),
        ("relay/0/power", "61.4", {"power_watts": 61.4}),
        ("relay/0/energy", "120", {"energy_wh": 2.0}),
        ("emeter/0/total", "9.5", {"energy_wh": 9.5}),
        ("announce", {"id": "x"}, {}),
        (
            "status/switch:0",
            {"id": 0, "output": True, "apower": 640.5, "aenergy": {"total": 81.2}},
            {"power": "on", "power_watts": 640.5, "energy_wh": 81.2},
        ),
        ("status/switch:1", {"id": 1, "output": True, "apower": 1}, {}),
        ("status/em:0", {"total_act_power": 900.0}, {"power_watts": 900.0}),
        ("events/rpc", {"method": "NotifyEvent", "params": {"events": []}}, {}),
        (
            "events/rpc",
            {"method": "NotifyStatus", "params": {"ts": 1763780530.4, "switch:0": {"apower": 3.5}}},
            {"power_watts": 3.5},
        ),
    ],
)
def test_shelly_reads_both_generations_and_partial_updates(
    tail: str, body: object, expected: dict[str, object]
) -> None:
    assert facts(read("shelly", tail, body)) == expected


def test_shelly_before_its_clock_is_set_has_no_time() -> None:
    def time(ts: float) -> datetime | None:
        return read(
            "shelly", "events/rpc", {"method": "NotifyStatus", "params": {"ts": ts}}
        ).device_time

    assert time(1.61) is None
    assert time(1763780530.5) == datetime.fromtimestamp(1763780530.5, tz=UTC)


def test_zigbee2mqtt_takes_no_power_from_a_relay_that_is_off() -> None:
    on = {"state": "ON", "power": 49.6, "energy": 0.66, "voltage": None, "linquality": 40}
    assert facts(read("zigbee2mqtt", "", on)) == {
        "power": "on",
        "power_watts": 49.6,
        "energy_wh": pytest.approx(660),
    }
    off = {"state": "OFF", "power": 49.6}
    assert facts(read("zigbee2mqtt", "", off)) == {"power": "off", "power_watts": 0.0}
    assert facts(read("zigbee2mqtt", "", {"power": None, "energy": None})) == {}
    for word in ("offline", {"state": "offline"}):
        assert facts(read("zigbee2mqtt", "availability", word)) == {"link": "down"}


def test_esphome_reads_the_sensors_that_it_was_told_of() -> None:
    assert facts(read("esphome", "status", "offline")) == {"link": "down"}
    assert facts(read("esphome", "sensor/clamp/state", "812.5", power="clamp")) == {
        "power_watts": 812.5
    }
    assert facts(read("esphome", "sensor/power/state", "nan")) == {"power_watts": "unknown"}
    assert facts(read("esphome", "sensor/energy/state", "nan")) == {}
    assert facts(read("esphome", "sensor/wifi_strength/state", "-83")) == {}
    assert facts(read("esphome", "binary_sensor/green/state", "ON", running="green")) == {
        "activity": "running"
    }
    assert facts(read("esphome", "switch/relay/state", "OFF")) == {"power": "off"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"webhooks": {"state": "ready"}}, {"alarm": "none"}),
        ({"webhooks": {"state": "shutdown"}}, {"alarm": "fault", "activity": "idle"}),
        ({"webhooks": {"state": "startup"}}, {"activity": "unknown"}),
        (
            {"print_stats": {"state": "printing", "filename": "a.gcode"}},
            {"alarm": "none", "activity": "running", "job": "a.gcode"},
        ),
        (
            {"print_stats": {"state": "complete", "filament_used": 812.5}},
            {"alarm": "none", "activity": "idle", "job_result": "done", "filament_mm": 812.5},
        ),
        (
            {"print_stats": {"state": "error"}},
            {"alarm": "fault", "activity": "idle", "job_result": "failed"},
        ),
        ({"idle_timeout": {"state": "Printing"}}, {}),
        ({"virtual_sdcard": {"progress": 0.25}}, {"progress": 25.0}),
    ],
)
def test_moonraker_reads_what_changed_whole_split_and_forked(
    status: dict[str, dict[str, object]], expected: dict[str, object]
) -> None:
    whole = read("moonraker", "klipper/status", {"eventtime": 423824.5, "status": status})
    assert facts(whole) == expected
    assert whole.device_time is None, "it counts from the host's start"
    forked = {"jsonrpc": "2.0", "method": "notify_status_update", "params": [status]}
    assert facts(read("moonraker", "status", forked)) == expected
    (component, fields), *_ = status.items()
    if len(fields) == 1:
        (field, value), *_ = fields.items()
        split = read(
            "moonraker", f"klipper/state/{component}/{field}", {"eventtime": 1.0, "value": value}
        )
        assert facts(split) == expected


def test_the_mapper_reads_what_its_options_point_at() -> None:
    body = {"timestamp": 1763780530123, "values": {"state": "RUN", "kw": 2.5}, "good": True}
    options = {
        "value": "values.state",
        "states": "RUN=running,STOP=idle",
        "time": "timestamp",
        "time_unit": "ms",
    }
    understood = read("mapper", "", body, **options)
    assert facts(understood)["activity"] == "running"
    assert understood.device_time == datetime.fromtimestamp(1763780530.123, tz=UTC)
    watts = {"value": "values.kw", "channel": "power_watts", "factor": "1000"}
    assert facts(read("mapper", "", body, **watts)) == {"power_watts": 2500.0}
    bad = {**options, "quality": "good"}
    assert facts(read("mapper", "", {**body, "good": False}, **bad)) == {"activity": "unknown"}
    assert facts(read("mapper", "another", body, **options)) == {}
    with pytest.raises(NotUnderstood, match="no_value"):
        read("mapper", "", body, **{**options, "value": "values.nothing"})
    odd_word = read("mapper", "", body, **{**options, "states": "GO=running"})
    assert (facts(odd_word), odd_word.asides[0].reason) == (
        {"activity": "unknown"},
        "unknown_state",
    )
    odd_time = read("mapper", "", body, **{**options, "time": "values.state"})
    assert (facts(odd_time)["activity"], odd_time.device_time) == ("running", None), (
        "it counts as it arrives"
    )
    assert odd_time.asides[0].reason == "not_a_number"


def test_a_umh_tag_is_a_value_with_its_time() -> None:
    body = {"timestamp_ms": 1763780530123, "value": "ACTIVE"}
    understood = read(
        "umh", "_raw/Execution", body, topic="_raw/Execution", states="ACTIVE=running"
    )
    assert facts(understood)["activity"] == "running"
    assert understood.device_time is not None
    with pytest.raises(NotUnderstood):
        read("umh", "_raw/Execution", {"value": 1}, topic="_raw/Execution")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"value": "Running", "properties": {"Number": 1}}, "running"),
        (
            {"value": {"locale": "de", "text": "Unterbrochen"}, "properties": {"Number": 3}},
            "paused",
        ),
        ({"value": "Ended", "properties": {"Number": 2}}, "idle"),
    ],
)
def test_umati_reads_the_number_and_not_the_word(
    document: dict[str, object], expected: str
) -> None:
    body = {"Production": {"ActiveProgram": {"State": {"CurrentState": document}, "Name": "P-12"}}}
    assert facts(read("umati", "", body))["activity"] == expected
    setting_up = {**body, "Monitoring": {"MachineTool": {"OperationMode": 2}}}
    # A pause in set-up mode is a pause; only what would rest is setup.
    assert facts(read("umati", "", setting_up))["activity"] == (
        "setup" if expected == "idle" else expected
    )


@pytest.mark.parametrize(
    ("number", "activity", "result"),
    [(1.0, "running", None), (2.0, "idle", "done"), (3.0, "paused", None), (2.5, "unknown", None)],
)
def test_umati_reads_numbers_with_a_fraction(
    number: float, activity: str, result: str | None
) -> None:
    state = {"CurrentState": {"value": "x", "properties": {"Number": number}}}
    body = {"Production": {"ActiveProgram": {"State": state}}}
    found = read("umati", "", body)
    assert facts(found).get("activity") == activity
    assert facts(found).get("job_result") == result
    assert [a.reason for a in found.asides] == (["unknown_state"] if number == 2.5 else [])
    mode = {"Monitoring": {"MachineTool": {"OperationMode": 2.0}}}
    expected = "setup" if activity == "idle" else activity
    assert facts(read("umati", "", {**body, **mode}))["activity"] == expected


@pytest.mark.parametrize(
    ("said", "state", "asides"),
    [
        ("Running", "running", 0),
        ({"locale": "", "text": "Interrupted"}, "paused", 0),
        ({"value": {"locale": "en", "text": "ended"}, "properties": {"Id": 7}}, "idle", 0),
        ("1", "running", 0),
        ("", "unknown", 1),
        ("laeuft", "unknown", 1),
        ({}, "unknown", 1),
        (True, "unknown", 1),
        (None, "unknown", 0),
    ],
)
def test_umati_reads_the_word_of_a_gateway_that_leaves_the_number_out(
    said: object, state: str, asides: int
) -> None:
    understood = read(
        "umati", "", {"Production": {"ActiveProgram": {"State": {"CurrentState": said}}}}
    )
    assert facts(understood)["activity"] == state
    assert len(understood.asides) == asides


def test_umati_without_a_program_and_its_heartbeat() -> None:
    item = {"CurrentState": {"value": "OutOfService", "properties": {"Number": 1}}}
    body = {"MachineryBuildingBlocks": {"MachineryItemState": item}}
    assert facts(read("umati", "", body)) == {"power": "on", "alarm": "fault", "activity": "idle"}
    assert facts(read("umati", "", "1")) == {"link": "up"}
    assert DIALECTS["umati"].prefixes("umati/v2/a/b", {"machine": "nsu=x;i=1"}) == (
        "umati/v2/a/b/online/nsu=x;i=1",
        "umati/v2/a/b/MachineToolType/nsu=x;i=1",
    )
    with pytest.raises(ValueError, match="machine"):
        DIALECTS["umati"].prefixes("umati/v2/a/b", {})


def test_a_meter_that_reports_only_changes_is_read_right() -> None:
    limits = PowerThresholds(run_above=400, idle_below=250)
    changes = [
        Sample(at("10:00"), 5.0),
        Sample(at("10:10"), 900.0),
        Sample(at("11:40"), 5.0),
        Sample(at("11:45"), 6.0),
    ]
    assert running(changes, limits) == [
        Transition(at("10:00"), False),
        Transition(at("10:10"), True),
        Transition(at("11:40"), False),
    ]


def test_every_dialect_is_fuzzed() -> None:
    assert len(DIALECTS) >= 10
