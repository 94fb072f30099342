"""A booking's energy: measured in its own time, read by its company, entered once at the tariff's
price.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

# Two hours before and after lie within the centre's month.
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
POWER = {
    "code": "power", "name_ko": "전력", "name_en": "power", "measure": "kWh", "price": "180",
    "kind": "material",
}  # fmt: skip


@dataclass
class Metered:
    """A machine with a plug, booked for an hour by each of two companies."""

    company: Company
    member: Caller
    booking: str
    following: str
    coming: str


@pytest.fixture
def metered(world: World, pool: Pool) -> Metered:
    """4,321 Wh in the first hour, 600 in the second."""
    machine, company, other = world.machine("mill-1"), world.company(), world.company()
    world.tariff(goods=[POWER, {**POWER, "code": "pla", "measure": "g"}])
    thresholds = PowerThresholds(run_above=400, idle_below=250)
    plug = world.source(machine, "shelly", base="plug-1", thresholds=thresholds)
    first = world.booked(machine, company, START, hours=1)
    second = world.booked(machine, other, START + timedelta(hours=1), hours=1)
    coming = world.booked(machine, company, datetime.now(UTC) + timedelta(hours=3), hours=1)
    counted = [(-30, 1000.0), (0, 1000.0), (30, 3000.0), (60, 5321.0), (90, 5621.0), (120, 5921.0)]
    said = [
        message(plug, START + timedelta(minutes=m), Channel.ENERGY_WH, value)
        for m, value in counted
    ]
    ingestion.commit(pool, world.centre.id, said, [])
    return Metered(company, world.member(company), str(first.id), str(second.id), str(coming.id))


def test_a_company_reads_its_own_energy_and_nobody_elses(
    client: TestClient, world: World, pool: Pool, bearer: LogIn, metered: Metered
) -> None:
    own = client.get(f"/api/v1/bookings/{metered.booking}/energy", headers=bearer(metered.member))
    assert (own.status_code, own.json()["watt_hours"], own.json()["basis"]) == (
        200,
        4321,
        "counter",
    )
    theirs = client.get(
        f"/api/v1/bookings/{metered.following}/energy", headers=bearer(metered.member)
    )
    assert theirs.status_code == 404
    other = World.made(pool)
    world.emails[other.manager.person_id] = other.manager_email
    stranger = client.get(
        f"/api/v1/bookings/{metered.booking}/energy", headers=bearer(other.manager)
    )
    assert stranger.status_code == 404
    body = {"code": "power"}
    refused = client.post(
        f"/api/v1/bookings/{metered.booking}/energy", json=body, headers=bearer(metered.member)
    )
    assert refused.status_code == 403


def test_energy_is_a_priced_quantity_that_is_entered_once(
    client: TestClient, world: World, pool: Pool, bearer: LogIn, metered: Metered
) -> None:
    path, headers, body = (
        f"/api/v1/bookings/{metered.booking}/energy",
        bearer(None),
        {"code": "power"},
    )
    made = client.post(path, json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert (made.json()["quantity"], made.json()["source"]) == (4321, "meter")
    again = client.post(path, json=body, headers=headers)
    assert again.status_code == 409, again.text
    computed = statement_drafts.preview(
        pool, world.manager, centre=world.centre.id, company=metered.company.id, month="2026-11"
    )
    (line,) = [x for x in computed.document.lines if x.charge.component == "material"]
    assert line.charge.amount == 777, "4.321 kWh at 180 won, cut to the won"
    assert "kWh" in line.sentence_ko
    reversed_ = client.post(
        f"/api/v1/entries/{made.json()['id']}/reverse", json={"reason": "시험"}, headers=headers
    )
    assert reversed_.status_code in {200, 201}, reversed_.text
    assert client.post(path, json=body, headers=headers).status_code == 201, (
        "what was taken back may be entered again"
    )


@pytest.mark.parametrize(
    ("booking", "code", "field"),
    [("booking", "pla", "code"), ("booking", "nothing", "code"), ("coming", "power", "booking")],
)
def test_what_is_no_energy_is_refused(
    client: TestClient, bearer: LogIn, metered: Metered, booking: str, code: str, field: str
) -> None:
    path = f"/api/v1/bookings/{getattr(metered, booking)}/energy"
    answer = client.post(path, json={"code": code}, headers=bearer(None))
    assert (answer.status_code, field in answer.text) == (422, True), answer.text
