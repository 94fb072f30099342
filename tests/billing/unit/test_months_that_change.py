"""Money where a month or a price changes: caps, least amounts, pools, tiers, nothing decided, and
fees floored once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from gadong.billing.domain.charge import Charge, Price, Unbilled, covering
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import Basis, FeeBase, NoShowFee, Overrun, Tier
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.rating.unbilled_lines import unbilled
from gadong.billing.domain.recount import objections
from gadong.billing.domain.statement import Line, totals
from gadong.billing.domain.subsidy import COVERABLE, Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import DayClass, Hours, Quota, TaxType, VatMode, week_of
from gadong.booking.domain.decision import Rulings
from gadong.booking.domain.session import Session
from gadong.core.domain.calendar import month_edges
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from tests.support.billing.months_that_change import NOVEMBER, OCTOBER, instant, price, use
from tests.support.golden import KST, MC, booked, charges, ran, total

HOUR = 3600
FREE = replace(MC, minimum_seconds=0, quota_group="free")
CAPPED = replace(MC, minimum_seconds=0, cap_group="most")
WEEKDAYS = (0, 1, 2, 3, 4)


def hours(day: int, length: float, since: float = 10) -> Period:
    """Some hours of a day of November."""
    return Period(instant(day, since), instant(day, since + length))


def came_to(*priced: tuple[Session, Price], month: Period = NOVEMBER) -> int:
    """Return the month's total."""
    return total(rate_month(priced, month))


# Nothing decided


@pytest.mark.parametrize(("seconds", "won"), [(0, 0), (120, 50_000), (7200, 65_000 + 10_000)])
def test_a_session_of_no_decided_seconds_has_no_fee_either(seconds: int, won: int) -> None:
    terms = replace(MC, base_fee=5_000, minimum_amount=50_000, overrun=Overrun(flat=10_000))
    ruled = Rulings(seconds=seconds, reason="장비 고장")
    # Two hours from 11:00 in a booking that ends at 12:00: the second hour is an overrun only while
    # it is billed.
    runs, held = ran(("11:00", "13:00")), [booked("10:00", "12:00")]
    assert total(charges(terms, runs, held, rulings=ruled)) == won


def test_a_session_of_no_decided_seconds_has_a_line_that_says_so() -> None:
    (session,) = use(hours(12, 2))
    priced = [
        (
            session,
            price(replace(MC, base_fee=5_000), rulings=Rulings(seconds=0, reason="장비 고장")),
        )
    ]
    charged = rate_month(priced, NOVEMBER)
    assert charged == []
    (line,) = unbilled(priced, NOVEMBER, charged)
    assert (line.amount, line.trace.unbilled, line.trace.decided) == (
        0,
        Unbilled.DECIDED,
        "장비 고장",
    )


# Caps that begin, end and change within a month


def capped(*steps: tuple[float, int | None]) -> list[Charge]:
    """A month of sessions of so many hours, each under the cap of its day."""
    found = use(*(hours(10 + n, length) for n, (length, _) in enumerate(steps)))
    return rate_month(
        [(s, price(CAPPED, cap=cap)) for s, (_, cap) in zip(found, steps, strict=True)], NOVEMBER
    )


@pytest.mark.parametrize(
    ("steps", "won"),
    [
        ([(3, None), (3, 100_000)], 100_000),
        ([(3, 100_000), (3, None)], 180_000),
        ([(3, 50_000), (3, None), (1, 100_000)], 140_000),
        ([(3, None), (3, 50_000), (1, None)], 120_000),
        ([(3, None), (3, None), (1, 190_000)], 190_000),
        # Payments are not given back: just below, at and just above the cap that begins.
        ([(2, None), (1, 60_001)], 60_001),
        ([(2, None), (1, 60_000)], 60_000),
        ([(2, None), (1, 59_999)], 60_000),
        ([(2, None), (1, 0)], 60_000),
        ([(3, None), (3, None)], 180_000),
    ],
)
def test_a_cap_holds_from_its_day_on_for_all_of_the_month_before(
    steps: list[tuple[float, int | None]], won: int
) -> None:
    assert total(capped(*steps)) == won


