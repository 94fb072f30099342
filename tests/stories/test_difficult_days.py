"""Difficult days from the stored fact to the drafted statement: tariff published, signals heard,
bookings kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.domain.booking import Action, Booking
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import booking_records, decisions
from gadong.booking.services.decisions import DecisionRequest
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.stories.difficult_days import HOUR, Hall, no_show
from tests.support.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall without a tariff yet."""
    return Hall(world)


@pytest.mark.parametrize("is_settled", [False, True])
def test_w1_an_overrun_is_surcharged_only_while_it_stands_in_anothers_way(
    hall: Hall, is_settled: bool
) -> None:
    hall.world.tariff()
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    hall.booked(hall.at("12:00"), hall.at("13:00"), company=1)
    hall.ran((hall.at("10:00"), hall.at("18:00")))
    if is_settled:
        hall.settled()
    assert hall.lines() == {"time": 240_000, "overrun": 15_000}
    assert hall.total(company=1) == 0


@pytest.mark.parametrize("is_settled", [False, True])
def test_w2_a_company_runs_through_its_own_two_bookings(hall: Hall, is_settled: bool) -> None:
    hall.world.tariff()
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    hall.booked(hall.at("12:00"), hall.at("14:00"))
    hall.ran((hall.at("10:00"), hall.at("14:00")))
    if is_settled:
        hall.settled()
    assert hall.lines() == {"time": 120_000}


@pytest.mark.parametrize("is_settled", [False, True])
@pytest.mark.parametrize(
    ("basis", "until", "lines"),
    [
        ("hull", "12:01", {"time": 60_000, "no_show": 60_000}),
        ("booked", "14:00", {"time": 120_000}),
        ("actual_run", "12:01", {"time": 60_000, "no_show": 60_000}),
    ],
)
def test_w3_ones_own_overrun_is_no_excuse(
    hall: Hall, basis: str, until: str, lines: dict[str, int], is_settled: bool
) -> None:
    hall.world.tariff(basis=basis, **no_show(100))
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    hall.booked(hall.at("12:00"), hall.at("14:00"))
    hall.ran((hall.at("10:00"), hall.at(until)))
    if is_settled:
        hall.settled()
    assert hall.lines() == lines


@pytest.mark.parametrize("is_settled", [False, True])
def test_w3_two_minutes_do_not_excuse_a_rival_that_never_came(hall: Hall, is_settled: bool) -> None:
    hall.world.tariff(**no_show(50))
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    hall.booked(hall.at("12:00"), hall.at("14:00"), company=1)
    hall.ran((hall.at("10:00"), hall.at("12:02")))
    if is_settled:
        hall.settled()
    assert hall.lines(company=1) == {"no_show": 29_500}
    # Within the grace of an overrun, and so at the plain rate.
    assert hall.lines() == {"time": 65_000}


def test_w4_two_companies_do_not_pay_the_same_minutes(hall: Hall) -> None:
    hall.world.tariff(basis="hull")
    early = hall.booked(hall.at("10:00"), hall.at("12:00"))
    late = hall.booked(hall.at("12:00"), hall.at("14:00"), company=1)
    hall.came(early, hall.at("10:00"))
    hall.came(late, hall.at("11:46"))
    hall.ran((hall.at("10:00"), hall.at("11:40")), (hall.at("12:10"), hall.at("13:50")))
    assert (hall.total(), hall.total(company=1)) == (60_000, 60_000)


def test_w5_a_booking_whose_company_had_come_stands_until_its_end(hall: Hall) -> None:
    hall.world.tariff()
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    late = hall.booked(hall.at("12:00"), hall.at("14:00"), company=1)
    hall.came(late, hall.at("11:50"))
    hall.ran((hall.at("10:00"), hall.at("11:30")), (hall.at("11:52"), hall.at("12:10")))
    assert (hall.total(), hall.total(company=1)) == (55_000, 0)
    (line,) = hall.document(company=1).lines
    assert "→ 0원 (가동하지 않음)" in line.sentence_ko
    assert "→ KRW 0 (did not run)" in line.sentence_en


