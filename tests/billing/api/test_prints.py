"""Material from the job log: what a printer's own counter says a print drew in, entered by a
manager, once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.metering.store.test_metering import message
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


def waiting(manager: TestClient, world: World, booking: Booking) -> list[dict[str, Any]]:
    """The prints that nobody has entered."""
    answer = manager.get("/api/v1/prints", params=asked(booking, world))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_prints_filament_is_counted_from_where_it_began(
    world: World, manager: TestClient, printed: Booking
) -> None:
    first, second = waiting(manager, world, printed)
    # The counter fell from 4,000 to 12.5 as the job began: those 12.5 are its own.
    assert (first["name"], first["millimetres"], first["likely"]) == (
        "bracket.gcode",
        83_268.0,
        "no",
    )
    assert (second["name"], second["millimetres"], second["likely"]) == (
        "lid.gcode",
        1_200.0,
        "user",
    )
    assert {first["booking"], second["booking"]} == {str(printed.id)}
    told = manager.get(f"/api/v1/messages/{first['message']}").json()
    assert [(m["channel"], m["value"]) for m in told["meaning"]] == [("filament_mm", 83_268.0)]


def test_it_is_entered_once_weighed_and_leads_from_the_won_to_the_message(
    world: World, manager: TestClient, printed: Booking
) -> None:
    first, second = waiting(manager, world, printed)
    body = {**asked(printed, world), "code": "pla", "message": first["message"]}
    made = manager.post("/api/v1/prints", json=body)
    assert made.status_code == 201, made.text
    entry = made.json()
    assert (entry["quantity"], entry["source"], entry["note"]) == (
        248_351,
        "job_log",
        "bracket.gcode",
    )
    assert (entry["booking"], entry["message"]) == (str(printed.id), first["message"])
    assert [p["message"] for p in waiting(manager, world, printed)] == [second["message"]]
    assert manager.post("/api/v1/prints", json=body).status_code == 404
    spoiled = {**body, "message": second["message"], "spoiled": "user"}
    refused = manager.post("/api/v1/prints", json=spoiled)
    assert (refused.status_code, refused.json()["field"]) == (422, "note")
    assert manager.post("/api/v1/prints", json={**spoiled, "note": "중단"}).status_code == 201
    month = asked(printed, world)["month"]
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=printed.company_id, month=month
    )
    lines = [line for line in document(drafted).lines if line.charge.component == "material"]
    assert [(x.charge.amount, x.charge.trace.messages) for x in lines] == [
        (19_868, (first["message"],)),
        (286, (second["message"],)),
    ]
    assert "PLA 248.351 g → 248.351 g × 80원/g (bracket.gcode)" in lines[0].sentence_ko
    statements.approve(
        world.pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    issued = statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    (verdict,) = verification.verify(world.pool, world.manager, number=issued.number)
    assert verdict.differences == ()
    # Taken back, it waits again: a scale may have been right.
    manager.post(f"/api/v1/entries/{entry['id']}/reverse", json={"reason": "저울로 다시"})
    assert [p["message"] for p in waiting(manager, world, printed)] == [first["message"]]


def test_what_is_no_filament_is_not_made_of_millimetres(
    world: World, manager: TestClient, printed: Booking
) -> None:
    first, _ = waiting(manager, world, printed)
    for code, said in (("support", "diameter and density"), ("resin", "it has pla, support")):
        body = {**asked(printed, world), "code": code, "message": first["message"]}
        answer = manager.post("/api/v1/prints", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, "code")
        assert said in answer.json()["detail"]


def test_nothing_is_asked_of_prints_of_others_or_that_drew_in_nothing(
    world: World, manager: TestClient, printed: Booking
) -> None:
    other = world.company()
    params = {**asked(printed, world), "company": str(other.id)}
    assert manager.get("/api/v1/prints", params=params).json()["items"] == []
    mill = world.machine("mill-1")
    source = world.source(mill)
    start = printed.period.start
    world.booked(mill, other, start, hours=2)
    words = [(-5, "idle"), (0, "running"), (60, "idle")]
    said = [message(source, start + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words]
    say(world, source, said)
    assert manager.get("/api/v1/prints", params=params).json()["items"] == []
