"""Units of the day's clock: their limits, the tariffs that keep their digest, and their figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.documents.line_figures import OF_DAY, ONCE, figures
from gadong.billing.domain.rate_terms import DayUnit, Tier
from gadong.billing.domain.rating.portion import Portion, UnitCount
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import Quota, TaxType
from gadong.core.domain.charge_component import Component
from gadong.core.domain.document import canonical, from_document, plain
from tests.support.golden import KST, TRACE, between

ITEM = RateItem(machine="mc", rate_per_hour=Decimal(10_000))


def unit(since: str, until: str, **more: Any) -> DayUnit:
    """A unit of the day's clock."""
    terms = {"name_ko": "반일", "name_en": "half day", "price": Decimal(30_000), **more}
    return DayUnit(since=time.fromisoformat(since), until=time.fromisoformat(until), **terms)


def tariff(item: RateItem, **terms: Any) -> Tariff:
    """A tariff of one item."""
    return Tariff(effective_from=date(2026, 1, 1), items=(item,), **terms)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("09:00", "13:00"), ("13:00", "18:00"), False),
        (("09:00", "13:01"), ("13:00", "18:00"), True),
        (("22:00", "06:00"), ("06:00", "14:00"), False),
        (("22:00", "06:01"), ("06:00", "14:00"), True),
        (("22:00", "06:00"), ("14:00", "22:00"), False),
        (("22:00", "06:00"), ("14:00", "22:01"), True),
        (("22:00", "06:00"), ("23:00", "00:00"), True),
        (("00:00", "00:00"), ("12:00", "13:00"), True),
        (("22:00", "00:00"), ("00:00", "06:00"), False),
        (("22:00", "06:00"), ("20:00", "02:00"), True),
    ],
)
def test_units_may_touch_and_not_overlap(
    one: tuple[str, str], other: tuple[str, str], overlap: bool
) -> None:
    for both in ((one, other), (other, one)):
        item = replace(ITEM, units=tuple(unit(*x) for x in both))
        codes = [p.code for p in tariff(item).problems()]
        assert codes == (["tariff.units_overlap"] if overlap else [])


@pytest.mark.parametrize(
    "terms",
    [
        {"tiers": (Tier(after_seconds=1, rate_per_hour=Decimal(1)),)},
        {"minimum_seconds": 1},
        {"idle_pct": Decimal(99)},
        {"quota_group": "g"},
    ],
)
def test_terms_of_seconds_are_refused_beside_units(terms: dict[str, Any]) -> None:
    quotas = (Quota(group="g", seconds=1),) if "quota_group" in terms else ()
    for units, codes in (
        ((unit("09:00", "13:00"),), [("tariff.unit_terms", "mc")]),
        ((), []),
    ):
        found = tariff(replace(ITEM, units=units, **terms), quotas=quotas)
        assert [(p.code, p.actual) for p in found.problems()] == codes


def test_a_unit_says_what_it_is() -> None:
    for terms in ({"name_ko": ""}, {"name_en": ""}, {"price": Decimal(-1)}):
        with pytest.raises(ValueError, match="unit"):
            unit("09:00", "13:00", **terms)
    with pytest.raises(ValueError, match="negative"):
        unit("09:00", "13:00", further_price=Decimal("-0.1"))
    assert unit("09:00", "13:00").price_of(2) == 30_000
    further = unit("09:00", "13:00", further_price=Decimal(0))
    assert [further.price_of(n) for n in (1, 2, 3)] == [30_000, 0, 0]


def test_a_tariff_without_units_is_kept_as_before_there_were_units() -> None:
    assert "units" not in plain(tariff(ITEM))["items"][0]
    assert b"units" not in canonical(tariff(ITEM))
    portion = Portion(60, Decimal(100), Decimal(1))
    assert plain(portion) == {"seconds": 60, "pct": "100", "rate_per_hour": "1"}
    half_days = tariff(replace(ITEM, units=(unit("09:00", "13:00"),)))
    assert from_document(Tariff, plain(half_days)) == half_days


def line(*parts: Portion, gross: int, seats: int = 1) -> Charge:
    """A line of use by units."""
    trace = replace(
        TRACE,
        parts=parts,
        gross=str(gross),
        seats=seats,
        measured_seconds=5400,
        billed_seconds=5400,
        discount_pct=Decimal(0),
        periods=(between("12:00", "13:30"),),
    )
    return Charge(
        key="k",
        component=Component.TIME,
        amount=gross,
        tax_type=TaxType.TAXABLE_10,
        trace=trace,
    )


def units(count: int, price: int, name: str = "반일", pct: int = 100) -> Portion:
    """Units of a name at a price."""
    named = UnitCount(name_ko=name, name_en="half day", count=count, price=Decimal(price))
    return Portion(0, Decimal(pct), Decimal(0), units=named)


@pytest.mark.parametrize(
    ("charge", "quantity", "called", "price"),
    [
        (line(units(2, 30_000), gross=60_000), 2, "반일", 30_000),
        (line(units(2, 30_000), gross=180_000, seats=3), 2, "반일", 90_000),
        (line(units(1, 30_000, pct=50), gross=15_000), 1, "반일", 15_000),
        # Two prices: the sentence has them.
        (line(units(1, 30_000), units(1, 20_000), gross=50_000), 2, "반일", None),
        (line(units(0, 30_000), gross=0), 0, "반일", 30_000),
        # Two names, or hours beside units, are one lot.
        (line(units(1, 30_000), units(1, 40_000, "야간"), gross=70_000), 1, ONCE, 70_000),
        (
            line(units(1, 30_000), Portion(3600, Decimal(100), Decimal(10_000)), gross=40_000),
            1,
            ONCE,
            40_000,
        ),
    ],
)
def test_a_line_counts_units_by_their_name(
    charge: Charge, quantity: int, called: str, price: int | None
) -> None:
    found = figures(charge, KST)
    assert (found.quantity, found.unit_price) == (Fraction(quantity), price)
    assert (found.names or (found.unit,))[0] == called
    assert (found.unit == OF_DAY) is (called != ONCE)


def test_a_sentence_says_the_units_and_their_prices() -> None:
    both = sentences(line(units(1, 30_000), units(1, 20_000), gross=50_000), KST)
    assert both.ko.endswith("90분 → 반일 1 × 30,000원 + 반일 1 × 20,000원")
    assert both.en.endswith("1 × half day at KRW 30,000 + 1 × half day at KRW 20,000")
    owed = sentences(line(units(0, 30_000), gross=0), KST)
    assert owed.ko.endswith("반일 0 × 30,000원 (이미 청구한 단위)")
    assert owed.en.endswith("0 × half day at KRW 30,000 (charged already)")
