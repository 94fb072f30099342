"""Two bookings of one company, decisions, and counted gaps, from the stored fact to the drafted
statement.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import decisions
from gadong.booking.services.decisions import DecisionRequest
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.stories.difficult_days import Hall, no_show
from tests.support.world import World


@pytest.fixture
def hall(world: World) -> Hall:
    """A hall without a tariff yet."""
    return Hall(world)


def two(hall: Hall) -> tuple[Booking, Booking]:
    """Book 10-12 and 12-14 for one company."""
    return hall.booked(hall.at("10:00"), hall.at("12:00")), hall.booked(
        hall.at("12:00"), hall.at("14:00")
    )


def decided(
    hall: Hall, start: str, end: str, company: UUID | None = None, booking: Booking | None = None
) -> None:
    """Decide whose the activity was that began in a period."""
    word = DecisionRequest(
        kind=DecisionKind.REASSIGN,
        period=Period(hall.at(start), hall.at(end)),
        company=CompanyId(company) if company else None,
        booking=booking.id if booking else None,
        reason="현장 확인",
    )
    decisions.decide(hall.world.pool, hall.world.manager, hall.machine, word, now=datetime.now(UTC))


@pytest.mark.parametrize("is_settled", [False, True])
@pytest.mark.parametrize("again", ["12:01", "12:00"])
def test_a_run_that_begins_in_the_second_booking_is_use_of_it(
    hall: Hall, again: str, is_settled: bool
) -> None:
    hall.world.tariff(**no_show(100))
    two(hall)
    hall.ran((hall.at("10:00"), hall.at("11:58")), (hall.at(again), hall.at("12:05")))
    if is_settled:
        hall.settled()
    assert hall.lines() == {"time": 65_000}


def test_a_decision_that_confirms_an_early_start_changes_nothing(hall: Hall) -> None:
    hall.world.tariff(**no_show(100))
    hall.booked(hall.at("12:00"), hall.at("14:00"))
    hall.ran((hall.at("11:50"), hall.at("12:05")))
    hall.settled()
    before = hall.lines()
    decided(hall, "11:45", "12:00", hall.first.id)
    assert (before, hall.lines()) == ({"time": 10_000}, {"time": 10_000})


def test_an_activity_that_is_decided_to_be_anothers_costs_the_booking_nothing(hall: Hall) -> None:
    hall.world.tariff(**no_show(100))
    hall.booked(hall.at("12:00"), hall.at("14:00"))
    hall.ran((hall.at("11:50"), hall.at("12:05")))
    decided(hall, "11:45", "12:00", hall.second.id)
    assert (hall.lines(), hall.lines(company=1)) == ({"time": 0}, {"time": 10_000})


@pytest.mark.parametrize("basis", ["actual_run", "booked", "hull"])
def test_a_decision_that_names_one_booking_makes_the_other_no_free_one(
    hall: Hall, basis: str
) -> None:
    hall.world.tariff(basis=basis)
    first, _ = two(hall)
    hall.ran((hall.at("10:00"), hall.at("14:00")))
    decided(hall, "10:00", "12:00", hall.first.id, first)
    assert hall.lines() == {"time": 120_000}


def test_a_decision_about_nothing_is_refused_and_not_kept(hall: Hall) -> None:
    hall.world.tariff()
    two(hall)
    hall.ran((hall.at("10:00"), hall.at("14:00")))
    with pytest.raises(Invalid, match="No activity begins in this period"):
        decided(hall, "12:00", "14:00")
    around = Period(hall.at("00:00"), hall.at("23:00"))
    assert decisions.of_machine(hall.world.pool, hall.world.manager, hall.machine, around) == []
    assert hall.lines() == {"time": 120_000}


@pytest.mark.parametrize(("moved", "amount"), [(480, 120_000), (0, 116_000)])
def test_a_counted_gap_between_two_own_bookings_is_billed(
    hall: Hall, moved: int, amount: int
) -> None:
    hall.world.tariff(increment_seconds=1, increment_grace_seconds=0)
    two(hall)
    source = hall.world.source(hall.machine)
    words = [("09:00", "idle"), ("10:00", "running"), ("11:56", "unknown"), ("12:04", "running")]
    batch = [
        message(source, hall.at(t), Channel.ACTIVITY, w) for t, w in [*words, ("14:00", "idle")]
    ]
    counts = [("11:56", 7000), ("12:04", 7000 + moved)]
    batch += [message(source, hall.at(t), Channel.RUN_SECONDS, n) for t, n in counts]
    ingestion.commit(hall.world.pool, hall.world.centre.id, batch, [])
    assert hall.lines() == {"time": amount}


def test_a_counted_gap_before_the_first_run_blocks(hall: Hall) -> None:
    hall.world.tariff(increment_seconds=1, increment_grace_seconds=0)
    hall.booked(hall.at("10:00"), hall.at("12:00"))
    source = hall.world.source(hall.machine)
    words = [("09:00", "idle"), ("10:00", "unknown"), ("10:30", "running"), ("12:00", "idle")]
    batch = [message(source, hall.at(t), Channel.ACTIVITY, w) for t, w in words]
    batch += [
        message(source, hall.at(t), Channel.RUN_SECONDS, n)
        for t, n in (("10:00", 0), ("10:30", 1800))
    ]
    ingestion.commit(hall.world.pool, hall.world.centre.id, batch, [])
    drafted = hall.drafted()
    assert hall.lines() == {"time": 45_000}
    assert [(b["code"], b["actual"]) for b in drafted.blockers] == [("statement.unknown", 30)]


def test_who_stays_through_an_unused_slot_pays_it_alone(hall: Hall) -> None:
    hall.world.tariff(basis="hull", **no_show(100), overrun={"pct_encroach": "100"})
    early = hall.booked(hall.at("10:00"), hall.at("12:00"))
    hall.booked(hall.at("12:00"), hall.at("14:00"), company=1)
    hall.came(early, hall.at("10:00"))
    hall.came(early, hall.at("14:00"), kind="out")
    hall.ran((hall.at("10:00"), hall.at("11:50")))
    assert (hall.total(), hall.total(company=1)) == (120_000, 0)
