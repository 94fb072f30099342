"""Options of the mapper as people type them, and values as small controllers send them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.dialects.mapped_values import read, said


@pytest.mark.parametrize("mark", [",", ", ", ";", " ; ", "\n", "\r\n", "，", "；", ",\n"])
def test_a_table_of_words_is_parted_as_people_part_it(mark: str) -> None:
    states = mark.join(["가동=running", "정지=Idle", "ALARM=FAULT", ""])
    words = {"가동": "running", "정지": "idle", "alarm": "idle"}
    for word, state in words.items():
        understood = read({"s": word}, value="s", states=states)
        assert (said(understood)["activity"], understood.asides) == (state, ())
    alarm = read({"s": "ALARM"}, value="s", states=states)
    assert "fault" in {f.value for f in alarm.facts}


@pytest.mark.parametrize("mark", [",", ";", "\n", "，"])
def test_a_table_of_bits_is_parted_as_people_part_it(mark: str) -> None:
    bits = mark.join(["1=Paused", "0=running", "ELSE=idle"])
    found = [said(read({"w": word}, value="w", bits=bits))["activity"] for word in (3, 1, 4)]
    assert found == ["paused", "running", "idle"]


@pytest.mark.parametrize("states", ["RUN:running", "RUN=runs", "running", "A=running;B"])
def test_what_is_no_table_is_refused_whatever_parts_it(states: str) -> None:
    with pytest.raises(ValueError, match="is not word=state"):
        read({"s": "RUN"}, value="s", states=states)


@pytest.mark.parametrize("payload", [b"ON\0", b"ON\r\n\0", b"\0ON", b'{"s": "ON"}\0'])
def test_the_end_of_a_controllers_text_is_no_part_of_it(payload: bytes) -> None:
    options = {"value": "s"} if payload.startswith(b"{") else {}
    assert said(read(payload, states="ON=running,OFF=idle", **options))["activity"] == "running"


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-11-28T10:00:00.5+09:00",
        "2026-11-28T01:00:00.5Z",
        1795827600.5,
        "1795827600.5",
        1795827600500,
        "1795827600500",
        1795827600500000000,
        "1795827600500000000",
    ],
)
def test_a_time_tells_by_itself_how_it_is_written(stamp: object) -> None:
    understood = read(
        {"s": 1, "t": stamp}, value="s", states="1=running", time="t", time_unit="auto"
    )
    assert understood.device_time == datetime(2026, 11, 28, 1, 0, 0, 500000, tzinfo=UTC)
    assert understood.asides == ()


@pytest.mark.parametrize("stamp", ["yesterday", "1e9", "-5", "", "9" * 27, None, True])
def test_a_time_that_is_none_is_set_aside_and_the_value_counts(stamp: object) -> None:
    understood = read(
        {"s": 1, "t": stamp}, value="s", states="1=running", time="t", time_unit="auto"
    )
    assert said(understood)["activity"] == "running"
    assert (understood.device_time, len(understood.asides)) == (None, 1)
