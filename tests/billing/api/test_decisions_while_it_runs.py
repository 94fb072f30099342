"""Decisions about the past of a machine that still runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.billing.corrections import said
from tests.support.world import World


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ({"kind": "set_seconds", "seconds": 3600}, 201),
        ({"kind": "waive"}, 201),
        ({"kind": "set_usage_mode", "usage_mode": "assisted"}, 201),
        ({"kind": "reassign"}, 201),
        # All of it is known.
        ({"kind": "fill", "state": "idle"}, 422),
    ],
)
def test_use_that_runs_on_past_its_booking_is_decided_about(
    world: World, manager: TestClient, word: dict[str, Any], status: int
) -> None:
    world.tariff()
    machine, company = world.machine("mill-1"), world.company()
    start = (datetime.now(UTC) - timedelta(hours=3)).replace(microsecond=0)
    booking = world.booked(machine, company, start, hours=2)
    source = world.source(machine)
    for minutes, state in ((-5, "idle"), (5, "running")):
        said(world, source, start + timedelta(minutes=minutes), state)
    body = {
        "start": booking.period.start.isoformat(),
        "end": booking.period.end.isoformat(),
        "reason": "현장 확인",
        **word,
    }
    if word["kind"] != "fill":
        body |= {"company": str(company.id), "booking": str(booking.id)}
    made = manager.post("/api/v1/machines/mill-1/decisions", json=body)
    assert made.status_code == status, made.text
