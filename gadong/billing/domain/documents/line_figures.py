"""The figures of a line as a Korean transaction statement (거래명세서) has them: day, quantity, unit
price, list price, relief.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rating.portion import UnitCount
from gadong.billing.domain.tariff_terms import Measure
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored, percent

#: The unit of what has no measure: a session, a booking, a manager's line.
ONCE = "once"
#: Units of the day's clock, which have names of their own.
OF_DAY = "of_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFigures:
    """A line's figures. `listed` - `relief` = the line's amount, in whole won.

    `quantity` is exact, in the `unit` (`h`, `g`, `mL`, `ea` or `once`). Units of the day's clock
    are called by `names` in Korean and in English. `unit_price` is None where
    several prices make up the line; its sentence has them. By the seat it is of all booked seats
    together. A part of a line that several companies
    pay is `once`. Caps and kindnesses have no list price:
    all of them is relief.
    """

    day: date | None
    quantity: Fraction
    unit: str
    unit_price: Fraction | None
    listed: int
    relief: int
    names: tuple[str, str] | None = None


def figures(charge: Charge, zone: ZoneInfo) -> LineFigures:
    """Return the figures of a line, its day on the centre's clock."""
    listed = _listed(charge)
    quantity, unit, price = _quantity(charge, listed)
    return LineFigures(
        day=_day(charge, zone),
        quantity=quantity,
        unit=unit,
        unit_price=price if price is not None and price * quantity == listed else None,
        listed=floored(listed),
        relief=floored(listed) - charge.amount,
        names=_unit_names(charge) if unit == OF_DAY else None,
    )


def _listed(charge: Charge) -> Fraction:
    """Return the list price, as relief is reckoned from it
    (gadong/billing/domain/documents/relief.py).
    """
    trace = charge.trace
    if charge.component is Component.CAP or (
        charge.component is Component.OTHER and charge.amount < 0
    ):
        return Fraction(0)
    free = Fraction(0)
    if charge.component is Component.TIME:
        free = trace.free_list_price
    listed = Fraction(trace.gross) + free
    # A part of a line has the part of its list price, divided as the line was.
    return Fraction(trace.divided.division.part_of(floored(listed))) if trace.divided else listed


def _quantity(charge: Charge, listed: Fraction) -> tuple[Fraction, str, Fraction | None]:
    """Return a quantity, its unit, and the price of one where there is a single price."""
    trace = charge.trace
    if trace.sold and charge.component is not Component.OTHER:
        count = Fraction(trace.sold.charged, Measure(trace.sold.measure).smallest)
        return count, trace.sold.measure, Fraction(trace.sold.price)
    if charge.component in {Component.TIME, Component.SURCHARGE, Component.OVERRUN} and not (
        trace.flat or trace.divided
    ):
        if any(isinstance(p.units, UnitCount) for p in trace.parts):
            return _units(charge, listed)
        free = trace.quota_seconds if charge.component is Component.TIME else 0
        seconds = sum(p.seconds for p in trace.parts) + free
        prices = {Fraction(p.rate_per_hour) * trace.seats * percent(p.pct) for p in trace.parts}
        if free:
            prices.add(Fraction(trace.rate_per_hour) * trace.seats)
        price = prices.pop() if len(prices) == 1 else None
        return Fraction(seconds, 3600), Measure.HOUR.value, price
    return Fraction(1), ONCE, None if charge.amount < 0 else listed


def _units(charge: Charge, listed: Fraction) -> tuple[Fraction, str, Fraction | None]:
    """Return the count of units that have one name, or once what has several."""
    trace = charge.trace
    if _unit_names(charge) is None:
        return Fraction(1), ONCE, listed
    units = [(p, p.units) for p in trace.parts if isinstance(p.units, UnitCount)]
    prices = {Fraction(u.price) * trace.seats * percent(p.pct) for p, u in units}
    price = prices.pop() if len(prices) == 1 else None
    return Fraction(sum(u.count for _, u in units)), OF_DAY, price


def _unit_names(charge: Charge) -> tuple[str, str] | None:
    """Return the name of a line's units; None where several names, or hours, make it up."""
    parts = charge.trace.parts
    found = {(u.name_ko, u.name_en) for p in parts if isinstance(u := p.units, UnitCount)}
    is_one = len(found) == 1 and all(isinstance(p.units, UnitCount) for p in parts)
    return found.pop() if is_one else None


def _day(charge: Charge, zone: ZoneInfo) -> date | None:
    trace = charge.trace
    at = trace.sold.at if trace.sold else min((p.start for p in trace.periods), default=None)
    return at.astimezone(zone).date() if at else None


def shown(value: Fraction, decimals: int) -> str:
    """Write a number with at most so many decimals, and with no zeros at their end."""
    exact = round(Decimal(value.numerator) / Decimal(value.denominator), decimals)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
