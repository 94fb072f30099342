"""Reach of a centre's raw signals: since when they are whole, since retired ones are gone and
archived ones may have been restored (ADR 59).
"""

from __future__ import annotations

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
    stretches = once(
        tx,
        ("restored stretches", centre_id),
        lambda: restored_stretches(archives.of_centre(tx, centre_id), clock(tx)),
    )
    return restored_since(stretches, period, gone) or gone