def test_a_cap_that_begins_takes_its_part_off_the_lines_before_it() -> None:
    first, second = use(hours(10, 3), hours(11, 3))
    exempt = replace(CAPPED, tax_type=TaxType.EXEMPT)
    found = rate_month([(first, price(exempt)), (second, price(CAPPED, cap=100_000))], NOVEMBER)
    taken = {c.tax_type: c.amount for c in found if c.component is Component.CAP}
    assert taken == {TaxType.TAXABLE_10: -40_000, TaxType.EXEMPT: -40_000}


@pytest.mark.parametrize(
    ("since", "won"),
    [
        (date(2026, 11, 11), 100_000),
        (date(2026, 11, 30), 100_000),
        (date(2026, 12, 1), 180_000),
        (None, 180_000),
    ],
)
def test_a_machine_that_joins_a_cap_within_the_month_brings_its_use(
    since: date | None, won: int
) -> None:
    first, second = use(hours(10, 3), hours(11, 3))
    joins = ((since, "most"), (date(2026, 12, 2), "other")) if since else ()
    before = price(replace(CAPPED, cap_group=None), joins=joins)
    assert came_to((first, before), (second, price(CAPPED, cap=100_000))) == won


def test_a_machine_keeps_the_cap_of_its_own_day_where_another_follows() -> None:
    first, second = use(hours(10, 3), hours(11, 3))
    before = price(
        replace(CAPPED, cap_group="old"), cap=80_000, joins=((date(2026, 11, 11), "most"),)
    )
    assert came_to((first, before), (second, price(CAPPED, cap=50_000))) == 80_000 + 50_000


# Least amounts over the month's edge

NIGHT = Period(instant(31, 22, 10), instant(1, 2))
TIERED = replace(
    MC, minimum_seconds=0, tiers=(Tier(after_seconds=2 * HOUR, rate_per_hour=Decimal(10_000)),)
)


def both_months(priced: Sequence[tuple[Session, Price]]) -> tuple[int, int]:
    """Return the totals of October and November."""
    return total(rate_month(priced, OCTOBER)), total(rate_month(priced, NOVEMBER))


@pytest.mark.parametrize(
    ("least", "october"),
    [(100_000, 60_000), (119_999, 60_000), (120_000, 60_000), (120_001, 60_001), (150_000, 90_000)],
)
def test_a_least_amount_counts_the_tiers_of_each_month(least: int, october: int) -> None:
    (night,) = use(NIGHT)
    assert both_months([(night, price(replace(TIERED, minimum_amount=least)))]) == (october, 60_000)


def test_a_least_amount_counts_the_free_time_of_each_month() -> None:
    (night,) = use(NIGHT)
    terms = price(
        replace(FREE, minimum_amount=100_000), quotas=(Quota(group="free", seconds=2 * HOUR),)
    )
    assert both_months([(night, terms)]) == (100_000, 0)


def test_a_least_amount_counts_what_others_before_it_used_of_the_next_month() -> None:
    # On another machine: from 21:00 to 01:00, so its hour of November comes first in November.
    (other,) = use(Period(instant(31, 21, 10), instant(1, 1)), machine=MachineId(new_id()))
    (night,) = use(NIGHT)
    quotas = (Quota(group="free", seconds=2 * HOUR),)
    terms = price(replace(FREE, minimum_amount=100_000), quotas=quotas)
    # October: 1 h of the other beyond its free 2 h, and 2 h of the night; November: 1 h beyond 1 h
    # + 1 h free.
    assert both_months([(other, price(FREE, quotas=quotas)), (night, terms)]) == (
        30_000 + 60_000 + 10_000,
        30_000,
    )


def test_months_begin_at_the_centres_midnight() -> None:
    assert month_edges(NIGHT, KST) == [instant(1, 0)]
    assert month_edges(Period(instant(1, 0), instant(2, 0)), KST) == []
    assert month_edges(Period(instant(31, 23, 10), instant(1, 0)), KST) == []
    long = Period(instant(15, 0, 9), instant(2, 0, 12))
    assert month_edges(long, KST) == [instant(1, 0, 10), instant(1, 0), instant(1, 0, 12)]


# The same hours, however they are written

NINE, SIX = time(9), time(18)


