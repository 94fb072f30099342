"""Charges of tenancies: rent and 관리비 of the days of a month (docs/tariffs.md#tenancies)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge, Sold, Trace
from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.rating.stretch import Stretch
from gadong.core.domain.charge_component import Component
from gadong.stays.domain.days import Days, start_of
from gadong.stays.domain.tenancy import Tenancy


def charged_days(tenancy: Tenancy, stretch: Stretch, zone: ZoneInfo) -> Days:
    """Return the days of a tenancy that a statement charges: those that begin in its stretch."""
    return tenancy.days.common(Days.begun_in(stretch.period, zone))


def rent_charges(
    tenancy: Tenancy, stretch: Stretch, zone: ZoneInfo, *, tariff: str
) -> Iterator[Charge]:
    """Yield the rent of the days, and the 관리비 where there is one.

    A rent of nothing has its line too: it proves the use.
    """
    days = charged_days(tenancy, stretch, zone)
    if not days.count:
        return
    month = Days.begun_in(stretch.month, zone)
    before = tenancy.days.common(Days(month.first, days.first)).count
    for name, monthly, item in (
        ("rent", tenancy.rent, TaxItem.LEASE),
        ("maintenance", tenancy.maintenance, TaxItem.MAINTENANCE),
    ):
        if name == "maintenance" and not monthly:
            continue
        rent = Rent(
            monthly=monthly,
            first=days.first,
            last=days.last,
            days=days.count,
            of_days=month.count,
            before=before,
        )
        yield Charge(
            key=f"tenancy:{tenancy.id}/{name}",
            component=Component.OTHER,
            amount=rent.amount,
            tax_type=tenancy.tax_type,
            trace=_trace(tenancy, rent, item, zone, tariff),
        )


def _trace(tenancy: Tenancy, rent: Rent, item: TaxItem, zone: ZoneInfo, tariff: str) -> Trace:
    return Trace(
        basis=Basis.BOOKED,
        measured_seconds=0,
        billed_seconds=0,
        counter_seconds=0,
        rate_per_hour=Decimal(0),
        discount_pct=Decimal(0),
        extra_pct=Decimal(0),
        gross=str(rent.amount),
        periods=(),
        messages=(),
        tariff=tariff,
        sold=Sold(
            name_ko=tenancy.unit,
            name_en=tenancy.unit,
            measure="ea",
            quantity=1,
            charged=1,
            price=Decimal(rent.amount),
            pct=Decimal(100),
            note="",
            at=start_of(rent.first, zone),
            tax_item=item,
        ),
        rent=rent,
    )
