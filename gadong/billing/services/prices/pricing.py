"""The prices of a company: the tariff of the day, its category, its proofs, and the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gadong.billing.domain.charge import Price
from gadong.billing.domain.discounts import Discounts, discounts_of
from gadong.billing.domain.statement import Reckoning
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import Tariff
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services import holidays
from gadong.billing.store import sales, statements
from gadong.billing.store.sales import Extra
from gadong.core.database import Tx
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.people.domain.centre import Centre
from gadong.people.domain.company_category import Categories
from gadong.people.store import company_categories as categories


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """A company at a centre, with everything of the two that prices rest on, as known before an
    instant.

    `tariffs` are published, the latest first.
    """

    centre: Centre
    company_id: CompanyId
    tariffs: Sequence[TariffVersion]
    extras: Sequence[Extra]
    categories: Categories
    holidays: frozenset[date]
    recorded_before: datetime

    @property
    def facts(self) -> object:
        """Return the buyer's part of a statement's digest, beside the tariff."""
        return [self.extras, self.categories, sorted(self.holidays)]

    def version_on(self, day: date) -> TariffVersion | None:
        """Return the tariff in force on a day."""
        return next((t for t in self.tariffs if t.tariff.effective_from <= day), None)

    def discounts(self, version: TariffVersion, day: date) -> Discounts:
        """Return the discounts of the day: the category's, and those of the proofs together."""
        proved = {e.name for e in self.extras if e.holds_on(day)}
        return discounts_of(version.tariff, self.categories.on(day), proved)

    def programmes_on(self, version: TariffVersion, day: date) -> tuple[Subsidy, ...]:
        """Return the tariff's programmes that the company takes part in on a day, in the tariff's
        order.
        """
        names = {e.name for e in self.extras if e.holds_on(day)}
        return tuple(s for s in version.tariff.subsidies if s.name in names)

    def joins(self, machine: Machine, day: date, mode: UsageMode) -> tuple[tuple[date, str], ...]:
        """Return the caps' groups that later tariffs put the machine in, each with its first day,
        the earliest first.
        """
        later: dict[date, Tariff] = {}
        for version in self.tariffs:
            if version.tariff.effective_from > day:
                later.setdefault(version.tariff.effective_from, version.tariff)
        items = [
            (since, later[since].item_for(machine.slug, machine.kind, mode))
            for since in sorted(later)
        ]
        return tuple((since, item.cap_group) for since, item in items if item and item.cap_group)

    def reckoning(self, used: Iterable[TariffVersion]) -> Reckoning:
        """Return how the sums of a document are made: truncated to the largest unit of the tariffs
        that its lines used.
        """
        return Reckoning(unit=max((v.tariff.document_unit for v in used), default=1))

    def ran_out(self, period: Period, used_until: datetime) -> list[str]:
        """Return the names of proofs that ran out in the period while machines were still used.

        A manager who closes the month thus asks once for the new proof, in the month in which the
        old one ran out.
        """
        days = [
            i.astimezone(self.centre.zone).date() for i in (period.start, period.end, used_until)
        ]
        found = list(self.categories.ran_out(days[0], days[1]))
        found += [
            (e.name, e.until)
            for e in self.extras
            if e.until and e.until > e.since and days[0] <= e.until < days[1]
        ]
        return sorted({name for name, until in found if until <= days[2]})


def buyer(
    tx: Tx,
    centre: Centre,
    company_id: CompanyId,
    period: Period,
    recorded_before: datetime,
    *,
    trying: TariffVersion | None = None,
) -> Buyer:
    """Read everything that the company's prices in a period rest on; `trying` replaces tariffs."""
    every = statements.published(tx, centre.id)
    published = [t for t in every if t.published_at and t.published_at < recorded_before]
    if trying:
        published = [replace(trying, tariff=replace(trying.tariff, effective_from=date.min))]
    return Buyer(
        centre=centre,
        company_id=company_id,
        tariffs=published,
        extras=sales.extras(tx, centre.id, company_id, recorded_before=recorded_before),
        categories=categories.of_company(
            tx, centre.id, company_id, recorded_before=recorded_before
        ),
        holidays=holidays.within(tx, centre, period, recorded_before=recorded_before),
        recorded_before=recorded_before,
    )


def price_on(
    known: Buyer, machine: Machine, day: date, mode: UsageMode, observed: Observed
) -> tuple[TariffVersion | None, Price | None]:
    """Return the tariff version of the day, and the price of a machine in a usage mode."""
    version = known.version_on(day)
    item = version.tariff.item_for(machine.slug, machine.kind, mode) if version else None
    if version is None or item is None:
        return None, None
    discounts = known.discounts(version, day)
    category = known.categories.on(day)
    return version, Price(
        item=item.observed_as(observed),
        discount_pct=discounts.category,
        extra_pct=discounts.extra,
        zone=known.centre.zone,
        tariff=str(version.id),
        quotas=version.tariff.quotas_of(item.quota_group, category),
        cap=version.tariff.cap_of(item.cap_group, category),
        holidays=known.holidays,
        usage_mode=mode,
        discount_names=discounts.category_names,
        extra_names=discounts.extra_names,
        vat_mode=version.tariff.vat,
        programmes=known.programmes_on(version, day),
        machine=machine.slug,
        kind=machine.kind,
        items=version.tariff.items,
        joins=known.joins(machine, day, mode),
        observed=observed,
    )
