"""Centres compared by their agency: targets with grades, and programmes' budgets across centres."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import Tariff


class TargetGrade(StrEnum):
    """A mark for the share of its target that a centre's utilisation reaches."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


#: The least share of its target that each grade takes; docs/reports.md says so to the centres.
LEAST = (
    (TargetGrade.A, Fraction(1)),
    (TargetGrade.B, Fraction(4, 5)),
    (TargetGrade.C, Fraction(3, 5)),
)


def target_grade(utilisation: Fraction | None, target_pct: int | None) -> TargetGrade | None:
    """Return a centre's grade; None without a target or without standard time."""
    if utilisation is None or not target_pct:
        return None
    reached = utilisation / Fraction(target_pct, 100)
    return next((grade for grade, least in LEAST if reached >= least), TargetGrade.D)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeShare:
    """A programme at a centre: its budget there (None: without end), and what it paid in the year.

    `drawn` is what documents of every year drew on it. A budget is the programme's and no year's:
    what is left is what the next document may still draw.
    """

    programme: str
    payer: str
    centre: str
    budget: int | None
    paid: int
    drawn: int

    @property
    def left(self) -> int | None:
        """Return what is left of the budget."""
        return None if self.budget is None else self.budget - self.drawn


def programme_terms(tariffs: Iterable[Tariff], first: date, last: date) -> dict[str, Subsidy]:
    """Return the terms of each programme that some tariff names from a first to a last day.

    The tariffs are all of a centre that were published, the latest first. Of a programme that
    several name, the latest terms of those days count.
    """
    found: dict[str, Subsidy] = {}
    ends: date | None = None
    for tariff in tariffs:
        begins = tariff.effective_from
        is_in_force = ends is None or ends > max(begins, first)
        if begins <= last and is_in_force:
            for one in tariff.subsidies:
                found.setdefault(one.name, one)
        ends = begins
    return found


def programme_totals(shares: Iterable[ProgrammeShare]) -> list[ProgrammeShare]:
    """Return each programme over all centres, by name; one without end anywhere has no end."""
    found: dict[str, ProgrammeShare] = {}
    for share in shares:
        known = found.get(share.programme)
        if known is None:
            found[share.programme] = ProgrammeShare(
                programme=share.programme,
                payer=share.payer,
                centre="",
                budget=share.budget,
                paid=share.paid,
                drawn=share.drawn,
            )
            continue
        is_endless = known.budget is None or share.budget is None
        found[share.programme] = ProgrammeShare(
            programme=share.programme,
            payer=known.payer,
            centre="",
            budget=None if is_endless else (known.budget or 0) + (share.budget or 0),
            paid=known.paid + share.paid,
            drawn=known.drawn + share.drawn,
        )
    return [found[name] for name in sorted(found)]
