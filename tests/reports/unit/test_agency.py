"""Grades just below, at and above their shares, and budgets over several centres."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gadong.reports.domain.agency import ProgrammeShare, programme_totals, target_grade


@pytest.mark.parametrize(
    ("share", "grade"),
    [
        ("0.4999", "B"),
        ("0.5", "A"),
        ("0.5001", "A"),
        ("0.3999", "C"),
        ("0.4", "B"),
        ("0.2999", "D"),
        ("0.3", "C"),
        ("0", "D"),
        ("1.2", "A"),
    ],
)
def test_a_grade_is_the_share_of_the_target(share: str, grade: str) -> None:
    assert target_grade(Fraction(share), 50) == grade


def test_without_a_target_or_standard_time_there_is_no_grade() -> None:
    assert target_grade(Fraction(1, 2), None) is None
    assert target_grade(None, 50) is None


def share(centre: str, budget: int | None, paid: int, name: str = "바우처") -> ProgrammeShare:
    return ProgrammeShare(programme=name, payer="경기도", centre=centre, budget=budget, paid=paid)


def test_a_programme_is_summed_over_its_centres() -> None:
    found = programme_totals(
        [share("나", 1000, 400), share("가", 500, 600), share("가", None, 7, name="가나다")]
    )
    assert [(p.programme, p.budget, p.paid, p.left) for p in found] == [
        ("가나다", None, 7, None),
        ("바우처", 1500, 1000, 500),
    ]


def test_a_programme_without_end_at_one_centre_has_none() -> None:
    (found,) = programme_totals([share("나", 1000, 400), share("가", None, 600)])
    assert (found.budget, found.paid) == (None, 1000)
