"""Entries of the ledger of use through the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import API


def logged(
    client: TestClient, machine: Machine, start: datetime, hours: float = 1, **more: Any
) -> Any:
    """Write a use down."""
    body = {
        "machine": str(machine.id),
        "start": start.isoformat(),
        "end": (start + timedelta(hours=hours)).isoformat(),
        "reason": "치수 측정",
        **more,
    }
    return client.post(f"{API}/logged-uses", json=body)
