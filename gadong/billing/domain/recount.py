"""A second reckoning of a document from its own lines: each amount from its trace, and each sum
from the lines.
It knows nothing of tariffs, sessions or the engine that made the document, and shares no function
with that engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from gadong.billing.domain.charge import Charge, Trace
from gadong.billing.domain.rating.division import Divided
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.domain.charge_component import Component

TIMED = frozenset({Component.TIME, Component.SURCHARGE, Component.OVERRUN})
#: What a document's sums may be truncated to, in won.
UNITS = (1, 10, 100)
#: The smallest unit that each measure is kept in.
SMALLEST = {"g": 1000, "mL": 1000, "ea": 1, "h": 3600, "kWh": 1000}


def objections(lines: Sequence[Line], sums: Totals) -> list[str]:
    """List the lines that do not follow from their traces, and the sums not from the lines."""
    found = [text for line in lines for text in _of_line(line.charge)]
    found += _caps(lines)
    return [*found, *_of_sums([line.charge for line in lines], sums)]


def _of_line(charge: Charge) -> Iterator[str]:
    if charge.component is Component.CAP:
        return
    amount = _part(_amount(charge), charge.trace.divided)
    if amount != charge.amount:
        yield f"line {charge.key}: {charge.amount} as issued, {amount} by its own trace"


def _part(whole: int, divided: Divided | None) -> int:
    """Return the company's part of a whole line: rounded down, and one won more while any is left,
    the greatest remainder first.
    """
    if divided is None:
        return whole
    parts, place = divided.division.parts, divided.division.place
    rests = [whole * part % sum(parts) for part in parts]
    left = sum(rests) // sum(parts)
    before = sum(
        rest > rests[place] or (rest == rests[place] and n < place) for n, rest in enumerate(rests)
    )
    return whole * parts[place] // sum(parts) + (before < left)


def _amount(charge: Charge) -> int:
    trace = charge.trace
    if trace.waived:
        return 0
    if isinstance(trace.rent, Rent):
        return _days_of_rent(trace.rent)
    if trace.sold:
        return _goods(trace)
    gross = Fraction(trace.gross)
    if trace.share:
        gross = (
            Fraction(trace.share.pct)
            * Fraction(trace.share.exact or trace.share.net)
            * trace.share.unused_seconds
            / (100 * trace.share.booked_seconds)
        )
        return gross.numerator // gross.denominator
    if charge.component in TIMED:
        gross = Fraction(trace.flat)
        for part in trace.parts:
            won_an_hour = Fraction(part.rate_per_hour) * trace.seats
            gross += won_an_hour * Fraction(part.pct) * part.seconds / 360_000
    return _off(gross, trace)


def _days_of_rent(rent: Rent) -> int:
    """Check a rent: every day has the month's share, floored once from the month's first day on."""
    share = Fraction(rent.monthly, rent.of_days)
    so_far, then = share * rent.before, share * (rent.before + rent.days)
    return then.numerator // then.denominator - so_far.numerator // so_far.denominator


def _goods(trace: Trace) -> int:
    """Check a quantity's price, which is never less than a least amount that only the trace's sum
    shows. After earlier goods of the month it is what all came to, less what the earlier did.
    """
    sold = trace.sold
    if sold is None:
        raise ValueError("this line sells nothing")
    won = Fraction(sold.price) * Fraction(sold.pct) / (100 * SMALLEST[sold.measure])
    if not isinstance(trace.earlier, Earlier):
        return _lifted(won * sold.charged, trace.gross, trace)
    before = trace.earlier.charged
    together = _lifted(won * (before + sold.charged), trace.earlier.together, trace)
    return together - _lifted(won * before, trace.earlier.gross, trace)


def _lifted(by_price: Fraction, stated: str, trace: Trace) -> int:
    """Return the won after discounts: a least amount may lift a sum, and nothing lowers it."""
    return _off(max(Fraction(stated), by_price), trace)


def _off(gross: Fraction, trace: Trace) -> int:
    left = gross * (100 - Fraction(trace.discount_pct)) * (100 - Fraction(trace.extra_pct)) / 10_000
    return left.numerator // left.denominator


def _caps(lines: Sequence[Line]) -> Iterator[str]:
    """Check the caps' lines: all lines of one group together bring it down to its cap."""
    groups: dict[str, tuple[int, int]] = {}
    for line in lines:
        capped = line.charge.trace.capped
        if capped and line.charge.component is Component.CAP:
            so_far, _ = groups.get(capped.group, (0, 0))
            groups[capped.group] = (so_far + line.charge.amount, capped.most - capped.came_to)
    for name, (amount, wanted) in groups.items():
        if amount != wanted:
            yield f"cap {name}: {amount} as issued, {wanted} by its own trace"


def _of_sums(charges: Sequence[Charge], sums: Totals) -> Iterator[str]:
    together = sum(c.amount for c in charges)
    if sums.lines != together:
        yield f"lines: {sums.lines} as issued, {together} added up"
    if sums.supply + sums.vat != sums.total:
        yield f"total: {sums.total} as issued, {sums.supply + sums.vat} by supply and tax"
    if not 0 <= sums.subsidy <= max(sums.total, 0):
        yield f"subsidy: {sums.subsidy} of a total of {sums.total}"


def plain_objections(lines: Sequence[Line], sums: Totals) -> list[str]:
    """List the same for engines up to 4, whose documents had one tax mode."""
    charges = [line.charge for line in lines]
    by_type = {tax: sum(c.amount for c in charges if c.tax_type is tax) for tax in TaxType}
    for unit in UNITS:
        cut = {tax: amount // unit * unit for tax, amount in by_type.items()}
        taxed, kept = cut[TaxType.TAXABLE_10], sum(cut.values())
        outside = (kept, taxed * 10 // 100, taxed)
        inner = taxed * 10 // 110
        inside = (kept - inner, inner, taxed - inner)
        if (sums.supply, sums.vat, sums.taxable) in {outside, inside} and (
            sums.truncation == kept - sums.lines
        ):
            return objections(lines, sums)
    return [*objections(lines, sums), "supply and tax do not follow from the lines"]
