"""A second reckoning of a document from its own lines: each amount from its trace, and each sum
from the lines.
It knows nothing of tariffs, sessions or the engine that made the document, and shares no function
with that engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from gadong.billing.domain.charge import Charge, Trace
from gadong.billing.domain.correction import A_MACHINE, CorrectionDocument, Direction
from gadong.billing.domain.rating.division import Divided
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.portion import UnitCount
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.statement import Line, PayerShare, Totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.charge_component import Component

TIMED = frozenset({Component.TIME, Component.SURCHARGE, Component.OVERRUN})
#: What a document's sums may be truncated to, in won.
UNITS = (1, 10, 100)
#: The smallest unit that each measure is kept in.
SMALLEST = {"g": 1000, "kg": 1000, "mL": 1000, "ea": 1, "h": 3600, "kWh": 1000}


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
    """Return the company's part of a whole line."""
    if divided is None:
        return whole
    return _pro_rata(whole, divided.division.parts)[divided.division.place]


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
            if isinstance(part.units, UnitCount):
                won = Fraction(part.units.price) * part.units.count * trace.seats
                gross += won * Fraction(part.pct) / 100
                continue
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


def full_objections(lines: Sequence[Line], sums: Totals) -> list[str]:
    """List the same for engines from 5 on, whose lines each name how they are taxed and paid."""
    charges = [line.charge for line in lines]
    stated = (sums.taxable, sums.exempt, sums.out_of_scope, sums.vat, sums.supply, sums.truncation)
    found = objections(lines, sums)
    if stated not in {_taxed(charges, unit) for unit in UNITS}:
        found.append("supply and tax do not follow from the lines")
    return [*found, *_of_shares(charges, sums)]


def _taxed(charges: Sequence[Charge], unit: int) -> tuple[int, ...]:
    """Return what is taxed, exempt and outside, the tax, the supply, and what truncation took off.

    Lines that hold the tax are cut and taxed apart from those beside which it stands.
    """
    nets = dict.fromkeys(TaxType, 0)
    vat = kept = 0
    for tax in TaxType:
        for mode in VatMode:
            pot = sum(c.amount for c in charges if (c.tax_type, _mode(c)) == (tax, mode))
            cut = pot // unit * unit
            inside = cut * 10 // 110 if mode is VatMode.INCLUSIVE else 0
            beside = cut * 10 // 100 if mode is VatMode.EXCLUSIVE else 0
            vat += inside + (beside if tax is TaxType.TAXABLE_10 else 0)
            nets[tax] += cut - inside
            kept += cut
    by_type = nets[TaxType.TAXABLE_10], nets[TaxType.EXEMPT], nets[TaxType.OUT_OF_SCOPE]
    return (*by_type, vat, sum(nets.values()), kept - sum(c.amount for c in charges))


def _mode(charge: Charge) -> VatMode:
    """Return whether a line holds its tax; a line that is not taxed holds none."""
    is_inside = charge.tax_type is TaxType.TAXABLE_10 and charge.vat_mode is VatMode.INCLUSIVE
    return VatMode.INCLUSIVE if is_inside else VatMode.EXCLUSIVE


def _of_shares(charges: Sequence[Charge], sums: Totals) -> Iterator[str]:
    """Check each programme's part: of the supply of its own lines, by its own per cent.

    Its limit may be the rest of a budget, which lies in no line. It is at most the company's cap,
    and at most what the shares before leave of the document.
    """
    paid: dict[Subsidy, list[Charge]] = {}
    for charge in charges:
        if charge.programme:
            paid.setdefault(charge.programme, []).append(charge)
    ordered = sorted(paid, key=lambda p: (p.name, p.payer, p.pct, p.monthly_cap, p.budget or 0))
    if [(s.programme, s.payer, s.pct) for s in sums.shares] != [
        (p.name, p.payer, p.pct) for p in ordered
    ]:
        yield "the programmes' shares are not those of the lines"
    else:
        own = max(0, _net([c for c in charges if not c.programme]))
        parts = _pro_rata(max(0, sums.supply - own), [max(0, _net(paid[p])) for p in ordered])
        left = sums.total
        for programme, share, part in zip(ordered, sums.shares, parts, strict=True):
            yield from _of_share(share, part, most=max(0, min(programme.monthly_cap, left)))
            left -= share.amount
    if (together := sum(s.amount for s in sums.shares)) != sums.subsidy:
        yield f"subsidy: {sums.subsidy} as issued, {together} by the programmes' shares"
    payers = ", ".join(dict.fromkeys(s.payer for s in sums.shares))
    programmes = ", ".join(dict.fromkeys(s.programme for s in sums.shares))
    if (sums.payer, sums.programme) != (payers, programmes):
        yield "the payers named are not those of the shares"


def _of_share(share: PayerShare, part: int, *, most: int) -> Iterator[str]:
    if share.eligible != part:
        yield f"{share.programme}: {share.eligible} to be paid of as issued, {part} by the lines"
    won = Fraction(share.pct) * share.eligible / 100
    amount = min(won.numerator // won.denominator, share.limit)
    if share.amount != amount or not 0 <= share.limit <= most:
        yield f"{share.programme}: {share.amount} as issued, {amount} by its own terms"


def _net(charges: Sequence[Charge]) -> int:
    """Return what lines come to without the tax that they hold."""
    within = sum(c.amount for c in charges if _mode(c) is VatMode.INCLUSIVE)
    return sum(c.amount for c in charges) - within * 10 // 110


def _pro_rata(won: int, weights: Sequence[int]) -> list[int]:
    """Divide won by weights: each part rounded down, and one won more while any is left, the
    greatest remainder first.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    rests = [won * weight % whole for weight in weights]
    left = sum(rests) // whole
    first = sorted(range(len(weights)), key=lambda place: -rests[place])[:left]
    return [won * weight // whole + (place in first) for place, weight in enumerate(weights)]


def correction_objections(
    said: CorrectionDocument, lines: Sequence[Line], sums: Totals
) -> Iterator[str]:
    """Yield what a correction says otherwise than the document before it, or than its own sums.

    The `lines` and `sums` are of the statement, or of the correction before.
    """
    if said.was != sums:
        yield f"total {said.was.total} before it as issued, {sums.total} by the document before"
    owed = said.now.payable - said.was.payable
    if said.difference != owed:
        yield f"difference {said.difference} as issued, {owed} by its own sums"
    favour = owed or said.now.total - said.was.total
    if (said.direction is Direction.DEBIT) != (favour > 0):
        yield f"direction {said.direction} as issued, the other by its own sums"
    before, after = _by_line(lines), _by_line(said.lines)
    stated = {_place(change.line): (change.was, change.now) for change in said.changes}
    for place in dict.fromkeys([*before, *after, *stated]):
        was, now = before.get(place), after.get(place)
        # Other tax or another payer is a change of the same amount; a new line of 0 may be none.
        if place in stated and stated[place] != (was, now):
            yield f"change of {place[1]}: {stated[place]} as issued, {(was, now)} by the lines"
        elif place not in stated and (was or 0) != (now or 0):
            yield f"change of {place[1]}: none as issued, {(was, now)} by the lines"


def _by_line(lines: Sequence[Line]) -> dict[tuple[str, str], int]:
    return {_place(line): line.charge.amount for line in lines}


def _place(line: Line) -> tuple[str, str]:
    """Return a line's machine, and its key without the machine, which older keys lack."""
    return line.machine, A_MACHINE.sub("/", line.charge.key)


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
