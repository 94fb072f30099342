"""Gaps in the signals for which a run-hour counter vouches, in one booking and between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gadong.billing.domain.charge import Price
from gadong.billing.domain.rate_terms import Basis, UnknownPolicy
from gadong.billing.domain.rating.unbilled_lines import unmeasured
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import Decision, DecisionKind, Rulings, filled
from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.ids import DecisionId, PersonId, new_id
from gadong.core.domain.machine_state import State
from tests.support.billing.own_next_booking import decided
from tests.support.billing.vouched_gaps import EIGHT, SECOND, found, silent
from tests.support.golden import (
    CENTRE,
    KST,
    MACHINE,
    A,
    B,
    at,
    between,
    booked,
    charges,
    ran,
    total,
)


def waiting(item: RateItem, each: list[Session], rulings: Rulings | None = None) -> list[int]:
    """Return the seconds of each session that a manager is asked about."""
    price = Price(item=item, discount_pct=Decimal(0), zone=KST, rulings=rulings or Rulings())
    return [unmeasured(session, price, at("23:00")) for session in each]


TWO = [booked("10:00", "12:00"), booked("12:00", "14:00")]


@pytest.mark.parametrize(
    "held",
    [
        [booked("10:00", "14:00")],
        TWO,
        # The rest lies partly outside both: until the next booking it is the earlier one's
        # activity.
        [booked("10:00", "11:58"), booked("12:02", "14:00")],
        [booked("10:00", "11:00"), booked("12:04", "14:00")],
        [booked("10:00", "11:50"), booked("11:50", "12:10"), booked("12:10", "14:00")],
    ],
)
def test_a_vouched_gap_is_billed_once_over_ones_own_bookings(held: list[Booking]) -> None:
    lines = charges(SECOND, EIGHT, held)
    assert total(lines) == 120_000
    assert sum(line.trace.counter_seconds for line in lines) == 480
    assert waiting(SECOND, found(EIGHT, held)) == [0] * len(held)


def test_each_booking_has_the_part_of_a_vouched_gap_that_lies_in_it() -> None:
    assert [line.amount for line in charges(SECOND, EIGHT, TWO)] == [60_000, 60_000]


@pytest.mark.parametrize(
    ("moved", "first", "second"),
    [
        (None, 58_000, 58_000),
        (0, 58_000, 58_000),
        (1, 58_008, 58_000),  # a second is 8.33 won, and lines are floored
        (239, 59_991, 58_000),
        (240, 60_000, 58_000),
        (241, 60_000, 58_008),
        (480, 60_000, 60_000),
    ],
)
def test_a_counter_speaks_for_the_first_seconds_of_a_gap(
    moved: int | None, first: int, second: int
) -> None:
    runs = silent(ran(("10:00", "11:56"), ("12:04", "14:00")), "11:56", counted=moved)
    assert [line.amount for line in charges(SECOND, runs, TWO)] == [first, second]


def test_a_counter_replaces_the_seconds_for_which_the_last_word_held() -> None:
    """Heard at 11:55:30, held for 30 seconds, and 60 of 510 were run: from 11:55:30 to 11:56:30."""
    runs = silent(ran(("10:00", "11:56"), ("12:04", "14:00")), "11:56", counted=60, held=30)
    lines = charges(SECOND, runs, TWO)
    assert [line.trace.billed_seconds for line in lines] == [6990, 6960]


@pytest.mark.parametrize(
    ("moved", "seconds"),
    [(None, 6960), (29, 6929 + 30), (30, 6930 + 30), (31, 6931 + 30), (60, 6990)],
)
def test_a_counter_may_speak_for_less_than_the_last_word_held(
    moved: int | None, seconds: int
) -> None:
    """Heard at 11:55:30 and held until 11:56: of those thirty seconds the counter may say that
    fewer ran.
    """
    runs = silent(ran(("10:00", "11:56"), ("12:04", "14:00")), "11:56", counted=moved, held=30)
    first, _ = charges(SECOND, runs, TWO)
    assert first.trace.billed_seconds == seconds


def test_two_gaps_of_one_booking_are_both_filled() -> None:
    runs = ran(("10:00", "10:56"), ("11:04", "12:56"), ("13:04", "14:00"))
    runs = silent(silent(runs, "10:56", counted=480), "12:56", counted=300)
    (line,) = charges(SECOND, runs, [booked("10:00", "14:00")])
    assert (line.trace.billed_seconds, line.trace.counter_seconds) == (4 * 3600 - 180, 780)


def test_a_gap_in_anothers_activity_is_none_of_whose_booking_it_reaches_into() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = ran(("10:00", "11:56"), ("12:04", "12:10"), ("12:20", "14:00"))
    lines = charges(
        SECOND,
        silent(runs, "11:56", counted=480),
        held,
        [
            CheckIn(
                at=at("12:15"), company_id=B, person_id=PersonId(new_id()), booking_id=held[1].id
            )
        ],
        company=B,
    )
    assert [(line.trace.billed_seconds, line.trace.counter_seconds) for line in lines] == [
        (6_000, 0)
    ]


def test_a_gap_of_nobodys_hides_no_later_one() -> None:
    """Between A and B nobody can say who ran; the rest in B's own work is filled all the same."""
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = ran(("10:00", "11:50"), ("12:10", "13:00"), ("13:05", "14:00"))
    runs = silent(silent(runs, "11:50", counted=1200), "13:00", counted=300)
    assert total(charges(SECOND, runs, held, company=B)) == 55_000