def of(
    *weekdays: int, since: time = NINE, until: time = SIX, days: DayClass = DayClass.ANY
) -> Hours:
    """Hours of some weekdays."""
    return Hours(weekdays=weekdays, since=since, until=until, days=days)


@pytest.mark.parametrize(
    "written",
    [
        (of(4, 3, 2, 1, 0),),
        (of(0, 0, 1, 2, 3, 4, 4),),
        (of(0, 1), of(2, 3, 4)),
        (of(2, 3, 4), of(0, 1)),
        (of(*WEEKDAYS), of(1)),
        (of(*WEEKDAYS, until=time(13)), of(*WEEKDAYS, since=time(12))),
        (of(*WEEKDAYS, since=time(12)), of(*WEEKDAYS, until=time(12))),
        (of(*WEEKDAYS), of(*WEEKDAYS, since=time(10), until=time(11))),
        (of(*WEEKDAYS, days=DayClass.WORKING), of(*WEEKDAYS, days=DayClass.HOLIDAY)),
        (of(*WEEKDAYS), of(*WEEKDAYS, days=DayClass.HOLIDAY)),
        (of(*WEEKDAYS, since=time(8, 59, 59, 1)),),
        (of(*WEEKDAYS, until=time.fromisoformat("18:00")),),
    ],
)
def test_a_pool_is_one_however_its_hours_are_written(written: tuple[Hours, ...]) -> None:
    first, second = use(hours(12, 3), hours(13, 3))
    quotas = [Quota(group="free", seconds=3 * HOUR, hours=h) for h in ((of(*WEEKDAYS),), written)]
    assert quotas[0].pool == quotas[1].pool
    priced = [(s, price(FREE, quotas=(q,))) for s, q in zip((first, second), quotas, strict=True)]
    assert came_to(*priced) == 90_000
    # Two grants of it in one tariff are one of both.
    both = Tariff(effective_from=date(2026, 1, 1), items=(FREE,), quotas=tuple(quotas))
    assert [q.seconds for q in both.quotas_of("free", None)] == [6 * HOUR]


@pytest.mark.parametrize(
    "other",
    [
        (of(*WEEKDAYS, since=time(9, 0, 1)),),
        (of(*WEEKDAYS, until=time(17, 59, 59)),),
        (of(0, 1, 2, 3),),
        (of(*WEEKDAYS, days=DayClass.WORKING),),
        (of(*WEEKDAYS, until=time(12)), of(*WEEKDAYS, since=time(12, 0, 1))),
    ],
)
def test_other_hours_are_another_pool(other: tuple[Hours, ...]) -> None:
    assert week_of(other) != week_of((of(*WEEKDAYS),))


def test_hours_name_no_zone() -> None:
    for since, until in (
        (NINE.replace(tzinfo=KST), SIX.replace(tzinfo=KST)),
        (NINE, SIX.replace(tzinfo=KST)),
    ):
        with pytest.raises(ValueError, match="name no zone"):
            of(0, since=since, until=until)


def test_hours_that_hold_the_whole_week_bind_nothing() -> None:
    always = (of(*range(7), since=time(0), until=time(0)),)
    assert week_of(always) == week_of(())
    assert week_of((of(*range(7), since=time(0), until=time(23, 59, 59)),)) != ()
    unbound, bound = (
        Quota(group="free", seconds=1, hours=always),
        Quota(group="free", seconds=2, hours=(of(0),)),
    )
    found = Tariff(effective_from=date(2026, 1, 1), items=(FREE,), quotas=(unbound, bound))
    assert found.quotas_of("free", None) == (bound, unbound)


def test_a_programme_is_one_however_its_cover_is_written() -> None:
    def programme(*covers: str) -> Subsidy:
        return Subsidy(
            name="바우처", payer="경남", pct=Decimal(50), monthly_cap=1_000, covers=covers
        )

    one, same, other = (
        programme("time", "other"),
        programme("other", "time", "time"),
        programme("time"),
    )
    assert covering([one], Component.TIME) == covering([same], Component.TIME)
    assert covering([one], Component.TIME) != covering([other], Component.TIME)
    assert covering([programme(*reversed(COVERABLE))], Component.TIME) == programme()


# Tiers where items are named anew

