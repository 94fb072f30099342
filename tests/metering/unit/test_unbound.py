"""The end of a device's binding: its last word holds no longer, and the next device's counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec import structs

from gadong.core.domain.ids import SourceId
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel, Signal
from gadong.machines.domain.source_reading import Metering, Unbound
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run
from tests.support.golden import SOURCE, at, signal

NEXT = SourceId(UUID(int=SOURCE.int + 1))
BOUND = Metering(source_id=SOURCE)


def unbound(time: str) -> Unbound:
    return Unbound(source_id=SOURCE, effective_from=at(time))


def states(runs: list[Run]) -> list[tuple[str, str]]:
    """State and start of each run."""
    return [(r.state.value, f"{r.start.astimezone(at('00:00').tzinfo):%H:%M:%S}") for r in runs]


def of_the_next(time: str, word: str) -> Signal:
    """A word of the device that was bound in the place of the first."""
    return structs.replace(signal(at(time), Channel.ACTIVITY, word), source_id=NEXT)


def test_the_last_word_ends_with_the_binding() -> None:
    words = [signal(at("10:00"), Channel.ACTIVITY, "running")]
    runs = fold([BOUND, unbound("12:00")], words, now=at("15:00"))
    assert states(runs) == [("running", "10:00:00"), ("unknown", "12:00:00")]


@pytest.mark.parametrize(
    ("time", "found"),
    [
        ("11:59:59", [("idle", "10:00:00"), ("running", "11:00:00"), ("unknown", "11:59:59")]),
        ("11:00:00", [("idle", "10:00:00"), ("unknown", "11:00:00")]),
        ("10:59:59", [("idle", "10:00:00"), ("unknown", "10:59:59")]),
    ],
)
def test_words_count_up_to_the_end(time: str, found: list[tuple[str, str]]) -> None:
    words = [
        signal(at("10:00"), Channel.ACTIVITY, "idle"),
        signal(at("11:00"), Channel.ACTIVITY, "running"),
    ]
    assert states(fold([BOUND, unbound(time)], words, now=at("15:00"))) == found


def test_the_device_in_its_place_is_believed_from_its_first_word() -> None:
    words = [
        signal(at("10:00"), Channel.ACTIVITY, "idle"),
        of_the_next("12:30", "running"),
        of_the_next("13:30", "idle"),
    ]
    found = fold([BOUND, unbound("12:00"), Metering(source_id=NEXT)], words, now=at("15:00"))
    assert states(found) == [
        ("idle", "10:00:00"),
        ("unknown", "12:00:00"),
        ("running", "12:30:00"),
        ("idle", "13:30:00"),
    ]
    (ran,) = (run for run in found if run.state.value == "running")
    assert ran.clipped(Period(at("00:00"), at("23:00"))) == Period(at("12:30"), at("13:30"))


def test_settings_from_a_day_to_come_do_not_revive_it() -> None:
    later = replace(BOUND, effective_from=at("13:00"), heartbeat=timedelta(hours=9))
    words = [signal(at("10:00"), Channel.ACTIVITY, "running")]
    runs = fold([BOUND, unbound("12:00"), later], words, now=at("15:00"))
    assert states(runs) == [("running", "10:00:00"), ("unknown", "12:00:00")]


def test_a_device_that_never_spoke_leaves_nothing() -> None:
    assert fold([BOUND, unbound("12:00")], [], now=at("15:00")) == []
