"""Subsidies: the part of a charge that a programme pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from gadong.billing.domain.tariff_terms import need_sound

#: What a programme may pay for.
COVERABLE = ("time", "material", "operator", "training", "commission", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """A programme that pays a part of its companies' debts: a second payer, never a discount.

    The reason: docs/reference/billing.md#programmes.

    A company takes part while it has proved the extra of the programme's name. `monthly_cap` is a
    company's, `budget` what the programme has for all of the centre's companies together (None: it
    has no end). It pays for what it `covers`, or (empty) for all that is no fee for not coming;
    `time` is everything that a machine's time costs.
    """

    name: str
    payer: str
    pct: Decimal
    monthly_cap: int
    budget: int | None = None
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        need_sound(self)
        if not 0 <= self.pct <= 100 or self.monthly_cap < 0 or (self.budget or 0) < 0:
            raise ValueError("pct lies between 0 and 100; monthly_cap and budget are not negative")
        if not set(self.covers) <= set(COVERABLE):
            raise ValueError(f"covers may hold {', '.join(COVERABLE)}")

    @property
    def plain(self) -> Subsidy:
        """Return the programme in one form for all that pay for the same."""
        covers = tuple(c for c in COVERABLE if c in self.covers)
        return replace(self, covers=() if covers == COVERABLE else covers)
