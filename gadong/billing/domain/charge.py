"""Charges: priced lines, each with everything that a calculator needs to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.division import Divided, Division
from gadong.billing.domain.rating.earlier_goods import Earlier
from gadong.billing.domain.rating.portion import Portion
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, item_for
from gadong.billing.domain.tariff_terms import Pool, Quota, TaxType, VatMode
from gadong.booking.domain.decision import NO_RULINGS, Rulings
from gadong.booking.domain.session import Session
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import MachineId
from gadong.core.domain.money import percent
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed

#: A name in Korean and in English.
Names = tuple[str, str]
UNNAMED: Names = ("", "")


@dataclass(frozen=True, slots=True)
class MachineUse:
    """A machine, named as tariffs name it, and how it was used: tiers count seconds of it."""

    machine_id: MachineId
    machine: str
    kind: str
    mode: UsageMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The conditions of one session: the item, the discounts in per cent, the zone and holidays.

    `discount_pct` is the category's, `extra_pct` the best of the company's extra discounts,
    multiplied with it. `quotas` and `cap` are a month's free time and maximum, for the item's
    groups. `usage_mode` is the use of the machine. The names are those of the two discounts, in
    Korean and in English. `vat_mode` is the tariff's, `programmes` those that the company takes
    part in on the session's day. `machine` and `kind` name the machine, `items` are all of the
    tariff's. `joins` are the caps' groups that later tariffs put the machine in, each with its
    first day, if the session's own tariff names none. `observed` is the observation of the machine
    on the session's day. `division` is of a session that several companies pay: the discounts are
    the booker's then, and there is neither free time nor a tier.
    """

    item: RateItem
    discount_pct: Decimal
    zone: ZoneInfo
    tariff: str = ""
    extra_pct: Decimal = Decimal(0)
    quotas: tuple[Quota, ...] = ()
    cap: int | None = None
    holidays: frozenset[date] = frozenset()
    rulings: Rulings = NO_RULINGS
    usage_mode: UsageMode = UsageMode.SELF
    discount_names: Names = UNNAMED
    extra_names: Names = UNNAMED
    vat_mode: VatMode | None = None
    programmes: tuple[Subsidy, ...] = ()
    machine: str = ""
    kind: str = ""
    items: tuple[RateItem, ...] = ()
    joins: tuple[tuple[date, str], ...] = ()
    observed: Observed = Observed.SIGNAL
    division: Division | None = None

    def use(self, machine_id: MachineId) -> MachineUse:
        """Return the machine and the mode that the price is of."""
        item = self.item
        return MachineUse(
            machine_id,
            self.machine or item.machine or "",
            self.kind or item.kind or "",
            self.usage_mode,
        )

    def seats(self, session: Session) -> int:
        """Return the seats that the rates are charged for: those booked, by an item by the seat."""
        return session.booking.seats if self.item.by_seat and session.booking else 1

    def counts(self, use: MachineUse, own: MachineUse) -> bool:
        """Return whether a use counts for the item's tiers: the item prices it on the session's
        day.
        """
        if (use.machine_id, use.mode) == (own.machine_id, own.mode):
            return True
        item = item_for(self.items or (self.item,), use.machine, use.kind, use.mode)
        return item is not None and item.key == self.item.key

    def cap_group(self, month: Period) -> str | None:
        """Return the group whose cap the session counts for: its own, or the first that its machine
        joins in the month.
        """
        last = month.end.astimezone(self.zone).date()
        return self.item.cap_group or next((group for day, group in self.joins if day < last), None)

    def keeps(self, component: Component) -> Fraction:
        """Return the factor that the discounts leave of a component."""
        if component not in self.item.discount_scope:
            return Fraction(1)
        return (1 - percent(self.discount_pct)) * (1 - percent(self.extra_pct))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A fee's reckoning: per cent of the booking's price (`net`, or with `is_list` before
    discounts), for what nobody used.

    `lead_seconds` is how long before its start a booking was cancelled.
    """

    net: int
    pct: Decimal
    unused_seconds: int
    booked_seconds: int
    lead_seconds: int | None = None
    is_list: bool = False
    # The price as a fraction, where it is no whole won: a fee is floored once.
    exact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A good's reckoning: the entered quantity, the charged part of it, and its price.

    Quantities as Measure keeps them.

    `at` is when the company had it, `tax_item` the name under which tax invoices book it. Documents
    that were stored before these fields have neither.
    """

    name_ko: str
    name_en: str
    measure: str
    quantity: int
    charged: int
    price: Decimal
    pct: Decimal
    note: str
    at: datetime | None = None
    tax_item: TaxItem | None = None


