"""Terms of a tariff beside machine prices: discounts, quotas, caps, goods, subsidies, and tax."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.core.domain.tax_type import TaxType as TaxType  # noqa: PLC0414  # read from here
from gadong.metering.domain.filament_use import Filament
from gadong.people.domain.company_category import category_names

# No centre's rate, fee, cap or quota comes near this; beyond it a total would leave what a database
# counts in.
LARGEST = 1_000_000_000
# A millionth of a won an hour is no price.
MOST_DECIMALS = 6
LONGEST_TEXT = 200


def need_sound(terms: Any) -> None:
    """Raise ValueError, naming the field, for a number that is none or too large, and for a text
    nobody could read.
    """
    for one in fields(terms):
        value = getattr(terms, one.name)
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError(f"{one.name} is no number")
        if isinstance(value, int | Decimal) and not -LARGEST <= value <= LARGEST:
            raise ValueError(f"{one.name} is at most {LARGEST}")
        if isinstance(value, Decimal) and value != round(value, MOST_DECIMALS):
            raise ValueError(f"{one.name} has at most {MOST_DECIMALS} decimals")
        if isinstance(value, str) and (len(value) > LONGEST_TEXT or not value.isprintable()):
            raise ValueError(f"{one.name} is a text of at most {LONGEST_TEXT} printable characters")


class VatMode(StrEnum):
    """The tax in prices: excluded or included."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class DayClass(StrEnum):
    """The class of days that some hours apply to."""

    ANY = "any"
    HOLIDAY = "holiday"  # the centre's public holidays, whatever their weekday
    WORKING = "working"  # all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of the week on the centre's clock.

    Weekdays count from Monday = 0; `until` 00:00 is the day's end.
    """

    weekdays: tuple[int, ...]
    since: time
    until: time
    days: DayClass = DayClass.ANY

    def __post_init__(self) -> None:
        need_sound(self)
        if not self.weekdays or any(day not in range(7) for day in self.weekdays):
            raise ValueError("weekdays are numbers from 0 (Monday) to 6")
        if self.since.tzinfo or self.until.tzinfo:
            raise ValueError("hours are of the centre's clock and name no zone")
        if self.until != time(0) and self.since >= self.until:
            raise ValueError("a window ends after it starts; split one that crosses midnight")

    def contain(self, local: datetime) -> bool:
        """Return whether the hours contain a local instant, on any day class."""
        inside = self.since <= local.time() and (self.until == time(0) or local.time() < self.until)
        return local.weekday() in self.weekdays and inside


#: Hours of the week in their one form: of holidays and of other days, the weekday, and its seconds
#: from and to.
WindowsOfWeek = tuple[tuple[DayClass, int, int, int], ...]
DAY_SECONDS = 86400


@lru_cache(maxsize=256)
def week_of(hours: tuple[Hours, ...]) -> WindowsOfWeek:
    """Return hours in the one form that all have that hold the same seconds.

    Empty where they hold every second.
    """
    found: list[tuple[DayClass, int, int, int]] = []
    for days in (DayClass.HOLIDAY, DayClass.WORKING):
        for weekday in range(7):
            own = [h for h in hours if h.days in {days, DayClass.ANY} and weekday in h.weekdays]
            spans: list[tuple[int, int]] = []
            for since, until in sorted(
                (_second(h.since), _second(h.until) or DAY_SECONDS) for h in own
            ):
                if spans and since <= spans[-1][1]:
                    spans[-1] = spans[-1][0], max(spans[-1][1], until)
                else:
                    spans.append((since, until))
            found += [(days, weekday, since, until) for since, until in spans]
    is_always = len(found) == 14 and all(
        (since, until) == (0, DAY_SECONDS) for _, _, since, until in found
    )
    return () if is_always else tuple(found)


def _second(at: time) -> int:
    """Return the first whole second of the day that is not before a time."""
    return at.hour * 3600 + at.minute * 60 + at.second + bool(at.microsecond)


class Measure(StrEnum):
    """The unit of a good, stored in its smallest unit."""

    GRAM = "g"  # kept in mg
    KILOGRAM = "kg"  # kept in g
    MILLILITRE = "mL"  # kept in µL
    PIECE = "ea"
    HOUR = "h"  # kept in seconds
    KILOWATT_HOUR = "kWh"  # kept in Wh

    @property
    def smallest(self) -> int:
        """Return the number of smallest units in one."""
        return SMALLEST_UNITS[self]


SMALLEST_UNITS = {
    Measure.GRAM: 1000,
    Measure.KILOGRAM: 1000,
    Measure.MILLILITRE: 1000,
    Measure.PIECE: 1,
    Measure.HOUR: 3600,
    Measure.KILOWATT_HOUR: 1000,
}


class GoodKind(StrEnum):
    """The kind of a good, as its line shows it."""

    MATERIAL = "material"
    OPERATOR = "operator"
    TRAINING = "training"
    COMMISSION = "commission"  # 의뢰: measured or made to order, by the piece or the sample


#: The tax item of a good for which the centre has chosen none.
DEFAULT_TAX_ITEMS = {
    GoodKind.MATERIAL: TaxItem.MATERIAL,
    GoodKind.OPERATOR: TaxItem.SUPPORT,
    GoodKind.TRAINING: TaxItem.TRAINING,
    GoodKind.COMMISSION: TaxItem.ANALYSIS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good sold by quantity beside machine time: material, operators' hours, a training.

    `price` is won for one `measure`. Of a quantity `free` is not charged, the rest in whole
    `increment`s (both in the smallest unit), and never less than `minimum_amount`.
    `machine_fault_pct` is the price share of material spoiled by a machine's fault,
    `user_fault_pct` of material spoiled by the user. A filament's diameter and density (g/cm³) turn
    a printer's counted length into grams. `tax_item` is the name under which tax invoices book it
    (None: its kind's own).
    """

    code: str
    kind: GoodKind = GoodKind.MATERIAL
    name_ko: str
    name_en: str
    measure: Measure
    price: Decimal
    increment: int = 1
    free: int = 0
    minimum_amount: int = 0
    machine_fault_pct: Decimal = Decimal(0)
    user_fault_pct: Decimal = Decimal(100)
    is_discounted: bool = False
    filament_diameter_mm: Decimal | None = None
    filament_density: Decimal | None = None
    tax_type: TaxType = TaxType.TAXABLE_10
    tax_item: TaxItem | None = None

    def __post_init__(self) -> None:
        need_sound(self)
        if not 1 <= len(self.code) <= 60 or self.price < 0:
            raise ValueError(
                "a good has a code of 1 to 60 characters and a price that is not negative"
            )
        if self.increment < 1 or self.free < 0 or self.minimum_amount < 0:
            raise ValueError("increment is at least 1; free and minimum_amount are not negative")
        if not (0 <= self.machine_fault_pct <= 100 and 0 <= self.user_fault_pct <= 100):
            raise ValueError("per cents of spoiled material lie between 0 and 100")
        if (self.filament_diameter_mm is None) != (self.filament_density is None):
            raise ValueError("a filament has both a diameter and a density")
        if self.filament and (self.kind, self.measure) != (GoodKind.MATERIAL, Measure.GRAM):
            raise ValueError("a filament is a material that is counted in g")

    @property
    def booked_as(self) -> TaxItem:
        """Return the name under which tax invoices book it."""
        return self.tax_item or DEFAULT_TAX_ITEMS[self.kind]

    @property
    def filament(self) -> Filament | None:
        """Return the filament that turns a length into a weight; None for another good."""
        if self.filament_diameter_mm is None or self.filament_density is None:
            return None
        return Filament(diameter_mm=self.filament_diameter_mm, density=self.filament_density)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDiscount:
    """The per cent that a company's category takes off, and the category's name on papers (empty:
    its own or usual one).
    """

    category: str
    pct: Decimal
    name_ko: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        need_sound(self)
        if not 0 <= self.pct <= 100:
            raise ValueError("pct lies between 0 and 100")

    @property
    def names(self) -> tuple[str, str]:
        """Return the category's name in Korean and in English."""
        korean, english = category_names(self.category)
        return self.name_ko or korean, self.name_en or english


