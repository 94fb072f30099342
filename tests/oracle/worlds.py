"""Worlds by Hypothesis: a day or two of a few machines, around the instants at which readings
differ.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from gadong.billing.domain.rate_terms import (
    Basis,
    CancelTier,
    DayUnit,
    FeeBase,
    NoShowFee,
    Overrun,
    PriceWindow,
    Tier,
)
from gadong.billing.domain.sale import Spoiled
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import (
    Cap,
    CategoryDiscount,
    DayClass,
    ExtraDiscount,
    ExtrasCombine,
    Good,
    GoodKind,
    Hours,
    Measure,
    Quota,
    TaxType,
    VatMode,
)
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from tests.oracle.floors import COMPANIES, HOUR, floors, maybe
from tests.oracle.price import KIND
from tests.oracle.world import Draw, Firm, Fund, Proof, Sale, World

SEOUL, BERLIN, NEW_YORK = (ZoneInfo(n) for n in ("Asia/Seoul", "Europe/Berlin", "America/New_York"))
#: A zone, the month that is billed, and the midnight around which things happen: an ordinary day,
#: both edges of a month, both nights on which clocks change.
PLACES = (
    (SEOUL, Month(2026, 11), date(2026, 11, 12)),
    (SEOUL, Month(2026, 11), date(2026, 12, 1)),
    (SEOUL, Month(2026, 11), date(2026, 11, 1)),
    (BERLIN, Month(2026, 10), date(2026, 10, 25)),
    (BERLIN, Month(2026, 3), date(2026, 3, 29)),
    (BERLIN, Month(2026, 11), date(2026, 11, 1)),
    (NEW_YORK, Month(2026, 11), date(2026, 11, 1)),
)


@st.composite
def items(draw: st.DrawFn, machine: str) -> RateItem:
    """Draw the price of a machine; most fields keep their defaults."""
    step = maybe(draw, 600, 1, 1800, 3600)
    terms: dict[str, Any] = {
        "machine": machine,
        "rate_per_hour": Decimal(maybe(draw, "30000", "30000", "3000", "7777", "7777", "0")),
        "basis": maybe(draw, *Basis),
        "increment_seconds": step,
        "increment_grace_seconds": 0 if step == 1 else maybe(draw, 60, 0),
        "tax_type": maybe(draw, TaxType.TAXABLE_10, TaxType.EXEMPT),
        "quota_group": maybe(draw, None, None, "free"),
        "cap_group": maybe(draw, None, None, "most"),
    }
    if draw(st.booleans()):
        terms["windows"] = _windows(draw)
    if draw(st.booleans()):
        terms["overrun"] = Overrun(
            grace_seconds=maybe(draw, 600, 0),
            pct_free_slot=Decimal(maybe(draw, 100, 150, 50, 0)),
            pct_encroach=Decimal(maybe(draw, 150, 100, 200)),
            flat=maybe(draw, 0, 10000),
        )
    if draw(st.booleans()):
        terms["no_show"] = NoShowFee(
            pct=Decimal(maybe(draw, 50, 100, 0)),
            tax_type=maybe(draw, *reversed(TaxType)),
            base=maybe(draw, *FeeBase),
        )
    if maybe(draw, False, False, False, True):
        terms["units"], terms["quota_group"] = maybe(draw, *UNITS), None
        terms["increment_grace_seconds"] = maybe(draw, 0 if step == 1 else 60, 0)
    rare = {name: value for name, value in RARE.items() if maybe(draw, False, False, False, True)}
    if "units" in terms:
        rare = {name: value for name, value in rare.items() if name not in SECONDS}
    return RateItem(**terms, **{name: maybe(draw, *values) for name, values in rare.items()})


SCOPE = (Component.BASE_FEE, Component.TIME, Component.SURCHARGE, Component.OVERRUN)
TIERS = (
    Tier(after_seconds=HOUR, rate_per_hour=Decimal(27000)),
    Tier(after_seconds=9000, rate_per_hour=Decimal("2400.5")),
)
LEADS = tuple(
    CancelTier(lead_seconds=hours * HOUR, pct=Decimal(pct))
    for hours, pct in ((48, 0), (24, 30), (1, 50))
)
#: Fields of an item that few worlds set, and what they are then.
RARE: dict[str, tuple[Any, ...]] = {
    "minimum_seconds": (1800, 7200),
    "noise_seconds": (0, 600),
    "base_fee": (10000, 333),
    "minimum_amount": (20000, 100_000),
    "tiers": (TIERS[:1], TIERS),
    "idle_pct": (Decimal(50), Decimal(0)),
    "by_seat": (True,),
    "late_cancel": (LEADS, LEADS[:1], LEADS[::-1]),
    "discount_scope": ((), SCOPE, SCOPE[:1], SCOPE[2:]),
    "ledger_basis": tuple(Basis),
    "excluded_states": ((), ("fault", "setup", "paused"), ("maintenance",)),
}


#: Terms of seconds, with which no units of the day's clock can be published.
SECONDS = ("minimum_seconds", "tiers", "idle_pct")


def _unit(
    since: int, until: int, price: int, further: int | None = None, name: str = ""
) -> DayUnit:
    return DayUnit(
        name_ko=name or "반일",
        name_en=name or "half day",
        since=time(since),
        until=time(until),
        price=Decimal(price),
        further_price=None if further is None else Decimal(further),
    )


HALF_DAYS = (_unit(9, 13, 30_000, 20_000), _unit(13, 18, 30_000, 20_000))
SHIFTS = (_unit(6, 14, 99_999), _unit(14, 22, 99_999), _unit(22, 6, 120_000, 77_777, "night"))
UNITS = (
    HALF_DAYS,
    SHIFTS,
    (_unit(0, 0, 50_001),),
    (_unit(22, 2, 40_000), _unit(2, 3, 7_000, 0, "hour")),
    (_unit(0, 1, 5_000), _unit(1, 3, 9_000, 8_000), _unit(10, 11, 0)),
)


def _windows(draw: st.DrawFn) -> tuple[PriceWindow, ...]:
    every = tuple(range(7))
    found: tuple[PriceWindow, ...] = maybe(
        draw,
        (PriceWindow(weekdays=every, since=time(18), until=time(0), pct=Decimal(130)),),
        (PriceWindow(weekdays=(6,), since=time(2), until=time(3), pct=Decimal(200)),),
        (
            PriceWindow(weekdays=every, since=time(0), until=time(12), pct=Decimal(30)),
            PriceWindow(
                weekdays=every,
                since=time(0),
                until=time(0),
                pct=Decimal(150),
                days=DayClass.HOLIDAY,
            ),
        ),
    )
    return found


GOODS = (
    Good(
        code="pla",
        name_ko="PLA",
        name_en="PLA",
        measure=Measure.GRAM,
        price=Decimal(80),
        is_discounted=True,
    ),
    Good(
        code="hand",
        kind=GoodKind.OPERATOR,
        name_ko="기술지원",
        name_en="Operator",
        measure=Measure.HOUR,
        price=Decimal(20_000),
        increment=900,
        free=600,
        minimum_amount=6_000,
    ),
    Good(
        code="odd",
        kind=GoodKind.COMMISSION,
        name_ko="측정",
        name_en="Measuring",
        measure=Measure.PIECE,
        price=Decimal("333.5"),
        increment=3,
        machine_fault_pct=Decimal(10),
        user_fault_pct=Decimal("66.6"),
        tax_type=TaxType.EXEMPT,
    ),
)
#: The same hours of the week, written in several ways.
EVERY = tuple(range(7))
MORNINGS = (
    (Hours(weekdays=EVERY, since=time(9), until=time(11)),),
    (Hours(weekdays=EVERY[::-1], since=time(9), until=time(11)),),
    (
        Hours(weekdays=EVERY, since=time(10), until=time(11), days=DayClass.HOLIDAY),
        Hours(weekdays=EVERY, since=time(9, 30), until=time(11), days=DayClass.WORKING),
        Hours(weekdays=(*EVERY, 0), since=time(9), until=time(10, 15)),
    ),
)


@st.composite
def tariffs(draw: st.DrawFn, machines: tuple[str, ...], since: date) -> Tariff:
    """Draw a tariff with a price for each machine."""
    priced = tuple(draw(items(m)) for m in machines)
    if maybe(draw, False, False, True):
        # One of the machines, or both, are priced as what they are.
        priced = (*priced[1:], replace(priced[0], machine=None, kind=KIND))
    quotas: tuple[Quota, ...] = ()
    if any(i.quota_group for i in priced):
        morning = maybe(draw, *MORNINGS)
        quotas = maybe(
            draw,
            (Quota(group="free", seconds=3600),),
            (
                Quota(group="free", seconds=3600),
                Quota(group="free", seconds=7200, category="small", hours=morning),
            ),
        )
    caps: tuple[Cap, ...] = ()
    if any(i.cap_group for i in priced):
        caps = maybe(
            draw,
            (Cap(group="most", amount=50000),),
            (Cap(group="most", amount=50000), Cap(group="most", amount=0, category="small")),
            (Cap(group="most", amount=70000, category="small"),),
        )
    subsidies: tuple[Subsidy, ...] = ()
    if draw(st.booleans()):
        subsidies = (
            Subsidy(
                name="voucher",
                payer="City",
                pct=Decimal(maybe(draw, 50, 100, 60)),
                monthly_cap=maybe(draw, 1_000_000, 20_000),
                budget=maybe(draw, None, 15_000),
                covers=maybe(
                    draw, (), ("time",), ("other",), ("material", "time"), ("time", "material")
                ),
            ),
        )
    return Tariff(
        effective_from=since,
        items=priced,
        discounts=(CategoryDiscount(category="small", pct=Decimal(50)),),
        extra_discounts=(
            ExtraDiscount(name="young", pct=Decimal(30)),
            ExtraDiscount(name="near", pct=Decimal(20)),
        ),
        extras_combine=maybe(draw, *ExtrasCombine),
        quotas=quotas,
        caps=caps,
        goods=maybe(draw, GOODS, GOODS[:2]),
        subsidies=subsidies,
        vat=maybe(draw, *VatMode),
        document_unit=maybe(draw, 10, 1, 100),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world."""
    zone, month, day = maybe(draw, *PLACES)
    midnight = int(datetime.combine(day, time(0), tzinfo=zone).timestamp())
    machines = ("m", "n")[: maybe(draw, 1, 1, 2)]
    on_floors = tuple(draw(floors(m, midnight)) for m in machines)
    priced = [draw(tariffs(machines, date(2026, 1, 1)))]
    if maybe(draw, False, False, True):
        priced.append(draw(tariffs(machines, day)))
    firms = tuple(_firm(draw, name, day) for name in COMPANIES)
    sales = tuple(
        Sale(
            company=maybe(draw, *COMPANIES[:2]),
            at=midnight + maybe(draw, -2, 2) * HOUR,
            amount=maybe(draw, 33_333, -30_000, 10_001),
            is_taxable=draw(st.booleans()),
            good=(good := maybe(draw, "", "", "pla", "hand", "odd")),
            quantity=maybe(draw, 248_350, 1, 999, 1000, 1001, 2701) if good else 0,
            spoiled=maybe(draw, *Spoiled) if good else Spoiled.NO,
        )
        for _ in range(maybe(draw, 0, 0, 1, 2))
    )
    draws = tuple(
        Draw(
            company=name,
            programme="voucher",
            others=maybe(draw, 0, 5_000, 14_999, 15_000, 15_001),
            own=maybe(draw, 0, 0, 3_000),
        )
        for name in COMPANIES[: maybe(draw, 0, 2)]
    )
    funds = tuple(
        Fund(
            programme="voucher",
            year=month.year + maybe(draw, 0, 0, 1),
            amount=maybe(draw, 20_000, 15_000, 0),
            drawn=(
                (month.year, maybe(draw, 0, 5_000, 14_999, 20_001)),
                (month.year - 1, 9_999),
            ),
        )
        for _ in range(maybe(draw, 0, 0, 1, 2))
    )
    return World(
        zone=zone,
        month=month,
        tariffs=tuple(priced),
        floors=on_floors,
        firms=firms,
        sales=sales,
        draws=draws,
        funds=funds,
        holidays=frozenset({day}) if draw(st.booleans()) else frozenset(),
    )


def _firm(draw: st.DrawFn, name: str, day: date) -> Firm:
    ever = date(2026, 1, 1)
    validity = maybe(draw, None, (ever, None), (day, None), (ever, day))
    categories = (Proof(name="small", since=validity[0], until=validity[1]),) if validity else ()
    extras = []
    for extra in ("near", "young", "voucher"):
        validity = maybe(draw, None, None, (ever, None), (day, None), (ever, day))
        if validity:
            extras.append(Proof(name=extra, since=validity[0], until=validity[1]))
    return Firm(name=name, categories=categories, extras=tuple(extras))
