"""Odd inputs, of which the amounts were worked out by hand from docs/tariffs.md before any run.

Each is unlike the examples of the page and of the same kind as one of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gadong.billing.domain.rate_terms import (
    Basis,
    CancelTier,
    NoShowFee,
    Overrun,
    PriceWindow,
    Tier,
)
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import (
    Cap,
    CategoryDiscount,
    Hours,
    Quota,
    TaxType,
    VatMode,
)
from gadong.booking.domain.booking import BookingState
from gadong.core.domain.calendar import Month
from gadong.core.domain.usage_mode import UsageMode
from tests.oracle import engine
from tests.oracle.cases import DAY, MILL, at, cancelled, floor, slot, stay, tariff, world
from tests.oracle.paper import Paper, paper
from tests.oracle.world import Firm, Floor, Proof, Sale, World

EVER = date(2026, 1, 1)
HULL = replace(MILL, basis=Basis.HULL)
OCCUPIED = replace(MILL, basis=Basis.ACTUAL_OCCUPIED)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
A10, B12 = slot("A", "10:00", "12:00"), slot("B", "12:00", "14:00")
A_HOUR = slot("A", "10:00", "11:00")
SMALL = (Firm(name="A", categories=(Proof(name="small", since=EVER),)),)
HALF = (CategoryDiscount(category="small", pct=Decimal(50)),)
LEADS = tuple(
    CancelTier(lead_seconds=h * 3600, pct=Decimal(p)) for h, p in ((48, 0), (24, 30), (0, 50))
)
FLAT = Overrun(flat=10_000)


def missed(item: RateItem, pct: int) -> RateItem:
    """Return the item with a fee for not coming."""
    return replace(item, no_show=NoShowFee(pct=Decimal(pct)))


def window(since: int, until: int, pct: int, *days: int) -> PriceWindow:
    """Return hours of another price, on all days unless some are named."""
    return PriceWindow(
        weekdays=days or tuple(range(7)), since=time(since), until=time(until), pct=Decimal(pct)
    )


def agreed(case: World, name: str = "A") -> Paper:
    """Return a company's document, on which engine and oracle agree."""
    (firm,) = (f for f in case.firms if f.name == name)
    found = paper(case, firm)
    assert engine.document(case, firm) == found
    return found


def booked(start: str, end: str, item: RateItem | Tariff, zone: Any = None, **more: Any) -> World:
    """Return a world in which A booked a time and ran in all of it."""
    where = {"zone": zone} if zone else {}
    ran = floor((start, end), slots=(slot("A", start, end, **where),), **where)
    return world(item, ran, **where, **more)


OVERRUNS = [
    # 10-17:30 over two strangers' bookings of an hour: 60,000 + 165,000 + 2 * 15,000.
    (
        HULL,
        floor(
            ("10:00", "17:30"),
            slots=(A10, slot("B", "13:00", "14:00"), slot("C", "15:00", "16:00")),
        ),
        255_000,
    ),
    # A booking that was given up is in nobody's way: 150,000, two hours at 120 %, one at 200 %.
    (
        replace(MILL, overrun=Overrun(pct_free_slot=Decimal(120), pct_encroach=Decimal(200))),
        floor(
            ("10:00", "15:00"),
            slots=(A10, cancelled("B", "12:00", "13:00", "11:30"), slot("C", "14:00", "15:00")),
        ),
        192_000,
    ),
    # A no-show is in the way of who stays until that was certain: 90,000 + 15 minutes at half.
    (
        missed(HULL, 0),
        floor(
            ("10:00", "11:50"),
            slots=(A10, replace(B12, state=BookingState.NO_SHOW, freed=at("12:15"))),
            stays=(stay("A", "10:00", "13:00", A10),),
        ),
        93_750,
    ),
    # One's own bookings with an hour between: an overrun into free time at 100 %.
    (MILL, floor(("10:00", "14:00"), slots=(A10, slot("A", "13:00", "14:00"))), 120_000),
    # 10 minutes are no overrun, and a second more is one: half an hour after the end.
    (
        replace(HULL, increment_seconds=1800, overrun=FLAT),
        floor(("10:00", "11:10"), slots=(A_HOUR,)),
        45_000,
    ),
    (
        replace(HULL, increment_seconds=1800, overrun=FLAT),
        floor(("10:00", "11:10:01"), slots=(A_HOUR,)),
        55_000,
    ),
    # A minimum lies after the end with the overrun that is there, and is none by itself.
    (
        replace(MILL, minimum_seconds=7200),
        floor(("10:00", "11:10:01"), slots=(A_HOUR, slot("B", "11:00", "13:00"))),
        75_000,
    ),
    (
        replace(MILL, minimum_seconds=7200, overrun=FLAT),
        floor(("10:00", "10:30"), slots=(A_HOUR, slot("B", "11:00", "12:00"))),
        60_000,
    ),
    # Five days longer than booked, to the month's end: 38 of 122 hours.
    (
        replace(MILL, rate_per_hour=Decimal(3000)),
        floor(
            ("2026-11-29T10:00", "2026-12-04T12:00"),
            slots=(slot("A", "2026-11-29T10:00", "2026-11-29T12:00"),),
        ),
        114_000,
    ),
]


