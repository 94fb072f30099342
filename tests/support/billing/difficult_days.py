"""Sessions of a difficult day, priced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rate_terms import Basis, NoShowFee
from gadong.billing.domain.tariff import RateItem
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.charge_component import Component
from tests.support.golden import at


def priced(basis: Basis = Basis.ACTUAL_RUN, *, no_show: int = 0, **more: object) -> RateItem:
    """Return 30,000 won an hour in blocks of ten minutes, and the default terms but those named."""
    plain: dict[str, object] = {"basis": basis, "no_show": NoShowFee(pct=Decimal(no_show))}
    terms: dict[str, Any] = {**plain, **more}
    return RateItem(machine="m", rate_per_hour=Decimal(30_000), **terms)  # by name


def arrival(booking: Booking, when: str, *, left: str | None = None) -> CheckIn:
    """Return the check-in of the booking's own person."""
    return CheckIn(
        at=at(when),
        until=at(left) if left else None,
        company_id=booking.company_id,
        person_id=booking.person_id,
        booking_id=booking.id,
    )


def of(lines: list[Charge]) -> dict[Component, int]:
    """Return the amounts by component."""
    found: dict[Component, int] = {}
    for line in lines:
        found[line.component] = found.get(line.component, 0) + line.amount
    return found
