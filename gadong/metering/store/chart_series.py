"""Numeric signals of machines, for charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one
from gadong.core.domain.ids import MachineId, SourceId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import Channel

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The numbers of one channel: at each instant the minimum and the maximum.

    Both are the same number where no readings were combined.
    """

    source_id: SourceId
    channel: Channel
    part: str
    at: list[datetime]
    least: list[float]
    most: list[float]


def drawn(
    tx: Tx, machine_id: MachineId, bounds: Period, channels: Iterable[Channel], *, most: int
) -> tuple[list[Series], bool]:
    """Return a machine's numeric signals, and whether steps' minima and maxima stand for them."""
    told = {
        "machine_id": machine_id,
        "channels": [c.value for c in channels],
        "since": bounds.start,
        "until": bounds.end,
    }
    count = one(tx, SQL["count"], most=most, **told)
    is_reduced = bool(count and count["numbers"] > most)
    step = bounds.length / (most // 2)
    rows = (
        many(tx, SQL["extremes"], step=step, **told)
        if is_reduced
        else many(tx, SQL["numbers"], **told)
    )
    found: dict[tuple[SourceId, str, str], Series] = {}
    for row in rows:
        key = (row["source_id"], row["channel"], row["part"])
        series = found.get(key)
        if series is None:
            series = Series(
                source_id=key[0], channel=Channel(key[1]), part=key[2], at=[], least=[], most=[]
            )
            found[key] = series
        series.at.append(row["event_time"])
        series.least.append(row["least"])
        series.most.append(row["most"])
    return list(found.values()), is_reduced
