"""Terms of a machine's rate: its basis, windows, tiers, and the fees of overruns and no-shows."""

from __future__ import annotations

from dataclasses import dataclass
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
