"""The examples of docs/tariffs.md and of its difficult days: the oracle says their figures, and so
does the engine.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gadong.billing.domain.rate_terms import Basis, CancelTier, NoShowFee, Overrun, PriceWindow
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import (
    Cap,
    CategoryDiscount,
    ExtraDiscount,
    ExtrasCombine,
    Hours,
    Quota,
    TaxType,
    VatMode,
)
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import State
from gadong.machines.domain.observation import Observed
from tests.oracle import engine
from tests.oracle.cases import MILL, at, cancelled, floor, slot, stay, tariff, world
from tests.oracle.paper import Paper, paper
from tests.oracle.world import Firm, Logged, Proof, Sale, World

CMM = replace(MILL, rate_per_hour=Decimal(40000), basis=Basis.HULL, increment_seconds=1800)
HULL = replace(MILL, basis=Basis.HULL)
EVER = date(2026, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = PriceWindow(weekdays=tuple(range(7)), since=time(18), until=time(0), pct=Decimal(130))
LEADS = tuple(
    CancelTier(lead_seconds=h * 3600, pct=Decimal(p)) for h, p in ((48, 0), (24, 30), (0, 50))
)
WITHIN_A_DAY = (
    CancelTier(lead_seconds=86_400, pct=Decimal(0)),
    CancelTier(lead_seconds=0, pct=Decimal(50)),
)
A10, A12, B12 = (
    slot("A", "10:00", "12:00"),
    slot("A", "12:00", "14:00"),
    slot("B", "12:00", "14:00"),
)


def missed(pct: int, item: RateItem = MILL) -> RateItem:
    """Return the item with a fee for not coming."""
    return replace(item, no_show=NoShowFee(pct=Decimal(pct)))


def small(item: RateItem, pct: int = 50) -> Any:
    """Return a tariff with a discount of small companies."""
    return tariff(item, discounts=(CategoryDiscount(category="small", pct=Decimal(pct)),))


def by_ledger(basis: Basis | None, *logged: Logged) -> World:
    """Return a world in which A booked 10-12 on a machine of which no signal speaks, and people
    wrote this down.
    """
    silent = floor(slots=(A10,), logged=logged, observed=Observed.LEDGER)
    unknown = tuple(replace(x, state=State.UNKNOWN) for x in silent.stretches)
    return world(replace(MILL, ledger_basis=basis), replace(silent, stretches=unknown))


def by_signals_and_ledger(basis: Basis, **more: Any) -> World:
    """Return a world in which A ran on both sides of two minutes without a signal, in which B wrote
    its use down.
    """
    busy = floor(
        ("10:00", "11:00"),
        ("11:02", "12:02"),
        logged=(Logged(start=at("11:00"), end=at("11:02"), company="B"),),
        observed=Observed.LEDGER,
    )
    gap = (at("11:00"), at("11:02"))
    heard = tuple(
        replace(x, state=State.UNKNOWN) if (x.start, x.end) == gap else x for x in busy.stretches
    )
    item = replace(MILL, basis=basis)
    booked = (slot("A", "10:00", "12:02"),)
    return world(item, replace(busy, stretches=heard, slots=booked, **more))


def by_change(*changes: tuple[str, Observed]) -> World:
    """Return a world in which A booked 10-12 and ran 10:30-11:30, and the machine came to be
    observed otherwise.
    """
    heard = floor(
        ("10:30", "11:30"),
        slots=(A10,),
        changes=tuple((at(clock), observed) for clock, observed in changes),
    )
    return world(replace(MILL, ledger_basis=Basis.BOOKED), heard)


WRITTEN = Logged(start=at("11:00"), end=at("12:30"), company="A")
SMALL = tuple(Firm(name=n, categories=(Proof(name="small", since=EVER),)) for n in "ABC")
CLASSES = (
    Firm(
        name="A",
        categories=(Proof(name="small", since=EVER),),
        extras=(Proof(name="near", since=EVER), Proof(name="member", since=EVER)),
    ),
)


def by_classes(rule: ExtrasCombine) -> World:
    """Return a world in which A is of three classes, and ran for an hour."""
    priced = tariff(
        replace(MILL, rate_per_hour=Decimal(100_000)),
        discounts=(CategoryDiscount(category="small", pct=Decimal(50)),),
        extra_discounts=(
            ExtraDiscount(name="near", pct=Decimal(20)),
            ExtraDiscount(name="member", pct=Decimal(30)),
            ExtraDiscount(name="unproved", pct=Decimal(90)),
        ),
        extras_combine=rule,
    )
    return world(
        priced, floor(("10:00", "11:00"), slots=(slot("A", "10:00", "11:00"),)), firms=CLASSES
    )


MEASURED: list[tuple[str, World, dict[str, int]]] = [
    ("of several classes the best extra", by_classes(ExtrasCombine.BEST), {"A": 35_000}),
    ("several classes that multiply", by_classes(ExtrasCombine.MULTIPLY), {"A": 28_000}),
    ("several classes that add up", by_classes(ExtrasCombine.ADD), {"A": 25_000}),
    ("the greatest of all classes", by_classes(ExtrasCombine.GREATEST), {"A": 50_000}),
    ("written use by its own hours", by_ledger(Basis.ACTUAL_RUN, WRITTEN), {"A": 45_000}),
    (
        "written use by the item's basis where none is declared",
        by_ledger(None, WRITTEN),
        {"A": 45_000},
    ),
    ("written use by its booking", by_ledger(Basis.BOOKED, WRITTEN), {"A": 60_000}),
    ("written use by booking and use", by_ledger(Basis.HULL, WRITTEN), {"A": 75_000}),
    (
        "a session goes by how the machine was observed when it began: by a ledger",
        by_change(("10:00", Observed.LEDGER)),
        {"A": 60_000},
    ),
    (
        "a session goes by how the machine was observed when it began: by signals",
        by_change(("10:01", Observed.LEDGER)),
        {"A": 30_000},
    ),
    (
        "activity whose end a device tells after its time without observation is not whole",
        by_change(("10:45", Observed.NEITHER), ("11:15", Observed.SIGNAL)),
        {"A": 10_000},
    ),
    (
        "activity whose end a device tells in its time without observation is whole",
        by_change(("10:45", Observed.NEITHER), ("11:31", Observed.SIGNAL)),
        {"A": 30_000},
    ),
    (
        "of two companies' written use each is its own, however near they lie",
        by_ledger(
            Basis.ACTUAL_RUN,
            replace(WRITTEN, end=at("12:00")),
            Logged(start=at("12:01"), end=at("13:01"), company="B"),
        ),
        {"A": 30_000, "B": 30_000},
    ),
    *[
        (
            f"written use in a rest of other activity is its own: {basis}",
            by_signals_and_ledger(basis),
            amounts,
        )
        for basis, amounts in (
            (Basis.ACTUAL_RUN, {"A": 60_000, "B": 5_000}),
            (Basis.ACTUAL_OCCUPIED, {"A": 60_000, "B": 5_000}),
            (Basis.HULL, {"A": 60_000, "B": 5_000}),
        )
    ],
    *[
        (
            f"written use in a rest of the centre's own work is its company's: {basis}",
            by_signals_and_ledger(basis, maintenance=((at("10:00"), at("10:30")),)),
            {"A": 0, "B": 5_000},
        )
        for basis in (Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED, Basis.HULL)
    ],
    (
        "worked example 1: run time in blocks, a block begun by less than the grace is not billed",
        world(
            replace(MILL, minimum_seconds=1800),
            floor(("10:02:10", "10:47:40"), ("11:05", "11:58:30"), slots=(A10,)),
        ),
        {"A": 50000},
    ),
    (
        "worked example 2: the hull of booking and use",
        world(CMM, floor(("13:20", "15:40"), slots=(slot("A", "13:00", "15:00"),))),
        {"A": 120_000},
    ),
    (
        "worked example 4: a surcharge is not discounted",
        world(
            small(replace(MILL, windows=(NIGHT,))),
            floor(("17:00", "20:00"), slots=(slot("A", "17:00", "20:00"),)),
            firms=SMALL,
        ),
        {"A": 63000},
    ),
    (
        "worked example 9: not coming, less the share that others used",
        world(
            small(missed(50, CMM)),
            floor(("10:30", "11:15"), slots=(A10,), stays=(stay("B", "10:29", "11:16"),)),
            firms=SMALL,
        ),
        {"A": 12500},
    ),
    (
        "worked example 10: cancelled a little less than a day before",
        world(
            small(replace(MILL, late_cancel=LEADS)),
            floor(
                slots=(cancelled("A", "2026-11-25T14:00", "2026-11-25T17:00", "2026-11-24T15:10"),)
            ),
            firms=SMALL,
        ),
        {"A": 22500},
    ),
    (
        "worked example 10: cancelled a day before to the second",
        world(
            small(replace(MILL, late_cancel=LEADS)),
            floor(
                slots=(cancelled("A", "2026-11-25T14:00", "2026-11-25T17:00", "2026-11-24T14:00"),)
            ),
            firms=SMALL,
        ),
        {"A": 13500},
    ),
    (
        "moved two hours before to next month and cancelled there: a cancellation of then",
        world(
            replace(MILL, late_cancel=WITHIN_A_DAY),
            floor(slots=(cancelled("A", "10:00", "12:00", "08:00"),)),
        ),
        {"A": 30000},
    ),
    (
        "worked example 11: an overrun into the next slot, rounded up within it",
        world(
            small(HULL),
            floor(
                ("10:00", "12:25"),
                ("12:30", "14:00"),
                slots=(A10, B12),
                stays=(stay("B", "12:30", of=B12),),
            ),
            firms=SMALL,
        ),
        {"A": 45000, "B": 25000},
    ),
    (
        "an overrun is surcharged while it stands in another's way",
        world(MILL, floor(("10:00", "18:00"), slots=(A10, slot("B", "12:00", "13:00")))),
        {"A": 255_000, "B": 0},
    ),
    (
        "one's own next booking is in nobody's way",
        world(MILL, floor(("10:00", "14:00"), slots=(A10, A12))),
        {"A": 120_000},
    ),
    (
        "one's own overrun does not excuse one's not coming",
        world(missed(100, HULL), floor(("10:00", "12:01"), slots=(A10, A12))),
        {"A": 120_000},
    ),
    (
        "both bookings are billed where one runs through",
        world(replace(MILL, basis=Basis.BOOKED), floor(("10:00", "14:00"), slots=(A10, A12))),
        {"A": 120_000},
    ),
    (
        "two minutes of a rival do not excuse two hours",
        world(missed(50), floor(("10:00", "12:02"), slots=(A10, B12))),
        {"B": 29500},
    ),
    (
        "who comes early pays none of the minutes that another has booked and used",
        world(
            HULL,
            floor(
                ("10:00", "11:40"),
                ("12:05", "14:00"),
                slots=(A10, B12),
                stays=(stay("A", "10:00", "12:00", A10), stay("B", "11:46", of=B12)),
            ),
        ),
        {"A": 60000, "B": 60000},
    ),
    (
        "a booking stands until its end though another has checked in",
        world(
            MILL,
            floor(
                ("10:00", "11:30"),
                ("11:52", "12:10"),
                slots=(A10, B12),
                stays=(stay("B", "11:50", of=B12),),
            ),
        ),
        {"A": 55000, "B": 0},
    ),
    (
        "rounding up is no overrun",
        world(
            replace(
                HULL,
                increment_seconds=1800,
                overrun=Overrun(grace_seconds=600, flat=10000, pct_free_slot=Decimal(150)),
            ),
            floor(("10:00", "11:02"), slots=(slot("A", "10:00", "11:00"),)),
        ),
        {"A": 45000},
    ),
    (
        "the least time is no overrun",
        world(
            replace(MILL, minimum_seconds=7200, overrun=Overrun(flat=10000)),
            floor(("10:00", "10:30"), slots=(slot("A", "10:00", "11:00"),)),
        ),
        {"A": 60000},
    ),
    (
        "a window and a discount multiply, and no price is below nothing",
        world(
            small(replace(MILL, windows=(replace(NIGHT, pct=Decimal(30)),))),
            floor(("18:00", "20:00"), slots=(slot("A", "18:00", "20:00"),)),
            firms=SMALL,
        ),
        {"A": 9000},
    ),
    (
        "one's own check-in ends no activity: 53 minutes in one stretch",
        world(
            MILL,
            floor(
                ("09:00", "09:31"),
                ("09:38", "10:00"),
                stays=(stay("A", "09:00"), stay("A", "09:35")),
            ),
        ),
        {"A": 30000},
    ),
    (
        "another's check-in ends it: 31 minutes and 22, each in whole blocks",
        world(
            MILL,
            floor(
                ("09:00", "09:31"),
                ("09:38", "10:00"),
                stays=(stay("A", "09:00"), stay("B", "09:35")),
            ),
        ),
        {"A": 15000, "B": 15000},
    ),
    (
        "the centre's own work is nobody's coming",
        world(
            missed(50, HULL),
            floor(("10:00", "10:20"), slots=(A10,), maintenance=((at("10:00"), at("10:30")),)),
        ),
        {"A": 0},
    ),
    (
        "a fee is a share of what the booking would have cost, its least amount included",
        world(missed(50, replace(MILL, minimum_amount=100_000)), floor(slots=(A10,))),
        {"A": 50000},
    ),
]


@pytest.mark.parametrize(
    ("case", "supplies"), [c[1:] for c in MEASURED], ids=[c[0] for c in MEASURED]
)
def test_the_supply_is_as_the_example_says(case: World, supplies: dict[str, int]) -> None:
    for firm in case.firms:
        found = paper(case, firm)
        assert found.supply == supplies.get(firm.name, found.supply)
        assert engine.document(case, firm) == found


def member(name: str, since: date, until: date | None = None) -> tuple[Firm, ...]:
    """Return a company that takes part in a programme for some days."""
    return (Firm(name="A", extras=(Proof(name=name, since=since, until=until),)),)


def programme(pct: int, **more: Any) -> Subsidy:
    """Return a programme without an end."""
    return Subsidy(
        **{"name": "voucher", "payer": "City", "pct": Decimal(pct), "monthly_cap": 10**8, **more}
    )


PAID = tariff(MILL, subsidies=(programme(50),))
USED = floor(("10:00", "12:00"), slots=(A10,))
EXEMPT = replace(MILL, machine="n", tax_type=TaxType.EXEMPT, cap_group="g")
CAPPED = tariff(replace(MILL, cap_group="g"), EXEMPT, caps=(Cap(group="g", amount=100_000),))


def test_a_programme_pays_for_the_days_on_which_the_company_takes_part() -> None:
    until_the_20th = world(PAID, USED, firms=member("voucher", EVER, date(2026, 11, 20)))
    from_the_31st = world(PAID, USED, firms=member("voucher", date(2026, 11, 30)))
    assert [agreed(w).subsidy for w in (until_the_20th, from_the_31st)] == [30000, 0]


def test_what_a_manager_takes_off_reduces_what_a_programme_pays() -> None:
    covering_time = tariff(MILL, subsidies=(programme(60, covers=("time",)),))
    case = world(
        covering_time,
        USED,
        firms=member("voucher", EVER),
        sales=(Sale(company="A", at=at("13:00"), amount=-30000),),
    )
    assert (agreed(case).supply, agreed(case).subsidy) == (30000, 18000)


def test_a_cap_falls_on_each_tax_type_alike() -> None:
    case = world(
        CAPPED,
        floor(("10:00", "13:00"), slots=(slot("A", "10:00", "13:00"),)),
        replace(floor(("10:00", "13:00"), slots=(slot("A", "10:00", "13:00"),)), machine="n"),
    )
    assert (agreed(case).supply, agreed(case).vat) == (100_000, 5000)


def test_each_line_holds_its_tax_as_its_own_tariff_says() -> None:
    later = tariff(MILL, effective_from=date(2026, 11, 15))
    first = tariff(replace(MILL, rate_per_hour=Decimal(33000)), vat=VatMode.INCLUSIVE)
    case = world(
        (first, later),
        floor(
            ("10:00", "12:00"),
            ("2026-11-16T10:00", "2026-11-16T12:00"),
            slots=(A10, slot("A", "2026-11-16T10:00", "2026-11-16T12:00")),
        ),
    )
    assert agreed(case).total == 132_000


def test_a_line_of_ones_own_is_truncated_and_taxed_as_its_day_says() -> None:
    case = world(
        tariff(MILL, vat=VatMode.INCLUSIVE, document_unit=100),
        floor(),
        sales=(Sale(company="A", at=at("13:00"), amount=33333),),
    )
    assert agreed(case).total == 33300


def test_a_session_over_the_edge_is_whole_in_its_months_together() -> None:
    long = floor(
        ("2026-10-29T10:20", "2026-11-01T10:10"),
        slots=(slot("A", "2026-10-29T10:00", "2026-11-01T10:00"),),
    )
    item = replace(MILL, rate_per_hour=Decimal(3000), increment_seconds=3600)
    supplies = [
        agreed(world(item, long, month=Month(2026, number))).supply for number in (9, 10, 11, 12)
    ]
    assert supplies == [0, 185_000, 31_000, 0]
    assert sum(supplies) == 216_000


@pytest.mark.parametrize(
    ("night", "supply"), [("2026-10-25", 180_000 + 60_000), ("2026-03-29", 120_000)]
)
def test_a_window_is_where_the_clock_shows_it(night: str, supply: int) -> None:
    twice = PriceWindow(weekdays=(6,), since=time(2), until=time(3), pct=Decimal(200))
    used = (f"{night}T00:00", f"{night}T05:00")
    case = world(
        replace(MILL, windows=(twice,)),
        floor(used, zone=BERLIN, slots=(slot("A", *used, zone=BERLIN),)),
        zone=BERLIN,
        month=Month(2026, int(night[5:7])),
    )
    assert agreed(case).supply == supply


def test_free_time_is_used_up_whoever_draws_on_it_and_as_what() -> None:
    noon = Hours(weekdays=tuple(range(5)), since=time(9), until=time(18))
    terms = tariff(
        replace(MILL, quota_group="g"),
        quotas=(
            Quota(group="g", seconds=7200, category="a", hours=(noon,)),
            Quota(group="g", seconds=7200),
        ),
    )
    later = ("2026-11-16T10:00", "2026-11-16T12:00")
    case = world(
        terms,
        floor(("10:00", "12:00"), later, slots=(A10, slot("A", *later))),
        firms=(
            Firm(
                name="A",
                categories=(
                    Proof(name="a", since=EVER, until=date(2026, 11, 15)),
                    Proof(name="b", since=date(2026, 11, 15)),
                ),
            ),
        ),
    )
    assert agreed(case).supply == 0


def agreed(case: World) -> Paper:
    """Return A's document, on which the two agree."""
    found = paper(case, case.firms[0])
    assert engine.document(case, case.firms[0]) == found
    return found
