"""Worked examples 16 to 18: a voucher, a month's edge, and the whole order of computation.

The other examples: docs/reference/billing.md#worked-examples.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from gadong.billing.domain.rate_terms import Overrun, PriceWindow, Tier
from gadong.billing.domain.statement import totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import Quota, TaxType
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run
from tests.support.billing.relief import charge
from tests.support.golden import DAY, KST, MC, booked, charges, ran, total

VOUCHER = Subsidy(name="바우처", payer="시험도", pct=Decimal(60), monthly_cap=1_000_000)


def test_16_a_voucher_pays_its_part_of_the_supply_and_none_of_the_fee() -> None:
    # Example 14's month: 132,368 won of supply at a unit of ten, and a no-show fee of 12,500
    # outside the tax.
    lines = [charge(Component.TIME, 132_368)]
    fee = replace(charge(Component.NO_SHOW, 12_500), tax_type=TaxType.OUT_OF_SCOPE)
    sums = totals([*lines, fee], unit=10, subsidy=VOUCHER)
    assert (sums.total, sums.subsidy, sums.payable) == (158_096, 79_416, 78_680)
    capped = totals([*lines, fee], unit=10, subsidy=replace(VOUCHER, monthly_cap=50_000))
    assert (capped.subsidy, capped.payable) == (50_000, 108_096)
    last_of_the_budget = totals([*lines, fee], unit=10, subsidy=replace(VOUCHER, budget=7_000))
    assert last_of_the_budget.subsidy == 7_000


def test_17_a_job_over_the_months_edge_is_two_months_and_one_quantity() -> None:
    def instant(day: int, month: int, text: str) -> datetime:
        return datetime.combine(date(2026, month, day), time.fromisoformat(text), tzinfo=KST)

    # 23:40 to 00:25 ran: 2,700 s, in blocks of ten minutes with a minute's grace 3,000 s.
    edges = [
        instant(30, 11, "20:00"),
        instant(30, 11, "23:40"),
        instant(1, 12, "00:25"),
        instant(1, 12, "04:00"),
    ]
    states = [State.IDLE, State.RUNNING, State.IDLE]
    runs = [
        Run(start=s, end=e, state=state, grade=Grade.SIGNAL)
        for s, e, state in zip(edges, edges[1:], states, strict=False)
    ]
    night: Booking = replace(
        booked("10:00", "11:00"), period=Period(instant(30, 11, "23:20"), instant(1, 12, "00:40"))
    )
    november, december = (
        charges(MC, runs, [night], month=Month(2026, n).period(KST)) for n in (11, 12)
    )
    # 1,200 s are November's; 1,500 s and what the blocks add are December's.
    assert (total(november), total(december)) == (10_000, 15_000)
    assert [totals(m, unit=10).vat for m in (november, december)] == [1_000, 1_500]


def test_18_the_whole_pipeline_in_its_order() -> None:
    item = replace(
        MC,
        minimum_seconds=0,
        tiers=(Tier(after_seconds=3600, rate_per_hour=Decimal(24_000)),),
        windows=(
            PriceWindow(weekdays=(DAY.weekday(),), since=time(18), until=time(0), pct=Decimal(130)),
        ),
        overrun=Overrun(grace_seconds=600, pct_free_slot=Decimal(150)),
        quota_group="all",
        cap_group="all",
    )
    # Booked 17:00–19:00, ran to 19:25: 145 min, 150 in blocks. The first thirty are free; an hour
    # at 30,000, then 24,000.
    lines = charges(
        item,
        ran(("17:00", "19:25")),
        [booked("17:00", "19:00")],
        discount=50,
        extra_pct=Decimal(30),
        quotas=(Quota(group="all", seconds=1800),),
        cap=30_000,
    )
    by_component = {line.component: line.amount for line in lines}
    assert by_component == {
        Component.TIME: 18_900,  # (30,000 + 24,000) × 50 % × 70 %
        Component.SURCHARGE: 11_700,  # 30 % from 18:00: 15,000 and 24,000 of it
        Component.OVERRUN: 6_000,  # half as much again from 19:00
        Component.CAP: -6_600,
    }
    sold = [charge(Component.MATERIAL, 19_868), charge(Component.OPERATOR, 15_000)]
    sums = totals([*lines, *sold], unit=10, subsidy=replace(VOUCHER, monthly_cap=30_000))
    assert (sums.lines, sums.truncation, sums.supply, sums.vat) == (64_868, -8, 64_860, 6_486)
    assert (sums.total, sums.subsidy, sums.payable) == (71_346, 30_000, 41_346)
