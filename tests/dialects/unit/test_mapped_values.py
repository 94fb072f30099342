"""Any device by configuration: values as people and gateways write them, wherever they stand in a
message.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.mapper import unmatched
from gadong.dialects.domain.formats.path import MISSING, elements, find
from gadong.dialects.domain.formats.plain import masked, read_number, state_of, state_of_bits
from gadong.dialects.domain.formats.reading import Fact, NotUnderstood, Understood
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel
from tests.support.dialects.dialects import trouble
from tests.support.dialects.mapped_values import read, said

NODE = "ns=2;s=Line.Mill.Status"


@pytest.mark.parametrize(
    ("text", "options", "meant"),
    [
        (b"1250 W", {"channel": "power_watts"}, {"power_watts": 1250.0}),
        (b"1.25 kW", {"channel": "power_watts"}, {"power_watts": 1250.0}),
        (b"1.25kw", {"channel": "power_watts"}, {"power_watts": 1250.0}),
        (b"500 mW", {"channel": "power_watts"}, {"power_watts": 0.5}),
        (b"2 MW", {"channel": "power_watts"}, {"power_watts": 2e6}),
        (b"-3.2 W", {"channel": "power_watts"}, {"power_watts": -3.2}),
        ("\N{MINUS SIGN}3.2 W".encode(), {"channel": "power_watts"}, {"power_watts": -3.2}),
        (b"1250", {"channel": "power_watts"}, {"power_watts": 1250.0}),
        (b"+1.2e3", {"channel": "power_watts"}, {"power_watts": 1200.0}),
        (b" 1,250.5 W \n", {"channel": "power_watts"}, {"power_watts": 1250.5}),
        (b"12,5", {"channel": "power_watts"}, {"power_watts": 12.5}),
        (b"1.250,5", {"channel": "power_watts"}, {"power_watts": 1250.5}),
        (b"1,250,000", {"channel": "power_watts"}, {"power_watts": 1.25e6}),
        (b"1,250", {"channel": "power_watts", "decimal": "."}, {"power_watts": 1250.0}),
        (b"1,250", {"channel": "power_watts", "decimal": ","}, {"power_watts": 1.25}),
        (b"1.5 kWh", {"channel": "energy_wh"}, {"energy_wh": 1500.0}),
        (b"3600 kJ", {"channel": "energy_wh"}, {"energy_wh": 1000.0}),
        (b"1.5", {"channel": "energy_wh", "factor": 1000}, {"energy_wh": 1500.0}),
        # A factor was given by somebody who knows the unit; the text's own is then a word.
        (b"1.5 kWh", {"channel": "energy_wh", "factor": "1000"}, {"energy_wh": 1500.0}),
        ("21.5 °C".encode(), {"channel": "temperature"}, {"temperature": 21.5}),
        (b"42 %", {"channel": "progress"}, {"progress": 42.0}),
        (b"90 min", {"channel": "remaining_seconds"}, {"remaining_seconds": 5400.0}),
        (b"0.4 bar", {"channel": "measurement"}, {"measurement": 0.4}),
        (b"PRINTING", {"states": "printing=running"}, {"activity": "running"}),
        (b"ON", {"states": "on=running,off=idle"}, {"activity": "running"}),
        (b"true", {"states": "TRUE=running,FALSE=idle"}, {"activity": "running"}),
        (b"True", {"states": "1=running,0=idle"}, {"activity": "running"}),
        (b"off", {"states": "true=running,false=idle"}, {"activity": "idle"}),
        (b"1", {"states": "on=running,off=idle"}, {"activity": "running"}),
        (b"1.0", {"states": "1=running,0=idle"}, {"activity": "running"}),
        (b"2", {"states": "2.0=paused"}, {"activity": "paused"}),
        (b"  Run  ", {"states": " RUN = running "}, {"activity": "running"}),
        ("가동".encode(), {"states": "가동=running,대기=idle"}, {"activity": "running"}),
        (b"a=b", {"states": "a=b=running"}, {"activity": "running"}),
        (b"part-17", {"channel": "job"}, {"job": "part-17"}),
        (b"unavailable", {"states": "on=running"}, {"activity": "unknown"}),
        (b"unknown", {"channel": "energy_wh"}, {}),
        (b"None", {"states": "none=idle"}, {"activity": "idle"}),
        (b"null", {"states": "on=running"}, {"activity": "unknown"}),
        (b"lost", {"states": "lost=unknown"}, {"activity": "unknown"}),
    ],
)
def test_bare_values_are_read_as_they_are_written(
    text: bytes, options: dict[str, Any], meant: dict[str, object]
) -> None:
    assert said(read(text, **options)) == meant


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        (b"1,250 W", {"channel": "power_watts"}, "not_a_number"),
        (b"12 horses", {"channel": "power_watts"}, "not_a_number"),
        (b"12 kWh", {"channel": "power_watts"}, "not_a_number"),
        (b"70 F", {"channel": "temperature"}, "not_a_number"),
        (b"W 12", {"channel": "power_watts"}, "not_a_number"),
        (b"1 250 W", {"channel": "power_watts"}, "not_a_number"),
        (b"1.2.3", {"channel": "power_watts"}, "not_a_number"),
        (b"true", {"channel": "power_watts"}, "not_a_number"),
        (b"inf", {"channel": "power_watts"}, "not_a_number"),
        (b"1e400", {"channel": "power_watts"}, "number_out_of_range"),
        (b"1" * 41, {"channel": "power_watts"}, "number_out_of_range"),
        (b"lunch", {"states": "on=running"}, "unknown_state"),
        (b"2", {"states": "true=running"}, "unknown_state"),
        (b'{"a": 1', {"states": "on=running"}, "not_json"),
        (b"[1, 2", {"states": "on=running"}, "not_json"),
        (b"\xff\xfe", {"states": "on=running"}, "not_text"),
        (b"a\x00b", {"states": "on=running"}, "not_json"),
        (b"x" * 201, {"states": "on=running"}, "too_large"),
    ],
)
def test_what_is_no_such_value_is_set_aside(
    text: bytes, options: dict[str, Any], reason: str
) -> None:
    assert trouble("mapper", "", text, **options).reason == reason


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_is_the_same_written_with_commas(value: float) -> None:
    text = f"{value:,.2f}"
    assert read_number(text, Channel.MEASUREMENT, decimal=".") == pytest.approx(round(value, 2))


@given(st.text(max_size=60))
def test_no_text_is_more_than_not_understood(text: str) -> None:
    for options in ({"channel": "power_watts"}, {"states": "on=running"}, {"bits": "0=running"}):
        with suppress(NotUnderstood):
            assert isinstance(read(text.encode("utf-8", "surrogatepass"), **options), Understood)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("list.1.x", 3),
        ("list[1].x", 3),
        (NODE, 4),
        (f'["{NODE}"]', 4),
        (f"['{NODE}']", 4),
        (f'deep["{NODE}"].Value', 5),
        (f"deep.{NODE}.Value", 5),
        ("Tag[x]", 6),
        ('["Tag[0]"]', 7),
        ("a.c.d", 8),
        ("0", 9),
        ('["0"]', 9),
        ("dotted.end.", 10),
    ],
)
def test_a_path_reaches_keys_with_dots_and_brackets(path: str, value: int) -> None:
    body = {
        "a": {"b": 1},
        "a.b": 2,
        "a.c.d": 8,
        "list": [{"x": 2}, {"x": 3}],
        NODE: 4,
        "deep": {NODE: {"Value": 5}},
        "Tag[x]": 6,
        "Tag[0]": 7,
        "0": 9,
        "dotted.end": 10,
    }
    assert find(body, path) == value


@pytest.mark.parametrize(
    "path", ["a.x", "list.2", "list.x", "list.01234567", "a.b.c", '["a.b.c"]', "deep.x.Value"]
)
def test_a_path_that_leads_nowhere_finds_nothing(path: str) -> None:
    body = {"a": {"b": 1}, "list": [1, 2], "deep": {NODE: {"Value": 5}}}
    assert find(body, path) is MISSING


@pytest.mark.parametrize("option", ["value", "time", "quality", "each"])
def test_a_bracket_that_is_not_closed_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match="not closed"):
        DIALECTS["mapper"].check({option: '["ns=2;s=x'})


def test_lists_are_gone_through_wherever_they_stand() -> None:
    one, two = {"m": [1, 2]}, {"m": [3]}
    assert elements([one, two], "m") == [1, 2, 3]
    assert elements(one, "m") == [1, 2]
    assert elements({"a": [one, two]}, "a.m") == [1, 2, 3]
    assert elements([1, 2], "") == [1, 2]
    assert elements({"x": 1}, "m") == [{"x": 1}]
    assert elements({"x": 1}, "") == [{"x": 1}]
    assert elements([{"x": 1}], "m") == [[{"x": 1}]]
    with pytest.raises(NotUnderstood, match="not a list"):
        elements({"m": {"x": 1}}, "m")


def test_each_element_of_a_top_level_list_has_its_own_time() -> None:
    body = [
        {"NodeId": "a", "t": "2026-11-12T01:00:00.1234567Z", "v": "RUN"},
        {"NodeId": "b", "t": "2026-11-12T01:00:05Z", "v": "STOP"},
        {"NodeId": "a", "t": "2026-11-12T01:00:09Z", "v": "STOP"},
    ]
    found = read(
        body,
        each="",
        where={"NodeId": "a"},
        value="v",
        states="run=running,stop=idle",
        time="t",
        time_unit="iso",
    )
    activity = [f for f in found.facts if f.channel is Channel.ACTIVITY]
    assert [(f.value, f.at) for f in activity] == [
        ("running", datetime(2026, 11, 12, 1, 0, 0, 123456, tzinfo=UTC)),
        ("idle", datetime(2026, 11, 12, 1, 0, 9, tzinfo=UTC)),
    ]
    assert found.device_time is None


def test_an_element_without_a_time_has_the_messages() -> None:
    body = {"timestamp": 1_795_000_000_000, "values": [{"id": "a", "v": 5}]}
    found = read(
        body, each="values", value="v", channel="power_watts", time="timestamp", time_unit="ms"
    )
    assert [f.at for f in found.facts] == [datetime.fromtimestamp(1_795_000_000, tz=UTC)]


def test_a_sum_needs_all_of_its_values() -> None:
    options: dict[str, Any] = {
        "sum": ["L1.P", "L2.P", "L3.P"],
        "channel": "power_watts",
        "factor": 1000,
    }
    body = {"L1": {"P": 1}, "L2": {"P": "2"}, "L3": {"P": -0.5}}
    assert said(read(body, **options)) == {"power_watts": 2500.0}
    two: dict[str, Any] = {"points": [{**options}, {"value": "s", "states": "1=running"}]}
    part = read({"L1": {"P": 1}, "s": 1}, **two)
    assert [aside.reason for aside in part.asides] == ["no_value"]
    assert said(part)["power_watts"] == UNKNOWN_DRAW
    assert said(read({"s": 1}, **two)) == {"activity": "running"}
    assert said(read({"L1": {"P": None}, "L2": {"P": 1}, "L3": {"P": 1}}, **options)).keys() == {
        "power_watts"
    }


@pytest.mark.parametrize(
    ("word", "state"),
    [
        (0b0001, "running"),
        (0b0011, "paused"),
        (0b1001, "fault"),
        (0b0100, "idle"),
        (0, "idle"),
        ("0x9", "fault"),
        ("0b11", "paused"),
        ("1", "running"),
        (1.0, "running"),
        (True, "running"),
        (-32768 + 8, "fault"),
    ],
)
def test_the_first_bit_of_the_table_that_is_set_tells_the_state(word: object, state: str) -> None:
    assert state_of_bits(word, "3=fault,1=paused,0=running,else=idle") is State(state)


def test_bits_without_an_else_are_set_aside_where_none_is_set() -> None:
    with pytest.raises(NotUnderstood, match="none of the bits"):
        state_of_bits(4, "0=running")
    for word in (0.5, "x", 1 << 64, None, [1]):
        with pytest.raises(NotUnderstood):
            state_of_bits(word, "0=running,else=idle")
    assert state_of_bits(1 << 63, "63=running,else=idle") is State.RUNNING


def test_a_mask_takes_some_bits_of_a_status_word() -> None:
    assert masked(0x1234, "0x00F0") == 3
    assert masked(0x1234, 0xF000) == 1
    assert masked(-1, "0x3") == 3
    options = {"value": "sw", "mask": "0x0030", "states": "0=idle,1=setup,2=running,3=fault"}
    assert said(read({"sw": 0x25}, **options)) == {"activity": "running"}
    assert Fact(Channel.ALARM, "fault") in read({"sw": "0x30"}, **options).facts
    assert said(read({"sw": 0x0F00}, value="sw", mask="0x0F00", channel="progress")) == {
        "progress": 15.0
    }


@pytest.mark.parametrize(
    ("options", "about"),
    [
        ({"bits": "64=running"}, "bits"),
        ({"bits": "0=busy"}, "bits"),
        ({"bits": "x=running"}, "bits"),
        ({"bits": "0=running", "states": "1=running"}, "stands in the place"),
        ({"bits": "0=running", "channel": "progress"}, "for channel activity"),
        ({"mask": "0"}, "mask"),
        ({"mask": "zz"}, "zz"),
        ({"mask": -1}, "mask"),
        ({"sum": ["a", "b"]}, "for numbers"),
        ({"sum": ["a"], "value": "b", "channel": "power_watts"}, "stands in the place"),
        ({"decimal": "x"}, "decimal"),
        ({"states": "on=busy"}, "states"),
        ({"states": "on"}, "states"),
        ({"factor": "much"}, "factor"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_options_that_cannot_be_read_are_refused(options: dict[str, Any], about: str) -> None:
    with pytest.raises(ValueError, match=about):
        DIALECTS["mapper"].check(options)


def test_a_word_in_a_table_counts_before_what_it_may_also_mean() -> None:
    table = "1=running,true=setup,off=paused"
    assert state_of(1, table) is State.RUNNING
    assert state_of(True, table) is State.SETUP
    assert state_of("no", table) is State.PAUSED
    assert state_of(0, table) is State.PAUSED


@pytest.mark.parametrize(
    ("tail", "pattern", "is_read"),
    [
        ("state", "state", True),
        ("state", "/state", True),
        ("state", "state/", True),
        ("/state", "/state", True),
        ("/state", "state", False),
        ("m1/state", "+machine/state", True),
        ("m1/x/state", "+machine/state", False),
        ("m1/x", "m1/#", True),
        ("", "", True),
    ],
)
def test_a_topic_below_the_base_is_read_by_its_levels(
    tail: str, pattern: str, *, is_read: bool
) -> None:
    found = read(b"on", tail, topic=pattern, states="on=running")
    assert bool(found.facts) is is_read


def test_a_path_that_never_matches_is_named() -> None:
    options = {
        "points": [
            {"value": "values.sate", "states": "1=running", "time": "at"},
            {"value": "values.watts", "channel": "power_watts", "quality": "q"},
            {"sum": ["values.l1", "values.l2"], "channel": "energy_wh"},
        ],
        "time": "ts",
        "unknown_if": None,
    }
    words = [
        ("", json.dumps(body).encode())
        for body in ({"ts": 1, "values": {"state": 1}}, {"values": {"l1": 2}})
    ]
    assert unmatched(options, [*words, ("", b"{")]) == [
        "values.sate",
        "at",
        "values.watts",
        "q",
        "values.l2",
    ]
    assert unmatched({"topic": "a/b", "value": "x"}, [("c", b"1")]) == ["a/b"]
    assert unmatched({"value": "x"}, []) == []
    told = [("", b'{"metrics": [{"tags": {"host": "m1"}, "fields": {"w": 5}}]}')]
    listed = {
        "each": "metrics",
        "where": {"tags.host": "m1"},
        "value": "fields.w",
        "channel": "power_watts",
    }
    assert unmatched(listed, told) == []
    assert unmatched({**listed, "each": "metric"}, told) == ["metric", "tags.host", "fields.w"]


def test_a_fact_is_told_with_its_part() -> None:
    found = read(b"12 W", channel="power_watts", part="L1")
    assert found.facts == (Fact(Channel.POWER_WATTS, 12.0, "L1"),)


KOREAN_STATES = {"channel": "activity", "states": "가동=running,정지=idle"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "euc-kr", "cp949"])
@pytest.mark.parametrize(("word", "state"), [("가동", "running"), (" 정지\r\n", "idle")])
def test_a_word_is_read_in_the_encoding_that_its_gateway_writes(
    word: str, state: str, encoding: str
) -> None:
    assert said(read(word.encode(encoding), **KOREAN_STATES)) == {"activity": state}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "euc-kr"])
def test_a_document_is_read_in_the_encoding_that_its_gateway_writes(encoding: str) -> None:
    payload = json.dumps({"상태": "가동"}, ensure_ascii=False).encode(encoding)
    assert said(read(payload, value="상태", **KOREAN_STATES)) == {"activity": "running"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "euc-kr"])
def test_a_number_is_read_in_the_encoding_that_its_gateway_writes(encoding: str) -> None:
    payload = "12 개".encode(encoding)
    assert said(read(payload, channel="parts")) == {"parts": 12.0}


def test_a_word_of_another_encoding_that_no_state_answers_to_is_unknown_and_set_aside() -> None:
    found = read("점검".encode("euc-kr"), **KOREAN_STATES)
    assert said(found) == {"activity": "unknown"}
    assert [aside.reason for aside in found.asides] == ["unknown_state"]


@pytest.mark.parametrize("payload", [b"\xff", b"\x80\x00", b"\xb0\xa1\x00", b"\xff\xfe\x00"])
def test_bytes_that_are_no_text_are_said_to_be_none(payload: bytes) -> None:
    assert trouble("mapper", "", payload, **KOREAN_STATES).reason == "not_text"


@pytest.mark.parametrize(("depth", "is_read"), [(1, True), (32, True), (33, False), (5000, False)])
def test_lists_in_each_other_are_gone_through_to_a_depth(depth: int, is_read: bool) -> None:
    body: Any = {"a": ["x"]}
    for _ in range(depth):
        body = [body]
    if is_read:
        assert elements(body, "a") == ["x"]
    else:
        with pytest.raises(NotUnderstood, match="32 deep"):
            elements(body, "a")


@pytest.mark.parametrize(
    "text", ["1'250 W", "1\N{RIGHT SINGLE QUOTATION MARK}250 W", "1_250", "3:45"]
)
def test_what_goes_on_as_a_number_is_no_unit(text: str) -> None:
    found = read(text.encode(), channel="power_watts", factor=1)
    assert said(found) == {"power_watts": UNKNOWN_DRAW}
    assert [aside.reason for aside in found.asides] == ["not_a_number"]


@pytest.mark.parametrize("unit", ["W", "%", "m3", "\N{DEGREE SIGN}C", "/h", "개"])
def test_with_a_factor_a_unit_is_only_a_word(unit: str) -> None:
    for text in (f"12{unit}", f"12 {unit}"):
        assert said(read(text.encode(), channel="measurement", factor=2)) == {"measurement": 24.0}
