"""Integer money and the one function that rounds."""

from __future__ import annotations

from collections.abc import Sequence
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


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Split whole won pro rata to the weights, exactly: by largest remainder, equal remainders in the weights' order.

    The weights are not negative, and the amount is not above their sum where they are won themselves: then no part is
    above its weight.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(amount * weights[n] % whole))
    for n in by_remainder[: amount - sum(parts)]:
        parts[n] += 1
    return parts
