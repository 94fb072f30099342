"""A gateway's heartbeat repeats a value with the instant of its last change.

The state holds on by it.
OPC Publisher's default heartbeat (`WatchdogLKV`) sends the last value with its source timestamp; so
does Telegraf's OPC UA input whose timestamp is the source's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from tests.support.dialects.wrong_readings import START, Said, bound, came_of, heard

NODE = "nsu=http://example.org/plc;s=Line.Mill.Running"
HEARTBEAT = timedelta(seconds=30)


def stamp(second: float) -> str:
    """An instant as .NET writes it."""
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}.0000000Z"


def samples(value: object, since: float) -> object:
    """A batch of one monitored item."""
    return [{"NodeId": NODE, "Value": {"Value": value, "SourceTimestamp": stamp(since)}}]


def pubsub(value: object, since: float) -> object:
    """A network message."""
    payload = {NODE: {"Value": value, "SourceTimestamp": stamp(since)}}
    return {"MessageType": "ua-data", "Messages": [{"DataSetWriterId": 1, "Payload": payload}]}


def telegraf(value: object, since: float) -> object:
    """A metric with the source's time."""
    at = int((START + timedelta(seconds=since)).timestamp())
    return {"fields": {"running": value}, "tags": {"host": "mill-1"}, "timestamp": at}


SENDERS: Mapping[str, tuple[Callable[[object, float], object], dict[str, str]]] = {
    "opc-publisher-samples": (samples, {"STATE_NODE": NODE}),
    "opc-publisher-pubsub": (pubsub, {"STATE_NODE": NODE}),
    "telegraf": (telegraf, {"HOST": "mill-1", "STATE_FIELD": "running"}),
}


def options(recipe: str) -> dict[str, Any]:
    """The recipe filled in."""
    return RECIPES[recipe].filled(**SENDERS[recipe][1])


def states(source: Source, said: Said) -> int:
    """Count the signals of the state."""
    return sum(s.channel is Channel.ACTIVITY for s in heard(source, said)[0])


@pytest.mark.parametrize("recipe", SENDERS)
def test_a_steady_state_holds_by_its_gateways_heartbeat(recipe: str) -> None:
    write, _ = SENDERS[recipe]
    source = bound("mapper", "opc", options(recipe), heartbeat=HEARTBEAT)
    said = [(0, "opc", write(False, -600)), (60, "opc", write(True, 60))]
    said += [(second, "opc", write(True, 60)) for second in range(90, 3600, 30)]
    said += [(3600, "opc", write(False, 3600))]
    runs, _ = came_of(source, said, now=3600)
    ran = [run for run in runs if run[1] >= 60]
    assert ran[:2] == [("running", 60), ("idle", 3600)]


@pytest.mark.parametrize(("silence", "is_known"), [(89, True), (90, True), (91, False)])
def test_three_heartbeats_of_silence_leave_it_unknown(silence: int, *, is_known: bool) -> None:
    source = bound("mapper", "opc", options("opc-publisher-samples"), heartbeat=HEARTBEAT)
    said = [(second, "opc", samples(True, 0)) for second in (0, 30, 60, 60 + silence)]
    runs, _ = came_of(source, [*said, (400, "opc", samples(False, 400))], now=400)
    is_seen = ("unknown", 90.0) in runs and ("running", 60.0 + silence) in runs
    assert is_seen is not is_known, runs


def test_a_source_without_a_heartbeat_repeats_nothing() -> None:
    said = [(second, "opc", samples(True, 0)) for second in range(0, 300, 30)]
    quiet = bound("mapper", "opc", options("opc-publisher-samples"))
    owing = bound("mapper", "opc", options("opc-publisher-samples"), heartbeat=HEARTBEAT)
    assert (states(quiet, said), states(owing, said)) == (1, 10)


@pytest.mark.parametrize(("apart", "kept"), [(19, 5), (20, 10), (21, 10)])
def test_a_fast_heartbeat_is_kept_every_twenty_seconds(apart: int, kept: int) -> None:
    source = bound("mapper", "opc", options("opc-publisher-samples"), heartbeat=HEARTBEAT)
    said = [(second * apart, "opc", samples(True, 0)) for second in range(10)]
    assert states(source, said) == kept


def test_an_old_value_beside_a_newer_one_is_not_said_again() -> None:
    item = samples(True, 0)
    assert isinstance(item, list)
    both = [*item, {"NodeId": NODE, "Value": {"Value": False, "SourceTimestamp": stamp(40)}}]
    source = bound("mapper", "opc", options("opc-publisher-samples"), heartbeat=HEARTBEAT)
    runs, _ = came_of(source, [(0, "opc", item), (41, "opc", both)], now=60)
    assert runs[:2] == [("running", 0), ("idle", 40)]
