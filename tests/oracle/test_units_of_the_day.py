"""Half days, shifts and nights: the figures of docs/tariffs.md, by the oracle and the engine."""

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
    DayUnit,
    NoShowFee,
    Overrun,
    PriceWindow,
)
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import Cap, CategoryDiscount
from gadong.core.domain.calendar import Month
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.observation import Observed
from tests.oracle import engine
from tests.oracle.agreement import lost_at_the_edge, not_by_their_traces
from tests.oracle.cases import at, cancelled, floor, slot, stay, tariff, world
from tests.oracle.paper import paper
from tests.oracle.world import Firm, Floor, Proof, Slot, Stretch, Word, World


def unit(since: str, until: str, price: int, further: int | None = None) -> DayUnit:
    """Return a unit of the day's clock."""
    return DayUnit(
        name_ko="단위",
        name_en="unit",
        since=time.fromisoformat(since),
        until=time.fromisoformat(until),
        price=Decimal(price),
        further_price=None if further is None else Decimal(further),
    )


#: A studio by half days of 30,000, of which the second of a day costs 20,000; 10,000 an hour else.
STUDIO = RateItem(
    machine="m",
    rate_per_hour=Decimal(10_000),
    basis=Basis.BOOKED,
    units=(unit("09:00", "13:00", 30_000, 20_000), unit("13:00", "18:00", 30_000, 20_000)),
)
#: A plant by shifts of 200,000, at night 260,000.
PLANT = replace(
    STUDIO,
    rate_per_hour=Decimal(0),
    units=(
        unit("06:00", "14:00", 200_000),
        unit("14:00", "22:00", 200_000),
        unit("22:00", "06:00", 260_000),
    ),
)
BERLIN = ZoneInfo("Europe/Berlin")
SMALL = Proof(name="small", since=date(2026, 1, 1))
FIRMS = (Firm(name="A", categories=(SMALL,)), Firm(name="B"), Firm(name="C"))


def room(*slots: Slot, **more: Any) -> Floor:
    """Return a room that nothing observes."""
    silent = Stretch(start=at("2026-10-10T00:00"), end=at("2026-12-20T00:00"), state=State.UNKNOWN)
    terms = {"stretches": (silent,), "observed": Observed.NEITHER, **more}
    return Floor(machine="m", slots=slots, **terms)


def won(world: World) -> dict[str, int]:
    """Return the sum of each company's lines, on which the oracle and the engine agree."""
    found = {}
    for firm in world.firms:
        ours = paper(world, firm)
        assert engine.document(world, firm) == ours
        found[firm.name] = sum(amount for *_, amount in ours.lines)
    assert not_by_their_traces(world) == []
    assert lost_at_the_edge(world) == []
    return {name: amount for name, amount in found.items() if amount}


@pytest.mark.parametrize(
    ("start", "end", "owed"),
    [
        ("09:00", "13:00", 30_000),
        ("10:00", "12:00", 30_000),  # a part of a half day is a half day
        ("09:00", "13:30", 50_000),  # both are touched
        ("09:00", "18:00", 50_000),  # so the whole day is cheaper than two half days
        ("12:00", "13:01", 30_000),  # a minute is within the grace of a minute
        ("12:00", "13:02", 50_000),
        ("12:58", "14:00", 50_000),
        ("18:00", "19:00", 10_000),  # in no unit: by the hour
        ("17:00", "19:00", 40_000),
        ("08:00", "09:30", 40_000),
        ("17:00", "18:01", 30_000),  # outside, whole blocks with their grace
        ("17:00", "18:02", 31_666),
        ("06:00", "20:00", 100_000),
    ],
)
def test_half_days_that_a_booking_touches_are_owed(start: str, end: str, owed: int) -> None:
    assert won(world(STUDIO, room(slot("A", start, end)))) == {"A": owed}


@pytest.mark.parametrize(
    ("start", "end", "owed"),
    [
        ("06:00", "13:00", 200_000),  # seven hours are a shift
        ("13:00", "15:00", 400_000),  # two hours, two shifts
        ("20:00", "2026-11-13T07:00", 200_000 + 260_000 + 200_000),
        ("2026-11-12T02:00", "05:00", 260_000),  # the night that began the evening before
    ],
)
def test_shifts_that_a_booking_touches_are_owed(start: str, end: str, owed: int) -> None:
    assert won(world(PLANT, room(slot("A", start, end)))) == {"A": owed}


