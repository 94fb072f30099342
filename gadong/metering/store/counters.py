"""Readings of machines' counters."""

from __future__ import annotations

from collections.abc import Iterable

from gadong.core.database import Tx, many
from gadong.core.domain.ids import MachineId, SourceId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.dialects.domain.counter import CounterReading
from gadong.dialects.domain.signal import Channel

SQL = statements(__file__)


def readings(
    tx: Tx, machine_id: MachineId, bounds: Period, channels: Iterable[Channel]
) -> dict[tuple[SourceId, Channel, str], list[CounterReading]]:
    """Return the counters' readings in the bounds, by source, channel and part."""
    rows = many(
        tx,
        SQL["readings"],
        machine_id=machine_id,
        channels=[c.value for c in channels],
        since=bounds.start,
        until=bounds.end,
    )
    found: dict[tuple[SourceId, Channel, str], list[CounterReading]] = {}
    for row in rows:
        key = (row["source_id"], Channel(row["channel"]), row["part"])
        found.setdefault(key, []).append(
            CounterReading(row["event_time"], row["number"], row["message_id"])
        )
    return found
