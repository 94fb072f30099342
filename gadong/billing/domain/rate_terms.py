"""Terms of a machine's rate: its basis, windows, tiers, and the fees of overruns and no-shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import StrEnum

from gadong.billing.domain.tariff_terms import (
    Hours,
    TaxType,
    need_sound,
)


class Basis(StrEnum):
    """The time that is billed."""

    ACTUAL_RUN = "actual_run"  # the seconds it ran
    ACTUAL_OCCUPIED = "actual_occupied"  # from the first activity or check-in to the last
    BOOKED = "booked"  # the booked period
    HULL = "hull"  # from the earlier of booking and use to the later


#: What is billed by a machine's use alone, whatever was booked.
OF_USE = frozenset({Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED})


class UnknownPolicy(StrEnum):
    """The treatment of unobserved time."""

    NOT_BILLED = "not_billed"
    COUNTER_FILL = "counter_fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceWindow(Hours):
    """Hours with another price.

    A holiday's or a working day's window goes before one of any day.
    """

    pct: Decimal

    def __post_init__(self) -> None:
        Hours.__post_init__(self)
        if self.pct < 0:
            raise ValueError("pct cannot be negative")


class FeeBase(StrEnum):
    """The amount that a no-show fee is a percentage of."""

    NET = "net"  # the company's price after discounts
    LIST = "list"  # the list price, whatever its discounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """The price of staying past the booked end once the grace is over: per cent of the rate, and
    `flat` won for each time.
    """

    grace_seconds: int = 600
    pct_free_slot: Decimal = Decimal(100)
    pct_encroach: Decimal = Decimal(150)
    flat: int = 0

    def __post_init__(self) -> None:
        need_sound(self)
        if min(self.grace_seconds, self.flat) < 0 or min(self.pct_free_slot, self.pct_encroach) < 0:
            raise ValueError("overrun values cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowFee:
    """The fee of a no-show: per cent of the booking's price, less the part that others used."""

    pct: Decimal = Decimal(0)
    tax_type: TaxType = TaxType.OUT_OF_SCOPE
    base: FeeBase = FeeBase.NET

    def __post_init__(self) -> None:
        need_sound(self)
        if not 0 <= self.pct <= 100:
            raise ValueError("pct lies between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTier:
    """The fee of a cancellation with at least this lead, in per cent of the booking."""

    lead_seconds: int
    pct: Decimal

    def __post_init__(self) -> None:
        need_sound(self)
        if self.lead_seconds < 0 or not 0 <= self.pct <= 100:
            raise ValueError("lead_seconds is not negative, and pct lies between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Another rate for what a company uses of the item in a month beyond `after_seconds`
    (graduated, never volume).
    """

    after_seconds: int
    rate_per_hour: Decimal

    def __post_init__(self) -> None:
        need_sound(self)
        if self.after_seconds < 1 or self.rate_per_hour < 0:
            raise ValueError("after_seconds is at least 1 and rate_per_hour not negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUnit:
    """Hours of each day's clock that have one price, as a half day or a shift (ADR 73).

    `until` is the next day's where it is not after `since`: 22:00 to 06:00, or a whole day from
    00:00 to 00:00. `further_price` is of each unit of a day but the first; without one all cost the
    same.
    """

    name_ko: str
    name_en: str
    since: time
    until: time
    price: Decimal
    further_price: Decimal | None = None

    def __post_init__(self) -> None:
        need_sound(self)
        if not self.name_ko or not self.name_en:
            raise ValueError("a unit has a name in both languages")
        if self.since.tzinfo or self.until.tzinfo:
            raise ValueError("hours are of the centre's clock and name no zone")
        if min(self.price, self.further_price or 0) < 0:
            raise ValueError("a unit's price cannot be negative")

    def price_of(self, number: int) -> Decimal:
        """Return the price of the unit that is owed as the day's first, second and so on."""
        return self.price if number == 1 or self.further_price is None else self.further_price

    def overlaps(self, other: DayUnit) -> bool:
        """Return whether two units of the day's clock share any time."""
        return _within(self.since, other) or _within(other.since, self)


def _within(at: time, unit: DayUnit) -> bool:
    if unit.since < unit.until:
        return unit.since <= at < unit.until
    return at >= unit.since or at < unit.until
