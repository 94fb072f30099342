"""Notifications of a device."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def notified(at: datetime, component: str = "switch:0", **fields: object) -> dict[str, Any]:
    """A Shelly's notification with its time."""
    return {
        "method": "NotifyStatus",
        "params": {"ts": at.timestamp(), component: {"id": 0, **fields}},
    }
