"""A booking's energy at its edges: what others drew, midnight, long overruns, and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.domain.ids import BookingId
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

# An hour before November in Korea.
START = datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
POWER = {
    "code": "power", "name_ko": "전력", "name_en": "power", "measure": "kWh", "price": "180",
    "kind": "material",
}  # fmt: skip
METER = PowerThresholds(run_above=400, idle_below=250)


@dataclass
class Mill:
    """A machine with a plug, for which energy is sold."""

    world: World
    client: TestClient
    headers: dict[str, str]
    machine: Machine
    plug: Source

    def says(self, channel: Channel, *readings: tuple[float, float]) -> None:
        """Let the plug say numbers, by minutes after the start."""
        said = [message(self.plug, START + timedelta(minutes=m), channel, n) for m, n in readings]
        ingestion.commit(self.world.pool, self.world.centre.id, said, [])

    def booked(self, company: Company, *, hours: float = 1) -> BookingId:
        """Book the machine from the start."""
        return self.world.booked(self.machine, company, START, hours=hours).id

    def energy(self, booking: BookingId) -> dict[str, Any]:
        """Read a booking's energy."""
        answer = self.client.get(f"/api/v1/bookings/{booking}/energy", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def enter(self, booking: BookingId) -> int:
        """Enter a booking's energy, and return the status."""
        body = {"code": "power"}
        path = f"/api/v1/bookings/{booking}/energy"
        return self.client.post(path, json=body, headers=self.headers).status_code

    def sold(self, company: Company, month: str) -> list[int]:
        """Return the amounts of energy on a company's statement."""
        found = statement_drafts.preview(
            self.world.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=company.id,
            month=month,
        )
        lines = found.document.lines
        return [x.charge.amount for x in lines if x.charge.component == "material"]


@pytest.fixture
def mill(world: World, client: TestClient, bearer: LogIn) -> Mill:
    """A mill behind a plug."""
    world.tariff(goods=[POWER])
    machine = world.machine("mill-1")
    plug = world.source(machine, "shelly", base="plug-1", thresholds=METER)
    return Mill(world, client, bearer(None), machine, plug)


def test_who_gave_a_booking_up_neither_reads_nor_pays_what_others_drew(
    mill: Mill, world: World
) -> None:
    first, second = world.company(), world.company()
    given_up = mill.booked(first)
    hand = Hand(who=world.manager, booking=given_up)
    booking_changes.cancel(world.pool, hand, reason="정전", now=START)
    kept = mill.booked(second)
    mill.says(Channel.POWER_WATTS, (-30, 5), (0, 1000), (15, 1000), (30, 1000), (60, 5), (90, 5))
    mill.says(Channel.ENERGY_WH, (-30, 100), (0, 100), (30, 600), (60, 1100), (90, 1100))
    theirs = mill.energy(given_up)
    assert (theirs["watt_hours"], theirs["basis"], theirs["seconds"]) == (None, "none", 0)
    assert mill.enter(given_up) == 422
    assert mill.energy(kept)["watt_hours"] == 1000


def test_a_booking_until_midnight_pays_its_energy_in_the_month_that_ends(
    mill: Mill, world: World
) -> None:
    company = world.company()
    booking = mill.booked(company)
    mill.says(Channel.ENERGY_WH, (0, 1000), (30, 1500), (60, 2000))
    assert mill.enter(booking) == 201
    assert (mill.sold(company, "2026-10"), mill.sold(company, "2026-11")) == ([180], [])


def test_energy_is_entered_once_however_long_its_use_went_on(mill: Mill, world: World) -> None:
    booking = mill.booked(world.company())
    days = 4 * 24 * 60
    mill.says(Channel.POWER_WATTS, *((m, 1000) for m in range(0, days, 10)), (days, 5))
    assert mill.energy(booking)["watt_hours"] == pytest.approx(4 * 24_000)
    assert (mill.enter(booking), mill.enter(booking)) == (201, 409)


@pytest.mark.parametrize(
    ("after", "watt_hours", "covered"), [(90, 750, 3600), (91, 250, 1800), (60, 850, 3600)]
)
def test_a_gap_over_a_bookings_edge_counts_while_it_can_be_spread(
    mill: Mill, world: World, after: int, watt_hours: int, covered: int
) -> None:
    booking = mill.booked(world.company())
    # 250 Wh in the first half hour; the next reading comes an hour or a minute more after it.
    drawn = 1000 if after != 60 else 600
    mill.says(Channel.ENERGY_WH, (0, 1000), (30, 1250), (after, 1250 + drawn))
    found = mill.energy(booking)
    assert (found["watt_hours"], found["covered_seconds"]) == (watt_hours, covered)
    assert found["seconds"] == 3600


def test_the_time_of_a_booking_is_one_whatever_it_is_made_of(mill: Mill, world: World) -> None:
    booking = mill.booked(world.company(), hours=3)
    # It ran for the first hour, and the counter was silent over the end of that.
    mill.says(Channel.POWER_WATTS, (0, 1000), (60, 5), (61, 5), (180, 5))
    mill.says(Channel.ENERGY_WH, (0, 0), (30, 500), (110, 1010), (180, 1020))
    found = mill.energy(booking)
    assert (found["watt_hours"], found["covered_seconds"]) == (1020, 3 * 3600)
