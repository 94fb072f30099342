"""Material from the job log: what a printer's own counter says a print drew in, entered by a
manager, once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.services import statement_blockers, statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.billing.services.statement_document import document
from gadong.booking.domain.booking import Booking
from gadong.dialects.domain.signal import Channel
from tests.support.billing.prints import asked, printed, say
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["printed"]


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
