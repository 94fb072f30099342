"""Shifts that change within a short rest: each company pays what its own people ran."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gadong.billing.domain.rate_terms import Basis
from gadong.core.domain.ids import BookingId, new_id
from gadong.core.domain.machine_state import State
from tests.support.billing.difficult_days import arrival, priced
from tests.support.golden import A, B, at, between, booked, charges, ran, total

FIRST, SECOND = booked("10:00", "12:00"), booked("12:00", "14:00", B)
#: What came, as each firm's people checked in and out; None: never.
Stay = tuple[str, str | None] | None


def both(
    runs: list[tuple[str, str]],
    own: Stay,
    others: Stay,
    basis: Basis = Basis.ACTUAL_RUN,
    *,
    freed_from: str | None = None,
) -> tuple[int, int]:
    """Return what each of the two firms pays for its booking; the first may have freed its rest."""
    mine = replace(FIRST, freed_from=at(freed_from) if freed_from else None)
    came = [
        arrival(booking, stay[0], left=stay[1])
        for booking, stay in ((mine, own), (SECOND, others))
        if stay
    ]
    held, seen = [mine, SECOND], ran(*runs)
    first, second = (
        total(charges(priced(basis), seen, held, came, company=company)) for company in (A, B)
    )
    return first, second


@pytest.mark.parametrize("basis", [Basis.ACTUAL_RUN, Basis.HULL, Basis.ACTUAL_OCCUPIED])
@pytest.mark.parametrize("others", [("11:46", "14:00"), ("11:59:59", "14:00"), ("12:00", "14:00")])
def test_who_comes_early_for_the_next_shift_does_not_make_the_first_pay_for_it(
    basis: Basis, others: Stay
) -> None:
    runs = [("10:00", "12:00"), ("12:03", "14:00")]
    assert both(runs, ("10:00", "12:00"), others, basis) == (60_000, 60_000)


@pytest.mark.parametrize(
    ("rested_until", "second"), [("12:00:30", 60_000), ("12:03", 60_000), ("12:10", 55_000)]
)
def test_a_check_out_in_the_rest_ends_the_first_shift(rested_until: str, second: int) -> None:
    runs = [("10:00", "12:00"), (rested_until, "14:00")]
    assert both(runs, ("10:00", "12:00"), None) == (60_000, second)


def test_who_left_early_does_not_pay_for_who_was_there_already() -> None:
    runs = [("10:00", "11:45"), ("11:50", "14:00")]
    seen = both(runs, ("10:00", "11:45"), ("11:44", "14:00"), freed_from="11:45")
    assert seen == (55_000, 65_000)


def test_what_was_left_running_is_of_who_left_it_while_nobody_else_is_there() -> None:
    runs = [("10:00", "12:30"), ("12:32", "13:00")]
    first, second = both(runs, ("10:00", "11:00"), None)
    assert first > 60_000
    assert second == 0


def test_a_rest_in_ones_own_booking_is_no_change_of_shift() -> None:
    runs = [("10:00", "11:30"), ("11:35", "12:00")]
    assert both(runs, ("10:00", "11:32"), ("11:20", "14:00"))[0] == 60_000


def test_a_job_that_pauses_while_its_people_leave_is_theirs() -> None:
    came = [arrival(FIRST, "10:00", left="12:00")]
    running = ran(("10:00", "11:59"), ("12:01", "14:00"))
    paused = replace(running[0], start=at("11:59"), end=at("12:01"), state=State.PAUSED)
    others = [r for r in running if r.state is not State.IDLE or r.start != at("11:59")]
    runs = sorted([*others, paused], key=lambda run: run.start)
    held = [FIRST, SECOND]
    assert total(charges(priced(), runs, held, came, company=B)) == 0
    assert total(charges(priced(), runs, held, came)) > 60_000


@pytest.mark.parametrize(
    ("own", "is_handed_over"),
    [
        # A visit that was over before the run began says nothing, however long before.
        (("06:00", "06:30"), False),
        (("09:58", "09:59:59"), False),
        (("09:58", "10:00"), False),
        (("09:58", "10:00:01"), True),
        (("10:05", "10:30"), True),
    ],
)
def test_only_who_was_there_while_it_ran_can_have_left(own: Stay, *, is_handed_over: bool) -> None:
    """A's run goes on for an hour in time that nobody booked, while somebody of B is there."""
    assert own is not None
    earlier = replace(FIRST, id=BookingId(new_id()), period=between("05:00", "07:00"))
    came = [
        replace(arrival(FIRST, own[0], left=own[1]), booking_id=earlier.id),
        arrival(SECOND, "10:30", left="14:00"),
    ]
    unbooked = [replace(c, booking_id=None) if c.company_id == B else c for c in came]
    runs = ran(("10:00", "12:00"), ("12:05", "13:00"))
    held = [earlier, FIRST]
    others = total(charges(priced(), runs, held, unbooked, company=B))
    assert bool(others) is is_handed_over


@pytest.mark.parametrize("came", ["09:40", "10:00"])
def test_who_came_for_the_booking_and_left_before_it_ran_has_left(came: str) -> None:
    """They set a job up and left; it runs on into time in which B is there."""
    runs = ran(("10:06", "12:00"), ("12:05", "13:00"))
    people = [
        arrival(FIRST, came, left="10:05"),
        replace(arrival(SECOND, "10:30", left="14:00"), booking_id=None),
    ]
    assert total(charges(priced(), runs, [FIRST], people, company=B)) > 0
