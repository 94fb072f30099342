"""Payloads of Sparkplug B."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gadong.dialects.domain.formats.sparkplug_payload import _PAYLOAD

NOW = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)


BOOLEAN, DOUBLE, INT8, UINT64 = 11, 10, 1, 8


def payload(seq: int | None, *metrics: dict[str, Any], at: datetime = NOW) -> bytes:
    """A payload of our own."""
    made = _PAYLOAD(timestamp=int(at.timestamp() * 1000))
    if seq is not None:
        made.seq = seq
    for metric in metrics:
        made.metrics.add(**metric)
    written: bytes = made.SerializeToString()
    return written


def bd(number: int) -> dict[str, Any]:
    return {"name": "bdSeq", "datatype": UINT64, "long_value": number}
