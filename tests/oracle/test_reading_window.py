"""The window in which a month is read decides no amount: all facts say the same."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from gadong.billing.domain.rate_terms import Basis
from gadong.billing.services.statement_document import reckon
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from tests.oracle import engine
from tests.oracle.cases import MILL, at, slot, stay, world
from tests.oracle.windowed import (
    DAY,
    EDGE,
    MONTHS,
    lines_by_reading,
    long_worlds,
    read,
    shift_worlds,
)
from tests.oracle.world import Floor, Slot, Stay, Stretch, World

WORLDS = int(os.environ.get("ORACLE_WORLDS", "300")) // 5


def hall(slots: list[Slot], stays: list[Stay], *ran: tuple[str, str]) -> Floor:
    """Return a machine that ran so, and was idle for three months around."""
    parts = [(at(a), at(b)) for a, b in ran]
    edges = sorted({EDGE - 90 * DAY, EDGE + 90 * DAY, *(x for p in parts for x in p)})
    stretches = tuple(
        Stretch(
            start=a,
            end=b,
            state=State.RUNNING if any(s <= a < e for s, e in parts) else State.IDLE,
        )
        for a, b in pairwise(edges)
    )
    return Floor(machine="m", stretches=stretches, slots=tuple(slots), stays=tuple(stays))


def december(made: World) -> dict[str, int]:
    """Return each company's amount in December, by the facts that are read for it."""
    then = replace(made, month=MONTHS[1])
    found = {}
    for firm in made.firms:
        inputs = engine.inputs_of(then, firm)
        through = replace(inputs, machines=tuple(read(f, inputs.period) for f in inputs.machines))
        found[firm.name] = reckon(through).document.totals.supply
    return found


def test_a_run_is_of_those_whose_people_came_days_before_the_window() -> None:
    """C came on the 27th and is there until the 30th at three; nobody of A came at noon."""
    c = slot("C", "2026-11-27T10:00", "2026-11-30T12:00")
    a = slot("A", "2026-11-30T12:00", "2026-11-30T18:00")
    there = stay("C", "2026-11-27T10:00", "2026-11-30T15:00", c)
    made = world(MILL, hall([c, a], [there], ("2026-11-30T12:30", "2026-12-01T12:30")))
    assert lines_by_reading(made) == []
    assert december(made) == {"A": 0, "B": 0, "C": 375_000}


def test_a_run_that_the_window_cuts_keeps_the_owner_of_its_beginning() -> None:
    """A run began 52 minutes before its booking, and so is nobody's; it ends as the next begins."""
    slots = [
        slot("B", "2026-11-28T13:47", "2026-11-29T15:03"),
        slot("B", "2026-11-29T15:03", "2026-11-30T23:04"),
        slot("B", "2026-11-30T23:18", "2026-12-01T02:32"),
    ]
    came = stay("B", "2026-11-30T23:03:01", None, slots[2])
    ran = (("2026-11-28T12:55", "2026-11-29T15:03"), ("2026-11-30T23:06", "2026-12-01T13:25"))
    made = world(replace(MILL, basis=Basis.ACTUAL_OCCUPIED), hall(slots, [came], *ran))
    assert lines_by_reading(made) == []
    assert december(made)["B"] == 402_000


def test_who_leaves_days_after_the_month_is_there_at_its_end() -> None:
    """They check out on the 5th, after the end of the window in which November is read."""
    held = slot("A", "2026-11-28T10:00", "2026-11-30T12:00")
    there = stay("A", "2026-11-28T10:00", "2026-12-05T10:00", held)
    made = world(replace(MILL, basis=Basis.HULL), hall([held], [there]))
    assert lines_by_reading(made) == []


def test_use_before_a_booking_that_begins_with_the_window_is_read() -> None:
    """The window begins at midnight, their work two minutes before it, their booking at 0:12."""
    held = slot("A", "2026-11-29T00:12", "2026-12-01T10:00")
    made = world(
        replace(MILL, basis=Basis.HULL, increment_seconds=86_400),
        hall([held], [], ("2026-11-28T23:58", "2026-11-28T23:59")),
    )
    assert lines_by_reading(made) == []


def test_a_visit_of_weeks_before_hands_nothing_over() -> None:
    """A was there on the 10th; on the 30th nobody of A checks in, and B stands beside its run."""
    earlier = slot("A", "2026-11-10T10:00", "2026-11-10T12:00")
    held = slot("A", "2026-11-30T20:00", "2026-11-30T23:00")
    stays = [
        stay("A", "2026-11-10T10:00", "2026-11-10T12:00", earlier),
        stay("B", "2026-11-30T22:00", "2026-12-01T03:00"),
    ]
    ran = (("2026-11-30T20:00", "2026-11-30T23:50"), ("2026-11-30T23:55", "2026-12-01T02:00"))
    made = world(MILL, hall([earlier, held], stays, *ran))
    assert lines_by_reading(made) == []
    assert december(made) == {"A": 62_500, "B": 0, "C": 0}


