"""The difficult days of the tariff page: overruns, neighbours, no-shows, and two companies at one
machine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.rate_terms import Basis, Overrun
from gadong.booking.domain.booking import BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import Period
from tests.support.billing.difficult_days import arrival, of, priced
from tests.support.golden import DAY, A, B, at, booked, charges, ran, total

# W1: what is an edge of an overrun.


@pytest.mark.parametrize(
    ("rival", "amount"),
    [
        (("12:00", "13:00"), 255_000),
        (("15:00", "16:00"), 255_000),  # its start and its end lie inside the overrun
        (("17:00", "19:00"), 255_000),
        (("12:00", "18:00"), 330_000),
        (("18:00", "19:00"), 240_000),  # it begins as the overrun ends
    ],
)
def test_an_overrun_is_surcharged_only_while_it_stands_in_anothers_way(
    rival: tuple[str, str], amount: int
) -> None:
    held = [booked("10:00", "12:00"), booked(*rival, B)]
    assert total(charges(priced(), ran(("10:00", "18:00")), held)) == amount


@pytest.mark.parametrize(
    ("state", "more", "amount"),
    [
        (BookingState.CONFIRMED, {}, 105_000),
        # Released by the facts, since the overrun displaced it: it was in the way until its end.
        (BookingState.RELEASED, {"freed_from": "13:00"}, 105_000),
        # A no-show is in the way until that is certain.
        (BookingState.NO_SHOW, {"freed_from": "12:15"}, 93_750),
        # Taken back by the centre, or given up in time: nobody was waiting.
        (BookingState.RELEASED, {}, 90_000),
        (BookingState.CANCELLED, {"cancelled_at": "09:00"}, 90_000),
        (BookingState.PENDING, {}, 90_000),
    ],
)
def test_a_neighbour_is_in_the_way_for_as_long_as_it_claims_its_time(
    state: BookingState, more: dict[str, str], amount: int
) -> None:
    rival = replace(
        booked("12:00", "13:00", B),
        state=state,
        freed_from=at(more["freed_from"]) if "freed_from" in more else None,
        cancelled_at=at(more["cancelled_at"]) if "cancelled_at" in more else None,
    )
    assert (
        total(charges(priced(), ran(("10:00", "13:00")), [booked("10:00", "12:00"), rival]))
        == amount
    )


# W2 and W3: a company's own bookings are no neighbours, and its own overrun is no excuse.


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("no_show", [0, 50, 100])
def test_a_company_that_runs_through_its_two_bookings_pays_their_time_once(
    basis: Basis, no_show: int
) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00")]
    item = priced(basis, no_show=no_show, overrun=Overrun(pct_free_slot=Decimal(150)))
    lines = charges(item, ran(("10:00", "14:00")), held)
    assert (total(lines), set(of(lines))) == (120_000, {Component.TIME})


def test_what_goes_on_after_the_second_booking_is_its_overrun_alone() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00"), booked("14:00", "16:00", B)]
    lines = charges(priced(), ran(("10:00", "15:00")), held)
    assert of(lines) == {Component.TIME: 150_000, Component.OVERRUN: 15_000}


@pytest.mark.parametrize(
    ("basis", "no_show", "until", "amounts"),
    [
        (Basis.HULL, 100, "12:01", {Component.TIME: 60_000, Component.NO_SHOW: 60_000}),
        (Basis.HULL, 50, "12:01", {Component.TIME: 60_000, Component.NO_SHOW: 30_000}),
        (Basis.HULL, 0, "12:01", {Component.TIME: 60_000}),
        (Basis.ACTUAL_RUN, 100, "12:01", {Component.TIME: 60_000, Component.NO_SHOW: 60_000}),
        (Basis.BOOKED, 100, "12:01", {Component.TIME: 60_000, Component.NO_SHOW: 60_000}),
        # The billed part of the second slot is no part of the fee for not using it.
        (Basis.ACTUAL_RUN, 100, "12:12", {Component.TIME: 70_000, Component.NO_SHOW: 50_000}),
        (Basis.HULL, 100, "12:12", {Component.TIME: 70_000, Component.NO_SHOW: 50_000}),
        (Basis.ACTUAL_RUN, 0, "12:12", {Component.TIME: 70_000}),
        # A company that still ran when a no-show would have been certain used the slot.
        (Basis.HULL, 100, "12:14:59", {Component.TIME: 70_000, Component.NO_SHOW: 50_000}),
        (Basis.HULL, 100, "12:15", {Component.TIME: 120_000}),
        (Basis.HULL, 100, "12:15:01", {Component.TIME: 120_000}),
        (Basis.ACTUAL_RUN, 100, "12:15", {Component.TIME: 70_000}),
    ],
)
def test_ones_own_overrun_does_not_excuse_ones_own_no_show(
    basis: Basis, no_show: int, until: str, amounts: dict[Component, int]
) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00")]
    lines = charges(priced(basis, no_show=no_show), ran(("10:00", until)), held)
    assert of(lines) == amounts


def test_a_run_that_begins_in_the_second_slot_is_use_of_it() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00")]
    lines = charges(
        priced(Basis.HULL, no_show=100), ran(("10:00", "12:01"), ("12:05", "12:08")), held
    )
    assert of(lines) == {Component.TIME: 120_000}


@pytest.mark.parametrize(
    ("until", "amounts"),
    [
        ("12:00", {Component.NO_SHOW: 30_000}),
        ("12:02", {Component.NO_SHOW: 29_500}),
        ("12:14:59", {Component.NO_SHOW: 26_254}),
        ("12:15", {}),
        ("12:15:01", {}),
    ],
)
def test_a_rival_that_never_came_is_excused_only_if_it_could_not_have_come(
    until: str, amounts: dict[Component, int]
) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    assert of(charges(priced(no_show=50), ran(("10:00", until)), held, company=B)) == amounts


def test_who_comes_late_to_their_own_time_has_not_kept_the_next_ones() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    came = [arrival(held[0], "11:50")]
    lines = charges(priced(no_show=50), ran(("11:50", "12:00")), held, came, company=B)
    assert of(lines) == {Component.NO_SHOW: 30_000}


# W4: one second is billed to one company, whatever the basis.


@pytest.mark.parametrize("basis", [Basis.HULL, Basis.ACTUAL_OCCUPIED])
def test_who_is_early_does_not_pay_what_the_one_before_pays(basis: Basis) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    came = [arrival(held[0], "10:00", left="12:00"), arrival(held[1], "11:46", left="14:00")]
    runs = ran(("10:00", "11:40"), ("12:05", "13:55"))
    for company in (A, B):
        assert total(charges(priced(basis), runs, held, came, company=company)) == 60_000


def test_who_is_early_in_free_time_pays_from_then_on() -> None:
    held = [booked("10:00", "11:00"), booked("12:00", "14:00", B)]
    came = [arrival(held[0], "10:00"), arrival(held[1], "11:46")]
    runs = ran(("10:00", "11:00"), ("12:05", "13:55"))
    assert total(charges(priced(Basis.HULL), runs, held, came, company=B)) == 70_000


@pytest.mark.parametrize(
    ("came_at", "first", "second"),
    [
        (None, 70_000, 50_000),  # nobody was watching whether the second came
        ("11:46", 60_000, 60_000),
        ("12:00", 60_000, 60_000),
        ("12:10", 65_000, 55_000),
        ("12:20", 70_000, 50_000),
        ("12:30", 70_000, 50_000),
    ],
)
def test_who_leaves_late_pays_until_the_next_one_comes(
    came_at: str | None, first: int, second: int
) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    came = [arrival(held[0], "10:00", left="12:20")]
    came += [arrival(held[1], came_at)] if came_at else []
    unseen = ran(observed=("00:00", "00:01"))
    item = priced(Basis.HULL, overrun=Overrun(pct_encroach=Decimal(100)))
    assert total(charges(item, unseen, held, came, company=A)) == first
    assert total(charges(item, unseen, held, came, company=B)) == second


def test_what_was_freed_and_booked_anew_is_paid_once() -> None:
    done = replace(booked("10:00", "12:00"), state=BookingState.COMPLETED, freed_from=at("11:00"))
    held = [done, booked("11:00", "12:00", B)]
    came = [arrival(done, "10:00", left="11:00"), arrival(held[1], "11:00")]
    runs = ran(("10:00", "11:00"), ("11:10", "11:30"))
    for company in (A, B):
        assert total(charges(priced(Basis.BOOKED), runs, held, came, company=company)) == 30_000
    # Nobody else took it: it stays with who had booked it.
    assert total(charges(priced(Basis.BOOKED), ran(("10:00", "11:00")), [done], came[:1])) == 60_000


def test_one_company_does_not_pay_a_second_twice_either() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00")]
    came = [arrival(held[0], "10:00"), arrival(held[1], "11:46")]
    runs = ran(("10:00", "11:40"), ("12:05", "13:55"))
    assert total(charges(priced(Basis.HULL), runs, held, came)) == 120_000


# W5: a check-in takes over only where nobody of the booking's company had come.

PAUSE = ran(("10:00", "11:30"), ("11:52", "12:10"))


def test_a_booking_stands_until_its_end_once_its_company_had_come() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    came = [arrival(held[1], "11:50")]
    assert total(charges(priced(), PAUSE, held, came, company=A)) == 55_000
    assert total(charges(priced(), PAUSE, held, came, company=B)) == 0


def test_a_check_in_of_the_bookings_own_keeps_its_time_without_a_run() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = ran(("11:52", "12:10"))
    came = [arrival(held[0], "10:05"), arrival(held[1], "11:50")]
    assert total(charges(priced(), runs, held, came, company=A)) == 10_000
    assert total(charges(priced(), runs, held, came, company=B)) == 0


def test_a_check_in_takes_over_time_that_nobody_used() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = ran(("11:52", "12:10"))
    came = [arrival(held[1], "11:50")]
    assert total(charges(priced(), runs, held, came, company=A)) == 0
    assert total(charges(priced(), runs, held, came, company=B)) == 10_000


def test_what_begins_after_the_bookings_end_is_the_next_ones() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = ran(("10:00", "11:40"), ("12:00", "12:30"))
    came = [arrival(held[1], "11:50")]
    assert total(charges(priced(), runs, held, came, company=A)) == 50_000
    assert total(charges(priced(), runs, held, came, company=B)) == 15_000


# W11 and W12: an overrun is measured.

HALF_HOURS: dict[str, Any] = {
    "increment_seconds": 1800,
    "overrun": Overrun(pct_free_slot=Decimal(150), flat=10_000),
}


@pytest.mark.parametrize(
    ("until", "amounts"),
    [
        ("11:02", {Component.TIME: 45_000}),
        ("11:10", {Component.TIME: 45_000}),  # as long as is borne
        # Beyond it, all that is billed after the end is an overrun, with its rounding.
        ("11:10:01", {Component.TIME: 45_000, Component.OVERRUN: 17_500}),
    ],
)
def test_a_rounding_is_no_overrun_unless_one_was_measured(
    until: str, amounts: dict[Component, int]
) -> None:
    lines = charges(
        priced(Basis.HULL, **HALF_HOURS), ran(("10:00", until)), [booked("10:00", "11:00")]
    )
    assert of(lines) == amounts


@pytest.mark.parametrize("basis", list(Basis))
def test_a_minimum_is_no_overrun(basis: Basis) -> None:
    item = priced(
        basis, minimum_seconds=7200, overrun=Overrun(pct_free_slot=Decimal(150), flat=10_000)
    )
    lines = charges(item, ran(("10:00", "10:30")), [booked("10:00", "11:00")])
    assert of(lines) == {Component.TIME: 60_000}


def test_a_fee_for_not_coming_holds_no_overrun_of_its_own_rounding() -> None:
    terms: dict[str, Any] = {**HALF_HOURS, "increment_seconds": 7200}
    item = priced(Basis.HULL, no_show=100, **terms)
    assert of(charges(item, ran(), [booked("10:00", "11:00")])) == {Component.NO_SHOW: 60_000}


# L5: what is given up after its time is over was used, or was not.


@pytest.mark.parametrize(
    ("cancelled_at", "runs", "amounts"),
    [
        ("13:00", (("10:00", "12:00"),), {Component.TIME: 60_000}),
        ("12:00", (("10:00", "12:00"),), {Component.TIME: 60_000}),
        ("13:00", (), {Component.NO_SHOW: 30_000}),
        ("12:00", (), {Component.NO_SHOW: 30_000}),
        ("11:59:59", (), {}),  # given up while it lasted; no fee for late cancellations is named
        ("11:00", (("10:00", "10:30"),), {Component.TIME: 15_000}),
        ("09:00", (("10:00", "10:30"),), {}),  # nobody's: it waits for a decision
    ],
)
def test_a_booking_that_is_given_up_afterwards_costs_what_it_was(
    cancelled_at: str, runs: tuple[tuple[str, str], ...], amounts: dict[Component, int]
) -> None:
    late = replace(
        booked("10:00", "12:00"), state=BookingState.CANCELLED, cancelled_at=at(cancelled_at)
    )
    assert of(charges(priced(no_show=50), ran(*runs), [late])) == amounts


# W16: both months of a session.


@given(st.integers(1, 14 * 24 * 60), st.integers(1, 14 * 24 * 60), st.sampled_from(list(Basis)))
def test_both_months_of_a_session_of_any_length_add_up(
    before: int, after: int, basis: Basis
) -> None:
    edge = DAY
    whole = Period(edge - timedelta(minutes=before), edge + timedelta(minutes=after))
    held = replace(booked("10:00", "12:00"), period=whole)
    run = replace(ran(("10:00", "12:00"))[1], start=whole.start, end=whole.end)
    item = priced(basis, increment_seconds=3600)
    months = [Period(edge - timedelta(days=31), edge), Period(edge, edge + timedelta(days=30))]
    parts = [charges(item, [run], [held], month=month) for month in months]
    billed = sum(line.trace.billed_seconds for lines in parts for line in lines)
    assert billed == -(-max(0, whole.seconds - 60) // 3600) * 3600
