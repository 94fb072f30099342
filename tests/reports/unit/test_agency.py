"""Grades just below, at and above their shares, and budgets over several centres."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from gadong.billing.domain.tariff import Tariff
from gadong.core.domain.document import from_document
from gadong.reports.domain.agency import (
    ProgrammeShare,
    programme_terms,
    programme_totals,
    target_grade,
)


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
    return ProgrammeShare(
        programme=name, payer="경기도", centre=centre, budget=budget, paid=paid, drawn=paid + 1
    )


def test_a_programme_is_summed_over_its_centres() -> None:
    found = programme_totals(
        [share("나", 1000, 400), share("가", 500, 600), share("가", None, 7, name="가나다")]
    )
    assert [(p.programme, p.budget, p.paid, p.left) for p in found] == [
        ("가나다", None, 7, None),
        ("바우처", 1500, 1000, 498),
    ]


def tariff(begins: str, **budgets: int) -> Tariff:
    return from_document(
        Tariff,
        {
            "effective_from": begins,
            "items": [{"kind": "mill", "rate_per_hour": "30000", "basis": "booked"}],
            "subsidies": [
                {"name": name, "payer": "경기도", "pct": "50", "monthly_cap": 1, "budget": budget}
                for name, budget in budgets.items()
            ],
        },
    )


@pytest.mark.parametrize(
    ("first", "last", "budgets"),
    [
        # Before any tariff; on the last day that has none and the first that has one.
        ("2024-01-01", "2024-12-31", {}),
        ("2024-01-01", "2025-01-01", {"가": 1}),
        ("2025-01-01", "2025-12-31", {"가": 2, "나": 3}),
        # The first tariff is in force until the day before the second one.
        ("2025-06-30", "2025-06-30", {"가": 1}),
        ("2025-07-01", "2025-07-01", {"가": 2, "나": 3}),
        # A programme that no tariff of the year names has ended.
        ("2026-01-01", "2026-12-31", {"다": 5}),
        ("2025-12-31", "2026-12-31", {"가": 2, "나": 3, "다": 5}),
    ],
)
def test_a_programmes_terms_are_of_the_tariffs_in_force_in_the_year(
    first: str, last: str, budgets: dict[str, int]
) -> None:
    tariffs = [
        tariff("2026-01-01", 다=5),
        # Published for the same day before it: never in force.
        tariff("2026-01-01", 라=4),
        tariff("2025-07-01", 가=2, 나=3),
        tariff("2025-01-01", 가=1),
    ]
    found = programme_terms(tariffs, date.fromisoformat(first), date.fromisoformat(last))
    assert {name: terms.budget for name, terms in found.items()} == budgets


def test_a_programme_without_end_at_one_centre_has_none() -> None:
    (found,) = programme_totals([share("나", 1000, 400), share("가", None, 600)])
    assert (found.budget, found.paid) == (None, 1000)