@pytest.mark.parametrize(("item", "hall", "supply"), OVERRUNS)
def test_overruns(item: RateItem, hall: Floor, supply: int) -> None:
    assert agreed(world(item, hall)).supply == supply


PRESENT = (stay("A", "10:00", "12:20", A10), stay("B", "12:10", None, B12))
BESIDE = [
    # A second before the no-show is certain the rival owes 6,301 of 7,200 seconds at half.
    (missed(MILL, 50), floor(("10:00", "12:14:59"), slots=(A10, B12)), 75_000, 26_254),
    (missed(MILL, 50), floor(("10:00", "12:15"), slots=(A10, B12)), 75_000, 0),
    # Ten minutes of lateness end with the other's arrival.
    (
        OCCUPIED,
        floor(("10:00", "11:55"), ("12:10", "14:00"), slots=(A10, B12), stays=PRESENT),
        65_000,
        55_000,
    ),
    # Nobody had come: B takes over, for its own later booking; A owes half of 61 minutes.
    (
        missed(MILL, 50),
        floor(("10:31", "11:30"), slots=(A10, B12), stays=(stay("B", "10:30", None, B12),)),
        15_250,
        30_000,
    ),
    # A had come: 232 minutes in blocks are A's, 128 of them in B's time.
    (
        MILL,
        floor(
            ("10:00", "11:50"),
            ("11:58", "14:00"),
            slots=(A10, B12),
            stays=(stay("B", "11:55", None, B12),),
        ),
        152_000,
        0,
    ),
    # Late by 24 hours and a second, of which the other used 45 of 120 minutes.
    (
        replace(MILL, late_cancel=LEADS),
        floor(
            ("10:30", "11:15"),
            slots=(
                cancelled("A", "10:00", "12:00", "2026-11-11T10:00:01"),
                slot("B", "10:30", "11:15"),
            ),
        ),
        18_750,
        25_000,
    ),
]


@pytest.mark.parametrize(("item", "hall", "first", "second"), BESIDE)
def test_two_companies_beside_each_other(
    item: RateItem, hall: Floor, first: int, second: int
) -> None:
    case = world(item, hall)
    assert (agreed(case).supply, agreed(case, "B").supply) == (first, second)


NIGHT = window(18, 0, 30)
DEAR = window(18, 0, 130)
SLOW = Overrun(pct_free_slot=Decimal(50))
LATE = floor(("20:00", "23:00"), slots=(slot("A", "20:00", "22:00"),))
PRICES = [
    # 18,000 at 30 %, an hour over at 30 % of 50 %, half of both.
    (replace(MILL, windows=(NIGHT,), overrun=SLOW), LATE, 11_250),
    # The surcharges of 18,000 and 9,000 are not discounted, 60,000 and 15,000 are.
    (replace(MILL, windows=(DEAR,), overrun=SLOW), LATE, 64_500),
    (replace(MILL, minimum_amount=25_000), floor(("10:00", "10:20"), slots=(A10,)), 12_500),
]


@pytest.mark.parametrize(("item", "hall", "supply"), PRICES)
def test_a_price_with_half_off(item: RateItem, hall: Floor, supply: int) -> None:
    assert agreed(world(tariff(item, discounts=HALF), hall, firms=SMALL)).supply == supply


CLOCKS = [
    # 01-02 is shown and 02-03 is not: four hours, one of them at 200 %.
    ("2026-03-29T00:00", "2026-03-29T05:00", window(1, 3, 200), BERLIN, 150_000),
    # 02-03 is shown twice: six hours, three of them at 200 %.
    ("2026-10-25T00:00", "2026-10-25T05:00", window(1, 3, 200), BERLIN, 270_000),
    # 01-02 is shown twice: four hours, two of them at 150 %.
    ("2026-11-01T00:00", "2026-11-01T03:00", window(1, 2, 150), NEW_YORK, 150_000),
]


@pytest.mark.parametrize(("start", "end", "hours", "zone", "supply"), CLOCKS)
def test_clocks_that_jump(
    start: str, end: str, hours: PriceWindow, zone: ZoneInfo, supply: int
) -> None:
    month = Month(2026, int(start[5:7]))
    case = booked(start, end, replace(MILL, windows=(hours,)), zone, month=month)
    assert agreed(case).supply == supply


