"""Discounts of a company of several classes at once, combined as its tariff says.

The rule and its examples: docs/tariffs.md#several-classes-at-once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from gadong.billing.domain.charge import UNNAMED, Names
from gadong.billing.domain.tariff import Tariff
from gadong.billing.domain.tariff_terms import ExtraDiscount, ExtrasCombine

NOTHING, WHOLE = Decimal(0), Decimal(100)
# Per cents have three decimals at most; so many digits multiply dozens of them exactly.
DIGITS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Discounts:
    """The discounts of a company on a day, in per cent: its category's, then its proofs'."""

    category: Decimal = NOTHING
    extra: Decimal = NOTHING
    category_names: Names = UNNAMED
    extra_names: Names = UNNAMED


def discounts_of(tariff: Tariff, category: str | None, proved: Collection[str]) -> Discounts:
    """Return the discounts of a company of the category that has proved the names."""
    of_category = next((d for d in tariff.discounts if d.category == category), None)
    by_category = of_category.pct if of_category else NOTHING
    extras = _proved(tariff, proved)
    taken, extra = _combined(tariff.extras_combine, extras)
    if tariff.extras_combine is ExtrasCombine.GREATEST:
        if by_category >= extra:
            taken, extra = (), NOTHING
        else:
            of_category, by_category = None, NOTHING
    return Discounts(
        category=by_category,
        extra=extra,
        category_names=of_category.names if of_category else UNNAMED,
        extra_names=_together(taken),
    )


def _proved(tariff: Tariff, proved: Collection[str]) -> list[ExtraDiscount]:
    """Return the greatest discount of each proved name, in the tariff's order."""
    found: dict[str, ExtraDiscount] = {}
    for extra in tariff.extra_discounts:
        known = found.get(extra.name)
        if extra.name in proved and (known is None or extra.pct > known.pct):
            found[extra.name] = extra
    return list(found.values())


def _combined(
    rule: ExtrasCombine, extras: Sequence[ExtraDiscount]
) -> tuple[Sequence[ExtraDiscount], Decimal]:
    """Return the discounts that count, and their per cent together."""
    if not extras:
        return (), NOTHING
    if rule in {ExtrasCombine.BEST, ExtrasCombine.GREATEST}:
        best = max(extras, key=lambda e: e.pct)
        return (best,), best.pct
    with localcontext(prec=DIGITS):
        if rule is ExtrasCombine.ADD:
            return extras, min(WHOLE, sum((e.pct for e in extras), NOTHING))
        kept = WHOLE
        for extra in extras:
            kept = kept * (WHOLE - extra.pct) / WHOLE
        return extras, WHOLE - kept


def _together(extras: Sequence[ExtraDiscount]) -> Names:
    if not extras:
        return UNNAMED
    named = [e.names for e in extras if e.pct]
    return " + ".join(ko for ko, _ in named), " + ".join(en for _, en in named)
