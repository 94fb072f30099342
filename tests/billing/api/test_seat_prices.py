"""Prices by the seat of a room: the quote, the statement with its sentence, its check, the fee."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings, machine_setup
from gadong.booking.services.bookings import Request
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from tests.support.billing.hometax import API
from tests.support.booking.bookings import TOMORROW
from tests.support.booking.ledger_of_use import logged
from tests.support.world import World

HOUR = timedelta(hours=1)


@pytest.fixture
def lounge(world: World) -> Machine:
    """A room of six seats."""
    return machine_setup.register(
        world.pool,
        world.manager,
        centre=world.centre.id,
        slug=f"lounge-{world.centre.slug}",
        kind="room",
        name_ko="라운지",
        name_en="Lounge",
        observed=Observed.NEITHER,
        seats=6,
    )


def sat(world: World, lounge: Machine, company: CompanyId, seats: int) -> Booking:
    """A booking of seats for two hours of the month before."""
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    wanted = Request(
        machine=lounge,
        company=company,
        period=Period(noon, noon + 2 * HOUR),
        override="시험",
        seats=seats,
    )
    return bookings.request(world.pool, world.manager, wanted, now=noon - HOUR)[0]


def drafted(world: World, booking: Booking) -> Statement:
    """The company's month."""
    return statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=booking.company_id,
        month=str(Month.of(booking.period.start, world.centre.zone)),
    )


def lines(made: Statement) -> list[tuple[int, str, str]]:
    """The amount and the figures of each line, in Korean and in English."""
    return [
        (
            x.charge.amount,
            x.sentence_ko.split("→ ")[-1].removesuffix(" (예외 승인: 시험)"),
            x.sentence_en.split("→ ")[-1].removesuffix(" (exception: 시험)"),
        )
        for x in document(made).lines
    ]


def test_companies_in_one_room_pay_for_their_seats_and_their_statements_hold(
    world: World, lounge: Machine
) -> None:
    world.tariff(kind="room", rate_per_hour="2000", basis="booked", by_seat=True)
    first, second = (
        drafted(world, sat(world, lounge, world.company().id, seats)) for seats in (3, 1)
    )
    assert lines(first) == [
        (12_000, "120분 × 2,000원/시간 × 3석", "120 min × KRW 2,000/h × 3 seats")
    ]
    assert lines(second) == [(4_000, "120분 × 2,000원/시간", "120 min × KRW 2,000/h")]
    for made in (first, second):
        statements.approve(world.pool, world.manager, made.id)
        statements.issue(
            world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC)
        )
    verdicts = verification.verify(world.pool, world.manager)
    assert [str(v) for v in verdicts] == ["holds", "holds"]


@pytest.mark.parametrize("is_booked", [True, False])
def test_written_use_of_seats_takes_nothing_from_the_seats_of_others(
    world: World, lounge: Machine, manager: TestClient, *, is_booked: bool
) -> None:
    """Also that of who booked none."""
    world.tariff(kind="room", rate_per_hour="2000", basis="booked", by_seat=True)
    first, second = (sat(world, lounge, world.company().id, seats) for seats in (3, 2))
    early = first.period.start - timedelta(minutes=5)
    named = {"company": str(first.company_id), "booking": str(first.id)}
    named = named if is_booked else {"company": str(world.company().id)}
    assert logged(manager, lounge, early, 125 / 60, **named).status_code == 201
    assert [[won for won, *_ in lines(drafted(world, of))] for of in (first, second)] == [
        [12_000],
        [8_000],
    ]


def test_seats_of_others_leave_a_decided_length_its_time(
    world: World, lounge: Machine, manager: TestClient
) -> None:
    world.tariff(kind="room", rate_per_hour="2000", basis="booked", by_seat=True)
    both = [sat(world, lounge, world.company().id, seats) for seats in (3, 2)]
    named = {"company": str(both[1].company_id), "booking": str(both[1].id)}
    assert logged(manager, lounge, both[1].period.start, 2, **named).status_code == 201
    word = {
        "kind": "set_seconds",
        "seconds": 3600,
        "company": str(both[0].company_id),
        "booking": str(both[0].id),
        "start": both[0].period.start.isoformat(),
        "end": both[0].period.end.isoformat(),
        "reason": "현장 확인",
    }
    made = manager.post(f"{API}/machines/{lounge.slug}/decisions", json=word)
    assert made.status_code == 201, made.text
    found = [drafted(world, one) for one in both]
    assert [[won for won, *_ in lines(s)] for s in found] == [[6_000], [8_000]]
    assert [[b["code"] for b in s.blockers] for s in found] == [[], []]


def test_a_price_says_by_itself_whether_it_is_by_the_seat(world: World, lounge: Machine) -> None:
    world.tariff(kind="room", rate_per_hour="2000", basis="booked")
    made = drafted(world, sat(world, lounge, world.company().id, 3))
    assert lines(made) == [(4_000, "120분 × 2,000원/시간", "120 min × KRW 2,000/h")]


@pytest.mark.parametrize(("seats", "won"), [(1, 2_000), (2, 4_000), (6, 12_000)])
def test_a_quote_is_of_the_seats_that_are_asked_for(
    world: World, lounge: Machine, client: TestClient, bearer: Any, seats: int, won: int
) -> None:
    world.tariff(kind="room", rate_per_hour="2000", basis="booked", by_seat=True)
    wanted = {
        "machine_slug": lounge.slug,
        "start": TOMORROW.isoformat(),
        "end": (TOMORROW + HOUR).isoformat(),
        "seats": seats,
    }
    member = bearer(world.member(world.company()))
    answer = client.post(f"{API}/bookings/quote", json=wanted, headers=member)
    assert answer.status_code == 200, answer.text
    assert sum(x["amount"] for x in answer.json()["used"]["lines"]) == won


def test_a_machine_of_one_seat_costs_its_rate_once(
    world: World, client: TestClient, bearer: Any
) -> None:
    world.tariff(rate_per_hour="2000", basis="booked", by_seat=True)
    mill = world.machine()
    wanted = {
        "machine_slug": mill.slug,
        "start": TOMORROW.isoformat(),
        "end": (TOMORROW + HOUR).isoformat(),
    }
    member = bearer(world.member(world.company()))
    answer = client.post(f"{API}/bookings/quote", json=wanted, headers=member)
    assert sum(x["amount"] for x in answer.json()["used"]["lines"]) == 2_000
