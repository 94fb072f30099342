"""Slow clocks of senders whose values carry times of their own: judged like any other (R3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gadong.core.domain.ids import new_id
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.domain.senders.redating import Redating
from gadong.metering.domain.fold import fold
from tests.support.dialects.slow_senders import (
    ISO,
    LASTS,
    SLOW_SENDERS,
    TABLE,
    SlowClock,
    SlowSender,
)
from tests.support.dialects.wrong_readings import START, Said, bound, delivered
from tests.support.golden import CENTRE

SLOW = timedelta(hours=9)


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
    clock = SlowClock(START, slow)
    said: Said = [
        *((0.0, *one) for one in sender.first(sender.base, clock)),
        *(
            (float(second), *one)
            for second in range(10, LASTS, 60)
            for one in sender.said(sender.base, second, clock)
        ),
    ]
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
    stale = {"s": 1, "t": (START - timedelta(hours=2)).isoformat()}
    sender = SlowSender(
        dialect="mapper",
        base="plc-NAME",
        options=options,
        # Never changes.
        said=lambda base, second, clock: [(base, {"n": second, "l": [stale]})],  # noqa: ARG005
    )
    runs, redated = judged(sender, timedelta(0))
    assert (runs, redated) == ([("running", -7200, 1)], [])
