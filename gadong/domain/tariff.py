"""A centre's price table: dated, published, immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from gadong.domain.problem import Problem


class Basis(StrEnum):
    """What time is billed."""

    ACTUAL_RUN = "actual_run"  # the seconds it ran
    ACTUAL_OCCUPIED = "actual_occupied"  # from the first activity or check-in to the last
    BOOKED = "booked"  # the booked period
    HULL = "hull"  # from the earlier of booking and use to the later


class Component(StrEnum):
    """What a charge is for."""

    TIME = "time"
    SURCHARGE = "surcharge"
    OVERRUN = "overrun"
    NO_SHOW = "no_show"


class TaxType(StrEnum):
    """How value-added tax applies. Which one is the centre's own, confirmed at set-up (billing §3.3)."""

    TAXABLE_10 = "taxable_10"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"


class UnknownPolicy(StrEnum):
    """What becomes of unobserved time."""

    NOT_BILLED = "not_billed"
    COUNTER_FILL = "counter_fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Hours of the week with another price. Weekdays count from Monday = 0; `until` 00:00 is the day's end."""

    weekdays: tuple[int, ...]
    since: time
    until: time
    pct: Decimal

    def __post_init__(self) -> None:
        if not self.weekdays or any(day not in range(7) for day in self.weekdays):
            raise ValueError("weekdays are numbers from 0 (Monday) to 6")
        if self.until != time(0) and self.since >= self.until:
            raise ValueError("a window ends after it starts; split one that crosses midnight")
        if self.pct < 0:
            raise ValueError("pct cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """The price of staying past the booked end, in per cent of the rate, once the grace is over."""

    grace_seconds: int = 600
    pct_free_slot: Decimal = Decimal(100)
    pct_encroach: Decimal = Decimal(150)

    def __post_init__(self) -> None:
        if self.grace_seconds < 0 or self.pct_free_slot < 0 or self.pct_encroach < 0:
            raise ValueError("overrun values cannot be negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShowFee:
    """What a booking costs that nobody came to: per cent of its net price, less what others made use of."""

    pct: Decimal = Decimal(0)
    tax_type: TaxType = TaxType.OUT_OF_SCOPE

    def __post_init__(self) -> None:
        if not 0 <= self.pct <= 100:
            raise ValueError("pct lies between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateItem:
    """The price of one machine, or of one kind of machine. Won an hour; seconds."""

    machine: str | None = None  # a machine's slug; before its kind
    kind: str | None = None
    basis: Basis = Basis.HULL
    rate_per_hour: Decimal
    increment_seconds: int = 600
    # So that 60 minutes and 10 seconds are not billed as 70 minutes.
    increment_grace_seconds: int = 60
    minimum_seconds: int = 0
    noise_seconds: int = 120
    windows: tuple[Window, ...] = ()
    overrun: Overrun = Overrun()
    no_show: NoShowFee = NoShowFee()
    excluded_states: tuple[str, ...] = ("fault",)
    unknown_policy: UnknownPolicy = UnknownPolicy.COUNTER_FILL
    discount_scope: tuple[Component, ...] = (Component.TIME,)
    tax_type: TaxType = TaxType.TAXABLE_10

    def __post_init__(self) -> None:
        if (self.machine is None) == (self.kind is None):
            raise ValueError("an item names either a machine or a kind")
        if self.rate_per_hour < 0:
            raise ValueError("rate_per_hour cannot be negative")
        if self.increment_seconds < 1:
            raise ValueError("increment_seconds is at least 1")
        if not 0 <= self.increment_grace_seconds < self.increment_seconds:
            raise ValueError("increment_grace_seconds is shorter than the increment and not negative")
        if self.minimum_seconds < 0 or self.noise_seconds < 0:
            raise ValueError("minimum_seconds and noise_seconds cannot be negative")
        if any(state not in {"fault", "setup", "paused"} for state in self.excluded_states):
            raise ValueError("excluded_states may hold fault, setup and paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDiscount:
    """What a company's category takes off, in per cent."""

    category: str
    pct: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.pct <= 100:
            raise ValueError("pct lies between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of a centre's price table, in force from a local date on until the next version."""

    effective_from: date
    items: tuple[RateItem, ...]
    discounts: tuple[CategoryDiscount, ...] = ()
    document_unit: int = 10  # won; 원단위 절사
    currency: str = "KRW"

    def __post_init__(self) -> None:
        if self.document_unit not in {1, 10, 100}:
            raise ValueError("document_unit is 1, 10 or 100 won")
        if len(self.currency) != 3:
            raise ValueError("currency is an ISO 4217 code")

    def item_for(self, machine: str, kind: str) -> RateItem | None:
        """The item of the machine itself, else of its kind."""
        own = next((i for i in self.items if i.machine == machine), None)
        return own or next((i for i in self.items if i.kind == kind), None)

    def discount_for(self, category: str | None) -> Decimal:
        """What the category takes off, in per cent."""
        return next((d.pct for d in self.discounts if d.category == category), Decimal(0))

    def problems(self) -> list[Problem]:
        """What makes it unfit to publish: doubles, and windows that overlap."""
        found: list[Problem] = []
        names = [i.machine or f"kind:{i.kind}" for i in self.items]
        found += [
            Problem(code="tariff.item_twice", actual=n) for n in sorted(set(names)) if names.count(n) > 1
        ]
        categories = [d.category for d in self.discounts]
        found += [
            Problem(code="tariff.discount_twice", actual=c)
            for c in sorted(set(categories))
            if categories.count(c) > 1
        ]
        if not self.items:
            found.append(Problem(code="tariff.no_items"))
        for item in self.items:
            found += _overlapping(item)
        return found


def _overlapping(item: RateItem) -> list[Problem]:
    day_end = time.max
    for index, one in enumerate(item.windows):
        for other in item.windows[index + 1 :]:
            share_day = set(one.weekdays) & set(other.weekdays)
            ends = [day_end if w.until == time(0) else w.until for w in (one, other)]
            if share_day and one.since < ends[1] and other.since < ends[0]:
                return [Problem(code="tariff.windows_overlap", actual=item.machine or item.kind)]
    return []
