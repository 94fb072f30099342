"""Every limit of a tariff at its exact value, and every best of several in an order that
contradicts the names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from gadong.billing.domain.rate_terms import CancelTier, NoShowFee, Overrun, PriceWindow, Tier
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import (
    LARGEST,
    Cap,
    CategoryDiscount,
    DayClass,
    ExtraDiscount,
    Hours,
    Quota,
    need_sound,
)
from gadong.core.domain.usage_mode import UsageMode

ITEM = RateItem(machine="mc", rate_per_hour=Decimal(30000))
FIRST = date(2026, 1, 1)


def tariff(**terms: Any) -> Tariff:
    """A tariff of one item."""
    return Tariff(**{"effective_from": FIRST, "items": (ITEM,), **terms})


def extra(name: str, pct: str) -> ExtraDiscount:
    """An extra discount."""
    return ExtraDiscount(name=name, pct=Decimal(pct))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_the_best_extra_discount_is_the_greatest_whatever_it_is_called(
    order: tuple[int, ...],
) -> None:
    every = (extra("alpha", "30"), extra("omega", "20"), extra("beta", "5"))
    found = tariff(extra_discounts=tuple(every[i] for i in order))
    assert found.best_extra({"alpha", "omega", "beta"}) == extra("alpha", "30")
    assert found.best_extra({"omega", "beta"}) == extra("omega", "20")
    assert found.best_extra({"beta", "unheard"}) == extra("beta", "5")
    assert found.best_extra({"unheard"}) is None


def test_a_discount_is_its_own_categorys() -> None:
    found = tariff(
        discounts=(
            CategoryDiscount(category="z", pct=Decimal(10)),
            CategoryDiscount(category="a", pct=Decimal(50)),
        )
    )
    assert [found.discount_for(c) for c in ("z", "a", "m", None)] == [10, 50, 0, 0]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_an_item_is_looked_for_from_the_machine_and_mode_to_the_kind(is_reversed: bool) -> None:
    own = replace(ITEM, usage_mode=UsageMode.ASSISTED, rate_per_hour=Decimal(1))
    kind = replace(ITEM, machine=None, kind="mill", rate_per_hour=Decimal(2))
    kind_own = replace(kind, usage_mode=UsageMode.ASSISTED, rate_per_hour=Decimal(3))
    every = (own, ITEM, kind_own, kind)
    found = tariff(items=every[::-1] if is_reversed else every)
    assert found.items_of("mc", "mill") == [own, ITEM, kind_own, kind]
    assert found.item_for("mc", "mill", UsageMode.ASSISTED) == own
    assert found.item_for("mc", "mill") == ITEM
    assert found.item_for("mc", "mill", UsageMode.COMMISSIONED) == ITEM
    assert found.item_for("other", "mill", UsageMode.ASSISTED) == kind_own
    assert found.item_for("other", "mill") == kind
    assert found.item_for("other", "lathe") is None
    assert replace(found, items=(own,)).item_for("mc", "mill") is None


@pytest.mark.parametrize(
    ("used", "rate", "left"),
    [
        (0, 3, 100),
        (99, 3, 1),
        (100, 2, 50),
        (101, 2, 49),
        (149, 2, 1),
        (150, 1, None),
        (151, 1, None),
    ],
)
def test_a_tier_begins_at_its_second(used: int, rate: int, left: int | None) -> None:
    tiers = (
        Tier(after_seconds=100, rate_per_hour=Decimal(2)),
        Tier(after_seconds=150, rate_per_hour=Decimal(1)),
    )
    item = replace(ITEM, rate_per_hour=Decimal(3), tiers=tiers)
    assert item.rate_after(used) == (Decimal(rate), left)
    assert ITEM.rate_after(used) == (Decimal(30000), None)


def test_a_cap_is_the_categorys_own_before_everybodys() -> None:
    caps = (
        Cap(group="g", amount=5),
        Cap(group="g", amount=9, category="a"),
        Cap(group="h", amount=1, category="b"),
    )
    for ordered in (caps, caps[::-1]):
        found = tariff(caps=ordered)
        assert [found.cap_of("g", c) for c in ("a", "b", None)] == [9, 5, 5]
        assert [found.cap_of("h", c) for c in ("a", "b", None)] == [None, 1, None]
        assert found.cap_of(None, "a") is None
        assert found.cap_of("unheard", "a") is None
    assert tariff(caps=(Cap(group="g", amount=0),)).cap_of("g", None) == 0


def test_free_time_bound_to_hours_comes_first_and_is_of_the_category_or_everybodys() -> None:
    hours = (Hours(weekdays=(0,), since=time(9), until=time(10)),)
    everybodys = Quota(group="g", seconds=1)
    bound = Quota(group="g", seconds=2, category="a", hours=hours)
    own = Quota(group="g", seconds=3, category="a")
    other = Quota(group="g", seconds=4, category="b")
    apart = Quota(group="h", seconds=5)
    found = tariff(quotas=(everybodys, own, other, apart, bound))
    assert found.quotas_of("g", "a") == (bound, own, everybodys)
    assert found.quotas_of("g", None) == (everybodys,)
    assert found.quotas_of(None, "a") == ()


def test_the_order_of_free_time_in_the_tariff_decides_nothing() -> None:
    morning = (Hours(weekdays=(3,), since=time(9), until=time(12)),)
    day = (Hours(weekdays=(3,), since=time(9), until=time(18)),)
    later = (Hours(weekdays=(3,), since=time(10), until=time(13)),)
    narrow, like_it, wide, own, all_ = (
        Quota(group="g", seconds=1, hours=morning),
        Quota(group="g", seconds=2, hours=later),
        Quota(group="g", seconds=3, hours=day, category="a"),
        Quota(group="g", seconds=4, category="a"),
        Quota(group="g", seconds=5),
    )
    for order in permutations((narrow, like_it, wide, own, all_)):
        assert tariff(quotas=order).quotas_of("g", "a") == (narrow, like_it, wide, own, all_)


@pytest.mark.parametrize(
    ("clock", "inside"),
    [("08:59:59", False), ("09:00:00", True), ("17:59:59", True), ("18:00:00", False)],
)
def test_hours_hold_their_first_second_and_not_their_last(clock: str, inside: bool) -> None:
    hours = Hours(weekdays=(3,), since=time(9), until=time(18))
    assert hours.contain(datetime.fromisoformat(f"2026-11-12T{clock}")) is inside
    assert not hours.contain(datetime.fromisoformat(f"2026-11-13T{clock}"))
    to_midnight = Hours(weekdays=(3,), since=time(9), until=time(0))
    assert to_midnight.contain(datetime.fromisoformat(f"2026-11-12T{clock}")) is (clock >= "09")
    assert to_midnight.contain(datetime.fromisoformat("2026-11-12T23:59:59"))
    assert not to_midnight.contain(datetime.fromisoformat("2026-11-13T00:00:00"))


def hour_window(since: int, until: int, **more: Any) -> PriceWindow:
    """A window of whole hours on Mondays."""
    return PriceWindow(
        **{
            "weekdays": (0,),
            "since": time(since),
            "until": time(until),
            "pct": Decimal(130),
            **more,
        }
    )


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (hour_window(9, 12), hour_window(12, 15), False),
        (hour_window(12, 15), hour_window(9, 12), False),
        (hour_window(9, 13), hour_window(12, 15), True),
        (hour_window(12, 15), hour_window(9, 13), True),
        (hour_window(18, 0), hour_window(0, 18), False),
        (hour_window(18, 0), hour_window(23, 0), True),
        (hour_window(9, 13), hour_window(12, 15, weekdays=(1,)), False),
        (hour_window(9, 13), hour_window(12, 15, weekdays=(1, 0)), True),
        (hour_window(9, 13), hour_window(12, 15, days=DayClass.HOLIDAY), False),
    ],
)
def test_windows_may_touch_and_not_overlap(
    one: PriceWindow, other: PriceWindow, overlap: bool
) -> None:
    codes = [p.code for p in tariff(items=(replace(ITEM, windows=(one, other)),)).problems()]
    assert codes == (["tariff.windows_overlap"] if overlap else [])


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        ({}, []),
        ({"items": ()}, [("tariff.no_items", None)]),
        ({"items": (ITEM, ITEM)}, [("tariff.item_twice", "mc")]),
        ({"items": (ITEM, replace(ITEM, usage_mode=UsageMode.SELF))}, []),
        (
            {
                "discounts": (
                    CategoryDiscount(category="b", pct=Decimal(1)),
                    CategoryDiscount(category="a", pct=Decimal(1)),
                    CategoryDiscount(category="b", pct=Decimal(2)),
                )
            },
            [("tariff.discount_twice", "b")],
        ),
        ({"quotas": (Quota(group="g", seconds=1),)}, [("tariff.pool", "g")]),
        ({"caps": (Cap(group="c", amount=1),)}, [("tariff.pool", "c")]),
        ({"items": (replace(ITEM, quota_group="g"),)}, [("tariff.pool", "g")]),
        ({"items": (replace(ITEM, cap_group="c"),)}, [("tariff.pool", "c")]),
        (
            {
                "items": (replace(ITEM, cap_group="c", quota_group="g"),),
                "quotas": (Quota(group="g", seconds=1),),
                "caps": (Cap(group="c", amount=1),),
            },
            [],
        ),
    ],
)
def test_what_is_unfit_to_publish_is_named(terms: dict[str, Any], problems: list[Any]) -> None:
    assert [(p.code, p.actual) for p in tariff(**terms).problems()] == problems


ALLOWED_AND_REFUSED: list[tuple[str, Any, Any]] = [
    ("rate_per_hour", replace(ITEM, rate_per_hour=Decimal(0)), {"rate_per_hour": Decimal(-1)}),
    ("base_fee", replace(ITEM, base_fee=0), {"base_fee": -1}),
    ("minimum_amount", replace(ITEM, minimum_amount=0), {"minimum_amount": -1}),
    ("minimum_seconds", replace(ITEM, minimum_seconds=0), {"minimum_seconds": -1}),
    ("noise_seconds", replace(ITEM, noise_seconds=0), {"noise_seconds": -1}),
    ("idle_pct", replace(ITEM, idle_pct=Decimal(0)), {"idle_pct": Decimal(-1)}),
    ("idle_pct", replace(ITEM, idle_pct=Decimal(100)), {"idle_pct": Decimal(101)}),
    (
        "increment",
        replace(ITEM, increment_seconds=1, increment_grace_seconds=0),
        {"increment_seconds": 0, "increment_grace_seconds": 0},
    ),
    (
        "increment_grace",
        replace(ITEM, increment_grace_seconds=599),
        {"increment_grace_seconds": 600},
    ),
    ("increment_grace", replace(ITEM, increment_grace_seconds=0), {"increment_grace_seconds": -1}),
    ("either a machine", replace(ITEM, machine=None, kind="mill"), {"machine": "mc"}),
    ("either a machine", ITEM, {"machine": None}),
    ("excluded_states", replace(ITEM, excluded_states=("fault",)), {"excluded_states": ("idle",)}),
    (
        "tiers rise",
        replace(
            ITEM,
            tiers=(
                Tier(after_seconds=1, rate_per_hour=Decimal(1)),
                Tier(after_seconds=2, rate_per_hour=Decimal(1)),
            ),
        ),
        {"tiers": (Tier(after_seconds=1, rate_per_hour=Decimal(1)),) * 2},
    ),
    (
        "late_cancel",
        replace(
            ITEM,
            late_cancel=(
                CancelTier(lead_seconds=0, pct=Decimal(1)),
                CancelTier(lead_seconds=1, pct=Decimal(1)),
            ),
        ),
        {"late_cancel": (CancelTier(lead_seconds=1, pct=Decimal(1)),) * 2},
    ),
]


@pytest.mark.parametrize(("named", "allowed", "refused"), ALLOWED_AND_REFUSED)
def test_a_field_of_an_item_is_refused_beyond_its_limit(
    named: str, allowed: RateItem, refused: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=named):
        replace(allowed, **refused)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (NoShowFee, {"pct": Decimal(0)}, {"pct": Decimal(-1)}),
        (NoShowFee, {"pct": Decimal(100)}, {"pct": Decimal(101)}),
        (
            CancelTier,
            {"lead_seconds": 0, "pct": Decimal(0)},
            {"lead_seconds": -1, "pct": Decimal(0)},
        ),
        (
            CancelTier,
            {"lead_seconds": 0, "pct": Decimal(100)},
            {"lead_seconds": 0, "pct": Decimal(101)},
        ),
        (Overrun, {"grace_seconds": 0}, {"grace_seconds": -1}),
        (Overrun, {"flat": 0}, {"flat": -1}),
        (Overrun, {"pct_free_slot": Decimal(0)}, {"pct_free_slot": Decimal(-1)}),
        (Overrun, {"pct_encroach": Decimal(0)}, {"pct_encroach": Decimal(-1)}),
        (
            Tier,
            {"after_seconds": 1, "rate_per_hour": Decimal(0)},
            {"after_seconds": 0, "rate_per_hour": Decimal(0)},
        ),
        (
            Tier,
            {"after_seconds": 1, "rate_per_hour": Decimal(0)},
            {"after_seconds": 1, "rate_per_hour": Decimal(-1)},
        ),
        (Quota, {"group": "g", "seconds": 1}, {"group": "g", "seconds": 0}),
        (Cap, {"group": "g", "amount": 0}, {"group": "g", "amount": -1}),
        (ExtraDiscount, {"name": "n", "pct": Decimal(100)}, {"name": "n", "pct": Decimal(101)}),
        (
            CategoryDiscount,
            {"category": "n", "pct": Decimal(0)},
            {"category": "n", "pct": Decimal(-1)},
        ),
        (
            Subsidy,
            {"name": "n", "payer": "p", "pct": Decimal(100), "monthly_cap": 0, "budget": 0},
            {"name": "n", "payer": "p", "pct": Decimal(100), "monthly_cap": 0, "budget": -1},
        ),
        (
            Subsidy,
            {"name": "n", "payer": "p", "pct": Decimal(0), "monthly_cap": 0},
            {"name": "n", "payer": "p", "pct": Decimal(0), "monthly_cap": -1},
        ),
        (Cap, {"group": "g", "amount": LARGEST}, {"group": "g", "amount": LARGEST + 1}),
    ],
)
def test_a_term_is_refused_beyond_its_limit(
    kind: Any, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    need_sound(kind(**good))
    with pytest.raises(ValueError, match=r"\w"):
        kind(**bad)


def test_a_document_is_truncated_to_one_ten_or_a_hundred_won() -> None:
    assert [tariff(document_unit=u).document_unit for u in (1, 10, 100)] == [1, 10, 100]
    for unit in (0, 2, 1000):
        with pytest.raises(ValueError, match="document_unit"):
            tariff(document_unit=unit)
