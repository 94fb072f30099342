"""Slow clocks of senders whose values carry times of their own: judged like any other (R3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.domain.senders.redating import Redating
from gadong.metering.domain.fold import fold
from tests.support.dialects.sparkplug import bd, payload
from tests.support.dialects.wrong_readings import START, Said, bound, delivered
from tests.support.golden import CENTRE

SLOW = timedelta(hours=9)
WORKS_UNTIL, LASTS = 600, 1200
TABLE = {"states": "1=running,0=idle"}
ISO = {"time": "t", "time_unit": "iso"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowSender:
    """A sender whose message at a second says whether the machine works, by a clock that is slow by
    a time.
    """

    dialect: str
    base: str
    said: Callable[[int, timedelta], tuple[float, str, object]]
    options: Mapping[str, Any] = field(default_factory=dict)
    first: Callable[[timedelta], Said] = lambda slow: []  # noqa: ARG005  # most have no birth


def clocked(second: int, slow: timedelta) -> str:
    """The instant that the sender's clock shows."""
    return (START + timedelta(seconds=second) - slow).isoformat()


def works(second: int) -> int:
    """Return 1 while the machine works."""
    return int(second < WORKS_UNTIL)


def document(second: int, slow: timedelta) -> tuple[float, str, object]:
    """A document of an agent whose own clock is right; its adapter's is not."""
    since = second - second % WORKS_UNTIL
    events = {
        "Availability": [
            {"dataItemId": "a", "timestamp": clocked(-3600, slow), "value": "AVAILABLE"},
        ],
        "Execution": [
            {
                "dataItemId": "e",
                "timestamp": clocked(since, slow),
                "value": "ACTIVE" if works(second) else "READY",
            }
        ],
    }
    samples = {
        "Wattage": [{"dataItemId": "w", "timestamp": clocked(second, slow), "value": 12.5 + second}]
    }
    component = {"componentId": "p", "Events": events, "Samples": samples}
    streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [component]}]}
    header = {"creationTime": clocked(second, timedelta(0))}
    return (
        second,
        "MTConnect/Current/m1",
        {"MTConnectStreams": {"Header": header, "Streams": streams}},
    )


def born(slow: timedelta) -> Said:
    """The births of a node and its device."""
    at = START - slow
    metric = {"name": "run", "alias": 1, "datatype": 3, "int_value": 1}
    return [
        (0, "spBv1.0/g/NBIRTH/n", payload(0, bd(1), at=at)),
        (0, "spBv1.0/g/DBIRTH/n/mill", payload(1, metric, at=at)),
    ]


def metric(second: int, slow: timedelta) -> tuple[float, str, object]:
    """A metric with the time of its controller, in a payload with the node's."""
    at = START + timedelta(seconds=second)
    stamp = int((at - slow).timestamp() * 1000)
    value = {"alias": 1, "int_value": works(second), "timestamp": stamp}
    return second, "spBv1.0/g/DDATA/n/mill", payload(2 + second // 60, value, at=at)


SLOW_SENDERS = {
    "each element's own time": SlowSender(
        dialect="mapper",
        base="plc",
        options={**TABLE, **ISO, "each": "l", "value": "s"},
        said=lambda second, slow: (
            second,
            "plc",
            {"l": [{"s": works(second), "t": clocked(second, slow)}]},
        ),
    ),
    "the message's time around its elements": SlowSender(
        dialect="mapper",
        base="plc",
        options={**TABLE, **ISO, "each": "l", "value": "s"},
        said=lambda second, slow: (
            second,
            "plc",
            {"t": clocked(second, slow), "l": [{"s": works(second)}]},
        ),
    ),
    "a point's own time": SlowSender(
        dialect="mapper",
        base="plc",
        options={"time_unit": "iso", "points": [{**TABLE, "value": "s", "time": "t"}]},
        said=lambda second, slow: (second, "plc", {"s": works(second), "t": clocked(second, slow)}),
    ),
    "telegraf by its recipe": SlowSender(
        dialect="mapper",
        base="telegraf/shop",
        options=RECIPES["telegraf"].filled(HOST="mill", STATE_FIELD="run"),
        said=lambda second, slow: (
            second,
            "telegraf/shop",
            {
                "metrics": [
                    {
                        "tags": {"host": "mill"},
                        "fields": {"run": works(second)},
                        "timestamp": int((START - slow).timestamp()) + second,
                    }
                ]
            },
        ),
    ),
    "an adapter behind an agent": SlowSender(
        dialect="mtconnect", base="MTConnect", options={"device": "m1"}, said=document
    ),
    "a controller behind a node": SlowSender(
        dialect="sparkplug",
        base="g/n/mill",
        options={"points": [{"value": "run", **TABLE}]},
        said=metric,
        first=lambda slow: born(timedelta(0)),  # noqa: ARG005  # the node's own clock is right
    ),
}


def judged(
    sender: SlowSender, slow: timedelta
) -> tuple[list[tuple[str, float, int]], list[Redating]]:
    """The runs of a sender once its clock is judged, with their uncertain seconds; and what was
    dated anew.
    """
    source = bound(sender.dialect, sender.base, sender.options)
    router, session = Router(CENTRE, [source]), new_id()
    stored: list[Message] = []
    redated: list[Redating] = []
    said = [*sender.first(slow), *(sender.said(second, slow) for second in range(10, LASTS, 60))]
    for delivery in delivered(said):
        stored += [item for item in router.read(delivery, session) if isinstance(item, Message)]
        for redating in router.take_redatings():
            redated.append(redating)
            stored = [m for m in stored if not redating.arrived.contains(m.received_at)]
            stored += redating.messages
    runs = fold([source.metering], [s for m in stored for s in m.signals])
    return [
        (r.state.value, (r.start - START).total_seconds(), r.uncertain_seconds) for r in runs
    ], redated


@pytest.mark.parametrize("sender", SLOW_SENDERS.values(), ids=list(SLOW_SENDERS))
def test_the_times_of_single_values_are_judged_like_a_messages(sender: SlowSender) -> None:
    runs, redated = judged(sender, SLOW)
    assert len(redated) == 1
    working, resting = [run for run in runs if run[0] != "unknown"]
    assert (working[0], resting[0]) == ("running", "idle")
    assert 0 <= working[1] <= 60
    assert 600 <= resting[1] <= 670
    assert abs(resting[2] - SLOW.total_seconds()) <= 70, "what was assumed is shown"


@pytest.mark.parametrize("sender", SLOW_SENDERS.values(), ids=list(SLOW_SENDERS))
@pytest.mark.parametrize("minutes", [0, 4])
def test_a_clock_that_is_nearly_right_is_believed(sender: SlowSender, minutes: int) -> None:
    assert judged(sender, timedelta(minutes=minutes))[1] == []


def test_values_that_a_list_repeats_with_their_old_times_prove_nothing() -> None:
    options = {**TABLE, **ISO, "each": "l", "value": "s"}
    stale = {"s": 1, "t": clocked(-7200, timedelta(0))}
    sender = SlowSender(
        dialect="mapper",
        base="plc",
        options=options,
        # Never changes.
        said=lambda second, slow: (second, "plc", {"n": second, "l": [stale]}),  # noqa: ARG005
    )
    runs, redated = judged(sender, timedelta(0))
    assert (runs, redated) == ([("running", -7200, 1)], [])
