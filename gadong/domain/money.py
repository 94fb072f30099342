"""Integer money and the one function that rounds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor


def floored(amount: Fraction | Decimal | int, unit: int = 1) -> int:
    """The amount in whole won, truncated down to a multiple of the unit (절사).

    Exact: fractions and decimals go in, never floats. A negative amount goes further down, so a sum of floored
    parts never exceeds the floored sum.
    """
    if unit < 1:
        raise ValueError("a rounding unit is at least 1 won")
    return floor(Fraction(amount) / unit) * unit


def per_second(rate_per_hour: Decimal) -> Fraction:
    """Won an hour as won a second, exactly."""
    return Fraction(rate_per_hour) / 3600


def percent(value: Decimal | int) -> Fraction:
    """A percentage as a factor, exactly."""
    return Fraction(value) / 100
