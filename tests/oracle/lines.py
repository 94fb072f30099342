"""The oracle's reading of a company's lines: every billed second is priced by itself, in exact
fractions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import floor

from gadong.billing.domain.rate_terms import FeeBase
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import MAINTENANCE, RateItem
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.charge_component import Component
from gadong.core.domain.usage_mode import UsageMode
from tests.oracle.day_units import Unit, billed_by_units
from tests.oracle.measure import Chunk, billed, is_noise, measured, overran, quantity, stretches
from tests.oracle.owners import usages
from tests.oracle.price import TIME_PARTS, Purse, Terms, priced, terms_of
from tests.oracle.visits import Outcome, Visit, apart, visits
from tests.oracle.world import Firm, World

#: What is charged for not using a machine.
FEES = (Component.NO_SHOW, Component.LATE_CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleLine:
    """A line in whole won, its tax, whether its price holds the tax, who pays a part, and what it
    names.

    `unit` is the won that its tariff truncates documents to.
    """

    component: Component
    amount: int
    tax: TaxType
    vat: VatMode
    unit: int
    day: date
    programme: Subsidy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A visit's terms and its lines, before caps."""

    visit: Visit
    terms: Terms
    lines: tuple[OracleLine, ...]


def visits_priced(world: World, firm: Firm) -> Iterator[Priced]:
    """Yield the company's visits of a month in the order of their starts, with their lines."""
    purse = Purse()
    floors = [part for f in world.floors for part in apart(f)]
    everything = [(v, every) for f in floors for every in [visits(f)] for v in every]
    for visit, every in sorted(
        everything, key=lambda x: (x[0].start, x[0].slot is None, x[0].floor.machine)
    ):
        if firm.name not in (visit.slot.firms if visit.slot else {visit.company}):
            continue
        terms = terms_of(world, firm, visit)
        if terms:
            if visit.slot and visit.slot.parts:
                found = _divided(world, every, visit, terms, firm)
            else:
                found = _time_lines(world, every, visit, terms, purse)
                found += _fee(world, every, visit, terms)
            since, until = world.bounds(world.month)
            if (
                not found
                and since <= visit.start < until
                and visit.outcome is not Outcome.CANCELLED
                # Work to order that the centre did not do has no line.
                and (visit.outcome, visit.mode) != (Outcome.EXCUSED, UsageMode.COMMISSIONED)
            ):
                # A free line is on its month's document all the same.
                found.append(line(world, visit, terms, Component.TIME, Fraction(0)))
            yield Priced(visit=visit, terms=terms, lines=tuple(found))


def _divided(
    world: World, every: tuple[Visit, ...], visit: Visit, own: Terms, firm: Firm
) -> list[OracleLine]:
    """Return the firm's parts of the lines that the visit would be for its booker, alone at the
    centre. Who pays a part of the firm's part is its own affair.
    """
    booker = next(f for f in world.firms if f.name == visit.company)
    whole = terms_of(world, booker, visit)
    parts = visit.slot.parts if visit.slot else ()
    if whole is None:
        raise AssertionError("the same tariff prices it for both")
    found = _time_lines(world, every, visit, whole.alone(), Purse())
    found += _fee(world, every, visit, whole)
    return [
        replace(
            x,
            amount=won_of(x.amount, parts, firm.name),
            programme=covering(own.programmes, x.component),
        )
        for x in found
    ]


def won_of(whole: int, parts: tuple[tuple[str, int], ...], name: str) -> int:
    """Return a company's won of a whole line.

    Every part is rounded down first. The rest goes one won each to those that lost most by the
    rounding, of equals to the one named first.
    """
    count = sum(n for _, n in parts)
    exact = {firm: Fraction(whole * n, count) for firm, n in parts}
    won = {firm: floor(x) for firm, x in exact.items()}
    losers = sorted(exact, key=lambda firm: -(exact[firm] - won[firm]))
    for firm in losers[: whole - sum(won.values())]:
        won[firm] += 1
    return won[name]


