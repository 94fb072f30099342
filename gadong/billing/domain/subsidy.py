"""Subsidies: the part of a charge that a programme pays, and the budgets that limit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from msgspec import UNSET, UnsetType

from gadong.billing.domain.tariff_terms import need_sound
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid

#: What a programme may pay for.
COVERABLE = ("time", "material", "operator", "training", "commission", "other")
LONGEST_NAME = 60
# The province has eight centres and the nation 42.
MOST_CENTRES = 200
# The limit of sums in the register as well; a ministry's programme for all centres is below it.
MOST_WON = 10**13


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


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBudget:
    """A budget of a year: the amount in whole won, and what documents of its centres drew.

    A document belongs to the year of its month, whenever it was issued.
    """

    programme: str
    year: int
    centre_ids: tuple[CentreId, ...]
    amount: int
    paid: int = 0

    @property
    def left(self) -> int:
        """Return what the next document may draw; below nothing where the budget was lowered."""
        return self.amount - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDraws:
    """Draws on a programme's budget: by other documents, and by a statement's own.

    Of the others, `beside` is by other statements of the same company's month (ADR 70).
    `year_left` is what others left of the budgets of the document's year, which may be of several
    centres. Without one it is not set, so that documents from before have the digest that they had.
    """

    others: int = 0
    own: int = 0
    year_left: int | UnsetType = UNSET
    beside: int | UnsetType = UNSET

    @property
    def further(self) -> ProgrammeDraws:
        """Return the draws as a document finds them that comes beside all of the month's.

        They leave less of the year's budget and of the month's cap.
        """
        of_month = self.own + (self.beside if isinstance(self.beside, int) else 0)
        return replace(self, others=self.others + self.own, own=0, beside=of_month or UNSET)


def need_budget_terms(
    programme: str, centre_ids: tuple[CentreId, ...], amount: int | None, reason: str
) -> None:
    """Raise Invalid for what no budget can be; without an amount a budget ends."""
    if not programme.strip() or len(programme) > LONGEST_NAME:
        raise Invalid("Name the programme as the tariff does", field="programme")
    if not 1 <= len(set(centre_ids)) <= MOST_CENTRES:
        raise Invalid("A budget is of 1 to 200 centres", field="centres")
    if amount is not None and not 0 <= amount <= MOST_WON:
        raise Invalid("A budget is a sum in whole won", field="amount")
    if not reason.strip():
        raise Invalid("Say why the budget is set", field="reason")
