"""Logged use among a machine's runs, and how machines are observed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import CentreId, LoggedUseId, MachineId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.machines.domain.observation import MachineObservation, Observed, observed_at, unobserved
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin, overlaid
from gadong.metering.domain.run import Run
from gadong.metering.domain.unobserved_time import UnobservedTime, without_held_words

NOON = datetime(2026, 11, 12, 3, tzinfo=UTC)
BOUNDS = Period(NOON - timedelta(days=1), NOON + timedelta(days=1))


def minutes(start: int, end: int) -> Period:
    """A period in minutes after noon."""
    return Period(NOON + timedelta(minutes=start), NOON + timedelta(minutes=end))


def use(start: int, end: int) -> LoggedUse:
    """An entry of the ledger."""
    return LoggedUse(
        id=LoggedUseId(new_id()),
        centre_id=CentreId(new_id()),
        machine_id=MachineId(new_id()),
        company_id=None,
        person_id=None,
        booking_id=None,
        period=minutes(start, end),
        origin=UseOrigin.PAPER,
        reason="시험",
        is_correction=False,
        reverses=None,
        recorded_by=None,
        recorded_at=NOON,
    )


def run(start: int, end: int, state: State, counted: int | None = None) -> Run:
    """A run that signals give."""
    period = minutes(start, end)
    return Run(
        start=period.start,
        end=period.end,
        state=state,
        grade=Grade.SIGNAL,
        held_from=period.start,
        counted_seconds=counted,
    )


def shown(runs: list[Run]) -> list[tuple[int, int, State, Grade]]:
    """Runs in minutes after noon."""
    return [
        (
            int((r.start - NOON).total_seconds()) // 60,
            int(((r.end or NOON) - NOON).total_seconds()) // 60,
            r.state,
            r.grade,
        )
        for r in runs
    ]


def test_written_use_runs_with_a_grade_of_its_own_and_names_its_entry() -> None:
    entry = use(0, 60)
    (found,) = overlaid([], [entry], BOUNDS)
    assert (found.state, found.grade, found.logged) == (State.RUNNING, Grade.LEDGER, entry.id)
    assert found.opened_by is None
    assert Period(found.start, found.end or NOON) == entry.period


def test_without_a_ledger_the_runs_stay_as_they_are() -> None:
    runs = [run(0, 10, State.UNKNOWN, 600), run(10, 20, State.RUNNING)]
    assert overlaid(runs, [], BOUNDS) == runs


def test_what_signals_know_is_not_written_over() -> None:
    runs = [run(0, 30, State.IDLE), run(30, 60, State.UNKNOWN), run(60, 90, State.RUNNING)]
    assert shown(overlaid(runs, [use(10, 80)], BOUNDS)) == [
        (0, 30, State.IDLE, Grade.SIGNAL),
        (30, 60, State.RUNNING, Grade.LEDGER),
        (60, 90, State.RUNNING, Grade.SIGNAL),
    ]


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (0, 60, []),
        (0, 59, [(59, 60)]),
        (1, 60, [(0, 1)]),
        (-5, 65, []),
        (20, 40, [(0, 20), (40, 60)]),
    ],
)
def test_unknown_time_is_left_around_an_entry(
    start: int, end: int, left: list[tuple[int, int]]
) -> None:
    found = overlaid([run(0, 60, State.UNKNOWN)], [use(start, end)], BOUNDS)
    assert [x[:2] for x in shown(found) if x[2] is State.UNKNOWN] == left


def test_a_counter_speaks_of_a_whole_gap_and_of_no_part_of_one() -> None:
    gap = run(0, 60, State.UNKNOWN, counted=1800)
    assert [r.counted_seconds for r in overlaid([gap], [use(60, 90)], BOUNDS)] == [1800, None]
    assert [r.counted_seconds for r in overlaid([gap], [use(50, 90)], BOUNDS)] == [None, None]


def test_an_entry_is_cut_at_the_bounds() -> None:
    bounds = minutes(10, 20)
    assert [x[:2] for x in shown(overlaid([], [use(0, 60)], bounds))] == [(10, 20)]


@pytest.mark.parametrize(
    ("minute", "observed"),
    [(-1, Observed.SIGNAL), (0, Observed.LEDGER), (9, Observed.LEDGER), (10, Observed.NEITHER)],
)
def test_a_declaration_holds_from_its_instant_to_the_next(minute: int, observed: Observed) -> None:
    said = [
        MachineObservation(since=NOON + timedelta(minutes=10), observed=Observed.NEITHER),
        MachineObservation(since=NOON, observed=Observed.LEDGER),
    ]
    assert observed_at(said, NOON + timedelta(minutes=minute)) is observed
    assert observed_at([], NOON) is Observed.SIGNAL


@pytest.mark.parametrize(
    ("first", "idle", "running"),
    [
        # A run from -60 to 60 minutes; no signals observe the machine from noon to 30 minutes
        # after.
        (None, "known unknown", "known unknown"),
        (0, "known", "known"),
        (1, "known unknown known", "known"),
        (29, "known unknown known", "known"),
        # A word after the time without observation ends none of its activity.
        (30, "known unknown known", "known unknown known"),
        (59, "known unknown known", "known unknown known"),
        (60, "known unknown", "known unknown"),
    ],
)
def test_a_word_holds_until_no_signals_observe_the_machine(
    first: int | None, idle: str, running: str
) -> None:
    at = None if first is None else NOON + timedelta(minutes=first)
    times = [UnobservedTime(minutes(0, 30), at)]
    for state, parts in ((State.IDLE, idle), (State.RUNNING, running)):
        found = without_held_words([run(-60, 60, state)], times, BOUNDS)
        assert [
            ("unknown" if r.state is State.UNKNOWN else "known") for r in found
        ] == parts.split()
        if len(found) == 3:
            unknown = shown(found)[1]
            assert unknown == (0, first, State.UNKNOWN, Grade.UNRESOLVED)
        # No second is lost or doubled.
        assert [r.start for r in found[1:]] == [r.end for r in found[:-1]]
        assert (found[0].start, found[-1].end) == (minutes(-60, 60).start, minutes(-60, 60).end)


@pytest.mark.parametrize(("end", "parts"), [(19, 2), (20, 1), (21, 1)])
def test_activity_that_ends_in_unknown_time_was_not_heard_as_a_whole(end: int, parts: int) -> None:
    times = [UnobservedTime(minutes(0, 30), NOON + timedelta(minutes=20))]
    found = without_held_words([run(-60, end, State.RUNNING)], times, BOUNDS)
    assert [r.state for r in found] == [State.RUNNING, State.UNKNOWN][:parts]


def test_time_without_observation_reaches_from_one_declaration_to_the_next() -> None:
    declared = [
        MachineObservation(since=minutes(n, n + 1).start, observed=observed)
        for n, observed in (
            (40, Observed.SIGNAL),
            (0, Observed.LEDGER),
            (10, Observed.NEITHER),
            (50, Observed.LEDGER),
        )
    ]
    end = minutes(0, 60).end
    assert unobserved(declared, end) == [minutes(0, 40), minutes(50, 60)]
    assert unobserved(declared, minutes(0, 50).end) == [minutes(0, 40)]
    assert unobserved([], end) == []