def measured_and_billed(
    world: World, every: tuple[Visit, ...], visit: Visit, item: RateItem
) -> tuple[list[Chunk], list[Chunk]]:
    """Return a whole visit's measured seconds, and the same as they are billed."""
    found = measured(every, visit, item)
    seconds = sum(c.seconds for c in found)
    if seconds == 0 or is_noise(visit, item, seconds):
        return found, []
    if isinstance(item.units, tuple):
        return found, billed_by_units(world, visit, item, found)
    return found, billed(found, quantity(seconds, item))


def _decided(visit: Visit, found: list[Chunk], seconds: int) -> tuple[list[Chunk], list[Chunk]]:
    """Return what is left of the measured seconds, and so many billed.

    Of what nothing was measured its booked time.
    """
    slot = visit.slot
    if slot and not found:
        found = [Chunk(a, b - a) for a, b in stretches(visit.floor, slot.start, slot.end)]
    left = min(seconds, sum(c.seconds for c in found))
    return billed(found, left), billed(found, seconds)


def _time_lines(
    world: World, every: tuple[Visit, ...], visit: Visit, terms: Terms, purse: Purse
) -> list[OracleLine]:
    if not visit.is_kept and not visit.used:
        return []
    since, until = world.bounds(world.month)
    item = terms.item
    found, whole = measured_and_billed(world, every, visit, item)
    if visit.decided is not None:
        found, whole = _decided(visit, found, visit.decided)
    if not whole:
        return []
    is_over = overran(visit, item, found)
    # Time after the month comes first in the months that follow; before the month nothing else is
    # known.
    parts = (
        ([c for c in whole if c.at < since], Purse()),
        ([c for c in whole if since <= c.at < until], purse),
        ([c for c in whole if until <= c.at], purse if visit.start < until else Purse()),
    )
    # The first second in a unit decides its share, also from the month before.
    cost, before = [], dict[Unit, Fraction]()
    for chunks, own in parts:
        own.before = before
        cost.append(priced(world, visit, terms, chunks, own, is_over=is_over))
    sums = dict(cost[1])
    flat = item.overrun.flat if is_over else 0
    # Once for each overrun, in the month in which the booking ended.
    if visit.slot and since <= visit.slot.end < until:
        sums[Component.OVERRUN] += flat
    if since <= visit.start < until and visit.is_kept:
        # Of the whole visit, in the month in which it begins.
        sums[Component.BASE_FEE] += item.base_fee
        together = sum(won for part in cost for won in part.values())
        missing = item.minimum_amount - together - item.base_fee - flat
        sums[Component.MINIMUM] += max(Fraction(0), Fraction(missing))
    here = any(since <= c.at < until for c in whole)
    return [
        line(world, visit, terms, component, won * terms.keep(component))
        for component, won in sums.items()
        if won or (here and component is Component.TIME)
    ]


def line(
    world: World,
    visit: Visit,
    terms: Terms,
    component: Component,
    won: Fraction,
    tax: TaxType | None = None,
) -> OracleLine:
    """Return a visit's line, floored to the won."""
    return OracleLine(
        component=component,
        amount=0 if visit.is_waived(component) else floor(won),
        tax=terms.item.tax_type if tax is None else tax,
        vat=terms.tariff.vat,
        unit=terms.tariff.document_unit,
        day=world.local(visit.start).date(),
        programme=covering(terms.programmes, component),
    )


def covering(programmes: tuple[Subsidy, ...], component: Component) -> Subsidy | None:
    """Return the first programme that pays for such lines."""
    if component in FEES:
        return None
    what = Component.TIME if component in {*TIME_PARTS, Component.CAP} else component
    found = next((p for p in programmes if not p.covers or what in p.covers), None)
    # The same programme, in whatever order it names what it covers.
    return replace(found, covers=tuple(sorted(found.covers))) if found else None


def _fee(world: World, every: tuple[Visit, ...], visit: Visit, terms: Terms) -> list[OracleLine]:
    """Return what not coming, or cancelling late, costs."""
    slot, item = visit.slot, terms.item
    since, until = world.bounds(world.month)
    if slot is None or visit.outcome not in {Outcome.MISSED, Outcome.CANCELLED}:
        return []
    if not since <= slot.start < until:
        return []
    component, pct = Component.NO_SHOW, Fraction(item.no_show.pct)
    if visit.outcome is Outcome.CANCELLED:
        component, pct = Component.LATE_CANCEL, _late(item, slot.start - (slot.cancelled or 0))
    if not pct:
        return []
    length = slot.end - slot.start
    used = _used_of(world, every, visit, item)
    won = _whole_price(world, visit, terms) * pct / 100 * (length - used) / length
    return [line(world, visit, terms, component, won, item.no_show.tax_type)]


