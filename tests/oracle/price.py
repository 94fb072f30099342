"""The oracle's reading of what a second costs: free time, tier, window, overrun, and what discounts
leave.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache

from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import DayClass, Hours, Quota
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed
from tests.oracle.day_units import Unit, unit_at
from tests.oracle.ledger import observed_at
from tests.oracle.measure import Chunk, state_at
from tests.oracle.owners import NO_SHOW_AFTER, claimed
from tests.oracle.visits import Outcome, Visit, visits
from tests.oracle.world import Firm, Floor, Slot, World

#: All machines of a world are of one kind.
KIND = "mill"
ZERO = Fraction(0)
#: What a machine's time is charged by.
TIME_PARTS = (
    Component.BASE_FEE,
    Component.TIME,
    Component.SURCHARGE,
    Component.OVERRUN,
    Component.MINIMUM,
)
#: A pool of free time: its group, its category, and every quarter of an hour of the week that its
#: hours hold.
Pool = tuple[str, str | None, frozenset[tuple[bool, int, time]]]
#: A year and a month on the centre's calendar.
Month = tuple[int, int]
QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


@dataclass(slots=True)
class Purse:
    """A company's used free time of each month, and time on each machine in each mode. Seconds."""

    free: dict[tuple[Month, Pool], int] = field(default_factory=dict)
    used: dict[tuple[Month, str, UsageMode], int] = field(default_factory=dict)
    # Units that are owed, by what for; and the shares that the visit owes in the month before.
    units: dict[tuple[object, ...], list[Unit]] = field(default_factory=dict)
    before: dict[Unit, Fraction] = field(default_factory=dict)
    # The greatest share that overruns below 100 % owe of a unit.
    cheap: dict[tuple[object, ...], Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms that price one visit."""

    tariff: Tariff
    item: RateItem
    category: str | None
    off: tuple[Fraction, Fraction]
    quotas: tuple[Quota, ...]
    programmes: tuple[Subsidy, ...]

    def keep(self, component: Component) -> Fraction:
        """Return the factor that the discounts leave of a component."""
        what = Component.TIME if component is Component.MINIMUM else component
        if what not in self.item.discount_scope:
            return Fraction(1)
        kept = Fraction(1)
        for pct in self.off:
            kept *= 1 - pct / 100
        return kept

    @property
    def own(self) -> RateItem | None:
        """Return the item as the tariff has it."""
        names = (self.item.machine, self.item.kind, self.item.usage_mode)
        return next(
            (i for i in self.tariff.items if (i.machine, i.kind, i.usage_mode) == names), None
        )

    def alone(self) -> Terms:
        """Return the terms of a booking that is used whole: it draws on no free time, and on no
        tier.
        """
        return replace(self, quotas=(), item=replace(self.item, tiers=()))


def tariff_on(world: World, second: int) -> Tariff | None:
    """Return the tariff in force on the day of a second."""
    day = world.local(second).date()
    in_force = [t for t in world.tariffs if t.effective_from <= day]
    return max(in_force, key=lambda t: t.effective_from) if in_force else None


def programmes_on(world: World, firm: Firm, second: int) -> tuple[Subsidy, ...]:
    """Return the programmes that the company takes part in on the day of a second."""
    tariff = tariff_on(world, second)
    day = world.local(second).date()
    names = {e.name for e in firm.extras if e.holds_on(day)}
    return tuple(s for s in tariff.subsidies if s.name in names) if tariff else ()


def off_on(world: World, firm: Firm, tariff: Tariff, second: int) -> Fraction:
    """Return the factor that the company's discounts leave on the day of a second."""
    day = world.local(second).date()
    category = next((c.name for c in firm.categories if c.holds_on(day)), None)
    names = {e.name for e in firm.extras if e.holds_on(day)}
    kept = Fraction(1)
    for pct in taken_off(tariff, category, names):
        kept *= 1 - pct / 100
    return kept


def taken_off(
    tariff: Tariff, category: str | None, names: Container[str]
) -> tuple[Fraction, Fraction]:
    """Return the per cent off by the category, and by what was proved."""
    by_category = next((Fraction(d.pct) for d in tariff.discounts if d.category == category), ZERO)
    pcts = [Fraction(e.pct) for e in tariff.extra_discounts if e.name in names]
    greatest = max(pcts, default=ZERO)
    match str(tariff.extras_combine):
        case "add":
            return by_category, min(Fraction(100), sum(pcts, ZERO))
        case "multiply":
            left = Fraction(100)
            for pct in pcts:
                left -= left * pct / 100
            return by_category, 100 - left
        case "greatest":
            return (by_category, ZERO) if by_category >= greatest else (ZERO, greatest)
    return by_category, greatest


def terms_of(world: World, firm: Firm, visit: Visit) -> Terms | None:
    """Return what prices the visit: the tariff, the category and the extras of its first day."""
    tariff = tariff_on(world, visit.start)
    item = item_of(tariff, visit.floor.machine, visit.mode) if tariff else None
    if tariff is None or item is None:
        return None
    day = world.local(visit.start).date()
    category = next((c.name for c in firm.categories if c.holds_on(day)), None)
    names = {e.name for e in firm.extras if e.holds_on(day)}
    quotas = [
        q
        for q in tariff.quotas
        if q.group == item.quota_group and (q.category is None or q.category == category)
    ]
    if observed_at(visit.floor, visit.start) is not Observed.SIGNAL and item.ledger_basis:
        # A machine without signals is priced by the basis that the item names for ledgers.
        item = replace(item, basis=item.ledger_basis)
    return Terms(
        tariff=tariff,
        item=item,
        category=category,
        off=taken_off(tariff, category, names),
        quotas=tuple(sorted(quotas, key=_narrowness)),
        programmes=programmes_on(world, firm, visit.start),
    )


def item_of(tariff: Tariff, machine: str, mode: UsageMode) -> RateItem | None:
    """Return the machine's own item for the mode, then its own for all,
    then its kind's likewise.
    """
    for named in ((machine, None), (None, KIND)):
        for wanted in (mode, None):
            for item in tariff.items:
                if (item.machine, item.kind, item.usage_mode) == (*named, wanted):
                    return item
    return None


def priced(
    world: World,
    visit: Visit,
    terms: Terms,
    chunks: list[Chunk],
    purse: Purse,
    *,
    is_over: bool,
    rests: bool = True,
) -> dict[Component, Fraction]:
    """Return what billed seconds cost, by component, before discounts; the purse is used up."""
    sums = dict.fromkeys(TIME_PARTS, Fraction(0))
    # An hour by the seat costs its rate for each seat that was booked, sat in or not.
    times = visit.slot.seats if terms.item.by_seat and visit.slot else 1
    for chunk in chunks:
        unit = unit_at(world, terms.item, chunk.at)
        own = _rest(visit, terms.item, chunk.at) if rests and not unit else Fraction(1)
        window = _window(world, terms.item, unit.start if unit else chunk.at)
        late = _staying(visit, terms.item, chunk.at) if is_over else Fraction(1)
        # A cheaper second lowers the price of the time itself, from which discounts are taken.
        cheaper = own * min(window, Fraction(1)) * min(late, Fraction(1))
        if unit:
            is_before = unit in purse.before
            share = purse.before.setdefault(unit, min(late, Fraction(1)))
            price, was = _owed(visit, terms.item, purse, unit, share)
            if not is_before and (was is None or was < share):
                won = times * price
                sums[Component.TIME] += won * min(window, Fraction(1)) * (share - (was or ZERO))
                sums[Component.SURCHARGE] += won * max(window - 1, ZERO) if was is None else ZERO
                sums[Component.OVERRUN] += won * max(late - 1, ZERO)
            continue
        left = _after_free_time(world, terms, purse, chunk)
        by_rate = _tiers(world, visit, terms, purse, Chunk(chunk.at, left))
        for seconds, rate in by_rate:
            won = times * Fraction(rate) * seconds / 3600
            sums[Component.TIME] += won * cheaper
            sums[Component.SURCHARGE] += won * own * max(window - 1, Fraction(0))
            sums[Component.OVERRUN] += won * own * max(late - 1, Fraction(0))
    return sums


def _owed(
    visit: Visit, item: RateItem, purse: Purse, unit: Unit, share: Fraction
) -> tuple[Fraction, Fraction | None]:
    """Return the price of a unit, and the share that the company owes of it before this visit.

    Who owes less than the whole does not have it. Seats are beside each other, so that each visit
    owes its own.
    """
    own = (visit.start, visit.slot and visit.slot.name) if item.by_seat else None
    key = (visit.floor.machine, item.usage_mode, unit.day, own)
    taken = purse.units.setdefault(key, [])
    if unit in taken:
        return ZERO, Fraction(1)
    price, was = Fraction(unit.price(len(taken))), purse.cheap.get((*key, unit))
    if share < 1:
        purse.cheap[*key, unit] = max(share, was or ZERO)
    else:
        taken.append(unit)
    return price, was


def _after_free_time(world: World, terms: Terms, purse: Purse, chunk: Chunk) -> int:
    """Use up free time that is left for the seconds, what is bound to the fewest hours first.

    Return the seconds to pay.
    """
    left = chunk.seconds
    for quota in terms.quotas:
        if quota.hours and not any(_holds(world, h, chunk.at) for h in quota.hours):
            continue
        pool = pool_of(quota)
        granted = sum(q.seconds for q in terms.quotas if pool_of(q) == pool)
        key = (month_of(world, chunk.at), pool)
        used = purse.free.get(key, 0)
        free = min(left, max(0, granted - used))
        purse.free[key] = used + free
        left -= free
    return left


@cache
def pool_of(quota: Quota) -> Pool:
    """Return the pool of a grant. Every edge of hours in a world is a quarter of an hour."""
    held = frozenset(
        (is_holiday, day, quarter)
        for is_holiday in (False, True)
        for day in range(7)
        for quarter in QUARTERS
        if not quota.hours
        or any(
            day in h.weekdays
            and h.days is not (DayClass.WORKING if is_holiday else DayClass.HOLIDAY)
            and h.since <= quarter
            and (h.until == time(0) or quarter < h.until)
            for h in quota.hours
        )
    )
    return quota.group, quota.category, held


def _narrowness(quota: Quota) -> tuple[int, bool, list[list[int]]]:
    """Order free time by the quarters of the week that can use it, then a category's own first.

    Of equals that goes first whose hours come first: on holidays, then on other days.
    """
    _, category, held = pool_of(quota)
    spans: list[list[int]] = []
    for is_working, day, quarter in sorted((not h, day, q) for h, day, q in held):
        at = quarter.hour * 4 + quarter.minute // 15
        if spans and spans[-1][:2] == [is_working, day] and spans[-1][3] == at:
            spans[-1][3] = at + 1
        else:
            spans.append([is_working, day, at, at + 1])
    return len(held), category is None, spans


def month_of(world: World, second: int) -> Month:
    """Return the month that a second lies in."""
    local = world.local(second)
    return local.year, local.month


def _tiers(
    world: World, visit: Visit, terms: Terms, purse: Purse, chunk: Chunk
) -> list[tuple[int, Decimal]]:
    """Return the seconds with the rate of the tier that each falls in; free seconds are in no tier.

    What counts is all use of the month that the item would price on the visit's day.
    """
    item, month = terms.item, month_of(world, chunk.at)
    key = (month, visit.floor.machine, visit.mode)
    found: list[tuple[int, Decimal]] = []
    left = chunk.seconds
    while left:
        used = sum(
            seconds
            for (when, machine, mode), seconds in purse.used.items()
            if when == month and item_of(terms.tariff, machine, mode) == terms.own
        )
        rate, until = item.rate_per_hour, None
        for tier in item.tiers:
            if tier.after_seconds <= used:
                rate = tier.rate_per_hour
            elif until is None:
                until = tier.after_seconds
        taken = left if until is None else min(left, until - used)
        purse.used[key] = purse.used.get(key, 0) + taken
        found.append((taken, rate))
        left -= taken
    return found


def _holds(world: World, hours: Hours, second: int) -> bool:
    """Say whether a second lies in hours of the week, on the centre's clock and calendar."""
    local = world.local(second)
    is_holiday = local.date() in world.holidays
    if hours.days is DayClass.HOLIDAY and not is_holiday:
        return False
    if hours.days is DayClass.WORKING and is_holiday:
        return False
    return _inside(hours, local)


def _inside(hours: Hours, local: datetime) -> bool:
    clock = local.time().replace(fold=0)
    ends = hours.until if hours.until != time(0) else None
    return (
        local.weekday() in hours.weekdays
        and hours.since <= clock
        and (ends is None or clock < ends)
    )


def _window(world: World, item: RateItem, second: int) -> Fraction:
    """Return the share of the rate in a second; a class of days goes before any day."""
    held = [w for w in item.windows if _holds(world, w, second)]
    special = [w for w in held if w.days is not DayClass.ANY]
    for window in special + held:
        return Fraction(window.pct) / 100
    return Fraction(1)


def _rest(visit: Visit, item: RateItem, second: int) -> Fraction:
    """Return the share of the rate that a second is worth: less where an occupied machine is known
    to rest.
    """
    seen = visit.seen or (0, 0)
    rests = seen[0] <= second < seen[1] and state_at(visit.floor, second) in {State.IDLE, State.OFF}
    if item.basis is Basis.ACTUAL_OCCUPIED and rests:
        return Fraction(item.idle_pct) / 100
    return Fraction(1)


def _in_the_way(floor: Floor, slot: Slot) -> int:
    """Return until when a booking is in the way: while it claims its time, a no-show until it was
    certain.
    """
    seen = [v for part in (floor, *floor.aside) for v in visits(part)]
    missed = any(v.slot == slot and v.outcome is Outcome.MISSED for v in seen)
    until = claimed(slot)[1]
    return min(until, slot.start + NO_SHOW_AFTER) if missed else until


def _staying(visit: Visit, item: RateItem, second: int) -> Fraction:
    """Return the share of the rate past the booked end: more while it stands in another company's
    way. Those who share a room are not in each other's.
    """
    if visit.slot is None or second < visit.slot.end:
        return Fraction(1)
    own, floor = visit.slot, visit.floor
    stands = any(
        not s.firms & own.firms
        and not s.is_beside(own)
        and s.start <= second < _in_the_way(floor, s)
        for s in floor.room or floor.slots
    )
    return Fraction(item.overrun.pct_encroach if stands else item.overrun.pct_free_slot) / 100
