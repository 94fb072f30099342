"""Messages of an edge node."""

from __future__ import annotations

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Source


def said(pool: Pool, source: Source) -> list[tuple[str, str | float]]:
    """Every fact understood so far."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx,
            "select channel, text_value, number from signals where source_id = %(id)s order by "
            "event_time, ordinal",
            id=source.id,
        )
    return [
        (r["channel"], r["text_value"] if r["text_value"] is not None else r["number"])
        for r in rows
    ]
