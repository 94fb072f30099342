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
