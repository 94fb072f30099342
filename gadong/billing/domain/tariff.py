"""A centre's price table: dated, published, immutable."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from itertools import combinations

from msgspec import UNSET, UnsetType

from gadong.billing.domain.rate_terms import (
    OF_USE,
    Basis,
    CancelTier,
    DayUnit,
    NoShowFee,
    Overrun,
    PriceWindow,
    Tier,
    UnknownPolicy,
)
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import (
    DAY_SECONDS,
    Cap,
    CategoryDiscount,
    DayClass,
    ExtraDiscount,
    ExtrasCombine,
    Good,
    Pool,
    Quota,
    TaxType,
    VatMode,
    need_sound,
)
from gadong.core.domain.charge_component import Component
from gadong.core.domain.problem import Problem
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed

#: What the centre enters as maintenance is no state of the machine's own, and is taken off as one.
MAINTENANCE = "maintenance"
#: What may be taken off booked and occupied time.
EXCLUDABLE = ("fault", MAINTENANCE, "setup", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateItem:
    """The price of one machine, or of one kind of machine. Won an hour; seconds.

    `quota_group` and `cap_group` name the pools of the tariff that its time draws on. `idle_pct` is
    what a second is worth in which an occupied machine rested (basis actual_occupied).
    `registration` is its number in the national register, printed on its lines. `ledger_basis` is
    the basis where no signals observe the machine; without one it is the item's own, of the hours
    that the ledger names. `by_seat` says that the rates are of one seat of a room (ADR 58). `units`
    are hours of the day's clock with a price of their own (ADR 73). Items without any have the
    digest that they had before there were units.
    """

    machine: str | None = None  # a machine's slug; before its kind
    kind: str | None = None
    usage_mode: UsageMode | None = None  # None: however it is used
    basis: Basis = Basis.HULL
    ledger_basis: Basis | None = None
    rate_per_hour: Decimal
    by_seat: bool = False
    increment_seconds: int = 600
    # So that 60 minutes and 10 seconds are not billed as 70 minutes.
    increment_grace_seconds: int = 60
    minimum_seconds: int = 0
    noise_seconds: int = 120
    windows: tuple[PriceWindow, ...] = ()
    overrun: Overrun = Overrun()
    no_show: NoShowFee = NoShowFee()
    excluded_states: tuple[str, ...] = ("fault", MAINTENANCE)
    unknown_policy: UnknownPolicy = UnknownPolicy.COUNTER_FILL
    discount_scope: tuple[Component, ...] = (Component.BASE_FEE, Component.TIME)
    tax_type: TaxType = TaxType.TAXABLE_10
    base_fee: int = 0
    minimum_amount: int = 0
    tiers: tuple[Tier, ...] = ()
    idle_pct: Decimal = Decimal(100)
    late_cancel: tuple[CancelTier, ...] = ()
    quota_group: str | None = None
    cap_group: str | None = None
    registration: str = ""
    units: tuple[DayUnit, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        need_sound(self)
        for name in (
            "rate_per_hour",
            "base_fee",
            "minimum_amount",
            "minimum_seconds",
            "noise_seconds",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} cannot be negative")
        if not 0 <= self.idle_pct <= 100:
            raise ValueError("idle_pct lies between 0 and 100")
        if [t.after_seconds for t in self.tiers] != sorted({t.after_seconds for t in self.tiers}):
            raise ValueError("tiers rise, each after more seconds than the one before")
        if len({t.lead_seconds for t in self.late_cancel}) != len(self.late_cancel):
            raise ValueError("late_cancel has two tiers of the same lead_seconds")
        if (self.machine is None) == (self.kind is None):
            raise ValueError("an item names either a machine or a kind")
        if self.increment_seconds < 1:
            raise ValueError("increment_seconds is at least 1")
        if not 0 <= self.increment_grace_seconds < self.increment_seconds:
            raise ValueError(
                "increment_grace_seconds is shorter than the increment and not negative"
            )
        if not set(self.excluded_states) <= set(EXCLUDABLE):
            raise ValueError(f"excluded_states may hold {', '.join(EXCLUDABLE)}")

    @property
    def key(self) -> str:
        """Return the key of what the item prices; no two items of a tariff share one."""
        name = self.machine or f"kind:{self.kind}"
        return f"{name}/{self.usage_mode}" if self.usage_mode else name

    @property
    def day_units(self) -> tuple[DayUnit, ...]:
        """Return the hours of the day's clock that have one price each."""
        return () if isinstance(self.units, UnsetType) else self.units

    def observed_as(self, observed: Observed) -> RateItem:
        """Return the item with the basis that holds of a machine that is observed so."""
        if observed is Observed.SIGNAL or self.ledger_basis is None:
            return self
        return replace(self, basis=self.ledger_basis)

    def measures(self, observed: Observed) -> bool:
        """Return whether a machine that is observed so has what the basis needs.

        Signals are needed for what a machine ran or was occupied, unless a basis is declared for
        ledgers. That basis needs a ledger in its turn where it is one of use.
        """
        if observed is Observed.SIGNAL or self.basis not in OF_USE:
            return True
        if self.ledger_basis is None:
            return False
        return observed is Observed.LEDGER or self.ledger_basis not in OF_USE

    def rate_after(self, seconds: int) -> tuple[Decimal, int | None]:
        """Return the rate once so much was used this month, and the seconds until the next rate.

        The seconds are None where no other rate follows.
        """
        passed = [t for t in self.tiers if t.after_seconds <= seconds]
        left = next(
            (t.after_seconds - seconds for t in self.tiers if t.after_seconds > seconds), None
        )
        return (passed[-1].rate_per_hour if passed else self.rate_per_hour), left


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One version of a centre's price table, in force from a local date on until the next
    version.
    """

    effective_from: date
    items: tuple[RateItem, ...]
    discounts: tuple[CategoryDiscount, ...] = ()
    extra_discounts: tuple[ExtraDiscount, ...] = ()
    extras_combine: ExtrasCombine = ExtrasCombine.BEST
    quotas: tuple[Quota, ...] = ()
    caps: tuple[Cap, ...] = ()
    goods: tuple[Good, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    vat: VatMode = VatMode.EXCLUSIVE
    document_unit: int = 10  # won; 원단위 절사
    currency: str = "KRW"

    def __post_init__(self) -> None:
        need_sound(self)
        if self.document_unit not in {1, 10, 100}:
            raise ValueError("document_unit is 1, 10 or 100 won")
        if len(self.currency) != 3:
            raise ValueError("currency is an ISO 4217 code")

    def items_of(self, machine: str, kind: str) -> list[RateItem]:
        """Return the items of the machine itself, then those of its kind.

        Of each, a usage mode's own come first.
        """
        return _items_of(self.items, machine, kind)

    def item_for(
        self, machine: str, kind: str, mode: UsageMode = UsageMode.SELF
    ) -> RateItem | None:
        """Return the item of a machine in a usage mode.

        Its own for the mode comes first, then its own for all modes, then its kind's in the same
        order.
        """
        return item_for(self.items, machine, kind, mode)

    def discount_for(self, category: str | None) -> Decimal:
        """Return the category's discount in per cent."""
        return next((d.pct for d in self.discounts if d.category == category), Decimal(0))

    def best_extra(self, names: Container[str]) -> ExtraDiscount | None:
        """Return the greatest extra discount that a company has proved."""
        return max(
            (e for e in self.extra_discounts if e.name in names), key=lambda e: e.pct, default=None
        )

    def quotas_of(self, group: str | None, category: str | None) -> tuple[Quota, ...]:
        """Return the free time per month of a company of the category.

        What the fewest seconds of the week can use goes first, so that it is used, and of equals a
        category's own. The order in which the tariff lists them decides nothing.
        """
        found: dict[Pool, Quota] = {}
        for quota in self.quotas:
            if quota.group == group and quota.category in {None, category}:
                # Two grants of one pool are one of both.
                so_far = found[quota.pool].seconds if quota.pool in found else 0
                found[quota.pool] = replace(quota, seconds=so_far + quota.seconds)
        return tuple(sorted(found.values(), key=_scarcity))

    def cap_of(self, group: str | None, category: str | None) -> int | None:
        """Return a company's maximum a month for the group; its category's cap goes first."""
        caps = {c.category: c.amount for c in self.caps if c.group == group}
        return caps.get(category, caps.get(None)) if group else None

    def good(self, code: str) -> Good | None:
        """Return a thing that is sold by quantity."""
        return next((g for g in self.goods if g.code == code), None)

    def problems(self) -> list[Problem]:
        """Return the problems that forbid publishing.

        They are duplicates, windows that overlap, and pools without a quota or without a user.
        """
        found: list[Problem] = []
        names = [i.key for i in self.items]
        found += [
            Problem(code="tariff.item_twice", actual=n)
            for n in sorted(set(names))
            if names.count(n) > 1
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
            found += _of_units(item)
        for code in sorted(
            {g.code for g in self.goods if [x.code for x in self.goods].count(g.code) > 1}
        ):
            found.append(Problem(code="tariff.good_twice", actual=code))
        return found + self._pools()

    def _pools(self) -> list[Problem]:
        drawn = (
            {i.quota_group for i in self.items} - {None},
            {i.cap_group for i in self.items} - {None},
        )
        filled = {q.group for q in self.quotas}, {c.group for c in self.caps}
        names = sorted(str(n) for a, b in zip(drawn, filled, strict=True) for n in a ^ b)
        return [Problem(code="tariff.pool", actual=name) for name in names]


def _scarcity(quota: Quota) -> tuple[int, bool, list[tuple[int, ...]]]:
    """Return the place of free time among others: by the seconds of the week that can use it.

    A week of holidays and one without any hold as much.
    """
    spans = [(day is DayClass.WORKING, *span) for day, *span in quota.pool[2]]
    held = sum(until - since for *_, since, until in spans) or 14 * DAY_SECONDS
    return held, quota.category is None, spans


def _of_units(item: RateItem) -> list[Problem]:
    """Return what keeps an item's units from being priced: overlaps, and terms of seconds."""
    units = item.day_units
    found = []
    if any(one.overlaps(other) for one, other in combinations(units, 2)):
        found.append(Problem(code="tariff.units_overlap", actual=item.machine or item.kind))
    counts_seconds = (
        item.tiers or item.minimum_seconds or item.quota_group or item.idle_pct != Decimal(100)
    )
    if units and counts_seconds:
        found.append(Problem(code="tariff.unit_terms", actual=item.machine or item.kind))
    return found


def item_for(
    items: Sequence[RateItem], machine: str, kind: str, mode: UsageMode
) -> RateItem | None:
    """Return the one of a tariff's items that prices the machine, used so."""
    return next((i for i in _items_of(items, machine, kind) if i.usage_mode in {None, mode}), None)


def _items_of(items: Sequence[RateItem], machine: str, kind: str) -> list[RateItem]:
    found = (i for i in items if machine == i.machine or kind == i.kind)
    return sorted(found, key=lambda i: (i.machine is None, i.usage_mode is None))


def _overlapping(item: RateItem) -> list[Problem]:
    day_end = time.max
    for index, one in enumerate(item.windows):
        for other in item.windows[index + 1 :]:
            share_day = one.days is other.days and set(one.weekdays) & set(other.weekdays)
            ends = [day_end if w.until == time(0) else w.until for w in (one, other)]
            if share_day and one.since < ends[1] and other.since < ends[0]:
                return [Problem(code="tariff.windows_overlap", actual=item.machine or item.kind)]
    return []