def test_a_gap_after_one_word_of_running_is_filled_from_that_word() -> None:
    """The only word before the gap came at 10:00 and held for thirty seconds."""
    runs = silent(ran(("10:00", "10:00:30"), ("10:08", "12:00")), "10:00:30", counted=480, held=30)
    assert total(charges(SECOND, runs, [booked("10:00", "12:00")])) == 60_000


def test_a_gap_after_the_last_run_is_not_billed_and_a_manager_is_asked() -> None:
    runs = silent(ran(("10:00", "11:00"), observed=("00:00", "12:00")), "11:00", counted=1800)
    held = [booked("10:00", "12:00")]
    assert total(charges(SECOND, runs, held)) == 30_000
    assert waiting(SECOND, found(runs, held)) == [1800]


def test_a_gap_in_ones_own_booking_after_which_another_ran_is_nobodys() -> None:
    held, words = [booked("10:00", "13:00")], decided(B, "11:20", "11:21")
    runs = silent(ran(("10:00", "11:00"), ("11:20", "12:00")), "11:00", counted=1200)
    assert total(charges(SECOND, runs, held, reassignments=words)) == 30_000
    assert total(charges(SECOND, runs, held, reassignments=words, company=B)) == 20_000


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Longer than the rest of an activity, in bookings back to back: each has its part.
        (("10:00", "12:00"), ("12:00", "14:00")),
        (("10:00", "11:30"), ("11:30", "14:00")),
    ],
)
def test_a_long_gap_between_bookings_back_to_back_is_billed(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    runs = silent(ran(("10:00", "11:20"), ("12:40", "14:00")), "11:20", counted=80 * 60)
    assert total(charges(SECOND, runs, [booked(*first), booked(*second)])) == 120_000


def test_a_booking_in_the_middle_of_which_nobody_can_say_who_came_has_its_part() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "13:00"), booked("13:00", "15:00")]
    runs = silent(ran(("10:00", "11:50"), ("13:10", "15:00")), "11:50", counted=80 * 60)
    assert [line.amount for line in charges(SECOND, runs, held)] == [60_000, 30_000, 60_000]


@pytest.mark.parametrize(
    ("rest", "billed", "asked"), [(599, 120_000, 0), (600, 120_000, 0), (601, 0, 601)]
)
def test_between_bookings_apart_only_the_rest_of_an_activity_is_filled(
    rest: int, billed: int, asked: int
) -> None:
    """An hour each, and a gap of ten minutes between: beyond them a manager is asked about what
    lies in a booking.
    """
    held = [booked("10:00", "11:59"), booked("12:00:30", "14:00")]
    runs = ran(("10:00", "11:55"), ("12:05", "14:00"))
    later = at("12:05") + timedelta(seconds=rest - 600)
    gap, after = runs[2], runs[3]
    runs[2], runs[3] = replace(gap, end=later), replace(after, start=later)
    runs = silent(runs, "11:55", counted=rest)
    lines = charges(SECOND, runs, held)
    outside = 90 if asked else 0
    assert sum(x.trace.billed_seconds for x in lines) == 4 * 3600 - asked
    assert sum(waiting(SECOND, found(runs, held))) == max(0, asked - outside)
    assert billed in {0, total(lines)}


