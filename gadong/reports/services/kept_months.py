"""Kept figures of months, and how long those of the running month are shown (ADR 69)."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong import ENGINE_VERSION
from gadong.billing.services.proof import signal_retention
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.people.domain.centre import Centre
from gadong.reports.domain.monthly_report import MonthFigures
from gadong.reports.store import monthly_reports

# The scheduler keeps them each hour; twice that, and it is away.
RUNNING_SHOWN_FOR = timedelta(hours=2)


def of_month(
    tx: Tx, centre: Centre, month: Month, *, now: datetime, of_any_engine: bool = False
) -> tuple[MonthFigures, datetime] | None:
    """Return a month's kept figures and the instant of their facts, or None where it is computed.

    They are of today's engine. Where no signals are left to compute them from, any engine's are
    good. Figures that were kept while a month ran are never shown for the whole month.
    """
    end = month.period(centre.zone).end
    is_retired = signal_retention.is_retired(tx, month.period(centre.zone))
    engine = None if is_retired or of_any_engine else ENGINE_VERSION
    found = monthly_reports.kept(tx, centre.id, str(month), engine_version=engine)
    if found is None:
        return None
    is_shown = found[1] >= end if end <= now else now - found[1] <= RUNNING_SHOWN_FOR
    return found if is_shown else None


def keep(tx: Tx, centre: Centre, figures: MonthFigures, before: datetime) -> None:
    """Keep a month's figures, known before an instant."""
    monthly_reports.keep(
        tx, centre.id, figures, recorded_before=before, engine_version=ENGINE_VERSION
    )
