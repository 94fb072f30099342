"""The room's climate beside a measurement: on the booking, on its page and in the operation log."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.domain.channel_limit import Side
from gadong.metering.services import channel_limits
from gadong.metering.services.channel_limits import LimitRequest
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.world import World

V1 = "/api/v1"
START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
MINUTE = timedelta(minutes=1)
TEMPERATURE = {
    "name": "측정실 온도",
    "channel": "temperature",
    "part": "",
    "lowest": 20.0,
    "highest": 20.9,
    "has_gap": False,
    "is_inside": True,
}
HUMIDITY = {
    "name": "측정실 습도",
    "channel": "measurement",
    "part": "humidity",
    "lowest": 44.0,
    "highest": 61.0,
    "has_gap": False,
    "is_inside": False,
}
WORDS = "측정실 온도 20–20.9 ℃ (기준 안); 측정실 습도 44–61 % (기준 벗어남)"


@pytest.fixture
def measured(world: World) -> tuple[Booking, Caller]:
    """An hour at a measuring machine, in a room whose sensor has two limits."""
    cmm, room = world.machine("cmm-1", kind="cmm"), world.machine("room-1", kind="room")
    source = world.source(room, "gadong-json")
    for name, channel, part, bound in (
        ("측정실 온도", Channel.TEMPERATURE, "", 21.0),
        ("측정실 습도", Channel.MEASUREMENT, "humidity", 60.0),
    ):
        wanted = LimitRequest(
            name=name,
            channel=channel,
            part=part,
            side=Side.ABOVE,
            bound=bound,
            delay=timedelta(0),
            silence=15 * MINUTE,
        )
        at = START - timedelta(days=1)
        channel_limits.put(world.pool, world.manager, room, wanted, now=at)
    said = []
    for minute in range(-10, 80, 10):
        at = START + minute * MINUTE
        warm, damp = (20.9, 61.0) if minute == 30 else (20.0, 44.0)
        said.append(message(source, at, Channel.TEMPERATURE, warm))
        said.append(message(source, at, Channel.MEASUREMENT, damp, "humidity"))
    # After the hour the door stood open.
    said.append(message(source, START + 65 * MINUTE, Channel.TEMPERATURE, 27.0))
    ingestion.commit(world.pool, world.centre.id, said, [])
    company = world.company()
    return world.booked(cmm, company, START, hours=1), world.member(company)


def name_sensor(client: TestClient, slug: str) -> int:
    """Name the machine's climate sensor in its register."""
    body = {"entry": {"climate_sensor": slug}, "reason": "측정실"}
    return client.put(f"{V1}/machines/cmm-1/register", json=body).status_code


def test_the_climate_stands_on_the_booking_and_in_the_log(
    world: World, manager: TestClient, bearer: LogIn, measured: tuple[Booking, Caller]
) -> None:
    booking, member = measured
    where = f"{V1}/bookings/{booking.id}"
    assert manager.get(where).json()["climate"] == []
    assert name_sensor(manager, "room-1") == 200
    assert manager.get(where).json()["climate"] == [TEMPERATURE, HUMIDITY]
    month = str(Month.of(START, world.centre.zone))
    asked = {"centre": str(world.centre.id), "month": month}
    text = manager.get(f"{V1}/reports/operation-log.csv", params=asked).text
    (row,) = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    assert (row["장비명"], row["측정 환경"]) == ("밀링", WORDS)
    # The company reads it beside its own measurement, though the limits are the centre's.
    del manager.headers["Authorization"]
    manager.headers.update(bearer(member))
    assert manager.get(where).json()["climate"] == [TEMPERATURE, HUMIDITY]


def test_the_page_of_the_booking_says_the_climate_in_words(
    manager: TestClient, visit: Visit, measured: tuple[Booking, Caller]
) -> None:
    booking, member = measured
    assert name_sensor(manager, "room-1") == 200
    assert WORDS in visit(member).get(f"/bookings/{booking.id}").text


def test_a_sensor_is_a_machine_of_the_centre(
    world: World, manager: TestClient, measured: tuple[Booking, Caller]
) -> None:
    World.made(world.pool).machine("room-9", kind="room")
    for slug in ("room-9", "nothing"):
        assert name_sensor(manager, slug) == 422
    assert name_sensor(manager, "cmm-1") == 200  # a sensor that is bound to the machine itself


def test_a_booking_to_come_has_no_climate(world: World, manager: TestClient) -> None:
    cmm = world.machine("cmm-1", kind="cmm")
    assert name_sensor(manager, "cmm-1") == 200
    later = world.booked(cmm, world.company(), START + timedelta(days=2), hours=1)
    assert manager.get(f"{V1}/bookings/{later.id}").json()["climate"] == []