KIND = RateItem(
    kind="mill",
    rate_per_hour=Decimal(30_000),
    basis=Basis.ACTUAL_RUN,
    tiers=(Tier(after_seconds=2 * HOUR, rate_per_hour=Decimal(10_000)),),
)
OWN = replace(KIND, kind=None, machine="mc")
OTHER = replace(KIND, kind=None, machine="other")
ASSISTED = replace(KIND, usage_mode=UsageMode.ASSISTED)


def under(
    item: RateItem, *items: RateItem, machine: str = "mc", mode: UsageMode = UsageMode.SELF
) -> Price:
    """A price of a mill under a tariff of the items."""
    return price(item, machine=machine, kind="mill", items=(item, *items), usage_mode=mode)


@pytest.mark.parametrize(
    ("before", "after", "won"),
    [
        (under(KIND), under(OWN, KIND), 80_000),
        (under(OWN), under(KIND), 80_000),
        (under(KIND), under(KIND), 80_000),
        # Of another mode or machine that the item does not price.
        (under(KIND, mode=UsageMode.ASSISTED), under(KIND, ASSISTED), 120_000),
        (under(KIND, mode=UsageMode.ASSISTED), under(KIND), 80_000),
        (under(ASSISTED, KIND, mode=UsageMode.ASSISTED), under(KIND), 80_000),
        (price(KIND), price(OWN), 80_000),
        (price(OWN), price(KIND), 80_000),
    ],
)
def test_tiers_go_on_where_the_next_tariff_names_the_machine_otherwise(
    before: Price, after: Price, won: int
) -> None:
    first, second = use(hours(12, 2), hours(13, 2))
    assert came_to((first, before), (second, after)) == won


@pytest.mark.parametrize(
    ("before", "after", "won"),
    [
        (under(KIND, machine="other"), under(KIND), 80_000),
        (under(OTHER, KIND, machine="other"), under(KIND), 80_000),
        (under(KIND, machine="other"), under(OWN, KIND), 120_000),
        (under(KIND, machine="other"), under(KIND, OTHER), 120_000),
    ],
)
def test_tiers_count_the_other_machines_that_the_item_prices(
    before: Price, after: Price, won: int
) -> None:
    (first,) = use(hours(12, 2), machine=MachineId(new_id()))
    (second,) = use(hours(13, 2))
    assert came_to((first, before), (second, after)) == won


# Fees are floored once


@pytest.mark.parametrize(
    ("rate", "pct", "length", "won"),
    [
        ("10001", 30, 1 / 6, 500),
        ("10001", 30, 1 / 3, 1_000),
        ("10001", 70, 2 / 3, 4_667),
        ("12345", 70, 1 / 6, 1_440),
        ("30000", 50, 2, 30_000),
    ],
)
def test_a_fee_for_not_coming_is_floored_once(rate: str, pct: int, length: float, won: int) -> None:
    terms = replace(
        MC,
        minimum_seconds=0,
        rate_per_hour=Decimal(rate),
        no_show=NoShowFee(pct=Decimal(pct), base=FeeBase.NET),
    )
    (session,) = use(hours(12, length), missed=True)
    (fee,) = rate_month([(session, price(terms, vat_mode=VatMode.EXCLUSIVE))], NOVEMBER)
    assert (fee.component, fee.amount) == (Component.NO_SHOW, won)
    korean, english = sentences(fee, KST)
    line = Line(charge=fee, machine="mc", machine_name="", sentence_ko=korean, sentence_en=english)
    assert objections([line], totals([fee], unit=1)) == []


def test_the_line_of_a_fee_says_the_price_that_it_is_a_share_of() -> None:
    terms = replace(
        MC, minimum_seconds=0, rate_per_hour=Decimal(10_001), no_show=NoShowFee(pct=Decimal(30))
    )
    (session,) = use(hours(12, 1 / 6), missed=True)
    (fee,) = rate_month([(session, price(terms))], NOVEMBER)
    assert "순금액 1,666.83원 × 30 % × 600/600초" in sentences(fee, KST)[0]
    (whole,) = use(hours(12, 2), missed=True)
    (fee,) = rate_month([(whole, price(replace(terms, rate_per_hour=Decimal(10_000))))], NOVEMBER)
    assert "net KRW 20,000 × 30 % × 7200/7200 s" in sentences(fee, KST)[1]