def test_a_company_owes_a_unit_once_and_another_company_for_itself() -> None:
    ours = slot("A", "09:00", "10:00"), slot("A", "11:00", "13:00"), slot("A", "14:00", "15:00")
    theirs = (slot("B", "10:00", "11:00"),)
    assert won(world(STUDIO, room(*ours, *theirs))) == {"A": 50_000, "B": 30_000}


def test_each_day_has_its_first_unit() -> None:
    days = slot("A", "14:00", "15:00"), slot("A", "2026-11-13T09:00", "2026-11-13T10:00")
    assert won(world(STUDIO, room(*days))) == {"A": 60_000}


NIGHT = unit("22:00", "06:00", 260_000)


def from_the_12th(old: RateItem, new: RateItem) -> tuple[Tariff, Tariff]:
    """Return the tariff of an item and the one that follows it on the example day."""
    return tariff(old), tariff(new, effective_from=date(2026, 11, 12))


@pytest.mark.parametrize(
    ("then", "booked", "owed"),
    [
        # The same hours are one unit, which has the price by which the first session goes.
        (
            unit("22:00", "06:00", 280_000),
            [("2026-11-11T23:00", "2026-11-12T00:00"), ("02:00", "03:00")],
            260_000,
        ),
        (unit("22:00", "06:00", 280_000), [("02:00", "03:00")], 280_000),
        # Other hours are another one, though it begins with the first.
        (
            unit("22:00", "02:30", 90_000),
            [("2026-11-11T23:00", "2026-11-12T00:00"), ("02:00", "03:00")],
            260_000 + 90_000 + 5_000,
        ),
    ],
)
def test_a_unit_is_its_hours_whichever_tariff_has_it(
    then: DayUnit, booked: list[tuple[str, str]], owed: int
) -> None:
    old, new = replace(STUDIO, units=(NIGHT,)), replace(STUDIO, units=(then,))
    slots = [slot("A", *of) for of in booked]
    assert won(world(from_the_12th(old, new), room(*slots))) == {"A": owed}


@pytest.mark.parametrize(
    ("named", "owed"),
    [
        ({"machine": "m"}, 260_000),
        ({"machine": None, "kind": "mill"}, 260_000),
        # An item of one mode alone has units of its own.
        ({"machine": "m", "usage_mode": UsageMode.SELF}, 260_000 + 280_000),
    ],
)
def test_a_unit_is_of_its_machine_however_its_item_is_named(
    named: dict[str, Any], owed: int
) -> None:
    old = replace(STUDIO, machine=None, kind="mill", units=(NIGHT,))
    terms = {"machine": "m", "kind": None, **named}
    new = replace(STUDIO, **terms, units=(unit("22:00", "06:00", 280_000),))
    slots = slot("A", "2026-11-11T23:00", "2026-11-12T00:00"), slot("A", "02:00", "03:00")
    assert won(world(from_the_12th(old, new), room(*slots))) == {"A": owed}


def test_a_new_tariffs_day_is_not_the_hour_of_the_old_one_that_began_with_it() -> None:
    hour = replace(STUDIO, units=(unit("00:00", "01:00", 5_000),))
    day = replace(STUDIO, units=(unit("00:00", "00:00", 50_001),))
    booked = slot("A", "2026-11-11T23:00", "01:00"), slot("A", "01:00", "03:00")
    each = {"A": 10_000 + 5_000 + 50_001}
    assert won(world(from_the_12th(hour, day), room(*booked))) == each


def test_seats_are_beside_each_other_and_each_booking_owes_its_own() -> None:
    item = replace(STUDIO, by_seat=True)
    mine = [slot("A", a, b, seats=n, shares=True) for a, b, n in (("09:00", "11:00", 3),)]
    mine.append(slot("A", "11:00", "13:00", seats=2, shares=True))
    assert won(world(item, room(*mine))) == {"A": 150_000}