def _used_of(world: World, every: tuple[Visit, ...], visit: Visit, item: RateItem) -> int:
    """Return the booked seconds that others made use of, or for which somebody pays by the
    booking's own basis.

    Of others that is what they measure. Of the company itself it is what is billed, with what
    rounds it up. In a room these are all who had no seats beside the booking's.
    """
    slot = visit.slot
    if slot is None:
        raise AssertionError("only a booking has a fee")
    taken = [(u.start, u.end) for u in visit.others if u.company not in slot.firms]
    taken += visit.floor.maintenance if MAINTENANCE in item.excluded_states else ()
    seen = [(every, other) for other in every]
    for aside in visit.floor.aside:
        seen += [(visits(aside), other) for other in visits(aside)]
        taken += [(u.start, u.end) for u in usages(aside) if u.company not in {None, *slot.firms}]
    for others, other in seen:
        if not other.used and not other.is_kept:
            continue
        if other.company != visit.company:
            taken += [(c.at, c.at + c.seconds) for c in measured(others, other, item)]
            continue
        whole = _used_by_itself(world, others, other, item)
        for index, chunk in enumerate(whole):
            # A rounding lies after the last second, and belongs to the booking of that second.
            is_rounding = index > 0 and chunk.at < whole[index - 1].at + whole[index - 1].seconds
            if is_rounding and not slot.start <= chunk.at < slot.end:
                continue
            start = chunk.at + 1 if is_rounding else chunk.at
            taken.append((start, start + chunk.seconds))
    edges = sorted({slot.start, slot.end, *(x for t in taken for x in t)})
    seconds = 0
    for a, b in pairwise(edges):
        if slot.start <= a < slot.end and any(t[0] <= a < t[1] for t in taken):
            seconds += b - a
    return seconds


def _used_by_itself(
    world: World, every: tuple[Visit, ...], visit: Visit, item: RateItem
) -> list[Chunk]:
    """Return what is billed of a visit; units are a price, so of their time what was measured."""
    found, whole = measured_and_billed(world, every, visit, item)
    if isinstance(item.units, tuple):
        return [] if is_noise(visit, item, sum(c.seconds for c in found)) else found
    return whole


def _late(item: RateItem, lead: int) -> Fraction:
    """Return the per cent of a cancellation so long before the start."""
    if not item.late_cancel:
        return Fraction(0)
    kept = [t for t in item.late_cancel if t.lead_seconds <= lead]
    if kept:
        return Fraction(max(kept, key=lambda t: t.lead_seconds).pct)
    return Fraction(min(item.late_cancel, key=lambda t: t.lead_seconds).pct)


def _whole_price(world: World, visit: Visit, terms: Terms) -> Fraction:
    """Return what the booking would have cost, used whole and alone: without free time, at the
    item's own rate.
    """
    slot, item = visit.slot, terms.item
    if slot is None:
        raise AssertionError("only a booking has a price")
    chunks, second = [], slot.start
    while second < slot.end:
        step = min(900 - second % 900, slot.end - second)
        chunks.append(Chunk(second, step))
        second += step
    if isinstance(item.units, tuple):
        whole = billed_by_units(world, visit, item, chunks)
    else:
        whole = billed(chunks, quantity(slot.end - slot.start, item))
    sums = priced(world, visit, terms.alone(), whole, Purse(), is_over=False, rests=False)
    sums[Component.BASE_FEE] += item.base_fee
    sums[Component.MINIMUM] += max(Fraction(0), item.minimum_amount - sum(sums.values()))
    if item.no_show.base is FeeBase.LIST:
        return sum(sums.values(), Fraction(0))
    return sum((won * terms.keep(component) for component, won in sums.items()), Fraction(0))
