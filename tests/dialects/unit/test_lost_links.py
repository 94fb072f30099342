"""Links that were lost while a machine worked: a document or a birth states what holds now, however
old its values are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from gadong.core.domain.ids import new_id
from gadong.core.domain.period import Period
from gadong.machines.domain.message import Message
from gadong.machines.domain.outage import Outage
from gadong.machines.domain.routing import Router
from gadong.metering.domain.fold import fold
from tests.support.dialects.sparkplug import bd, payload
from tests.support.dialects.wrong_readings import (
    START,
    THRESHOLDS,
    Said,
    bound,
    came_of,
    delivered,
    heard,
)
from tests.support.golden import CENTRE

AGENT = "MTConnect/Probe/agent/Availability"
OPTIONS = {"device": "m1", "agent": "agent"}
POINTS = [{"value": "run", "states": "true=running,false=idle"}]


def document(
    second: int,
    execution: str = "ACTIVE",
    since: int = 0,
    *,
    kind: str = "Current",
    available: Sequence[tuple[int, str]] = ((0, "AVAILABLE"),),
) -> tuple[float, str, object]:
    """A document, whose values are as old as their last change."""

    def items(identity: str, *values: tuple[int, str]) -> list[dict[str, str]]:
        return [
            {
                "dataItemId": identity,
                "timestamp": (START + timedelta(seconds=at)).isoformat(),
                "value": value,
            }
            for at, value in values
        ]

    events = {"Execution": items("e", (since, execution)), "Availability": items("a", *available)}
    streams = {"DeviceStream": [{"uuid": "m1", "ComponentStream": [{"Events": events}]}]}
    header = {"creationTime": (START + timedelta(seconds=second)).isoformat()}
    return (
        second,
        f"MTConnect/{kind}/m1",
        {"MTConnectStreams": {"Header": header, "Streams": streams}},
    )


def run(since: int) -> dict[str, object]:
    """A metric whose value is as old as its last change."""
    stamp = int((START + timedelta(seconds=since)).timestamp() * 1000)
    return {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True, "timestamp": stamp}


def born(second: int, number: int, since: int) -> Said:
    """The births of a node and its device."""
    at = START + timedelta(seconds=second)
    return [
        (second, "spBv1.0/g/NBIRTH/n", payload(0, bd(number), at=at)),
        (second, "spBv1.0/g/DBIRTH/n/mill", payload(1, run(since), at=at)),
    ]


def test_a_document_after_a_lost_link_says_what_holds_now() -> None:
    said = [document(second) for second in range(0, 600, 10)]
    said += [(600, AGENT, "UNAVAILABLE"), (700, AGENT, "AVAILABLE")]
    said += [document(second) for second in range(700, 900, 10)]
    said += [document(second, "READY", 900) for second in range(900, 1000, 10)]
    runs, _ = came_of(bound("mtconnect", "MTConnect", OPTIONS), said)
    assert runs == [("running", 0), ("unknown", 600), ("running", 700), ("idle", 900)]


def test_what_a_document_repeats_is_kept_once() -> None:
    router, session = Router(CENTRE, [bound("mtconnect", "MTConnect", OPTIONS)]), new_id()
    kept = []
    for delivery in delivered([document(second) for second in range(0, 60, 10)]):
        (message,) = router.read(delivery, session)
        assert isinstance(message, Message)
        kept.append([s.channel.value for s in message.signals if s.channel == "activity"])
    assert kept == [["activity", "activity"], [], [], [], [], []], (
        "at its own instant, and at the document's"
    )


@pytest.mark.parametrize(("since", "back"), [(50, 300), (200, 200)])
def test_a_birth_after_a_death_says_what_holds_now(since: int, back: int) -> None:
    death = (100, "spBv1.0/g/NDEATH/n", payload(None, bd(1), at=START))
    source = bound("sparkplug", "g/n/mill", {"points": POINTS})
    runs, _ = came_of(source, [*born(0, 1, 0), death, *born(300, 2, since)])
    assert runs == [("running", 0), ("unknown", 100), ("running", back)]


def test_a_device_that_is_born_again_says_what_holds_now() -> None:
    at = START + timedelta(seconds=300)
    said = [
        *born(0, 1, 0),
        (100, "spBv1.0/g/DDEATH/n/mill", payload(2, at=START + timedelta(seconds=100))),
        (300, "spBv1.0/g/DBIRTH/n/mill", payload(3, run(50), at=at)),
    ]
    runs, _ = came_of(bound("sparkplug", "g/n/mill", {"points": POINTS}), said)
    assert runs == [("running", 0), ("unknown", 100), ("running", 300)]


def test_a_printer_that_was_off_before_a_lost_link_may_print_after_it() -> None:
    said: Said = [
        (0, "o/event/PrinterStateChanged", {"state_id": "CLOSED"}),
        (100, "o/mqtt", "disconnected"),
        (300, "o/mqtt", "connected"),
        (310, "o/progress/printing", {"progress": 12, "path": "jig.gcode"}),
    ]
    runs, _ = came_of(bound("octoprint", "o"), said)
    assert runs == [("off", 0), ("unknown", 100), ("running", 310)]


def test_a_relay_that_was_off_before_an_outage_of_ours_may_be_on_after_it() -> None:
    source = bound("esphome", "c", thresholds=THRESHOLDS)
    said: Said = [
        (0, "c/switch/relay/state", "OFF"),
        (1, "c/sensor/power/state", "0"),
        *((second, "c/sensor/power/state", "1500") for second in (700, 760, 820)),
    ]
    signals, _ = heard(source, said)
    missed = Period(START + timedelta(seconds=300), START + timedelta(seconds=600))
    runs = fold([source.metering], signals, [Outage(period=missed, session_kept=False)])
    assert (runs[-1].state, runs[-1].start) == ("running", START + timedelta(seconds=700))


def test_a_device_that_is_born_off_is_off_however_old_that_is() -> None:
    points = [{"value": "run", "states": "true=off,false=idle"}]
    death = (100, "spBv1.0/g/NDEATH/n", payload(None, bd(1), at=START))
    source = bound("sparkplug", "g/n/mill", {"points": points})
    runs, _ = came_of(source, [*born(0, 1, 0), death, *born(300, 2, 50)])
    assert runs == [("off", 0), ("unknown", 100), ("off", 300)]


def test_of_the_availabilities_in_a_sample_the_last_holds() -> None:
    # The machine is away, its adapter returns for three seconds, and its last execution stands.
    flap = ((60, "UNAVAILABLE"), (115, "AVAILABLE"), (118, "UNAVAILABLE"))
    away = [document(second, available=flap[2:]) for second in range(130, 170, 10)]
    said = [document(0), document(120, kind="Sample", available=flap), *away]
    runs, _ = came_of(bound("mtconnect", "MTConnect", OPTIONS), said)
    assert runs == [("running", 0), ("unknown", 60)]