def dark(made: World, start: str, end: str, counted: int) -> World:
    """Return the world in which nothing is known of a time but what a run-hour counter moved."""
    a, b = at(start), at(end)
    (hall,) = made.floors
    stretches = [
        part
        for x in hall.stretches
        for part in (replace(x, end=min(x.end, a)), replace(x, start=max(x.start, b)))
        if part.start < part.end
    ]
    gap = Stretch(start=a, end=b, state=State.UNKNOWN, counted=counted)
    heard = tuple(sorted([*stretches, gap], key=lambda x: x.start))
    return replace(made, floors=(replace(hall, stretches=heard),))


def test_use_of_weeks_before_vouches_for_no_gap() -> None:
    """A ran the machine on the 20th; on 2 December it is dark until A runs it forty minutes in.

    C is there over the month's edge in the second case, so that December is read from the 19th.
    """
    earlier = slot("A", "2026-11-20T10:00", "2026-11-20T11:00")
    held = slot("A", "2026-12-02T10:00", "2026-12-02T12:00")
    ran = (("2026-11-20T10:00", "2026-11-20T11:00"), ("2026-12-02T10:00", "2026-12-02T12:00"))
    long = slot("C", "2026-11-20T12:00", "2026-12-01T12:00")
    for slots in ([earlier, held], [earlier, long, held]):
        made = world(MILL, hall(slots, [], *ran))
        made = dark(made, "2026-12-02T10:00", "2026-12-02T10:40", 2_400)
        assert lines_by_reading(made) == []
        assert december(made)["A"] == 40_000


def test_a_gap_is_read_to_its_other_side() -> None:
    """Two bookings touch at the edge, and of more than three days from then only a counter speaks.

    Two hours of the three that it counted are November's.
    """
    slots = [
        slot("A", "2026-11-29T00:00", "2026-12-01T00:00"),
        slot("A", "2026-12-01T00:00", "2026-12-06T00:00"),
    ]
    made = world(MILL, hall(slots, [], ("2026-11-30T20:00", "2026-12-04T02:00")))
    made = dark(made, "2026-11-30T22:00", "2026-12-04T00:00", 3 * 3_600)
    assert lines_by_reading(made) == []
    assert december(made)["A"] == 90_000


@settings(
    max_examples=WORLDS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(long_worlds())
def test_all_facts_and_those_of_the_window_make_the_same_lines(made: World) -> None:
    assert lines_by_reading(made) == []


@pytest.mark.parametrize(("days", "most"), [(1, 62), (20, 90), (200, 600)])
def test_a_machine_that_never_stopped_is_read_little_farther_than_its_run(
    days: int, most: int
) -> None:
    """Widenings double, so that they end at most twice as far away as the run began."""
    began = EDGE - days * DAY
    stretches = (
        Stretch(start=EDGE - 900 * DAY, end=began, state=State.IDLE),
        Stretch(start=began, end=EDGE + DAY, state=State.RUNNING),
        Stretch(start=EDGE + DAY, end=EDGE + 90 * DAY, state=State.IDLE),
    )
    made = world(MILL, Floor(machine="m", stretches=stretches))
    inputs = engine.inputs_of(replace(made, month=MONTHS[1]), made.firms[0])
    bounds: Period = read(inputs.machines[0], inputs.period).bounds
    assert bounds.length.days <= most


@settings(
    max_examples=max(WORLDS // 6, 1),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(shift_worlds())
def test_all_facts_and_those_of_the_window_make_the_same_lines_of_shifts(made: World) -> None:
    assert lines_by_reading(made) == []


@pytest.mark.parametrize(("rest", "most"), [(11, 37), (10, 70)])
def test_a_hall_of_shifts_is_read_no_farther_than_its_activities_go_on(
    rest: int, most: int
) -> None:
    """Each shift stops the machine minutes before the next books and starts it.

    Ten minutes are a rest of one activity, so that the past does decide.
    """
    edges = [EDGE + n * 8 * 3_600 + 3_600 for n in range(-60, 60)]
    slots = [
        Slot(name=f"s{n}", company="ABC"[n % 3], start=a, end=b)
        for n, (a, b) in enumerate(pairwise(edges))
    ]
    seen = sorted({EDGE - 90 * DAY, EDGE + 90 * DAY, *edges, *(e - rest * 60 for e in edges[1:])})
    stretches = tuple(
        Stretch(
            start=a,
            end=b,
            state=State.RUNNING if edges[0] <= a < edges[-1] and a in edges else State.IDLE,
        )
        for a, b in pairwise(seen)
    )
    made = world(MILL, Floor(machine="m", stretches=stretches, slots=tuple(slots)))
    inputs = engine.inputs_of(replace(made, month=MONTHS[1]), made.firms[0])
    assert read(inputs.machines[0], inputs.period).bounds.length.days <= most
    assert lines_by_reading(made) == []
