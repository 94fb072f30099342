"""Rests that a run-hour counter vouches for, where the company's next booking begins."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gadong.core.domain.machine_state import State
from tests.oracle import agreement
from tests.oracle.cases import MILL, at, slot, world
from tests.oracle.paper import paper
from tests.oracle.world import Floor, Stretch, World

BOOKED = (
    slot("A", "10:00", "12:00"),
    slot("B", "12:00", "14:00"),
    slot("A", "14:00", "16:00"),
)


def ran_on(silent: tuple[str, str], counted: int) -> World:
    """Return a world in which A ran 10-16 through B's booking, and a time was silent."""
    edges = ["2026-11-01T00:00", "10:00", *silent, "16:00", "2026-11-30T00:00"]
    states = (State.IDLE, State.RUNNING, State.UNKNOWN, State.RUNNING, State.IDLE)
    stretches = tuple(
        Stretch(
            start=at(a),
            end=at(b),
            state=state,
            counted=counted if state is State.UNKNOWN else None,
        )
        for (a, b), state in zip(pairwise(edges), states, strict=True)
    )
    return world(MILL, Floor(machine="m", stretches=stretches, slots=BOOKED))


@pytest.mark.parametrize(
    ("silent", "counted", "supply"),
    [
        # A block that the counted rest begins by more than the grace is billed.
        (("13:50", "14:00"), 600, 150_000 + 60_000),
        (("13:50", "14:00"), 61, 150_000 + 60_000),
        (("13:50", "14:00"), 60, 142_500 + 60_000),
        # After eleven minutes the machine runs as a new activity.
        (("13:49", "14:00"), 660, 142_500 + 60_000),
        (("13:50", "13:59"), 540, 150_000 + 60_000),
        (("13:55", "14:05"), 600, 150_000 + 60_000),
        # No booking of the company covers it, and a manager is asked.
        (("13:45", "14:15"), 1800, 142_500 + 55_000),
    ],
)
def test_a_counted_rest_before_the_next_booking_is_the_earlier_sessions(
    silent: tuple[str, str], counted: int, supply: int
) -> None:
    case = ran_on(silent, counted)
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == supply


@pytest.mark.parametrize(
    ("before", "until", "supply"),
    [
        (("08:00", "10:00"), "09:00", 30_000 + 60_000),
        (("08:00", "09:59:59"), "09:00", 30_000 + 40_000),
        (("2026-11-05T08:00", "2026-11-05T10:00"), "2026-11-05T09:00", 30_000 + 40_000),
    ],
)
def test_use_before_a_gap_lies_in_a_booking_that_touches_it(
    before: tuple[str, str], until: str, supply: int
) -> None:
    """A's 10-12 is dark to 10:40, of which a counter speaks, and runs from there to its end."""
    edges = ("2026-11-01T00:00", before[0], until, "10:00", "10:40", "12:00", "2026-11-30T00:00")
    case = _heard(edges, before, ("10:00", "12:00"), states="iri?ri")
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == supply


@pytest.mark.parametrize(
    ("after", "since", "supply"),
    [
        (("12:00", "14:00"), "13:00", 60_000 + 30_000),
        (("12:00:01", "14:00"), "13:00", 40_000 + 30_000),
        (("2026-11-20T12:00", "2026-11-20T14:00"), "2026-11-20T13:00", 40_000 + 30_000),
    ],
)
def test_use_after_a_gap_lies_in_a_booking_that_touches_it(
    after: tuple[str, str], since: str, supply: int
) -> None:
    """A's 10-12 runs to 11:20, and of the rest only a counter speaks."""
    edges = ("2026-11-01T00:00", "10:00", "11:20", "12:00", since, after[1], "2026-11-30T00:00")
    case = _heard(edges, ("10:00", "12:00"), after, states="ir?iri")
    assert agreement.differences(case) == []
    assert paper(case, case.firms[0]).supply == supply


def _heard(edges: tuple[str, ...], *booked: tuple[str, str], states: str) -> World:
    """Return a world of A's two bookings, and of a machine that ran ("r"), rested ("i"), or of
    which only a counter spoke ("?").
    """
    named = {"r": State.RUNNING, "i": State.IDLE, "?": State.UNKNOWN}
    stretches = tuple(
        Stretch(
            start=at(a),
            end=at(b),
            state=named[letter],
            counted=at(b) - at(a) if letter == "?" else None,
        )
        for (a, b), letter in zip(pairwise(edges), states, strict=True)
    )
    slots = tuple(slot("A", *times) for times in booked)
    return world(MILL, Floor(machine="m", stretches=stretches, slots=slots))