class ExtrasCombine(StrEnum):
    """The way in which the extra discounts of a company of several classes combine."""

    BEST = "best"  # the greatest alone, multiplied with the category's
    MULTIPLY = "multiply"  # each of them multiplies, as the category's does
    ADD = "add"  # they add up to 100 at most, and multiply with the category's
    GREATEST = "greatest"  # the greatest of all alone, the category's among them


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDiscount:
    """The per cent off for a company that has proved something: in the city, newly founded.

    `name_en` is its English name on papers (empty: the name itself).
    """

    name: str
    pct: Decimal
    name_en: str = ""

    def __post_init__(self) -> None:
        need_sound(self)
        if not 0 <= self.pct <= 100:
            raise ValueError("pct lies between 0 and 100")

    @property
    def names(self) -> tuple[str, str]:
        """Return its name in Korean and in English."""
        return self.name, self.name_en or self.name


#: A pool of free time: its group, the category that it is of (None: everybody), and the hours that
#: it is bound to.
Pool = tuple[str, str | None, WindowsOfWeek]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Free seconds a month from a group of items, for companies of a category, or (None) for all.

    With `hours` only what lies in them is free.
    """

    group: str
    seconds: int
    category: str | None = None
    hours: tuple[Hours, ...] = ()

    def __post_init__(self) -> None:
        need_sound(self)
        if self.seconds < 1:
            raise ValueError("a quota has at least one second")

    @property
    def pool(self) -> Pool:
        """Return the quota's pool, in any order and writing of its hours."""
        return self.group, self.category, week_of(self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most a company pays a month for a group of items, after discounts and before tax. Won."""

    group: str
    amount: int
    category: str | None = None

    def __post_init__(self) -> None:
        need_sound(self)
        if self.amount < 0:
            raise ValueError("a cap is not negative")
