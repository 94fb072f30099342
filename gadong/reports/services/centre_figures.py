"""A centre at a glance: a year of utilisation against its target, what it billed,
what it is owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from gadong.billing.domain.payment import Billed, Receivables
from gadong.billing.store import receivables
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import NotFound
from gadong.people.store import people
from gadong.reports.domain.monthly_report import MonthFigures, whole
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import kept_months, monthly_reports
from gadong.reports.services.kept_months import KnownMonth

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreFigures:
    """Utilisation of twelve months up to now, the running one last; None where nothing is known.

    `target_pct` is the centre's aim in per cent. The money is None for callers without its rights.
    """

    months: Sequence[tuple[Month, Fraction | None]]
    target_pct: int | None
    billed: Billed | None
    billed_before: Billed | None
    receivables: Receivables | None

    @property
    def change(self) -> Fraction | None:
        """Return by how much the running month differs from the last, in percentage points."""
        (_, before), (_, now) = self.months[-2:]
        return None if before is None or now is None else (now - before) * 100


def of_centre(pool: Pool, who: Caller, centre_id: CentreId, *, now: datetime) -> CentreFigures:
    """Return a centre's figures; past months are those kept for the year's report."""
    permit = who.need(centre_id, Right.REPORT_SEE)
    sees_money = who.may(centre_id, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        months = [Month.of(now, centre.zone)]
        while len(months) < MONTHS:
            months.insert(0, months[0].previous)
        kept = kept_months.of_months(tx, {centre: months[:-1]}, now=now, of_any_engine=True)
        target = rulebook.number_at(tx, centre, "utilisation_target_pct", now)
        last, before = str(months[-2]), str(months[-3])
        today = now.astimezone(centre.zone).date()
        billed = receivables.billed(tx, centre_id, last) if sees_money else None
        earlier = receivables.billed(tx, centre_id, before) if sees_money else None
        owed = receivables.owed(tx, centre_id, today) if sees_money else None
    past = [(month, _utilisation_of(kept.get((centre_id, month)))) for month in months[:-1]]
    running = monthly_reports.of_month(pool, who, centre_id, str(months[-1]), now=now)
    return CentreFigures(
        months=[*past, (months[-1], _utilisation(running.months))],
        target_pct=target,
        billed=billed,
        billed_before=earlier,
        receivables=owed,
    )


def _utilisation_of(kept: KnownMonth | None) -> Fraction | None:
    return _utilisation([kept[0]]) if kept else None


def _utilisation(months: Sequence[MonthFigures]) -> Fraction | None:
    """Return the utilisation of all machines by their opening hours, as the report's first table
    has it.
    """
    return whole(months, Denominator.CALENDAR).ratios["utilisation"]