def test_a_gap_between_two_companies_is_nobodys_and_a_manager_is_asked() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    runs = silent(ran(("10:00", "11:50"), ("12:10", "14:00")), "11:50", counted=1200)
    for company in (A, B):
        assert total(charges(SECOND, runs, held, company=company)) == 55_000
    assert waiting(SECOND, found(runs, held)) == [600, 600]


def test_what_goes_on_over_a_gap_into_anothers_booking_is_an_overrun_with_the_gap() -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00", B)]
    assert total(charges(SECOND, EIGHT, held)) == 150_000
    assert total(charges(SECOND, EIGHT, held, company=B)) == 0


@pytest.mark.parametrize("counted", [1800, 900])
def test_a_gap_before_the_first_run_is_not_billed_and_a_manager_is_asked(counted: int) -> None:
    runs = silent(ran(("10:30", "12:00"), observed=("10:00", "23:59")), "10:00", counted=counted)
    held = [booked("10:00", "12:00")]
    assert total(charges(SECOND, runs, held)) == 45_000
    assert waiting(SECOND, found(runs, held)) == [counted]
    assert waiting(SECOND, found(runs, held), Rulings(seconds=5400, reason="seen")) == [0]


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (replace(SECOND, unknown_policy=UnknownPolicy.NOT_BILLED), 1800),
        (replace(SECOND, basis=Basis.ACTUAL_OCCUPIED), 1800),
        # Booked time is billed, whatever ran in it.
        (replace(SECOND, basis=Basis.HULL), 0),
        (replace(SECOND, basis=Basis.BOOKED), 0),
    ],
)
def test_a_manager_is_asked_about_a_gap_that_is_not_billed(item: RateItem, asked: int) -> None:
    runs = silent(ran(("10:30", "12:00"), observed=("10:00", "23:59")), "10:00", counted=1800)
    assert waiting(item, found(runs, [booked("10:00", "12:00")])) == [asked]


@pytest.mark.parametrize("moved", [240, 480])
@pytest.mark.parametrize(
    ("item", "is_asked"),
    [
        (SECOND, False),
        (replace(SECOND, unknown_policy=UnknownPolicy.NOT_BILLED), True),
        # A rest of eight minutes is occupied, whatever ran in it.
        (replace(SECOND, basis=Basis.ACTUAL_OCCUPIED), False),
        (replace(SECOND, basis=Basis.HULL), False),
    ],
)
def test_a_manager_is_asked_about_a_vouched_gap_where_its_tariff_does_not_fill_it(
    item: RateItem, moved: int, *, is_asked: bool
) -> None:
    """Nothing is asked of the rest of a filled gap: the counter says that it did not run."""
    runs = silent(ran(("10:00", "11:56"), ("12:04", "14:00")), "11:56", counted=moved)
    asked = moved if is_asked else 0
    assert waiting(item, found(runs, [booked("10:00", "14:00")])) == [asked]


@pytest.mark.parametrize(("counted", "asked"), [(5400, 5400), (7200, 7200), (9000, 7200)])
def test_a_machine_that_was_dark_all_the_while_asks_for_what_may_lie_in_the_session(
    counted: int, asked: int
) -> None:
    """A gap's first counted seconds may lie before the booking; nobody knows which ran."""
    runs = silent(ran(("13:00", "13:10"), observed=("08:00", "23:59")), "08:00", counted=counted)
    assert waiting(SECOND, found(runs, [booked("10:00", "12:00")]))[0] == asked


def test_a_tariff_that_bills_no_unknown_time_does_not_between_bookings_either() -> None:
    item = replace(SECOND, unknown_policy=UnknownPolicy.NOT_BILLED)
    assert total(charges(item, EIGHT, TWO)) == 116_000


