"""The oracle's reading of a document: caps, lines of one's own, truncation, tax, and a programme's
part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import Good, Measure, TaxType, VatMode
from gadong.core.domain.charge_component import Component
from tests.oracle.lines import OracleLine, Priced, covering, visits_priced
from tests.oracle.price import TIME_PARTS, item_of, off_on, programmes_on, tariff_on
from tests.oracle.world import Firm, Sale, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A company's document: its lines that are not 0, and its sums in won."""

    lines: tuple[tuple[str, str, int], ...]
    supply: int
    vat: int
    total: int
    subsidy: int


def paper(world: World, firm: Firm) -> Paper:
    """Return the company's document of the month."""
    visits = list(visits_priced(world, firm))
    every = [x for v in visits for x in v.lines]
    every += [*_caps(world, visits), *_own_lines(world, firm)]
    unit = max((x.unit for x in every), default=1)
    supply, vat = _summed(every, unit)
    return Paper(
        lines=tuple(sorted((str(x.component), str(x.tax), x.amount) for x in every if x.amount)),
        supply=supply,
        vat=vat,
        total=supply + vat,
        subsidy=_subsidy(_limits(world, firm), every, supply, supply + vat),
    )


def _summed(every: list[OracleLine], unit: int) -> tuple[int, int]:
    """Return the supply and the tax: each kind of line is summed, truncated to the unit, and taxed
    by itself.
    """
    supply = vat = 0
    taxed = [x for x in every if x.tax is TaxType.TAXABLE_10]
    beside = sum(x.amount for x in taxed if x.vat is VatMode.EXCLUSIVE)
    within = sum(x.amount for x in taxed if x.vat is VatMode.INCLUSIVE)
    exempt = sum(x.amount for x in every if x.tax is TaxType.EXEMPT)
    outside = sum(x.amount for x in every if x.tax is TaxType.OUT_OF_SCOPE)
    for amount in (beside, exempt, outside):
        supply += floor(Fraction(amount, unit)) * unit
    vat = floor(Fraction(floor(Fraction(beside, unit)) * unit, 10))
    whole = floor(Fraction(within, unit)) * unit
    inside = floor(Fraction(whole, 11))
    return supply + whole - inside, vat + inside


def _caps(world: World, visits: list[Priced]) -> list[OracleLine]:
    """Return what each cap takes off, pro rata of the lines that are taxed and paid alike."""
    result: list[OracleLine] = []
    groups = sorted({group for v in visits if (group := _group(world, v))})
    for group in groups:
        own: list[OracleLine] = []
        came_to = paid = 0
        for v in visits:
            if _group(world, v) != group:
                continue
            # A machine that joins the group later had no cap on the day of this visit.
            named = v.terms.tariff.caps if v.terms.item.cap_group == group else ()
            caps = {c.category: c.amount for c in named if c.group == group}
            most = caps.get(v.terms.category, caps.get(None))
            found = [x for x in v.lines if x.component in TIME_PARTS]
            amount = sum(x.amount for x in found)
            own += found
            came_to += amount
            # An amount owed already stays if a lower cap holds from a later day on.
            paid = paid + amount if most is None else min(paid + amount, max(paid, most))
        result += _taken_off(own, came_to - paid)
    return result


def _group(world: World, priced: Priced) -> str | None:
    """Return the cap's group of a visit, or the first that a later tariff of the month puts the
    machine in.
    """
    if priced.terms.item.cap_group:
        return priced.terms.item.cap_group
    _, until = world.bounds(world.month)
    for tariff in sorted(world.tariffs, key=lambda t: t.effective_from):
        day = tariff.effective_from
        is_later = world.local(priced.visit.start).date() < day < world.local(until).date()
        item = item_of(tariff, priced.visit.floor.machine, priced.visit.mode) if is_later else None
        if item and item.cap_group:
            return item.cap_group
    return None


def _taken_off(own: list[OracleLine], excess: int) -> list[OracleLine]:
    """Return lines that take so many won off, pro rata, by largest remainder.

    Taxable lines before exempt ones.
    """
    if excess <= 0:
        return []
    alike: dict[tuple[TaxType, VatMode, Subsidy | None], list[OracleLine]] = {}
    for x in sorted(
        own,
        key=lambda x: (
            list(TaxType).index(x.tax),
            x.vat,
            x.programme.name if x.programme else "",
        ),
    ):
        alike.setdefault((x.tax, x.vat, x.programme), []).append(x)
    kinds = list(alike.values())
    sums = [sum(x.amount for x in kind) for kind in kinds]
    exact = [Fraction(excess * s, sum(sums)) for s in sums]
    taken = [floor(e) for e in exact]
    by_rest = sorted(range(len(kinds)), key=lambda n: -(exact[n] - taken[n]))
    for n in by_rest[: excess - sum(taken)]:
        taken[n] += 1
    return [
        OracleLine(
            component=Component.CAP,
            amount=-won,
            tax=kind[0].tax,
            vat=kind[0].vat,
            unit=kind[0].unit,
            day=kind[0].day,
            programme=kind[0].programme,
        )
        for kind, won in zip(kinds, taken, strict=True)
    ]


