"""Contradictions between a machine's runs and its own evidence, and honest devices without any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.ids import MessageId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.senders.sender import BOOTS_PER_DAY, LateWords, Sender, too_many_boots
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.contradiction import DRAINS_WITHIN, miscounted
from gadong.metering.domain.doubt import Cause
from gadong.metering.domain.fold import fold
from gadong.metering.domain.run import Run
from tests.support.golden import SOURCE

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
METERING = Metering(source_id=SOURCE, heartbeat=timedelta(seconds=60))
ON_CHANGE = Metering(source_id=SOURCE)
Said = tuple[float, Channel, str | float]


def said(
    second: float, value: str | float, *, after: float = 0, channel: Channel | None = None
) -> Signal:
    """A word about a second after the start, which came some seconds later by its device's
    clock.
    """
    at = START + timedelta(seconds=second)
    return Signal(
        source_id=SOURCE,
        message_id=MessageId(new_id()),
        channel=channel or (Channel.ACTIVITY if isinstance(value, str) else Channel.RUN_SECONDS),
        event_time=at,
        received_at=at + timedelta(seconds=after),
        time_rule=TimeRule.DEVICE,
        qos=1,
        ordinal=0,
        text=value if isinstance(value, str) else None,
        number=None if isinstance(value, str) else value,
    )


def an_hour(*, counted: bool = True) -> list[Signal]:
    """A run of 61 minutes, said each minute with the counter,
    and five minutes of rest around it.
    """
    words: list[Signal] = []
    for minute in range(-5, 67):
        is_running = 0 <= minute < 61
        words.append(said(60 * minute, "running" if is_running else "idle"))
        if counted:
            words.append(said(60 * minute, 1000.0 + 60 * min(max(minute, 0), 61)))
    return words


def late(words: Sequence[Signal], since: timedelta = timedelta(hours=1)) -> LateWords:
    """The words as messages that came although their source had said more."""
    return {word.message_id: since for word in words}


def graded(runs: Sequence[Run], state: State = State.RUNNING) -> set[str]:
    """The grades of the runs in a state."""
    return {run.grade.value for run in runs if run.state is state}


def ran(runs: Sequence[Run]) -> float:
    """The seconds that ran."""
    return sum(
        (r.end - r.start).total_seconds() for r in runs if r.state is State.RUNNING and r.end
    )


def rewriting() -> list[Signal]:
    """61 later words that leave a second of each minute."""
    return [said(60 * minute + 1, "idle", after=7200) for minute in range(61)]


def test_an_hour_is_sure_until_later_words_leave_a_minute_of_it() -> None:
    honest = fold([METERING], an_hour())
    assert (ran(honest), graded(honest), [r.doubt for r in honest if r.doubt]) == (3660, {"A"}, [])
    forged = rewriting()
    found = fold([METERING], [*an_hour(), *forged], late=late(forged))
    assert (ran(found), graded(found)) == (61, {"D"}), "used, and marked"
    doubt = next(r.doubt for r in found if r.state is State.RUNNING)
    assert doubt is not None
    assert (doubt.cause, doubt.seconds) == (Cause.LATE, 3599)


def test_the_counter_alone_says_it_too() -> None:
    # Words that another sender says in their time are late nowhere.
    found = fold([METERING], [*an_hour(), *rewriting()])
    assert (ran(found), graded(found)) == (61, {"D"})
    doubt = next(r.doubt for r in found if r.state is State.RUNNING)
    assert doubt is not None
    assert (doubt.cause, doubt.seconds) == (Cause.COUNTER, 3599)


def test_a_counter_that_stood_contradicts_a_run_that_was_put_in() -> None:
    resting = [s for m in range(70) for s in (said(60 * m, "idle"), said(60 * m, 1000.0))]
    forged = [said(60 * m + 1, "running") for m in range(5, 60)]
    kept = [
        s
        for s in resting
        if s.number is not None or not 300 < (s.event_time - START).seconds < 3600
    ]
    found = fold([METERING], [*kept, *forged])
    assert graded(found) == {"D"}


def test_a_device_that_sends_again_what_it_said_is_not_marked() -> None:
    again = [said(s, "running" if s < 3660 else "idle", after=7200) for s in range(0, 3900, 60)]
    found = fold([METERING], [*an_hour(), *again], late=late(again))
    assert (ran(found), graded(found), [r.doubt for r in found if r.doubt]) == (3660, {"A"}, [])


def test_an_outbox_that_fills_a_silence_is_not_marked() -> None:
    # Heard until minute 10 and from minute 50 on; the outbox brings the rest, the present having
    # been said first.
    words = [
        s for s in an_hour(counted=False) if not 600 < (s.event_time - START).total_seconds() < 3000
    ]
    filling = [
        said(60 * m, "running" if m < 20 or m >= 30 else "idle", after=3600 - 60 * m)
        for m in range(11, 50)
    ]
    found = fold([METERING], [*words, *filling], late=late(filling))
    assert (ran(found), graded(found)) == (3060, {"A"})


@pytest.mark.parametrize(("off", "is_marked"), [(4, False), (5, False), (6, True)])
def test_a_moment_said_twice_may_differ_by_seconds(off: int, is_marked: bool) -> None:
    edge = [said(3660 - off, "idle", after=7200)]
    found = fold([METERING], [*an_hour(counted=False), *edge], late=late(edge))
    assert (graded(found) == {"D"}) is is_marked


@pytest.mark.parametrize(
    ("since", "is_marked"),
    [
        (DRAINS_WITHIN - timedelta(seconds=1), False),
        (DRAINS_WITHIN, True),
        (DRAINS_WITHIN + timedelta(seconds=1), True),
    ],
)
def test_where_silence_is_a_word_an_outbox_has_some_minutes(
    since: timedelta, is_marked: bool
) -> None:
    words = [said(0, "running"), said(3660, "idle")]
    forged = [said(1, "idle", after=7200)]
    found = fold([ON_CHANGE], [*words, *forged], late=late(forged, since))
    assert ran(found) == 1
    assert (graded(found) == {"D"}) is is_marked


def runs(*stretches: tuple[State, float, float]) -> list[Run]:
    """Runs between seconds after the start."""
    return [
        Run(
            start=START + timedelta(seconds=a),
            end=START + timedelta(seconds=b),
            state=s,
            grade=Grade.SIGNAL,
        )
        for s, a, b in stretches
    ]


@pytest.mark.parametrize(("seconds", "is_marked"), [(1780, False), (1779, False), (1778, True)])
def test_a_counter_may_differ_by_two_heartbeats_its_step_and_some_per_cent(
    seconds: int, is_marked: bool
) -> None:
    # Of 2,000 s that were counted: 120 s for two edges, 1 s for the step, and 5 %.
    counted = [said(-60, 7.0), said(2100, 2007.0)]
    state = runs((State.IDLE, -60, 0), (State.RUNNING, 0, seconds), (State.IDLE, seconds, 2100))
    assert bool(miscounted(state, counted, {})) is is_marked


def test_a_coarse_counter_and_one_that_counts_pauses_are_believed() -> None:
    hours = [said(600 * n, 3600.0 * (n // 6)) for n in range(40)]
    assert not miscounted(runs((State.RUNNING, 300, 600 * 39)), hours, {})
    state = runs((State.RUNNING, 0, 600), (State.PAUSED, 600, 3000), (State.RUNNING, 3000, 3600))
    assert not miscounted(state, [said(60 * n, 5.0 + 60 * min(n, 60)) for n in range(70)], {})
    assert not miscounted(state, [said(60 * n, 5.0 + 20 * min(n, 60)) for n in range(70)], {})


def test_a_count_that_is_said_twice_in_a_second_changes_nothing() -> None:
    once = [said(0, 7.0), said(1000, 507.0), said(2000, 1007.0)]
    state = runs((State.IDLE, -60, 0), (State.RUNNING, 0, 2000), (State.IDLE, 2000, 2100))
    twice = [
        signal for count in once for signal in (count, said(seconds(count), count.number or 0))
    ]
    assert [d.period for d in miscounted(state, twice, {})] == [
        d.period for d in miscounted(state, once, {})
    ]
    assert miscounted(state, once, {})


def seconds(signal: Signal) -> float:
    """The seconds of a word after the start."""
    return (signal.event_time - START).total_seconds()


def test_telemetry_that_goes_on_proves_no_state() -> None:
    watts = [said(30 * n, 5.0, channel=Channel.POWER_WATTS) for n in range(60)]
    repeats = Metering(source_id=SOURCE, heartbeat=timedelta(seconds=60), repeats_state=True)
    found = fold([repeats], [said(0, "running"), *watts])
    assert [(r.state.value, seconds_of(r)) for r in found] == [("running", 0), ("unknown", 60)]
    kept = fold([METERING], [said(0, "running"), *watts])
    assert ran(kept) > 1700, "of a source whose heartbeat says no state any word is a sign of life"


def seconds_of(run: Run) -> float:
    """The seconds of a run's start after the start."""
    return (run.start - START).total_seconds()


