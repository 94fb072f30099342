"""Printers that report deltas, controls with several paths, and gateways read by configuration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.dialects.domain.signal import Channel
from tests.support.dialects.dialects import facts, read

WHEN = "2026-11-12T01:02:03.1234567Z"


def pushed(**fields: object) -> dict[str, object]:
    """A Bambu report of our own."""
    return {"print": {"command": "push_status", "msg": 1, "sequence_id": "9", **fields}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"gcode_state": "RUNNING"}, {"activity": "running"}),
        ({"gcode_state": "PREPARE"}, {"activity": "setup"}),
        ({"gcode_state": "FINISH"}, {"activity": "idle", "job_result": "done"}),
        (
            {"gcode_state": "FAILED", "mc_remaining_time": 759},
            {"activity": "idle", "job_result": "failed"},
        ),
        ({"print_error": 50348044}, {"job_result": "cancelled", "alarm": "warning"}),
        (
            {"hms": [{"attr": 0x05000000, "code": 0x4000400E}]},
            {"job_result": "cancelled", "alarm": "warning"},
        ),
        ({"print_error": 0, "hms": []}, {"alarm": "none"}),
        (
            {"mc_percent": "42", "mc_remaining_time": 12},
            {"progress": 42.0, "remaining_seconds": 720.0},
        ),
        ({"device": {"bed": 1}}, {}),
    ],
)
def test_bambu_takes_each_field_of_a_delta_by_itself(
    fields: dict[str, object], expected: dict[str, object]
) -> None:
    assert facts(read("bambu", "report", pushed(**fields))) == {"link": "up", **expected}


def test_bambu_reads_nothing_from_what_is_no_status() -> None:
    for body in (
        {"info": {"command": "get_version"}},
        {"print": {"command": "pause", "result": "success"}},
        {},
    ):
        assert facts(read("bambu", "report", body)) == {}
    odd = read("bambu", "report", pushed(gcode_state="DREAMING"))
    assert facts(odd)["activity"] == "unknown"
    assert [aside.reason for aside in odd.asides] == ["unknown_state"]


def test_bambu_wants_to_know_the_printer_that_it_connects_to() -> None:
    dialect = DIALECTS["bambu"]
    with pytest.raises(ValueError, match="authority"):
        dialect.check({"host": "192.0.2.7", "access_code": "x"})
    options = {"host": "192.0.2.7", "access_code": "12345678", "authority": "a file's name"}
    with pytest.raises(ValueError, match="PEM"):
        dialect.check(options)
    options["authority"] = "-----BEGIN CERTIFICATE-----"
    dialect.check(options)
    endpoint = dialect.endpoint("device/S1", options)
    assert endpoint is not None
    assert (endpoint.common_name, endpoint.port, endpoint.filters) == (
        "S1",
        8883,
        ("device/S1/report",),
    )


def second_layout(**component: object) -> dict[str, object]:
    stream = {
        "uuid": "m1",
        "ComponentStream": [{"component": "Path", "componentId": "p", **component}],
    }
    agent = {
        "uuid": "a1",
        "name": "agent",
        "ComponentStream": [item_group("Execution", "x", "UNAVAILABLE")],
    }
    header = {"creationTime": WHEN, "instanceId": 1}
    return {"MTConnectStreams": {"Header": header, "Streams": {"DeviceStream": [agent, stream]}}}


def item_group(kind: str, identity: str, value: object, **more: object) -> dict[str, object]:
    return {"Events": {kind: [{"dataItemId": identity, "timestamp": WHEN, "value": value, **more}]}}


def streams(*devices: Mapping[str, object]) -> dict[str, object]:
    header = {"creationTime": WHEN, "instanceId": 1}
    return {"MTConnectStreams": {"Header": header, "Streams": {"DeviceStream": [*devices]}}}


def component(kind: str, name: str, groups: Mapping[str, object]) -> dict[str, object]:
    return {"component": kind, "componentId": kind, "name": name, **groups}


@pytest.mark.parametrize("name", ["agent", "Agent", "AGENT"])
@pytest.mark.parametrize("uuid", ["m1", "another"])
def test_mtconnect_knows_the_agents_own_device_by_its_parts(name: str, uuid: str) -> None:
    up = item_group("Availability", "a", "AVAILABLE")
    agent = {"uuid": "a1", "name": name, "ComponentStream": [component("Agent", name, up)]}
    # The machine has the agent's name, and so has one of its parts.
    path = component("Path", name, item_group("Execution", "e", "ACTIVE"))
    down = component("Device", name, item_group("Availability", "d", "UNAVAILABLE"))
    machine = {"uuid": "m1", "name": name, "ComponentStream": [down, path]}
    found = facts(read("mtconnect", "", streams(agent, machine), device=uuid))
    assert found == {"link": "down", "activity": "running"}
    for part in (up, component("Adapter", name, up)):
        own = {"uuid": "a1", "name": name, "ComponentStream": [part]}
        found = facts(read("mtconnect", "", streams(own, machine), device=uuid))
        assert found == {"link": "down", "activity": "running"}


def test_mtconnect_reads_both_layouts_and_single_observations_alike() -> None:
    second = read(
        "mtconnect", "", second_layout(**item_group("Execution", "e1", "ACTIVE")), device="m1"
    )
    stream = {
        "uuid": "m1",
        "ComponentStreams": [
            {
                "ComponentStream": {
                    "Events": [
                        {"Execution": {"dataItemId": "e1", "timestamp": WHEN, "value": "ACTIVE"}}
                    ]
                }
            }
        ],
    }
    first = read(
        "mtconnect",
        "",
        {
            "MTConnectStreams": {
                "Header": {"creationTime": WHEN},
                "Streams": [{"DeviceStream": stream}],
            }
        },
        device="m1",
    )
    flat = read(
        "mtconnect",
        "Observations/e1",
        {
            "dataItemId": "e1",
            "type": "EXECUTION",
            "timestamp": WHEN,
            "result": "ACTIVE",
            "category": "EVENT",
        },
        device="m1",
    )
    for understood in (first, second, flat):
        (fact,) = understood.facts
        assert (fact.channel, fact.value, fact.part) == (Channel.ACTIVITY, "running", "e1")
        assert fact.at == datetime(2026, 11, 12, 1, 2, 3, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "more", "expected"),
    [
        ("Execution", "STOPPED", {}, {"activity": "idle"}),
        ("Execution", "FEED_HOLD", {}, {"activity": "paused"}),
        ("Execution", "WAIT", {}, {"activity": "running"}),
        ("Execution", "UNAVAILABLE", {}, {"activity": "unknown"}),
        ("EmergencyStop", "TRIGGERED", {}, {"alarm": "fault"}),
        ("Availability", "UNAVAILABLE", {}, {"link": "down"}),
        ("PartCount", 7, {"subType": "GOOD"}, {"parts": 7.0}),
        ("PartCount", 7, {"subType": "TARGET"}, {}),
        ("AccumulatedTime", 32207900, {"subType": "x:AUTO"}, {"run_seconds": 32207900.0}),
        ("Program", "//CNC_MEM/USER/PATH1/O1", {}, {"job": "//CNC_MEM/USER/PATH1/O1"}),
        ("Program", "O9000", {"subType": "ACTIVE"}, {}),
        ("FunctionalMode", "SETUP", {}, {}),
    ],
)
def test_mtconnect_items(
    kind: str, value: object, more: dict[str, object], expected: dict[str, object]
) -> None:
    body = second_layout(**item_group(kind, "i", value, **more))
    assert facts(read("mtconnect", "", body, device="m1")) == expected


def test_mtconnect_believes_a_mode_only_where_it_is_told_to() -> None:
    body = second_layout(**item_group("FunctionalMode", "f", "SETUP"))
    assert facts(read("mtconnect", "", body, device="m1", setup_from="FunctionalMode")) == {
        "setup": "on"
    }


def test_mtconnect_keeps_conditions_apart_from_the_state_and_ignores_what_it_is_told_to() -> None:
    fault = {"dataItemId": "logic", "timestamp": WHEN, "type": "LOGIC_PROGRAM", "nativeCode": "230"}
    body = second_layout(Condition={"Fault": [fault]})
    (fact,) = read("mtconnect", "", body, device="m1").facts
    assert (fact.channel, fact.value, fact.part) == (Channel.CONDITION, "fault", "logic/230")
    assert read("mtconnect", "", body, device="m1", ignore_codes="SW100, 230").facts == ()


def test_mtconnect_hears_the_agents_will() -> None:
    assert facts(read("mtconnect", "^Availability", "UNAVAILABLE", device="m1")) == {"link": "down"}
    assert DIALECTS["mtconnect"].shared("MTConnect", {"agent": "a1"}) == (
        "MTConnect/Probe/a1",
        "MTConnect/Agent/a1",
    )


BATCH = {
    "metrics": [
        {
            "fields": {"watts": "812.5", "status": "run"},
            "tags": {"host": "mill-1"},
            "timestamp": 1763780530,
        },
        {
            "fields": {"watts": 3, "status": "wait"},
            "tags": {"host": "mill-2"},
            "timestamp": 1763780531,
        },
    ]
}


def test_the_mapper_takes_one_machines_points_from_a_batch() -> None:
    understood = read(
        "mapper",
        "^",
        BATCH,
        shared=True,
        each="metrics",
        where={"tags.host": "mill-1"},
        time="timestamp",
        points=[
            {"value": "fields.watts", "channel": "power_watts"},
            {"value": "fields.status", "states": "run=running,wait=idle"},
        ],
    )
    assert facts(understood) == {
        "power_watts": 812.5,
        "power": "on",
        "alarm": "none",
        "activity": "running",
    }
    assert {f.at for f in understood.facts} == {datetime.fromtimestamp(1763780530, tz=UTC)}


def test_the_mapper_catches_levels_of_the_topic() -> None:
    options = {
        "topic": "+device/+tag",
        "points": [
            {
                "where": {"+device": "mill-1", "+tag": "watts"},
                "channel": "power_watts",
                "factor": 1000,
            }
        ],
    }
    assert facts(read("mapper", "mill-1/watts", "0.8", **options)) == {"power_watts": 800.0}
    assert facts(read("mapper", "mill-2/watts", "0.8", **options)) == {}
    assert facts(read("mapper", "mill-1/watts/deeper", "0.8", **options)) == {}


def test_the_mapper_calls_a_bad_value_unknown() -> None:
    options = {"value": "values.s", "states": "1=running", "unknown_if": "errors.s"}
    assert facts(read("mapper", "", {"values": {}, "errors": {"s": 2014}}, **options)) == {
        "activity": "unknown"
    }
    assert facts(read("mapper", "", {"values": {"s": 1}}, **options))["activity"] == "running"
    with pytest.raises(NotUnderstood, match="no_value"):
        read("mapper", "", {"values": {}}, **options)


@pytest.mark.parametrize(
    ("stamp", "second"),
    [(1763780530, 1763780530), (1763780530000, 1763780530), (1763780530000000000, 1763780530)],
)
def test_the_mapper_knows_a_times_unit_by_its_size(stamp: int, second: int) -> None:
    options = {"value": "v", "channel": "measurement", "time": "t", "time_unit": "auto"}
    understood = read("mapper", "", {"v": 1, "t": stamp}, **options)
    assert understood.device_time == datetime.fromtimestamp(second, tz=UTC)


@pytest.mark.parametrize(
    "options",
    [
        {"chanel": "x"},
        {"channel": "link"},
        {"states": "1=dancing"},
        {"factor": "much"},
        {"time_unit": "h"},
    ],
)
def test_the_mapper_refuses_options_that_cannot_be_read(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"(option|channel|states)"):
        DIALECTS["mapper"].check(options)
