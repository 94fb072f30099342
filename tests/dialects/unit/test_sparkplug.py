"""A Sparkplug node's memory: births, aliases, lost numbers, and deaths that come late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gadong.dialects.domain.formats import sparkplug
from gadong.dialects.domain.formats.reading import NotUnderstood, Understood
from gadong.dialects.domain.formats.sparkplug_node import EdgeNode, NodeMessage
from gadong.dialects.domain.formats.sparkplug_payload import read_metric, read_payload
from tests.support.dialects.dialects import facts
from tests.support.dialects.sparkplug import BOOLEAN, DOUBLE, INT8, NOW, bd, payload

POINTS = {
    "points": [
        {"value": "run", "states": "true=running,false=idle"},
        {"value": "kwh", "channel": "energy_wh", "factor": 1000},
    ]
}


def born(node: EdgeNode, number: int = 7) -> None:
    """The node's birth and its device's, whose data name aliases only."""
    node.hear("spBv1.0/g/NBIRTH/n", payload(0, bd(number)), NOW)
    node.hear(
        "spBv1.0/g/DBIRTH/n/mill",
        payload(
            1,
            {"name": "run", "alias": 1, "datatype": BOOLEAN, "boolean_value": False},
            {"name": "kwh", "alias": 2, "datatype": DOUBLE, "double_value": 1.5},
        ),
        NOW,
    )


def understood(heard: NodeMessage) -> Understood:
    return sparkplug.understand(heard, "g/n/mill", POINTS)


def test_data_are_read_by_the_birth_that_named_them() -> None:
    node = EdgeNode("g", "n")
    born(node)
    heard = node.hear(
        "spBv1.0/g/DDATA/n/mill", payload(2, {"alias": 1, "boolean_value": True}), NOW
    )
    assert facts(understood(heard))["activity"] == "running"
    assert node.take_questions() == []


def test_data_before_a_birth_are_set_aside_and_a_birth_is_asked_for_at_most_every_half_minute() -> (
    None
):
    node = EdgeNode("g", "n")
    for seconds in (0, 10, 29):
        with pytest.raises(NotUnderstood, match="before_birth"):
            node.hear(
                "spBv1.0/g/DDATA/n/mill", payload(3, {"alias": 1}), NOW + timedelta(seconds=seconds)
            )
    (asked,) = node.take_questions()
    assert asked.topic == "spBv1.0/g/NCMD/n"
    assert isinstance(asked.payload, bytes)
    (command,) = read_payload(asked.payload).metrics
    assert read_metric(command, None).name == "Node Control/Rebirth"
    with pytest.raises(NotUnderstood):
        node.hear("spBv1.0/g/NDATA/n", payload(4), NOW + timedelta(seconds=31))
    assert len(node.take_questions()) == 1


def test_a_lost_number_is_noticed_over_all_devices_and_what_came_is_still_read() -> None:
    node = EdgeNode("g", "n")
    born(node)
    node.hear(
        "spBv1.0/g/DDATA/n/other", payload(2, {"name": "x", "datatype": INT8, "int_value": 1}), NOW
    )
    assert node.take_questions() == []
    heard = node.hear(
        "spBv1.0/g/DDATA/n/mill", payload(4, {"alias": 1, "boolean_value": True}), NOW
    )
    assert facts(understood(heard))["activity"] == "running"
    assert len(node.take_questions()) == 1


def test_the_will_of_an_earlier_connection_ends_nothing() -> None:
    node = EdgeNode("g", "n")
    born(node, number=8)
    assert understood(node.hear("spBv1.0/g/NDEATH/n", payload(None, bd(7)), NOW)).facts == ()
    heard = node.hear("spBv1.0/g/NDEATH/n", payload(None, bd(8)), NOW)
    assert facts(understood(heard)) == {"link": "down"}
    assert understood(heard).device_time is None, (
        "a will's own time is that of the connection's beginning"
    )


def test_numbers_go_round_after_255() -> None:
    node = EdgeNode("g", "n")
    born(node)
    for seq in [*range(2, 256), 0, 1]:
        node.hear("spBv1.0/g/NDATA/n", payload(seq), NOW)
    assert node.take_questions() == []


def test_null_is_unknown_and_history_keeps_its_time() -> None:
    node = EdgeNode("g", "n")
    born(node)
    heard = node.hear("spBv1.0/g/DDATA/n/mill", payload(2, {"alias": 1, "is_null": True}), NOW)
    assert facts(understood(heard)) == {"activity": "unknown"}
    before = NOW - timedelta(hours=2)
    old = {
        "alias": 2,
        "double_value": 2.0,
        "is_historical": True,
        "timestamp": int(before.timestamp() * 1000),
    }
    (fact,) = understood(node.hear("spBv1.0/g/DDATA/n/mill", payload(3, old), NOW)).facts
    assert (fact.value, fact.at) == (2000.0, before)


def test_a_past_value_of_no_known_time_says_nothing_of_now() -> None:
    node = EdgeNode("g", "n")
    born(node)
    old = {"alias": 2, "double_value": 2.0, "is_historical": True}
    present = {"alias": 1, "boolean_value": True}
    heard = understood(node.hear("spBv1.0/g/DDATA/n/mill", payload(2, old, present), NOW))
    assert facts(heard) == {"power": "on", "alarm": "none", "activity": "running"}
    assert [(a.reason, a.detail.partition(":")[2]) for a in heard.asides] == [
        ("not_a_time", " a historical value without a time")
    ]
    unread = {"name": "other", "double_value": 2.0, "is_historical": True}
    assert understood(node.hear("spBv1.0/g/DDATA/n/mill", payload(3, unread), NOW)).asides == ()


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ({"datatype": 1, "int_value": 255}, -1),
        ({"datatype": 2, "int_value": 0xFFFE}, -2),
        ({"datatype": 3, "int_value": 0xFFFFFFFD}, -3),
        ({"datatype": 4, "long_value": 2**64 - 4}, -4),
        ({"datatype": 7, "int_value": 0xFFFFFFFF}, 4294967295),
        ({"datatype": 9, "float_value": 0.5}, 0.5),
        ({"datatype": 12, "string_value": "가동"}, "가동"),
        ({"datatype": 13, "long_value": 1763780530000}, 1763780530000),
        ({"datatype": 24, "bytes_value": b"\xfe\xff\xff\xff\x01\x00\x00\x00"}, -2),
        ({"datatype": 31, "bytes_value": b"\x00\x00\x00"}, None),
        ({"datatype": 17, "bytes_value": b"x"}, None),
        ({"datatype": 4, "is_null": True}, None),
    ],
)
def test_every_data_type(metric: dict[str, Any], value: object) -> None:
    (raw,) = read_payload(payload(0, {"name": "m", **metric})).metrics
    assert read_metric(raw, None).value == value


def test_of_two_metrics_with_one_alias_the_last_counts() -> None:
    node = EdgeNode("g", "n")
    metrics = [{"name": n, "alias": 1, "datatype": INT8, "int_value": 1} for n in ("a", "b")]
    node.hear("spBv1.0/g/NBIRTH/n", payload(0, bd(1), *metrics), NOW)
    heard = node.hear("spBv1.0/g/NDATA/n", payload(1, {"alias": 1, "int_value": 5}), NOW)
    assert [m.name for m in heard.metrics] == ["b"]


def test_a_node_that_is_born_anew_says_its_devices_anew() -> None:
    node = EdgeNode("g", "n")
    born(node)
    birth = node.hear("spBv1.0/g/NBIRTH/n", payload(0, bd(8)), NOW)
    assert facts(understood(birth)) == {"link": "down"}
    # The node itself is there, without the metric.
    here = facts(sparkplug.understand(birth, "g/n", POINTS))
    assert here == {"link": "up", "activity": "unknown"}
    run = {"name": "run", "alias": 1, "datatype": BOOLEAN, "boolean_value": True}
    again = node.hear("spBv1.0/g/DBIRTH/n/mill", payload(1, run), NOW)
    assert (facts(understood(again))["link"], facts(understood(again))["activity"]) == (
        "up",
        "running",
    )


def test_an_alias_that_nobody_knows_hides_no_other() -> None:
    node = EdgeNode("g", "n")
    born(node)
    odd = {"alias": 99, "int_value": 5}
    heard = node.hear(
        "spBv1.0/g/DDATA/n/mill", payload(2, odd, {"alias": 1, "boolean_value": True}), NOW
    )
    found = understood(heard)
    assert facts(found)["activity"] == "running"
    assert [aside.reason for aside in found.asides] == ["unknown_alias"]
    assert len(node.take_questions()) == 1, "the node is asked for its birth"
    with pytest.raises(NotUnderstood, match="unknown_alias"):
        node.hear("spBv1.0/g/DDATA/n/mill", payload(3, odd), NOW)
