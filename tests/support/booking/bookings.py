"""A booking request through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


def wish(machine: str, hours: float = 2, start: datetime = TOMORROW, **more: Any) -> dict[str, Any]:
    """A booking's body."""
    end = start + timedelta(hours=hours)
    return {"machine_slug": machine, "start": start.isoformat(), "end": end.isoformat(), **more}
