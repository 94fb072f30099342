"""The oracle's reading of units of the day's clock: half days, shifts, nights (docs/tariffs.md,
"Half days, shifts and nights").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gadong.billing.domain.rate_terms import DayUnit
from gadong.billing.domain.tariff import RateItem
from tests.oracle.measure import Chunk, billed, quantity
from tests.oracle.visits import Visit
from tests.oracle.world import World


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit on one day: its terms, the day on which it begins, and its seconds.

    It is the same as another tariff's of the same seconds, whatever that one costs.
    """

    terms: DayUnit = field(compare=False)
    day: date
    start: int
    end: int

    def price(self, number: int) -> Decimal:
        """Return its price as the day's first, second or a later one."""
        further = self.terms.further_price
        return self.terms.price if further is None or number == 0 else further


def unit_at(world: World, item: RateItem, second: int) -> Unit | None:
    """Return the unit that a second lies in."""
    today = world.local(second).date()
    for terms in () if not isinstance(item.units, tuple) else item.units:
        for day in (today, today - timedelta(days=1)):
            ends_on = day + timedelta(days=0 if terms.until > terms.since else 1)
            start, end = _second(world, day, terms.since), _second(world, ends_on, terms.until)
            if start <= second < end:
                return Unit(terms, day, start, end)
    return None


def billed_by_units(world: World, visit: Visit, item: RateItem, found: list[Chunk]) -> list[Chunk]:
    """Return the measured seconds of units that are owed, and blocks of the seconds outside."""
    in_units: dict[Unit, list[Chunk]] = {}
    outside: list[Chunk] = []
    for chunk in found:
        unit = unit_at(world, item, chunk.at)
        (in_units.setdefault(unit, []) if unit else outside).append(chunk)
    whole = billed(outside, quantity(sum(c.seconds for c in outside), item))
    for unit, chunks in in_units.items():
        grace = item.increment_grace_seconds
        if visit.slot and (visit.slot.end <= unit.start or unit.end <= visit.slot.start):
            grace = max(grace, item.overrun.grace_seconds)
        if sum(c.seconds for c in chunks) > grace:
            whole += chunks
    return sorted(whole, key=lambda c: c.at)


def _second(world: World, day: date, at: time) -> int:
    return int(datetime.combine(day, at, tzinfo=world.zone).timestamp())
