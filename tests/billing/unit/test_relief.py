"""The reductions from a document's list price to its charges, to the won."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.relief import relief
from gadong.billing.domain.statement import totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.core.domain.charge_component import Component
from tests.support.billing.relief import charge


def test_each_part_is_what_it_says() -> None:
    lines = [
        charge(Component.TIME, 100_000, discount_pct=Decimal(50), extra_pct=Decimal(30)),
        charge(Component.TIME, 30_000, quota_seconds=3600, rate_per_hour=Decimal(3000)),
        charge(Component.TIME, 0, quota_seconds=1800, rate_per_hour=Decimal(1000), seats=3),
        charge(Component.SURCHARGE, 8_000, waived="사유"),
        charge(Component.CAP, -15_000),
        charge(Component.OTHER, -2_000),
        charge(Component.NO_SHOW, 12_504),
    ]
    found = relief(lines, totals(lines, unit=10))
    assert found.listed == 100_000 + 30_000 + 3_000 + 1_500 + 8_000 + 12_504
    assert (found.free, found.category, found.extra) == (4_500, 50_000, 15_000)
    assert (found.cap, found.waived, found.rounded) == (15_000, 10_000, 4)
    assert found.charged == 35_000 + 30_000 - 15_000 - 2_000 + 12_500
    assert found.granted == found.listed - found.charged


PERCENT = st.integers(min_value=0, max_value=100).map(Decimal)
CHARGES = st.builds(
    charge,
    st.sampled_from([c for c in Component if c is not Component.CAP]),
    st.integers(min_value=0, max_value=900_000),
    discount_pct=PERCENT,
    extra_pct=PERCENT,
    quota_seconds=st.integers(min_value=0, max_value=90_000),
    rate_per_hour=st.integers(min_value=0, max_value=90_000).map(Decimal),
    waived=st.sampled_from(["", "사유"]),
)


@given(st.lists(CHARGES, max_size=8), st.sampled_from([1, 10, 100]), PERCENT)
def test_the_parts_are_the_whole_to_the_won(lines: list[Charge], unit: int, pct: Decimal) -> None:
    programme = Subsidy(name="p", payer="도", pct=pct, monthly_cap=100_000)
    sums = totals(lines, unit=unit, subsidy=programme)
    found = relief(lines, sums)
    taken = found.free + found.category + found.extra + found.cap + found.waived + found.rounded
    assert found.listed - taken == found.charged == sums.lines + sums.truncation
    # Each line and each of the sums is floored once: no more than a won each, and the document's
    # own unit.
    assert 0 <= found.rounded < len(lines) + 4 + unit
    assert found.granted == found.listed - found.charged + sums.subsidy
