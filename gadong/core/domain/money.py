"""Integer money, and the only function that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def floored(amount: Fraction | Decimal | int, unit: int = 1) -> int:
    """Return the amount in whole won, rounded down to a multiple of the unit (절사).

    Fractions and decimals go in, never floats, so that the result is exact. A negative amount is
    rounded away from zero, so a sum of rounded parts never exceeds the rounded sum.
    """
    if unit < 1:
        raise ValueError("a rounding unit is at least 1 won")
    return floor(Fraction(amount) / unit) * unit


def per_second(rate_per_hour: Decimal) -> Fraction:
    """Convert won per hour to won per second, exactly."""
    return Fraction(rate_per_hour) / 3600


def percent(value: Decimal | int) -> Fraction:
    """Convert a percentage to a factor, exactly."""
    return Fraction(value) / 100


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Split whole won pro rata to the weights by the largest remainder; ties follow the order.

    The weights are not negative. If the weights are won themselves, and the amount is not above
    their sum, then no part exceeds its weight.
    """
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(amount * weights[n] % whole))
    for n in by_remainder[: amount - sum(parts)]:
        parts[n] += 1
    return parts
