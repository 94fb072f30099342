"""A company's activity at the start of its own booking: what is use of it, and what only runs on
into it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gadong.billing.domain.rate_terms import Basis
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CompanyId, PersonId, new_id
from gadong.core.domain.machine_state import State
from tests.support.billing.difficult_days import of, priced
from tests.support.billing.own_next_booking import decided
from tests.support.golden import A, B, at, booked, charges, ran, total

C = CompanyId(UUID(int=12))
TWO_OWN = [booked("10:00", "12:00"), booked("12:00", "14:00")]
FEE = priced(no_show=100)


def walked_in(company: CompanyId, when: str) -> list[CheckIn]:
    """Return the check-in of a person who has no booking."""
    return [CheckIn(at=at(when), company_id=company, person_id=PersonId(new_id()))]


@pytest.mark.parametrize(
    ("parts", "basis", "amounts"),
    [
        # The first booking's 118 minutes are 120, and a run of four minutes begins in the second:
        # 10 minutes.
        ((("10:00", "11:58"), ("12:01", "12:05")), Basis.ACTUAL_RUN, {Component.TIME: 65_000}),
        ((("10:00", "11:58"), ("12:01", "12:05")), Basis.HULL, {Component.TIME: 120_000}),
        ((("10:00", "11:58"), ("12:01", "12:05")), Basis.BOOKED, {Component.TIME: 120_000}),
        ((("10:00", "11:59:59"), ("12:00", "12:05")), Basis.ACTUAL_RUN, {Component.TIME: 65_000}),
        ((("10:00", "11:58"), ("12:00", "12:05")), Basis.ACTUAL_RUN, {Component.TIME: 65_000}),
        # A gap of ten minutes is a rest of one activity, a longer one parts two.
        ((("10:00", "11:55"), ("12:05", "12:09")), Basis.ACTUAL_RUN, {Component.TIME: 65_000}),
        ((("10:00", "11:48"), ("12:01", "12:05")), Basis.ACTUAL_RUN, {Component.TIME: 60_000}),
        # The machine ran on across 12:00 and stopped before 12:15: nobody came for the second.
        (
            (("10:00", "12:00:01"),),
            Basis.ACTUAL_RUN,
            {Component.TIME: 60_000, Component.NO_SHOW: 60_000},
        ),
        (
            (("10:00", "12:05"),),
            Basis.ACTUAL_RUN,
            {Component.TIME: 65_000, Component.NO_SHOW: 55_000},
        ),
        # It ended with the first booking.
        (
            (("10:00", "12:00"),),
            Basis.ACTUAL_RUN,
            {Component.TIME: 60_000, Component.NO_SHOW: 60_000},
        ),
        # It ran on, and a run begins in the second booking all the same.
        ((("10:00", "12:01"), ("12:03", "12:05")), Basis.ACTUAL_RUN, {Component.TIME: 65_000}),
    ],
)
def test_a_run_that_begins_in_the_second_booking_is_use_of_it(
    parts: tuple[tuple[str, str], ...], basis: Basis, amounts: dict[Component, int]
) -> None:
    assert of(charges(priced(basis, no_show=100), ran(*parts), TWO_OWN)) == amounts


def test_a_run_that_a_decision_pieced_together_runs_on_as_one() -> None:
    """Unknown time that was decided to be running touches the run after it: none begins at
    12:00.
    """
    runs = ran(("10:00", "12:00"), ("12:00", "12:05"))
    assert [r.start for r in runs if r.state is State.RUNNING] == [at("10:00"), at("12:00")]
    lines = charges(FEE, runs, TWO_OWN)
    assert of(lines) == {Component.TIME: 65_000, Component.NO_SHOW: 55_000}


# An early start: the fifteen minutes before a booking's start, by whatever rule the activity is the
# company's.


@pytest.mark.parametrize("how", ["alone", "decided", "named", "walked in"])
@pytest.mark.parametrize(
    ("start", "amounts"),
    [
        ("11:45:01", {Component.TIME: 10_000}),
        ("11:45", {Component.TIME: 10_000}),
        ("11:50", {Component.TIME: 10_000}),
    ],
)
def test_a_confirmed_early_start_costs_what_it_costs_without_the_decision(
    how: str, start: str, amounts: dict[Component, int]
) -> None:
    """Booked 12-14, ran to 12:05: 20 minutes at most, in the booking, which is kept by its own
    activity.
    """
    held = [booked("12:00", "14:00")]
    lines = charges(
        FEE,
        ran((start, "12:05")),
        held,
        walked_in(A, "11:40") if how == "walked in" else [],
        reassignments=decided(A, "11:40", "12:00", held[0].id if how == "named" else None)
        if how in {"decided", "named"}
        else [],
    )
    assert of(lines) == amounts


@pytest.mark.parametrize("how", ["decided", "walked in"])
def test_what_begins_earlier_than_the_grace_only_runs_on_into_the_booking(how: str) -> None:
    """From 11:44:59 it is use without a booking, of 901 seconds.

    Of the booking it is five minutes' running on.
    """
    lines = charges(
        FEE,
        ran(("11:44:59", "12:05")),
        [booked("12:00", "14:00")],
        walked_in(A, "11:40") if how == "walked in" else [],
        reassignments=decided(A, "11:40", "12:00") if how == "decided" else [],
    )
    assert of(lines) == {Component.TIME: 15_000, Component.NO_SHOW: 55_000}


def test_an_early_start_in_anothers_unused_time_is_of_ones_own_booking() -> None:
    held = [booked("10:00", "12:00", B), booked("12:00", "14:00")]
    lines = charges(FEE, ran(("11:50", "12:05")), held, reassignments=decided(A, "11:45", "12:00"))
    assert of(lines) == {Component.TIME: 10_000}


@pytest.mark.parametrize(
    ("start", "amounts"),
    [
        # It began before anybody could come for A's booking, so it keeps nothing: five minutes are
        # used by C.
        ("11:44:59", {Component.NO_SHOW: 57_500}),
        # A person who begins to use the machine from 11:45 on keeps the booking: people swap.
        ("11:45", {}),
        ("11:45:01", {}),
        ("11:50", {}),
        ("12:01", {}),
        ("12:14:59", {}),
        # Nobody came in time; C used five minutes of the 120.
        ("12:15", {Component.NO_SHOW: 57_500}),
    ],
)
@pytest.mark.parametrize("how", ["decided", "walked in"])
def test_whoever_begins_to_use_the_machine_in_time_keeps_the_booking(
    how: str, start: str, amounts: dict[Component, int]
) -> None:
    """A booked 12-14. The activity is C's, who has no booking, for five minutes of A's time."""
    held = [booked("12:00", "14:00")]
    runs = ran((start, "12:20" if start >= "12:14" else "12:05"))
    came = walked_in(C, "11:40") if how == "walked in" else []
    words = decided(C, "11:40", "12:16") if how == "decided" else []
    assert of(charges(FEE, runs, held, came, reassignments=words)) == amounts
    theirs = charges(FEE, runs, held, came, company=C, reassignments=words)
    assert set(of(theirs)) == {Component.TIME}


def test_the_end_of_anothers_booking_keeps_nothing_though_it_began_in_the_grace() -> None:
    held = [booked("11:00", "12:00", C), booked("12:00", "14:00")]
    lines = charges(FEE, ran(("11:50", "12:05")), held)
    assert of(lines) == {Component.NO_SHOW: 57_500}


def test_what_is_decided_to_be_the_centres_keeps_nothing() -> None:
    held = [booked("12:00", "14:00")]
    lines = charges(
        FEE, ran(("12:02", "12:12")), held, reassignments=decided(None, "12:00", "12:10")
    )
    assert of(lines) == {Component.NO_SHOW: 55_000}


# A decision that names a booking.


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("no_show", [0, 100])
@pytest.mark.parametrize("named", [0, 1])
def test_booked_time_is_its_own_bookings_whichever_a_decision_names(
    basis: Basis, no_show: int, named: int
) -> None:
    """Ran 10-14 over both bookings: 60,000 each, as without the decision.

    Neither makes the other free.
    """
    words = decided(A, "10:00", "12:00", TWO_OWN[named].id)
    item = priced(basis, no_show=no_show)
    lines = charges(item, ran(("10:00", "14:00")), TWO_OWN, reassignments=words)
    assert of(lines) == {Component.TIME: 120_000}
    assert [line.amount for line in lines if line.amount] == [60_000, 60_000]


@pytest.mark.parametrize(
    ("named", "amounts"),
    [
        # Five minutes that run on into the second booking are no coming to it, unless that is
        # decided.
        (0, {Component.TIME: 10_000, Component.NO_SHOW: 55_000}),
        (1, {Component.TIME: 10_000}),
    ],
)
def test_the_booking_that_a_decision_names_was_come_for(
    named: int, amounts: dict[Component, int]
) -> None:
    words = decided(A, "11:45", "12:00", TWO_OWN[named].id)
    lines = charges(FEE, ran(("11:50", "12:05")), TWO_OWN, reassignments=words)
    assert of(lines) == amounts


def test_a_decision_names_the_booking_of_time_that_nobody_had_booked() -> None:
    held = [booked("08:00", "10:00"), booked("14:00", "16:00")]
    words = decided(A, "11:00", "12:00", held[0].id)
    item = priced(Basis.HULL)
    lines = charges(item, ran(("11:10", "11:30")), held, reassignments=words)
    # Two hours, and twenty minutes of an overrun in a free slot; the afternoon is a no-show without
    # a fee.
    assert of(lines) == {Component.TIME: 70_000}
    assert lines[0].key == f"booking:{held[0].id}/time"


def test_the_latest_decision_on_an_activity_holds() -> None:
    held = [booked("12:00", "14:00")]
    words = decided(C, "11:45", "12:00") + decided(A, "11:45", "12:00")
    runs = ran(("11:50", "12:05"))
    assert total(charges(FEE, runs, held, company=C, reassignments=words)) == 10_000
    assert total(charges(FEE, runs, held, company=C, reassignments=words[::-1])) == 0


@pytest.mark.parametrize(
    ("decided_from", "decided_to", "is_cs"),
    [
        ("11:50", "11:51", True),  # the period's first second
        ("11:49", "11:50", False),  # its end is no part of it
        ("11:49", "11:50:01", True),
        ("11:50:01", "12:30", False),  # the activity began before
    ],
)
def test_a_decision_is_about_what_begins_in_its_period(
    decided_from: str, decided_to: str, is_cs: bool
) -> None:
    runs, held = ran(("11:50", "12:05")), [booked("12:00", "14:00")]
    words = decided(C, decided_from, decided_to)
    assert bool(charges(FEE, runs, held, company=C, reassignments=words)) is is_cs


@pytest.mark.parametrize(("rest", "sessions"), [(599, 1), (600, 1), (601, 2)])
def test_a_rest_of_ten_minutes_is_part_of_an_activity(rest: int, sessions: int) -> None:
    """Each activity of the walk-in is rounded by itself: 30 and 30 minutes, or one of 60."""
    runs = ran(("10:00", "10:21"), ("10:31", "10:52"))
    again = runs[2].end
    assert again
    late = again + timedelta(seconds=rest - 600)
    runs[2], runs[3] = replace(runs[2], end=late), replace(runs[3], start=late)
    lines = charges(priced(), runs, [], walked_in(A, "09:50"))
    assert len(lines) == sessions
