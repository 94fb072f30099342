"""Prints with their materials through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World

PLA = {
    "code": "pla",
    "name_ko": "PLA",
    "name_en": "PLA",
    "measure": "g",
    "price": "80",
    "filament_diameter_mm": "1.75",
    "filament_density": "1.24",
}


SPOOL = {**PLA, "code": "support", "filament_diameter_mm": None, "filament_density": None}


@pytest.fixture
def printed(world: World) -> Booking:
    """Two prints of last month in one booking: one that came to something, and one that was
    cancelled.

    The counter begins anew with each; between them it stands where the first left it.
    """
    world.tariff(goods=[PLA, SPOOL], kind="3d-printer", minimum_seconds=0)
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    machine = world.machine("printer-1", kind="3d-printer")
    source = world.source(machine, "moonraker")
    booking = world.booked(machine, world.company(), noon, hours=6)
    said: list[Message] = []
    for minutes, activity, drawn, more in (
        (-5, "idle", 4_000.0, {}),
        (0, "running", 12.5, {Channel.JOB: "bracket.gcode"}),
        (60, None, 40_000.0, {}),
        (119, None, 83_268.0, {}),
        (120, "idle", 83_268.0, {Channel.JOB_RESULT: "done"}),
        (180, "running", 0.0, {Channel.JOB: "lid.gcode"}),
        (200, None, 1_000.0, {}),
        (210, "idle", 1_200.0, {Channel.JOB_RESULT: "cancelled"}),
    ):
        at = noon + timedelta(minutes=minutes)
        said += [] if activity is None else [message(source, at, Channel.ACTIVITY, activity)]
        said += [message(source, at, Channel.FILAMENT_MM, drawn)]
        said += [message(source, at, channel, word) for channel, word in more.items()]
    say(world, source, said)
    return booking


def say(world: World, source: Source, said: list[Message]) -> None:
    """Store the printer's messages and derive its runs."""
    ingestion.commit(world.pool, source.centre_id, said, [])
    while metering.catch_up(world.pool):
        pass


def asked(booking: Booking, world: World) -> dict[str, str]:
    """Return the query for the booking's company and month."""
    month = str(Month.of(booking.period.start, world.centre.zone))
    return {"centre": str(world.centre.id), "company": str(booking.company_id), "month": month}
