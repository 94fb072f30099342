"""Items of a tax invoice: together they are the taxable supply and the tax, and none is below
nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.statement import totals
from gadong.billing.domain.tariff_terms import VatMode
from gadong.billing.domain.tax_invoice import MOST_ITEMS, items
from gadong.core.domain.charge_component import Component
from tests.support.billing.relief import charge

KINDS = (
    Component.TIME,
    Component.MATERIAL,
    Component.OPERATOR,
    Component.TRAINING,
    Component.COMMISSION,
    Component.OTHER,
)


def lines(*amounts: int, mode: VatMode = VatMode.EXCLUSIVE) -> list[Charge]:
    """Return a line of each kind with the amounts, in the order of the kinds."""
    return [
        replace(charge(kind, amount), key=str(kind), amount=amount, vat_mode=mode)
        for kind, amount in zip(KINDS, amounts, strict=False)
    ]


@pytest.mark.parametrize(
    ("kindness", "supplies"),
    [
        (-9_990, {"장비사용료": 40_010, "재료비": 40_000}),
        (-49_990, {"장비사용료": 10, "재료비": 40_000}),
        # Nothing is left of the greatest, and then less than nothing: the next bears the rest.
        (-50_000, {"재료비": 40_000}),
        (-50_010, {"재료비": 39_990}),
        (-89_990, {"재료비": 10}),
        (-90_000, {}),
    ],
)
def test_a_kindness_goes_on_to_the_next_item(kindness: int, supplies: dict[str, int]) -> None:
    every = lines(50_000, 40_000, 0, 0, 0, kindness)
    found = items(every, totals(every, unit=10))
    assert {i.name: i.supply for i in found} == supplies
    assert {i.name: i.vat for i in found} == {
        name: supply // 10 for name, supply in supplies.items()
    }


@given(
    st.lists(st.integers(0, 90_000), min_size=5, max_size=5),
    st.integers(-200_000, 0),
    st.sampled_from(VatMode),
    st.sampled_from([1, 10, 100]),
)
def test_items_are_the_taxable_supply_and_none_is_below_nothing(
    amounts: list[int], kindness: int, mode: VatMode, unit: int
) -> None:
    every = lines(*amounts, kindness, mode=mode)
    sums = totals(every, unit=unit)
    found = items(every, sums)
    assert len(found) <= MOST_ITEMS
    assert all(i.supply >= 0 and i.vat >= 0 for i in found)
    if sums.taxable > 0:
        assert sum(i.supply for i in found) == sums.taxable
        assert sum(i.vat for i in found) == sums.vat
    else:
        assert found == ()


MODES = (VatMode.EXCLUSIVE, VatMode.INCLUSIVE)


@pytest.mark.parametrize(
    ("inside", "beside", "found"),
    [
        # Supply 11 and tax 1 within 12 won; beside -9 won a tax of -0.9, floored: none is left.
        (12, -9, [("장비사용료", 2, 0)]),
        (20, -11, []),
        # Lines that add up to nothing: -20 won hold -2, and 20 won bear 2.
        (-20, 20, [("장비사용료", 2, 0)]),
        (-9, 9, []),
    ],
)
def test_prices_with_and_without_the_tax_on_one_document(
    inside: int, beside: int, found: list[tuple[str, int, int]]
) -> None:
    every = [
        replace(charge(Component.TIME, amount), key=mode, amount=amount, vat_mode=mode)
        for amount, mode in ((inside, VatMode.INCLUSIVE), (beside, VatMode.EXCLUSIVE))
    ]
    sums = totals(every, unit=1)
    assert [(i.name, i.supply, i.vat) for i in items(every, sums)] == found
    assert (sums.taxable > 0, sums.vat < 0) == (True, not found)


@given(
    st.lists(
        st.tuples(st.integers(-90_000, 90_000), st.sampled_from(MODES), st.sampled_from(KINDS)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([1, 10, 100]),
)
def test_items_of_mixed_prices_are_the_document_or_none(
    parts: list[tuple[int, VatMode, Component]], unit: int
) -> None:
    every = [
        replace(charge(kind, amount), key=str(at), amount=amount, vat_mode=mode)
        for at, (amount, mode, kind) in enumerate(parts)
    ]
    sums = totals(every, unit=unit)
    found = items(every, sums)
    if sums.taxable <= 0 or sums.vat < 0:
        assert found == ()
    else:
        assert all(i.supply >= 0 and i.vat >= 0 for i in found)
        assert (sum(i.supply for i in found), sum(i.vat for i in found)) == (
            sums.taxable,
            sums.vat,
        )
