"""Reports of several centres, from their months' figures and from facts read for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.store import statements
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.people.domain.centre import Centre
from gadong.reports.domain.monthly_report import MonthFigures, Supported, supported
from gadong.reports.services.category_texts import CategoryTexts, texts_of
from gadong.reports.services.income import Income, of_months
from gadong.reports.services.kept_months import KnownMonth
from gadong.reports.store import monthly_reports
from gadong.satisfaction.services import figures as figures_of_answers
from gadong.satisfaction.services.figures import SatisfactionRow
from gadong.training.domain.guidance import GuidanceCount
from gadong.training.services import guidance


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Some months of a centre.

    `known` has the instant of each month's facts; money is as of now. `tariffs` are the published
    ones, the latest first, and `classes` names their categories.
    """

    centre: Centre
    name: str
    period: Period
    months: Sequence[MonthFigures]
    known: Sequence[datetime]
    income: Sequence[Income]
    supported: Supported
    tariffs: Sequence[TariffVersion]
    classes: CategoryTexts
    satisfaction: SatisfactionRow
    guidance: Sequence[GuidanceCount]

    @property
    def guided_times(self) -> int:
        """Return how often firms were helped, by guidance of every kind."""
        return sum(count.times for count in self.guidance)

    @property
    def guided_minutes(self) -> int:
        """Return the minutes of guidance of every kind."""
        return sum(count.minutes for count in self.guidance)

    @property
    def as_of(self) -> datetime:
        """Return the instant of its last month's facts; earlier months may be known later."""
        return self.known[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTime:
    """A centre's months in their order, as they are reported at an instant."""

    centre: Centre
    months: Sequence[KnownMonth]
    now: datetime

    @property
    def names(self) -> list[str]:
        """Return the months' names."""
        return [figures.month for figures, _ in self.months]

    @property
    def period(self) -> Period:
        """Return the months' period up to now.

        The running month may be as of the last hour; the period then ends there.
        """
        zone = self.centre.zone
        first, last = (Month.parse(name).period(zone) for name in (self.names[0], self.names[-1]))
        until = min(self.now, self.months[-1][1]) if last.contains(self.now) else self.now
        end = min(last.end, until) if first.start < until else last.end
        return Period(first.start, end)

    @property
    def year_before(self) -> Period:
        """Return the time before the months in which a company is no new one."""
        start = self.period.start
        return Period(start.replace(year=start.year - 1, day=1), start)


def reports(tx: Tx, name: str, times: Sequence[ReportedTime]) -> list[Report]:
    """Return the report of each centre's time, in as many queries for fifty centres as for one."""
    ids = [time.centre.id for time in times]
    incomes = of_months(tx, {time.centre: time.names for time in times})
    came = monthly_reports.came(tx, {time.centre.id: time.year_before for time in times})
    tariffs = statements.published_at_centres(tx, ids)
    guided = guidance.counts(tx, {time.centre.id: time.period for time in times})
    answers = figures_of_answers.of_time(tx, ids, name)
    return [
        Report(
            centre=time.centre,
            name=name,
            period=time.period,
            months=(months := [figures for figures, _ in time.months]),
            known=[known for _, known in time.months],
            income=incomes[time.centre.id],
            supported=supported(months, came[time.centre.id]),
            tariffs=tariffs[time.centre.id],
            classes=texts_of(tariffs[time.centre.id]),
            satisfaction=answers[time.centre.id],
            guidance=guided[time.centre.id],
        )
        for time in times
    ]