class Unbilled(StrEnum):
    """The reason that a session's time costs nothing. Such a line proves that it was evaluated."""

    UNMEASURED = "unmeasured"  # no signal says whether the machine ran
    UNLOGGED = "unlogged"  # no signals observe the machine, and nobody wrote down any use
    NOT_RUN = "not_run"  # it did not run
    EXCLUDED = "excluded"  # all of it was time that is not billed, as of a fault
    ELSEWHERE = "elsewhere"  # other sessions are billed for all of it
    OTHER_MONTH = "other_month"  # its billed time lies in another month
    NOISE = "noise"  # it ran for less than is billed at all
    ROUNDED = "rounded"  # the measured time is less than the grace of one block
    TAKEN = "taken"  # others used it, or four fifths of it at least
    DECIDED = "decided"  # a manager set its time to nothing
    NO_SHOW = "no_show"  # nobody came, and the tariff has no fee for that
    EXCUSED = "excused"  # another's use or the centre kept the company out


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """A cap's reckoning: what the group came to, and the most that is paid for it.

    What is above it is taken off pro rata: `part` is what came of the group's lines that are taxed
    and covered alike.
    """

    group: str
    came_to: int
    most: int
    part: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The grounds of a charge: everything that a recalculation needs."""

    basis: Basis
    measured_seconds: int
    billed_seconds: int
    counter_seconds: int
    rate_per_hour: Decimal
    discount_pct: Decimal
    gross: str  # exact won before the discount, as a fraction
    periods: tuple[Period, ...]
    messages: tuple[str, ...]
    tariff: str
    parts: tuple[Portion, ...] = ()
    share: Share | None = None
    # The reason for passing rules for the booking; the payer may read it.
    override: str = ""
    extra_pct: Decimal = Decimal(0)
    quota_seconds: int = 0
    # Won once, within an overrun's line.
    flat: int = 0
    sold: Sold | None = None
    capped: Capped | None = None
    minimum: int = 0
    registration: str = ""
    # The reasons for decided seconds and for a waiver.
    decided: str = ""
    waived: str = ""
    # The usage mode, and the reason of a manager's decision on it.
    usage_mode: UsageMode = UsageMode.SELF
    usage_mode_decided: str = ""
    # The names of the category's and the extra discount, in Korean and in English.
    discount_names: Names = UNNAMED
    extra_names: Names = UNNAMED
    # The session's time from its start to its end, where that crosses the month's edge; `periods`
    # are of the month alone.
    whole: Period | None = None
    # The entries of the ledger behind it. Of the seconds of `periods`, those that a ledger names,
    # and those of which neither a ledger nor a signal speaks.
    logged: tuple[str, ...] = ()
    ledger_seconds: int = 0
    unknown_seconds: int = 0
    unbilled: Unbilled | None = None
    # Of a line that several companies pay: the whole line, which everything else is of.
    divided: Divided | None = None
    # The seats of a room that each rate of `parts` is charged for.
    seats: int = 1
    # Of a tenancy. Documents without one have the digest that they had before there were any.
    rent: Rent | UnsetType = UNSET
    # Of stored goods that an earlier statement of the month charges a part of.
    earlier: Earlier | UnsetType = UNSET

    @property
    def free_list_price(self) -> Fraction:
        """Return what the free time would have cost at the item's own rate."""
        return Fraction(self.rate_per_hour) * self.seats * self.quota_seconds / 3600

    @property
    def own_gross(self) -> Fraction:
        """Return the document's own part of the exact won before the discount."""
        share = self.divided.division.share if self.divided else 1
        return Fraction(self.gross) * share


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One priced line. `amount` is whole won; `key` is made of its content, never of chance.

    `vat_mode` says whether the amount holds its tax, by the tariff of the line's own day; lines of
    engines before 5 name none. `programme` is the one that pays a part of the line.
    """

    key: str
    component: Component
    amount: int
    tax_type: TaxType
    trace: Trace
    vat_mode: VatMode | None = None
    programme: Subsidy | None = None

    def divided_by(self, division: Division | None) -> Charge:
        """Return a company's part of the line; the line itself where it is not divided."""
        if division is None:
            return self
        divided = Divided(whole=self.amount, division=division)
        return replace(self, amount=divided.amount, trace=replace(self.trace, divided=divided))


@dataclass(frozen=True, slots=True)
class UnitOwed:
    """A unit's number among those of its day, and the per cent that an overrun owes `before`."""

    number: int
    before: Decimal | None


@dataclass(slots=True)
class Pools:
    """A company's used seconds of each month's free time, and of what tiers count.

    Both begin anew each month.

    Free time is kept by what its pool is, and use by machine and mode: lists and items change from
    one tariff to the next.
    """

    used: dict[Month, dict[MachineUse, int]] = field(default_factory=dict)
    free: dict[Month, dict[Pool, int]] = field(default_factory=dict)
    # The starts of the units that are taken, by what they are owed for, and the day.
    units: dict[tuple[str, date], list[Period]] = field(default_factory=dict)
    # The per cent that cheap overruns owe of units that nobody has taken.
    overrun: dict[tuple[str, Period], Decimal] = field(default_factory=dict)

    def owe_unit(self, owed_for: str, day: date, hours: Period, pct: Decimal) -> UnitOwed | None:
        """Owe a per cent of a unit, of which a whole one takes it; None where it is owed already.

        A unit is its hours, whichever tariff has it. What takes none has the number that the next
        unit of the day has.
        """
        taken = self.units.setdefault((owed_for, day), [])
        before = self.overrun.get((owed_for, hours))
        if hours in taken or (before is not None and pct <= before):
            return None
        number = len(taken) + 1
        if pct < 100:
            self.overrun[owed_for, hours] = pct
        else:
            taken.append(hours)
        return UnitOwed(number, before)


#: Components that belong to a machine's time, and so to its cap.
CAPPED = frozenset(
    {Component.BASE_FEE, Component.TIME, Component.SURCHARGE, Component.OVERRUN, Component.MINIMUM}
)
#: What is charged for not using a machine.
FEES = frozenset({Component.NO_SHOW, Component.LATE_CANCEL})


def covers(programme: Subsidy, component: Component) -> bool:
    """Return whether the programme pays for such lines.

    Fees for not coming are always the company's own.
    """
    if component in FEES:
        return False
    is_time = component in CAPPED or component is Component.CAP
    return not programme.covers or (Component.TIME if is_time else component) in programme.covers


def covering(programmes: Sequence[Subsidy], component: Component) -> Subsidy | None:
    """Return the first of the programmes that pays for such lines."""
    return next((p.plain for p in programmes if covers(p, component)), None)
