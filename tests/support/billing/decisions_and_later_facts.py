"""Decisions about a session, and facts that come after them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    drafted,
)
from tests.support.metering.metering import message
from tests.support.world import World


def heard(world: World, source: Source, *words: tuple[float, str]) -> None:
    """Store a device's words, by minutes from ten o'clock on the twelfth."""
    noon = at(world, 12)
    said = [
        message(source, noon + timedelta(minutes=n), Channel.ACTIVITY, word) for n, word in words
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])


def decided(client: TestClient, world: World, start: float, end: float, **word: Any) -> str:
    """Decide of a stretch by minutes from ten o'clock on the twelfth,
    and return the decision's id.
    """
    noon = at(world, 12)
    body = {
        "start": (noon + timedelta(minutes=start)).isoformat(),
        "end": (noon + timedelta(minutes=end)).isoformat(),
        "reason": "현장 확인",
        **word,
    }
    made = client.post(f"{API}/machines/mill-1/decisions", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def codes(world: World, company: int = 0) -> list[str]:
    """Return what blocks a company's month."""
    return [b["code"] for b in drafted(world, company).blockers]
