"""The three dialects: what they read, what they refuse, and that nothing makes them fall over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.dialects.domain.sequence_position import Position
from gadong.dialects.domain.signal import FUTURE_LIMIT, PAST_LIMIT, TimeRule, choose_time
from tests.support.dialects.dialects import facts, read, trouble


@pytest.mark.parametrize(
    ("state_id", "power", "alarm", "activity"),
    [
        ("PRINTING", "on", "none", "running"),
        ("FINISHING", "on", "none", "running"),
        ("PAUSED", "on", "none", "paused"),
        ("OPERATIONAL", "on", "none", "idle"),
        ("CONNECTING", "on", "none", "setup"),
        ("CLOSED", "off", "none", "idle"),
        ("ERROR", "on", "fault", "idle"),
    ],
)
def test_octoprint_reads_the_id_and_not_the_localised_text(
    state_id: str, power: str, alarm: str, activity: str
) -> None:
    body = {
        "state_id": state_id,
        "state_string": "출력 중",
        "_event": "PrinterStateChanged",
        "_timestamp": 1763780530,
    }
    understood = read("octoprint", "event/PrinterStateChanged", body)
    assert facts(understood) == {"power": power, "alarm": alarm, "activity": activity}
    assert understood.device_time == datetime.fromtimestamp(1763780530, tz=UTC)


@pytest.mark.parametrize(("reason", "result"), [("cancelled", "cancelled"), ("error", "failed")])
def test_octoprint_says_why_a_print_failed(reason: str, result: str) -> None:
    # That the two events of a cancel are one end: test_wrong_readings.py.
    body = {"name": "a.gcode", "reason": reason, "_timestamp": 1763780530}
    assert facts(read("octoprint", "event/PrintFailed", body))["job_result"] == result


def test_octoprint_never_takes_a_hundred_per_cent_for_an_end() -> None:
    body = {"location": "local", "path": "a.gcode", "progress": 100, "_timestamp": 1763780530}
    assert facts(read("octoprint", "progress/printing", body)) == {"progress": 100.0}
    bogus = {"location": "local", "path": "", "progress": 0, "_timestamp": 1763780530}
    assert facts(read("octoprint", "progress/printing", bogus)) == {"progress": 0.0}
    body["progress"] = 40
    assert facts(read("octoprint", "progress/printing", body))["activity_hint"] == "running"


def test_octoprint_knows_its_will() -> None:
    assert facts(read("octoprint", "mqtt", "disconnected")) == {"link": "down"}


@pytest.mark.parametrize(
    ("energy", "watts", "energy_wh"),
    [
        ({"Total": 6.294, "Power": 2635}, 2635.0, 6294.0),
        ({"Total": [1.2, 3.4], "Power": [10, 20, 30]}, 60.0, 4600.0),
        ({"Total": {"Phase1": 1.0, "Phase2": 2.0}, "Power": 0}, 0.0, 3000.0),
    ],
)
def test_tasmota_reads_one_phase_and_several(
    energy: object, watts: float, energy_wh: float
) -> None:
    understood = read("tasmota", "SENSOR", {"Time": "2026-11-22T17:37:10", "ENERGY": energy})
    assert facts(understood) == {"power_watts": watts, "energy_wh": pytest.approx(energy_wh)}
    assert understood.device_time is None, "its clock is local and says not which"


def test_tasmota_reads_a_clamp_and_a_status_answer() -> None:
    clamp = {"ANALOG": {"CTEnergy1": {"Energy": 0.5, "Power": 2300, "Voltage": 230, "Current": 10}}}
    assert facts(read("tasmota", "SENSOR", clamp))["power_watts"] == 2300.0
    answer = {"StatusSNS": {"Time": "2026-11-22T17:37:10", "ENERGY": {"Power": 12}}}
    assert facts(read("tasmota", "STATUS8", answer)) == {"power_watts": 12.0}


def test_tasmota_hears_its_own_relay_only() -> None:
    assert facts(read("tasmota", "STATE", {"POWER": "OFF"})) == {"power": "off"}
    assert facts(read("tasmota", "POWER2", "ON")) == {}
    assert facts(read("tasmota", "POWER2", "ON", relay="2")) == {"power": "on"}


@pytest.mark.parametrize("relay", [{}, {"relay": "1"}])
@pytest.mark.parametrize("named", ["POWER", "POWER1"])
def test_tasmotas_first_relay_has_a_number_only_beside_others(
    named: str, relay: dict[str, str]
) -> None:
    answer = {"StatusSTS": {named: "ON"}}
    for tail, said in (("STATE", {named: "ON"}), ("STATUS11", answer), (named, "ON")):
        assert facts(read("tasmota", tail, said, **relay)) == {"power": "on"}
    assert facts(read("tasmota", "STATE", {named: "ON"}, relay="2")) == {}


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("%prefix%/%topic%/", ("tele/shop/mill", "stat/shop/mill")),
        ("%topic%/%prefix%/", ("shop/mill/tele", "shop/mill/stat")),
        ("hall/%prefix%/plugs/%topic%", ("hall/tele/plugs/shop/mill", "hall/stat/plugs/shop/mill")),
    ],
)
def test_tasmota_follows_any_full_topic(layout: str, expected: tuple[str, str]) -> None:
    assert DIALECTS["tasmota"].prefixes("shop/mill", {"full_topic": layout}) == expected


def test_gadong_json_carries_boot_sequence_time_state_and_counter() -> None:
    body = {
        "v": 1,
        "boot": "b7",
        "seq": 12,
        "at": "2026-11-22T09:00:00+09:00",
        "state": "running",
        "counters": {"run_s": 4321},
    }
    understood = read("gadong-json", "state", body)
    assert understood.position == Position(boot="b7", seq=12)
    assert understood.device_time == datetime(2026, 11, 22, tzinfo=UTC)
    assert facts(understood) == {
        "activity": "running",
        "alarm": "none",
        "power": "on",
        "run_seconds": 4321.0,
    }


@pytest.mark.parametrize(
    ("dialect", "tail", "payload", "reason"),
    [
        ("gadong-json", "state", b"\xff\xfe", "not_json"),
        ("gadong-json", "state", b"", "not_json"),
        ("gadong-json", "state", b"[]", "not_an_object"),
        ("gadong-json", "state", b"null", "not_an_object"),
        ("gadong-json", "state", b"[" * 100_000, "not_json"),
        ("gadong-json", "state", b'{"state": "flying"}', "unknown_state"),
        ("gadong-json", "state", b'{"v": 9, "state": "idle"}', "unknown_version"),
        ("gadong-json", "state", b'{"state": "idle", "seq": true, "boot": "b"}', "bad_sequence"),
        ("gadong-json", "state", b'{"state": "idle", "seq": 1.9, "boot": "b"}', "bad_sequence"),
        ("gadong-json", "state", b'{"state": "idle", "seq": "1", "boot": "b"}', "bad_sequence"),
        (
            "gadong-json",
            "state",
            b'{"state": "idle", "seq": 99999999999999999999, "boot": "b"}',
            "bad_sequence",
        ),
        ("gadong-json", "state", b'{"state": "idle", "at": "2026-11-22T09:00:00"}', "not_a_time"),
        ("gadong-json", "state", b'{"state": "idle", "at": 1e18}', "number_out_of_range"),
        ("gadong-json", "state", b'{"state": "idle", "at": -1}', "number_out_of_range"),
        (
            "gadong-json",
            "state",
            b'{"state": "idle", "counters": {"run_s": -5}}',
            "number_out_of_range",
        ),
        ("gadong-json", "telemetry", b'{"power_watts": NaN}', "not_json"),
        ("gadong-json", "telemetry", b'{"power_watts": 1e400}', "not_json"),
        ("gadong-json", "telemetry", b'{"power_watts": true}', "not_a_number"),
        ("gadong-json", "telemetry", b"{}", "nothing_known"),
        ("gadong-json", "elsewhere", b"{}", "unknown_topic"),
        (
            "octoprint",
            "event/PrinterStateChanged",
            b'{"state_id": "WARP", "_timestamp": 1}',
            "unknown_state",
        ),
        ("octoprint", "event/PrinterStateChanged", b"x" * 2_000_000, "too_large"),
        ("octoprint", "event/Waiting", b'{"_timestamp": "yesterday"}', "not_a_number"),
        ("tasmota", "SENSOR", b'{"ENERGY": {"Power": "12"}}', "not_a_number"),
        ("tasmota", "LWT", b"Perhaps", "unknown_value"),
        # A list or an object where a word belongs.
        ("gadong-json", "state", b'{"state": []}', "unknown_state"),
        ("gadong-json", "job", b'{"event": {}}', "unknown_value"),
        ("moonraker", "moonraker/status", b'{"server": []}', "unknown_value"),
        (
            "moonraker",
            "klipper/status",
            b'{"status": {"print_stats": {"state": {}}}}',
            "unknown_state",
        ),
        ("zigbee2mqtt", "availability", b'{"state": ["online"]}', "unknown_value"),
        ("shelly", "events/rpc", b'{"method": []}', "unknown_value"),
    ],
)
def test_what_is_not_understood_says_why(
    dialect: str, tail: str, payload: bytes, reason: str
) -> None:
    refused = trouble(dialect, tail, payload)
    assert refused.reason == reason
    assert refused.detail


tails = st.sampled_from(
    [
        *(
            "state",
            "telemetry",
            "job",
            "online",
            "mqtt",
            "event/PrintStarted",
            "event/PrinterStateChanged",
        ),
        *(
            "progress/printing",
            "temperature/tool0",
            "SENSOR",
            "STATE",
            "LWT",
            "STATUS8",
            "POWER1",
            "relay/0",
        ),
        *(
            "moonraker/status",
            "klipper/status",
            "status/switch:0",
            "events/rpc",
            "availability",
            "",
            "/",
            "☃",
        ),
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["v", "boot", "seq", "at", "state", "counters", "run_s", "ENERGY", "Power", "Total"]
            )
            | st.sampled_from(
                [
                    "_timestamp",
                    "status",
                    "method",
                    "params",
                    "server",
                    "event",
                    "state_id",
                    "progress",
                    "path",
                    "printer_data",
                    "POWER",
                    "StatusSNS",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=15,
)
payloads = st.binary(max_size=200) | json_values.map(
    lambda value: json.dumps(value).encode("utf-8", "surrogatepass")
)


@given(st.sampled_from(sorted(DIALECTS)), tails, payloads)
def test_any_bytes_are_understood_or_refused_and_nothing_else(
    dialect: str, tail: str, payload: bytes
) -> None:
    try:
        understood = DIALECTS[dialect].decode(tail, payload, {})
    except NotUnderstood:
        return
    for fact in understood.facts:
        assert isinstance(fact.value, str | float)
        if isinstance(fact.value, float):
            assert abs(fact.value) <= 1e15


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("device_time", "retained", "at", "rule"),
    [
        (NOW - PAST_LIMIT, False, NOW - PAST_LIMIT, TimeRule.DEVICE),
        (NOW + FUTURE_LIMIT, False, NOW + FUTURE_LIMIT, TimeRule.DEVICE),
        (NOW + FUTURE_LIMIT * 2, False, NOW, TimeRule.SKEWED),
        (datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC), False, NOW, TimeRule.SKEWED),
        (None, False, NOW, TimeRule.RECEIVED),
        (None, True, NOW, TimeRule.RETAINED),
        (NOW - FUTURE_LIMIT, True, NOW - FUTURE_LIMIT, TimeRule.DEVICE),
    ],
)
def test_the_instant_is_chosen_by_rule(
    device_time: datetime | None, retained: bool, at: datetime, rule: TimeRule
) -> None:
    assert choose_time(device_time, NOW, retained=retained)[:2] == (at, rule)
