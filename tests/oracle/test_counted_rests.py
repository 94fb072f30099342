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