@pytest.mark.parametrize(
    ("left", "pct", "owed"),
    [
        ("13:10", 150, 30_000),  # within the grace of an overrun no other unit is owed
        ("13:11", 150, 50_000),
        ("13:11", 100, 50_000),
    ],
)
def test_staying_on_owes_the_next_unit_once_it_is_an_overrun(
    left: str, pct: int, owed: int
) -> None:
    item = replace(STUDIO, basis=Basis.HULL, overrun=Overrun(pct_encroach=Decimal(pct)))
    mine = slot("A", "09:00", "13:00")
    stays = (stay("A", "09:00", left, of=mine),)
    assert won(world(item, room(mine, stays=stays))) == {"A": owed}
    # In another's time: the unit at 150 %, of which 50 % are a surcharge.
    other = slot("B", "13:00", "18:00")
    extra = (owed - 30_000) * (pct - 100) // 100
    both = room(mine, other, stays=(*stays, stay("B", "13:30", "18:00", of=other)))
    assert won(world(item, both)) == {"A": owed + extra, "B": 30_000}


@pytest.mark.parametrize(
    ("pct", "alone", "owed"),
    [
        (0, 30_000, 50_000),
        (50, 40_000, 50_000),  # the overrun's half of 20,000, and the rest of it
        (100, 50_000, 50_000),
        (150, 60_000, 60_000),
    ],
)
def test_a_cheap_overrun_gives_no_unit_away(pct: int, alone: int, owed: int) -> None:
    item = replace(STUDIO, basis=Basis.HULL, overrun=Overrun(pct_free_slot=Decimal(pct)))
    mine, again = slot("A", "09:00", "13:00"), slot("A", "15:00", "17:00")
    late, use = stay("A", "09:00", "13:20", of=mine), stay("A", "15:00", "17:00", of=again)
    assert won(world(item, room(mine, stays=(late,)))) == {"A": alone}
    assert won(world(item, room(mine, again, stays=(late, use)))) == {"A": owed}


def test_a_cheap_overrun_makes_no_other_unit_a_further_one() -> None:
    # Booked before all units, and out 20 minutes late: 10,000 the hour, and half of 30,000.
    item = replace(STUDIO, basis=Basis.HULL, overrun=Overrun(pct_free_slot=Decimal(50)))
    mine, again = slot("A", "08:00", "09:00"), slot("A", "15:00", "17:00")
    stays = (stay("A", "08:00", "09:20", of=mine), stay("A", "15:00", "17:00", of=again))
    assert won(world(item, room(mine, again, stays=stays))) == {"A": 10_000 + 15_000 + 30_000}


@pytest.mark.parametrize(
    ("ran", "owed"),
    [
        (("11:00", "12:00"), 30_000),
        (("11:00", "13:10"), 30_000),
        (("11:00", "13:11"), 50_000),
        (("09:00", "10:00"), 30_000),  # an early end is no half of a half day
    ],
)
def test_running_time_owes_the_units_that_it_lies_in(ran: tuple[str, str], owed: int) -> None:
    item = replace(STUDIO, basis=Basis.ACTUAL_RUN)
    mine = floor(ran, slots=(slot("A", "09:00", "13:00"),))
    assert won(world(item, mine)) == {"A": owed}


@pytest.mark.parametrize(
    ("month", "owed"), [(Month(2026, 11), 260_000), (Month(2026, 12), 200_000)]
)
def test_a_night_over_the_months_edge_is_of_the_month_of_its_first_second(
    month: Month, owed: int
) -> None:
    over = slot("A", "2026-11-30T23:00", "2026-12-01T07:00")
    assert won(world(PLANT, room(over), month=month)) == {"A": owed}
    # Another booking of the same night is in the night that is owed.
    more = slot("A", "2026-12-01T05:00", "2026-12-01T06:00")
    over = slot("A", "2026-11-30T23:00", "2026-12-01T04:00")
    left = {"A": owed} if month == Month(2026, 11) else {}
    assert won(world(PLANT, room(over, more), month=month)) == left
    # A booking after the edge, with no time before it, is of its month.
    late = slot("A", "2026-12-01T01:00", "2026-12-01T04:00")
    alone = {} if month == Month(2026, 11) else {"A": 260_000}
    assert won(world(PLANT, room(late), month=month)) == alone


