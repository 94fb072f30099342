"""Stored goods of a month that an earlier statement of it charges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gadong.core.domain.money import floored


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The same goods as earlier statements of the month charge them (ADR 70).

    `gross` is their exact won before discounts, `together` that of all goods until the line's end.
    """

    quantity: int
    charged: int
    gross: str
    together: str

    @property
    def listed(self) -> int:
        """Return the line's own won before discounts."""
        return floored(Fraction(self.together)) - floored(Fraction(self.gross))
