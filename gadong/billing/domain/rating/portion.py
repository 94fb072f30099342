"""Parts of a line: billed seconds at a rate, or units of the day's clock at a price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    """Units of the day's clock, as half days, of one name and one price."""

    name_ko: str
    name_en: str
    count: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Portion:
    """Billed seconds at a rate (won an hour) and a per cent of it, or `units` and no seconds.

    A surcharge's is only what it adds.
    """

    seconds: int
    pct: Decimal
    rate_per_hour: Decimal
    # Documents without units have the digest that they had before there were any.
    units: UnitCount | UnsetType = UNSET