@pytest.mark.parametrize(
    ("day", "month"), [("2026-10-25", Month(2026, 10)), ("2026-03-29", Month(2026, 3))]
)
def test_a_night_on_which_clocks_jump_is_one_night(day: str, month: Month) -> None:
    nights = replace(PLANT, units=(unit("22:00", "06:00", 260_000),), rate_per_hour=Decimal(6_000))
    night = slot("A", f"{day}T00:00", f"{day}T07:00", zone=BERLIN)
    mine = Floor(
        machine="m",
        slots=(night,),
        observed=Observed.NEITHER,
        stretches=(
            Stretch(start=night.start - 900_000, end=night.end + 900_000, state=State.UNKNOWN),
        ),
    )
    found = world(nights, mine, zone=BERLIN, month=month)
    assert won(found) == {"A": 266_000}


def test_hours_of_the_week_price_a_unit_by_its_start() -> None:
    thursday = PriceWindow(weekdays=(3,), since=time(22), until=time(0), pct=Decimal(150))
    item = replace(PLANT, windows=(thursday,))
    # 12 November is a Thursday; the night of the Wednesday has its own price.
    nights = slot("A", "02:00", "05:00"), slot("A", "2026-11-13T01:00", "2026-11-13T04:00")
    assert won(world(item, room(*nights))) == {"A": 260_000 + 390_000}


def test_discounts_and_caps_are_of_won() -> None:
    half = CategoryDiscount(category="small", pct=Decimal(50))
    terms = tariff(replace(STUDIO, cap_group="most"), discounts=(half,))
    terms = replace(terms, caps=(Cap(group="most", amount=24_000),))
    both = slot("A", "09:00", "18:00"), slot("B", "2026-11-13T09:00", "2026-11-13T10:00")
    assert won(world(terms, room(*both), firms=FIRMS)) == {"A": 24_000, "B": 24_000}
    free = replace(terms, caps=(), items=(STUDIO,))
    assert won(world(free, room(*both), firms=FIRMS)) == {"A": 25_000, "B": 30_000}


def test_fees_are_of_the_units_that_the_booking_would_have_owed() -> None:
    late = (CancelTier(lead_seconds=3600, pct=Decimal(50)),)
    item = replace(STUDIO, late_cancel=late, no_show=NoShowFee(pct=Decimal(100)))
    given_up = cancelled("A", "09:00", "13:30", "08:00")
    assert won(world(item, room(given_up))) == {"A": 25_000}
    # Others used 90 of its 270 minutes: two thirds are left.
    theirs = slot("B", "09:00", "10:30")
    assert won(world(item, room(given_up, theirs))) == {"A": 16_666, "B": 30_000}
    # The machine stood still, and nobody came: the whole of both.
    idle = floor(slots=(slot("A", "09:00", "13:30"),))
    assert won(world(item, idle)) == {"A": 50_000}


def test_a_least_amount_and_a_base_fee_are_of_the_session() -> None:
    item = replace(STUDIO, base_fee=1_000, minimum_amount=35_000)
    two = slot("A", "09:00", "10:00"), slot("A", "11:00", "12:00")
    # The second session owes no unit: 1,000, and 34,000 up to the least amount.
    assert won(world(item, room(*two))) == {"A": 35_000 + 35_000}


def test_parts_of_a_booking_are_of_its_units() -> None:
    ours = slot("A", "09:00", "13:30", parts=(("A", 2), ("B", 1)))
    assert won(world(STUDIO, room(ours))) == {"A": 33_333, "B": 16_667}


@pytest.mark.parametrize(
    ("seconds", "owed"), [(0, 0), (1, 30_000), (4 * 3600, 30_000), (4 * 3600 + 1, 50_000)]
)
def test_decided_seconds_owe_the_units_that_they_lie_in(seconds: int, owed: int) -> None:
    mine = slot("A", "09:00", "13:30")
    decided = Word(slot=mine.name, seconds=seconds)
    found = world(STUDIO, room(mine, words=(decided,)))
    assert won(found) == ({"A": owed} if owed else {})


def test_decided_seconds_beyond_what_was_booked_owe_no_other_unit() -> None:
    mine = slot("A", "09:00", "13:00")
    found = world(STUDIO, room(mine, words=(Word(slot=mine.name, seconds=6 * 3600),)))
    assert won(found) == {"A": 30_000}