def test_w11_a_rounding_is_no_overrun(hall: Hall) -> None:
    hall.world.tariff(
        basis="hull",
        increment_seconds=1800,
        overrun={"grace_seconds": 600, "pct_free_slot": "150", "flat": 10_000},
    )
    hall.booked(hall.at("10:00"), hall.at("11:00"))
    hall.ran((hall.at("10:00"), hall.at("11:02")))
    assert hall.lines() == {"time": 45_000}


def test_w12_a_minimum_is_no_overrun(hall: Hall) -> None:
    hall.world.tariff(minimum_seconds=7200, overrun={"flat": 10_000})
    hall.booked(hall.at("10:00"), hall.at("11:00"))
    hall.ran((hall.at("10:00"), hall.at("10:30")))
    assert hall.lines() == {"time": 60_000}


@pytest.mark.parametrize("days", [3, 12])
def test_w16_both_months_of_a_long_session_add_up(hall: Hall, days: int) -> None:
    hall.world.tariff(rate_per_hour=Decimal(3_000), increment_seconds=3600)
    start = hall.edge - timedelta(days=days) + 10 * HOUR
    end = hall.edge + 10 * HOUR
    hall.booked(start, end)
    hall.ran((start + HOUR / 3, end + HOUR / 6))
    parts = [hall.total(month=month) for month in (hall.month.previous, hall.month)]
    assert all(parts)
    assert sum(parts) == days * 72_000


def test_w16_people_who_came_days_before_the_edge_are_billed_to_when_they_left(
    hall: Hall,
) -> None:
    """Three days were booked up to 22:00, and they left at 02:00 on the first of the month."""
    hall.world.tariff(basis="actual_occupied")
    start, left = hall.edge - 74 * HOUR, hall.edge + 2 * HOUR
    booking = hall.booked(start, hall.edge - 2 * HOUR)
    hall.came(booking, start)
    hall.came(booking, left, "out")
    hall.ran((start, start + HOUR), (hall.edge + 300 * HOUR, hall.edge + 301 * HOUR))
    assert hall.lines(month=hall.month.previous)["time"] == 74 * 30_000
    assert hall.lines()["time"] == 2 * 30_000


def test_w16_a_run_that_overran_its_booking_by_days_is_billed_to_its_end(hall: Hall) -> None:
    hall.world.tariff(rate_per_hour=Decimal(3_000))
    start = hall.edge - timedelta(days=8)
    hall.booked(start, start + 2 * HOUR)
    hall.ran((start, hall.edge + timedelta(days=5)))
    parts = [hall.total(month=month) for month in (hall.month.previous, hall.month)]
    assert parts == [8 * 72_000, 5 * 72_000]
    # The hall's month together, as the scheduler drafts it, is the same.
    statement_drafts.draft_all(
        hall.world.pool, hall.world.manager, hall.world.centre.id, str(hall.month)
    )
    assert hall.total() == 5 * 72_000


@pytest.mark.parametrize("basis", ["actual_run", "actual_occupied"])
@pytest.mark.parametrize("is_bound", [False, True])
def test_l1_use_of_a_machine_without_a_word_is_on_a_line_and_blocks(
    hall: Hall, basis: str, is_bound: bool
) -> None:
    hall.world.tariff(basis=basis)
    booking = hall.booked(hall.at("10:00"), hall.at("12:00"))
    if is_bound:
        hall.world.source(hall.machine)
    pool, manager = hall.world.pool, hall.world.manager
    assert (
        statement_drafts.draft_all(pool, manager, hall.world.centre.id, str(hall.month)).count == 1
    )
    drafted = hall.drafted()
    assert [(b["code"], b["actual"]) for b in drafted.blockers] == [("statement.unknown", 120)]
    (line,) = document(drafted).lines
    assert line.charge.amount == 0
    assert "신호가 없어 이용을 확인할 수 없음" in line.sentence_ko
    # A manager's word on what is billed settles it.
    decisions.decide(
        pool, manager, hall.machine, _set_seconds(booking, 3600), now=datetime.now(UTC)
    )
    assert (hall.lines(), hall.drafted().blockers) == ({"time": 30_000}, [])