def programme(name: str, pct: int, *covers: str) -> Subsidy:
    """Return a programme that pays for what it covers."""
    return Subsidy(name=name, payer="City", pct=Decimal(pct), monthly_cap=10**8, covers=covers)


def paid(*programmes: Subsidy, own: tuple[int, ...] = ()) -> World:
    """Return two hours of a company of all programmes, and own lines of a manager."""
    proofs = tuple(Proof(name=p.name, since=EVER) for p in programmes)
    return world(
        tariff(MILL, subsidies=programmes),
        floor(("10:00", "12:00"), slots=(A10,)),
        firms=(Firm(name="A", extras=proofs),),
        sales=tuple(Sale(company="A", at=at(f"13:0{n}"), amount=won) for n, won in enumerate(own)),
    )


@pytest.mark.parametrize(
    ("case", "supply", "subsidy"),
    [
        # 20,000 that nobody covers go first, and 10,000 of what is covered.
        (paid(programme("p", 60, "time"), own=(20_000, -30_000)), 50_000, 30_000),
        (paid(programme("p", 60, "time"), own=(-60_000,)), 0, 0),
        # The first of the list that covers a line pays for it.
        (paid(programme("p", 100, "material"), programme("q", 60, "time")), 60_000, 36_000),
        (
            paid(programme("p", 50, "time"), programme("q", 100, "other"), own=(20_000,)),
            80_000,
            50_000,
        ),
    ],
)
def test_programmes(case: World, supply: int, subsidy: int) -> None:
    assert (agreed(case).supply, agreed(case).subsidy) == (supply, subsidy)


def test_a_cap_parts_its_won_by_the_largest_remainder() -> None:
    taxable = replace(MILL, cap_group="g")
    exempt = replace(taxable, machine="n", tax_type=TaxType.EXEMPT)
    halls = (("m", "13:20"), ("n", "11:40"))
    ran = [
        replace(floor(("10:00", end), slots=(slot("A", "10:00", end),)), machine=m)
        for m, end in halls
    ]
    capped = tariff(taxable, exempt, caps=(Cap(group="g", amount=100_001),))
    # 49,999 are taken off: 33,332.67 of the taxable and 16,666.33 of the exempt; 66,667 are left.
    assert (agreed(world(capped, *ran)).supply, agreed(world(capped, *ran)).vat) == (100_001, 6_666)


def test_each_line_is_truncated_and_taxed_by_its_own_days_tariff() -> None:
    inclusive = tariff(MILL, vat=VatMode.INCLUSIVE, document_unit=10)
    exclusive = tariff(MILL, effective_from=date(2026, 11, 15), document_unit=10)
    edge = ("2026-11-14T23:59:59", "2026-11-15T00:00")
    own = tuple(Sale(company="A", at=at(when), amount=11_111) for when in edge)
    # 11,110 with 1,010 of tax, and 11,110 with 1,111 beside it.
    assert agreed(world((inclusive, exclusive), floor(), sales=own)).total == 23_331


def test_free_time_of_a_category_is_free_in_its_hours_alone() -> None:
    day = Hours(weekdays=tuple(range(5)), since=time(9), until=time(18))
    free = tariff(
        replace(MILL, quota_group="g"),
        quotas=(
            Quota(group="g", seconds=3600),
            Quota(group="g", seconds=7200, category="small", hours=(day,)),
        ),
    )
    # 17-18 is the category's, 18-19 everybody's, 19-20 is paid.
    assert agreed(booked("17:00", "20:00", free, firms=SMALL)).supply == 30_000


def test_free_time_counts_for_no_tier() -> None:
    tiered = replace(
        MILL, quota_group="g", tiers=(Tier(after_seconds=3600, rate_per_hour=Decimal(12_000)),)
    )
    free = tariff(tiered, quotas=(Quota(group="g", seconds=3600),))
    assert agreed(booked("10:00", "13:00", free)).supply == 30_000 + 12_000


@pytest.mark.parametrize(
    ("mode", "supply"), [(UsageMode.SELF, 33_330), (UsageMode.COMMISSIONED, 33_333)]
)
def test_a_line_of_nothing_uses_its_tariff_and_a_booking_without_a_line_does_not(
    mode: UsageMode, supply: int
) -> None:
    """A sale before prices by 1 won turned to prices by 10, and then a booking nobody came for."""
    tariffs = (tariff(MILL), tariff(MILL, effective_from=DAY, document_unit=10))
    sale = Sale(company="A", at=at("2026-11-11T10:00"), amount=33_333)
    unused = floor(slots=(slot("A", "10:00", "12:00", mode=mode),))
    assert agreed(world(tariffs, unused, sales=(sale,))).supply == supply