def test_a_gap_in_use_without_a_booking_that_goes_on_in_one_is_billed() -> None:
    came = [CheckIn(at=at("10:50"), company_id=A, person_id=PersonId(new_id()))]
    runs = silent(ran(("11:00", "11:56"), ("12:04", "14:00")), "11:56", counted=480)
    lines = charges(SECOND, runs, [booked("12:00", "14:00")], came)
    assert sorted(line.amount for line in lines) == [30_000, 60_000]


def test_another_companys_use_parts_a_gap_from_the_run_before_it() -> None:
    """A, then B without a booking, a gap of eleven minutes, and A again: nobody can say whose the
    gap was.
    """
    held = [booked("10:00", "10:36"), booked("11:05", "12:00")]
    came = [CheckIn(at=at("10:37"), until=at("11:01"), company_id=B, person_id=PersonId(new_id()))]
    runs = silent(
        ran(("10:00", "10:34"), ("10:40", "11:00"), ("11:11", "12:00")), "11:00", counted=660
    )
    assert [line.trace.billed_seconds for line in charges(SECOND, runs, held, came)] == [2040, 2940]
    assert sum(waiting(SECOND, found(runs, held, came))) == 360


def word_on(since: str, until: str, state: State) -> Decision:
    """Return a manager's word on unknown time."""
    return Decision(
        id=DecisionId(new_id()),
        centre_id=CENTRE,
        machine_id=MACHINE,
        kind=DecisionKind.FILL,
        period=between(since, until),
        company_id=None,
        booking_id=None,
        reverses=None,
        reason="확인",
        decided_by=PersonId(new_id()),
        recorded_at=at("20:00"),
        state=state,
    )


@pytest.mark.parametrize(
    ("since", "until", "state", "amount"),
    [
        ("11:00", "11:10", State.RUNNING, 50_000),
        ("11:00", "11:10", State.IDLE, 50_000),
        ("11:30", "11:40", State.RUNNING, 50_000),
        ("11:10", "11:20", State.RUNNING, 50_000),
        # As much as the counter moved, and a second less and more.
        ("11:00", "11:20", State.RUNNING, 50_000),
        ("11:00", "11:19:59", State.RUNNING, 50_000),
        ("11:00", "11:20:01", State.RUNNING, 50_008),
        # Of the twenty minutes that the counter moved, less than that is left.
        ("11:00", "11:20", State.IDLE, 50_000),
        ("11:00", "11:20:01", State.IDLE, 49_991),
        ("11:00", "11:40", State.IDLE, 40_000),
        ("11:00", "11:40", State.RUNNING, 60_000),
    ],
)
def test_a_decided_part_of_a_gap_leaves_the_counters_word_on_the_rest(
    since: str, until: str, state: State, amount: int
) -> None:
    runs = silent(ran(("10:00", "11:00"), ("11:40", "12:00")), "11:00", counted=1200)
    held = [booked("10:00", "12:00")]
    assert total(charges(SECOND, runs, held)) == 50_000
    assert total(charges(SECOND, filled(runs, [word_on(since, until, state)]), held)) == amount


@pytest.mark.parametrize(("counted", "amount"), [(1260, 50_000), (1259, 49_991), (1261, 50_008)])
def test_what_the_last_word_still_held_for_is_counted_too(counted: int, amount: int) -> None:
    # Heard last at 10:59, so the counter moved a minute of which nobody was in doubt.
    runs = silent(ran(("10:00", "11:00"), ("11:40", "12:00")), "11:00", counted=counted, held=60)
    words = [word_on("11:00", "11:10", State.RUNNING)]
    assert total(charges(SECOND, filled(runs, words), [booked("10:00", "12:00")])) == amount


def test_two_words_on_one_gap_share_the_counters_word() -> None:
    runs = silent(ran(("10:00", "11:00"), ("11:40", "12:00")), "11:00", counted=1200)
    words = [word_on("11:30", "11:35", State.RUNNING), word_on("11:05", "11:10", State.IDLE)]
    assert total(charges(SECOND, filled(runs, words), [booked("10:00", "12:00")])) == 50_000