def test_l1_a_room_that_is_billed_as_booked_needs_no_signal(hall: Hall) -> None:
    hall.world.tariff(basis="booked")
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    assert (hall.lines(), hall.drafted().blockers) == ({"time": 60_000}, [])


@pytest.mark.parametrize("basis", ["booked", "hull"])
def test_l2_a_booking_over_the_months_end_is_billed_in_parts(hall: Hall, basis: str) -> None:
    hall.world.tariff(basis=basis)
    hall.booked(hall.edge - 30 * HOUR, hall.edge + 18 * HOUR)
    parts = [hall.total(month=month) for month in (hall.month.previous, hall.month)]
    assert parts == [900_000, 540_000]


def test_l2_a_booking_that_still_lasts_is_on_the_statement_and_blocks(hall: Hall) -> None:
    hall.world.tariff(basis="booked")
    edge = hall.month.period(hall.world.centre.zone).end
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    hall.booked(edge - 10 * HOUR, now + 5 * HOUR)
    drafted = hall.drafted()
    assert sum(line.charge.amount for line in document(drafted).lines) == 300_000
    assert [b["code"] for b in drafted.blockers] == ["statement.open_session"]


@pytest.mark.parametrize(("basis", "amount"), [("booked", 60_000), ("actual_run", 45_000)])
def test_l5_what_is_cancelled_after_its_time_is_priced_as_what_it_was(
    hall: Hall, basis: str, amount: int
) -> None:
    hall.world.tariff(basis=basis, **no_show(50))
    booking = hall.booked(hall.at("10:00"), hall.at("12:00"))
    other = hall.booked(
        hall.at("10:00") + timedelta(days=1), hall.at("12:00") + timedelta(days=1), 1
    )
    for one in (booking, other):
        _cancelled(hall, one, at=one.period.end + HOUR)
    hall.ran((hall.at("10:00"), hall.at("11:30")))
    assert hall.lines() == {"time": amount}
    assert hall.lines(company=1) == {"no_show": 30_000}


def test_l6_what_is_extended_after_its_end_is_never_free(hall: Hall) -> None:
    hall.world.tariff(basis="booked")
    booking = hall.booked(hall.at("10:00"), hall.at("12:00"))
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    _extended(hall, booking, until=now + 5 * HOUR)
    drafted = hall.drafted()
    assert sum(line.charge.amount for line in document(drafted).lines) > 60_000
    assert [b["code"] for b in drafted.blockers] == ["statement.open_session"]


def test_what_was_drafted_together_alone_and_verified_is_the_same(hall: Hall) -> None:
    hall.world.tariff(rate_per_hour=Decimal(3_000))
    start = hall.edge - timedelta(days=8)
    hall.booked(start, start + 2 * HOUR)
    hall.ran((start, hall.edge + timedelta(days=5)))
    pool, manager = hall.world.pool, hall.world.manager
    statement_drafts.draft_all(pool, manager, hall.world.centre.id, str(hall.month))
    drafted = hall.drafted()
    statements.approve(pool, manager, drafted.id)
    statements.issue(pool, manager, drafted.id, close_early=False, now=datetime.now(UTC))
    assert [v.differences for v in verification.verify(pool, manager)] == [()]


def _set_seconds(booking: Booking, seconds: int) -> DecisionRequest:
    return DecisionRequest(
        kind=DecisionKind.SET_SECONDS,
        period=booking.period,
        company=booking.company_id,
        booking=booking.id,
        seconds=seconds,
        reason="현장 확인",
    )


def _cancelled(hall: Hall, booking: Booking, *, at: datetime) -> None:
    """Keep that a booking was given up at an instant, whether or not its people still may."""
    with transaction(hall.world.pool, SYSTEM) as tx:
        given_up = replace(booking.after(Action.CANCEL), cancelled_at=at)
        booking_records.keep(tx, hall.machine, given_up, Action.CANCEL)


def _extended(hall: Hall, booking: Booking, *, until: datetime) -> None:
    """Keep that a booking was extended, whether or not its people still may."""
    with transaction(hall.world.pool, SYSTEM) as tx:
        longer = replace(booking.after(Action.EXTEND), period=Period(booking.period.start, until))
        booking_records.keep(tx, hall.machine, longer, Action.EXTEND)
