"""A correction is the difference of two readings of a month: nothing of the same, once and no more,
and they add up.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.correction import (
    Difference,
    Direction,
    PayerChange,
    difference,
    payer_changes,
)
from gadong.billing.domain.statement import Line, PayerShare, Totals, totals
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.domain.charge_component import Component
from tests.support.billing.relief import charge

#: A month as the keys of its lines and their amounts.
Month = dict[str, int]
MONTHS = st.dictionaries(st.sampled_from("abcdef"), st.integers(-50_000, 900_000), max_size=6)


def lines(month: Month) -> list[Line]:
    """The month's lines."""
    return [
        Line(
            charge=replace(charge(Component.OTHER, amount), key=key, amount=amount),
            machine="",
            machine_name="",
            sentence_ko="",
            sentence_en="",
        )
        for key, amount in sorted(month.items())
    ]


def between(was: Month, now: Month) -> Difference:
    """Return the difference between two months."""
    before, after = lines(was), lines(now)
    sums = [totals([line.charge for line in of], unit=10) for of in (before, after)]
    return difference(before, sums[0], after, sums[1])


def applied(month: Month, found: Difference) -> Month:
    """The month with the changes made."""
    kept = {**month}
    for change in found.changes:
        if change.now is None:
            kept.pop(change.key, None)
        else:
            kept[change.key] = change.now
    return kept


def test_each_change_says_what_its_line_was_and_is() -> None:
    found = between({"a": 1_000, "b": 2_000, "c": 3_000}, {"d": 500, "a": 1_000, "c": 4_000})
    taxed = TaxType.TAXABLE_10
    assert [(c.key, c.was, c.now, c.line.charge.amount, c.was_tax_type) for c in found.changes] == [
        ("c", 3_000, 4_000, 4_000, taxed),
        ("d", None, 500, 500, None),
        ("b", 2_000, None, 2_000, taxed),
    ]


def shared(*parts: tuple[str, str, int]) -> Totals:
    """Return the sums of a document of 200,000 won whose programmes pay these parts."""
    terms = PayerShare(programme="", payer="", pct=Decimal(50), eligible=0, limit=0, amount=0)
    return replace(
        totals([], unit=1),
        total=200_000,
        subsidy=sum(amount for *_, amount in parts),
        shares=tuple(
            replace(terms, programme=name, payer=payer, amount=amount)
            for name, payer, amount in parts
        ),
    )


def test_each_programmes_part_is_named_before_and_after() -> None:
    was = shared(("바우처", "경남", 40_000), ("바우처", "경남", 20_000), ("시험", "도", 5_000))
    now = shared(("바우처", "경남", 50_000), ("바우처", "시", 7_000))
    parts = (
        PayerChange(programme="바우처", payer="경남", was=60_000, now=50_000),
        PayerChange(programme="시험", payer="도", was=5_000, now=0),
        PayerChange(programme="바우처", payer="시", was=0, now=7_000),
    )
    assert payer_changes(was, now) == parts
    found = difference([], was, [], now)
    assert (found.payers, found.is_any, found.is_material) == (parts, True, True)


def test_the_one_programme_of_an_older_document_is_its_part() -> None:
    """Documents of engines before 5 name their programme and no shares."""
    was = replace(totals([], unit=1), programme="바우처", payer="경남", subsidy=30_000)
    now = shared(("바우처", "경남", 30_000))
    (part,) = payer_changes(was, now)
    assert part == PayerChange(programme="바우처", payer="경남", was=30_000, now=30_000)
    assert payer_changes(replace(was, subsidy=0), shared()) == ()


@given(MONTHS)
def test_the_same_month_has_no_difference(month: Month) -> None:
    found = between(month, dict(reversed(month.items())))
    assert (found.changes, found.amount, found.is_material) == ((), 0, False)


@given(MONTHS, MONTHS)
def test_a_difference_leads_from_one_reading_to_the_other_and_twice_is_once(
    was: Month, now: Month
) -> None:
    found = between(was, now)
    assert applied(was, found) == now
    assert applied(applied(was, found), found) == now
    assert between(applied(was, found), now).changes == ()
    assert sum((c.now or 0) - (c.was or 0) for c in found.changes) == sum(now.values()) - sum(
        was.values()
    )
    back = between(now, was)
    assert found.amount == -back.amount
    assert found.amount == 0 or found.direction is not back.direction


@given(st.lists(MONTHS, min_size=2, max_size=5))
def test_corrections_one_after_the_other_are_the_last_less_the_first(months: list[Month]) -> None:
    steps = [between(was, now) for was, now in pairwise(months)]
    assert sum(step.amount for step in steps) == between(months[0], months[-1]).amount
    if all(sum(month.values()) >= 0 for month in months):
        # Nobody is credited more than the document and what was claimed since.
        credited = -sum(s.amount for s in steps if s.direction is Direction.CREDIT)
        claimed = sum(s.amount for s in steps if s.direction is Direction.DEBIT)
        assert credited <= steps[0].was.payable + claimed


def test_use_without_a_booking_is_found_by_documents_whose_keys_named_no_machine() -> None:
    key = "usage:2026-10-12T01:00:00+00:00"
    named = f"{key}@01a22027-bb80-794e-b893-8e5ce7440c75/time"
    (old,), (new,) = lines({f"{key}/time": 30_000}), lines({named: 30_000})
    sums = totals([old.charge], unit=10)
    assert not difference([old], sums, [new], sums).is_any
    # Another machine's use that began in the same second is another line.
    other = replace(new, machine="mill-2")
    found = difference([old], sums, [other], sums)
    assert [(c.was, c.now) for c in found.changes] == [(None, 30_000), (30_000, None)]