def _own_lines(world: World, firm: Firm) -> list[OracleLine]:
    """Return a manager's own lines, each by the tariff of its day."""
    since, until = world.bounds(world.month)
    found = []
    for sale in world.sales:
        tariff = tariff_on(world, sale.at)
        if sale.company != firm.name or not since <= sale.at < until or not tariff:
            continue
        component, amount = Component.OTHER, sale.amount
        tax = TaxType.TAXABLE_10 if sale.is_taxable else TaxType.EXEMPT
        if sale.good:
            good = next((g for g in tariff.goods if g.code == sale.good), None)
            if good is None:
                continue
            component, tax = Component(good.kind.value), good.tax_type
            amount = floor(
                _cost(sale, good)
                * (off_on(world, firm, tariff, sale.at) if good.is_discounted else 1)
            )
        found.append(
            OracleLine(
                component=component,
                amount=amount,
                tax=tax,
                vat=tariff.vat,
                unit=tariff.document_unit,
                day=world.local(sale.at).date(),
                programme=covering(programmes_on(world, firm, sale.at), component),
            )
        )
    return found


def _cost(sale: Sale, good: Good) -> Fraction:
    """Return what a quantity of a good costs: what is not free, in whole increments, and not less
    than the least amount.
    """
    charged = 0
    while charged < sale.quantity - good.free:
        charged += good.increment
    one = {
        Measure.GRAM: 1000,
        Measure.KILOGRAM: 1000,
        Measure.MILLILITRE: 1000,
        Measure.PIECE: 1,
        Measure.HOUR: 3600,
    }[good.measure]
    won = Fraction(good.price) * charged / one
    if charged:
        won = max(won, Fraction(good.minimum_amount))
    if sale.spoiled == "machine":
        return won * Fraction(good.machine_fault_pct) / 100
    return won * Fraction(good.user_fault_pct) / 100 if sale.spoiled == "user" else won


def _limits(world: World, firm: Firm) -> Callable[[Subsidy], int]:
    """Return the most that a programme pays of the company's document: its cap, and what its
    budgets have left for it.

    A budget is the programme's own, or one of the year. What the month's own documents drew stays
    drawn.
    """
    draws = {d.programme: d for d in world.draws if d.company == firm.name}

    def most(programme: Subsidy) -> int:
        draw = draws.get(programme.name)
        rests = [] if programme.budget is None else [programme.budget]
        if draw:
            rests = [rest - draw.others for rest in rests]
        # A document counts in the year of its month.
        for fund in world.funds:
            if fund.programme == programme.name and fund.year == world.month.year:
                rests.append(fund.amount - sum(won for y, won in fund.drawn if y == fund.year))
        own = draw.own if draw else 0
        return min([programme.monthly_cap, *(max(rest, own, 0) for rest in rests)])

    return most


def _subsidy(
    limit_of: Callable[[Subsidy], int], every: list[OracleLine], supply: int, total: int
) -> int:
    """Return what programmes pay of the supply that they cover.

    Lines below 0 that no programme covers reduce the other uncovered ones first, and then the
    covered ones.
    """
    programmes = {x.programme for x in every if x.programme}
    rest = max(0, _summed([x for x in every if not x.programme], 1)[0])
    eligible = max(0, supply - rest)
    ordered = sorted(
        programmes, key=lambda p: (p.name, p.payer, p.pct, p.monthly_cap, p.budget or 0)
    )
    parts = [max(0, _summed([x for x in every if x.programme == p], 1)[0]) for p in ordered]
    shares = _pro_rata(eligible, parts)
    limit: dict[str, int] = {}
    for p in ordered:
        limit[p.name] = max(limit.get(p.name, 0), limit_of(p))
    paid: dict[str, int] = {}
    left = total
    for p, share in zip(ordered, shares, strict=True):
        most = max(0, min(limit_of(p), limit[p.name] - paid.get(p.name, 0), left))
        won = min(floor(Fraction(p.pct) * share / 100), most)
        paid[p.name] = paid.get(p.name, 0) + won
        left -= won
    return sum(paid.values())


def _pro_rata(amount: int, weights: list[int]) -> list[int]:
    if not sum(weights):
        return [0 for _ in weights]
    exact = [Fraction(amount * w, sum(weights)) for w in weights]
    found = [floor(e) for e in exact]
    for n in sorted(range(len(weights)), key=lambda n: -(exact[n] - found[n]))[
        : amount - sum(found)
    ]:
        found[n] += 1
    return found
