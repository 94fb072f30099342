"""The division of a session's lines among the companies that pay it (ADR 50)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gadong.core.domain.ids import CompanyId
from gadong.core.domain.money import shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The whole parts of a session's companies, the booker's first, and the place of one of them.

    A company pays its part of every line, by the largest remainder. So the parts of all companies
    are each line, to the won.
    """

    booker: CompanyId
    parts: tuple[int, ...]
    place: int

    def __post_init__(self) -> None:
        if len(self.parts) < 2 or min(self.parts) < 1:
            raise ValueError("a divided session has at least two parts, each above zero")
        if not 0 <= self.place < len(self.parts):
            raise ValueError("a company's place is one of the parts")

    @property
    def share(self) -> Fraction:
        """Return the company's share of the whole, exactly."""
        return Fraction(self.parts[self.place], sum(self.parts))

    def part_of(self, amount: int) -> int:
        """Return the company's part of a line, in whole won."""
        return shared(amount, self.parts)[self.place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """The grounds of a divided line: the session's whole line in won, and how it was divided."""

    whole: int
    division: Division

    @property
    def amount(self) -> int:
        """Return the company's part, in whole won."""
        return self.division.part_of(self.whole)