def test_a_counter_that_was_set_back_proves_nothing() -> None:
    state = runs((State.RUNNING, 0, 3600))
    assert not miscounted(state, [said(0, 9007.0), said(1800, 3.0), said(3600, 1803.0)], {})


def test_a_reading_that_comes_twice_is_one_reading() -> None:
    words = [said(0, "running"), said(0, 0.0), said(600, 0.0), said(600, 2000.0), said(600, "idle")]
    once = fold([ON_CHANGE], words)
    assert [r.doubt.seconds for r in once if r.doubt] == [1400]
    assert fold([ON_CHANGE], [word for word in words for _ in "12"]) == once


@given(st.lists(st.sampled_from(["running", "idle", "paused", "setup"]), min_size=2, max_size=90))
def test_a_device_whose_counter_counts_what_it_says_is_never_marked(states: list[str]) -> None:
    words, counted = [], 1003.0
    for minute, state in enumerate(states):
        words += [said(60 * minute, state), said(60 * minute, counted)]
        counted += 60 * (state == "running")
    assert not [r for r in fold([METERING], words, now=START + timedelta(days=1)) if r.doubt]


def test_numbers_that_stand_in_their_turn_are_owed() -> None:
    begun = Sender(highest=9, said_until=START, gap_after=None)
    second = timedelta(seconds=1)
    assert [begun.owes(10, START + d) for d in (-second, timedelta(0), second)] == [
        False,
        True,
        True,
    ]
    assert not begun.owes(5, START), "no number is missing"
    gap = begun.after(12, START + 2 * second)
    assert (gap.highest, gap.gap_after) == (12, START)
    assert [gap.owes(11, START + d) for d in (-second, timedelta(0), second)] == [False, True, True]
    fresh = Sender(highest=0, said_until=None, gap_after=None)
    assert not fresh.owes(1, START), "a boot that begins with the past stands in no turn"


def test_boots_of_a_day_are_bounded() -> None:
    assert too_many_boots([], known=frozenset(), begun_today=[SOURCE] * BOOTS_PER_DAY) == []
