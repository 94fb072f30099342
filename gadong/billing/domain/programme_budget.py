"""Budgets of programmes: of a calendar year over centres, and what documents drew on them."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid

LONGEST_NAME = 60
# The province has eight centres and the nation 42.
MOST_CENTRES = 200
# The limit of sums in the register as well; a ministry's programme for all centres is below it.
MOST_WON = 10**13


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
    """Draws on a programme's budget: by other documents, and by those of the same company and
    month.

    `year_left` is what others left of the budgets of the document's year, which may be of several
    centres. Without one it is not set, so that documents from before have the digest that they had.
    """

    others: int = 0
    own: int = 0
    year_left: int | UnsetType = UNSET


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
