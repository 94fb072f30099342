"""The state that a meter's machine is about to be in, with its instant, to the second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import MessageId, SourceId, new_id
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.expected_state import ExpectedState, expected_state

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
SOURCE = SourceId(new_id())
LIMITS = PowerThresholds(run_above=300, idle_below=100)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def watts(when: datetime, draw: float) -> Signal:
    return Signal(
        source_id=SOURCE,
        message_id=MessageId(new_id()),
        channel=Channel.POWER_WATTS,
        event_time=when,
        received_at=when,
        time_rule=TimeRule.DEVICE,
        qos=1,
        ordinal=0,
        number=draw,
    )


def expected(
    draws: Sequence[tuple[int, float]], now: float, *, heartbeat: int | None = 60
) -> ExpectedState | None:
    metering = Metering(
        source_id=SOURCE,
        heartbeat=timedelta(seconds=heartbeat) if heartbeat else None,
        thresholds=LIMITS,
    )
    return expected_state(
        metering, [watts(at(second), draw) for second, draw in draws], now=at(now)
    )


def test_a_draw_of_work_runs_after_its_twenty_seconds() -> None:
    found = expected([(0, 50), (130, 50), (140, 400)], now=150)
    assert found == ExpectedState(state=State.RUNNING, due=at(160), watts=400, needs_reading=True)


def test_a_meter_that_reports_changes_needs_no_further_reading() -> None:
    said = [(0, 50.0), (130, 50.0), (140, 400.0)]
    found = expected(said, now=159, heartbeat=None)
    assert found is not None
    assert (found.state, found.due, found.needs_reading) == (State.RUNNING, at(160), False)
    # At that instant the machine runs, and nothing is in doubt.
    assert expected(said, now=160, heartbeat=None) is None


@pytest.mark.parametrize(
    ("draw", "state"), [(50.0, State.IDLE), (2.9, State.OFF), (3.0, State.IDLE)]
)
def test_a_draw_of_rest_is_idle_or_off_after_two_minutes(draw: float, state: State) -> None:
    found = expected([(0, 400), (30, 400), (60, draw)], now=70)
    assert found is not None
    assert (found.state, found.due) == (state, at(180))


@pytest.mark.parametrize("draw", [100.0, 299.9])
def test_a_draw_between_the_thresholds_changes_nothing(draw: float) -> None:
    assert expected([(0, 400), (30, 400), (60, draw)], now=70) is None


def test_idle_machines_are_switched_off_after_two_minutes() -> None:
    found = expected([(0, 50), (130, 50), (140, 1)], now=150)
    assert found is not None
    assert (found.state, found.due) == (State.OFF, at(260))


def test_nothing_is_expected_without_readings_or_thresholds() -> None:
    assert expected([], now=10) is None
    without = Metering(source_id=SOURCE)
    assert expected_state(without, [watts(START, 400)], now=at(5)) is None
