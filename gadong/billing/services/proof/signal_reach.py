"""Reach of a centre's raw signals: since when they are whole, since retired ones are gone and
archived ones may have been restored (ADR 59).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from gadong.billing.store import evidence
from gadong.core.database import Tx, clock, once
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.machines.domain.archive.months import restored_since, restored_stretches
from gadong.machines.store import archives


def retired_before(tx: Tx, centre_id: CentreId, period: Period) -> datetime | None:
    """Return before which instant signals are gone, for who reads a period; None where none are."""
    gone = evidence.retired_before(tx)
    return None if gone is None else _restored(tx, centre_id, period, gone)


def retired_periods(
    tx: Tx, periods: Mapping[CentreId, Collection[Period]]
) -> set[tuple[CentreId, Period]]:
    """Return those of centres' periods of which signals are gone, read for all centres at once."""
    gone = evidence.retired_before(tx)
    early = {
        (centre_id, period)
        for centre_id, several in periods.items()
        for period in several
        if gone and period.start < gone
    }
    if gone is None or not early:
        return set()
    stretches = _stretches(tx, periods.keys())
    return {
        (centre_id, period)
        for centre_id, period in early
        if period.start < (restored_since(stretches[centre_id], period, gone) or gone)
    }


def signals_begin(tx: Tx, centre_id: CentreId, period: Period) -> datetime:
    """Return since when signals are whole, for who reads a period."""
    return _restored(tx, centre_id, period, evidence.signals_begin(tx))


def archived_month(tx: Tx, centre_id: CentreId, period: Period) -> str | None:
    """Return the month of a file in which signals of a period lie; None where there is none."""
    files = archives.of_centre(tx, centre_id)
    return next((f.month for f in files if f.period.overlap(period)), None)


def _restored(tx: Tx, centre_id: CentreId, period: Period, gone: datetime) -> datetime:
    if period.start >= gone:
        return gone
    return restored_since(_stretches(tx, {centre_id})[centre_id], period, gone) or gone


def _stretches(tx: Tx, centre_ids: Collection[CentreId]) -> dict[CentreId, list[Period]]:
    def read() -> dict[CentreId, list[Period]]:
        files, now = archives.of_centres(tx, centre_ids), clock(tx)
        return {centre_id: restored_stretches(own, now) for centre_id, own in files.items()}

    return once(tx, ("restored stretches", frozenset(centre_ids)), read)
