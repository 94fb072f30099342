"""Kept figures of months, and how long those of the running month are shown (ADR 69)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from gadong import ENGINE_VERSION
from gadong.billing.services.proof import signal_reach
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.people.domain.centre import Centre
from gadong.reports.domain.monthly_report import MonthFigures
from gadong.reports.store import monthly_reports

# The scheduler keeps them each hour; twice that, and it is away.
RUNNING_SHOWN_FOR = timedelta(hours=2)
#: A month's figures, and the instant of their facts.
KnownMonth = tuple[MonthFigures, datetime]


def of_month(
    tx: Tx, centre: Centre, month: Month, *, now: datetime, of_any_engine: bool = False
) -> KnownMonth | None:
    """Return a month's kept figures, or None where it is computed."""
    found = of_months(tx, {centre: [month]}, now=now, of_any_engine=of_any_engine)
    return found.get((centre.id, month))


def of_months(
    tx: Tx,
    months: Mapping[Centre, Collection[Month]],
    *,
    now: datetime,
    of_any_engine: bool = False,
) -> dict[tuple[CentreId, Month], KnownMonth]:
    """Return the kept figures of centres' months, without those that are computed.

    They are of today's engine. Where no signals are left to compute them from, any engine's are
    good. Figures that were kept while a month ran are never shown for the whole month.
    """
    asked = [(centre, month) for centre, several in months.items() for month in several]
    periods = {(centre.id, month): month.period(centre.zone) for centre, month in asked}
    retired = signal_reach.retired_periods(
        tx,
        {
            centre.id: [month.period(centre.zone) for month in several]
            for centre, several in months.items()
        },
    )
    kept = monthly_reports.kept(
        tx, [centre.id for centre in months], {str(month) for _, month in asked}
    )
    found: dict[tuple[CentreId, Month], KnownMonth] = {}
    for (centre_id, month), period in periods.items():
        row = kept.get((centre_id, str(month)))
        if row is None:
            continue
        is_of_engine = (
            row.engine_version == ENGINE_VERSION or of_any_engine or (centre_id, period) in retired
        )
        is_whole = row.recorded_before >= period.end
        is_recent = now - row.recorded_before <= RUNNING_SHOWN_FOR
        if is_of_engine and (is_whole if period.end <= now else is_recent):
            found[centre_id, month] = row.figures, row.recorded_before
    return found


def keep(tx: Tx, centre: Centre, figures: MonthFigures, before: datetime) -> None:
    """Keep a month's figures, known before an instant."""
    monthly_reports.keep(
        tx, centre.id, figures, recorded_before=before, engine_version=ENGINE_VERSION
    )
