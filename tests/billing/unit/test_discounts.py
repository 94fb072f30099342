"""Discounts of companies of several classes at once, as docs/tariffs.md has them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from gadong.billing.domain.discounts import Discounts, discounts_of
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import CategoryDiscount, ExtraDiscount, ExtrasCombine


def tariff(rule: ExtrasCombine, *extras: tuple[str, str], small: str = "50") -> Tariff:
    return Tariff(
        effective_from=date(2026, 1, 1),
        items=(RateItem(kind="mill", rate_per_hour=Decimal(30_000)),),
        discounts=(CategoryDiscount(category="small-manufacturer", pct=Decimal(small)),),
        extra_discounts=tuple(ExtraDiscount(name=n, pct=Decimal(p)) for n, p in extras),
        extras_combine=rule,
    )


def off(of: Tariff, *proved: str) -> Discounts:
    return discounts_of(of, "small-manufacturer", proved)


@pytest.mark.parametrize(
    ("rule", "category", "extra", "names"),
    [
        (ExtrasCombine.BEST, 50, 30, "조합원"),
        (ExtrasCombine.MULTIPLY, 50, 44, "관내 + 조합원"),
        (ExtrasCombine.ADD, 50, 50, "관내 + 조합원"),
        (ExtrasCombine.GREATEST, 50, 0, ""),
    ],
)
def test_a_small_manufacturer_of_two_more_classes(
    rule: ExtrasCombine, category: int, extra: int, names: str
) -> None:
    found = off(tariff(rule, ("관내", "20"), ("조합원", "30")), "관내", "조합원", "창업")
    assert [found.category, found.extra] == [category, extra]
    assert (found.category_names[0], found.extra_names[0]) == ("소공인", names)


@pytest.mark.parametrize("rule", ExtrasCombine)
def test_one_class_more_is_the_same_by_every_rule_but_the_greatest(rule: ExtrasCombine) -> None:
    found = off(tariff(rule, ("관내", "20")), "관내")
    assert found.extra == (0 if rule is ExtrasCombine.GREATEST else 20)
    assert off(tariff(rule, ("관내", "20"))).extra == 0


@pytest.mark.parametrize(
    ("extra", "category", "taken"), [("49.9", "50", "0"), ("50", "50", "0"), ("50.1", "0", "50.1")]
)
def test_of_all_the_greatest_alone_and_of_equals_the_categorys(
    extra: str, category: str, taken: str
) -> None:
    found = off(tariff(ExtrasCombine.GREATEST, ("관내", extra)), "관내")
    assert (found.category, found.extra) == (Decimal(category), Decimal(taken))


@pytest.mark.parametrize(
    ("second", "together"), [("39.9", "99.9"), ("40", "100"), ("40.1", "100"), ("100", "100")]
)
def test_discounts_that_add_up_take_no_more_than_all(second: str, together: str) -> None:
    found = off(tariff(ExtrasCombine.ADD, ("a", "60"), ("b", second)), "a", "b")
    assert found.extra == Decimal(together)


def test_a_dozen_discounts_multiply_exactly() -> None:
    names = [f"c{n}" for n in range(12)]
    found = off(tariff(ExtrasCombine.MULTIPLY, *((n, "33.333") for n in names)), *names)
    assert Fraction(found.extra) == 100 - 100 * Fraction(66667, 100_000) ** 12


def test_a_class_that_the_tariff_names_twice_counts_once_by_its_greatest() -> None:
    found = off(tariff(ExtrasCombine.ADD, ("a", "10"), ("a", "20"), ("b", "5")), "a", "b")
    assert (found.extra, found.extra_names[0]) == (Decimal(25), "a + b")


def test_a_discount_of_nothing_is_not_named() -> None:
    found = off(tariff(ExtrasCombine.ADD, ("a", "0"), ("b", "5")), "a", "b")
    assert (found.extra, found.extra_names[0]) == (Decimal(5), "b")
