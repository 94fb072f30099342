"""Contracts that end soon: the days before, renewals, and those that were never in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from gadong.core.domain.ids import CentreId, CompanyId, PersonId, TenancyId, UnitId, new_id
from gadong.core.domain.problem import Invalid
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.tenancy import Tenancy
from gadong.stays.domain.tenancy_notice import TenancyTerms, ending, need_notice_days

TODAY = date(2026, 11, 2)


def let(until: date | None, *, unit: str = "201호", renews: TenancyId | None = None) -> Tenancy:
    """Return a contract of this year; `until` is the day after its last."""
    return Tenancy(
        id=TenancyId(new_id()),
        centre_id=CentreId(UUID(int=1)),
        unit_id=UnitId(UUID(int=2)),
        unit=unit,
        company_id=CompanyId(UUID(int=3)),
        since=date(2026, 1, 1),
        agreed_until=until,
        rent=200_000,
        maintenance=0,
        tax_type=TaxType.TAXABLE_10,
        renews=renews,
        note="",
        recorded_by=PersonId(UUID(int=4)),
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 11, 2), False),  # the last day was yesterday
        (date(2026, 11, 3), True),
        (date(2026, 12, 3), True),  # thirty days ahead
        (date(2026, 12, 4), False),
        (None, False),
        (date(2026, 1, 1), False),  # never in force
    ],
)
def test_a_contract_ends_soon_within_the_centres_days(
    until: date | None, *, expected: bool
) -> None:
    found = ending([let(until)], TenancyTerms(notice_days=30), TODAY)
    assert [one.last_day for one in found] == (
        [date.fromordinal(until.toordinal() - 1)] if expected and until else []
    )


def test_the_soonest_comes_first_and_a_renewed_one_does_not_end() -> None:
    late, soon = let(date(2026, 11, 20)), let(date(2026, 11, 5), unit="101호")
    renewed = let(date(2026, 11, 4), unit="301호")
    onward = let(date(2027, 11, 4), unit="301호", renews=renewed.id)
    found = ending([late, renewed, onward, soon], TenancyTerms(notice_days=30), TODAY)
    assert [one.tenancy.unit for one in found] == ["101호", "201호"]
    assert ending([late, soon], TenancyTerms(notice_days=0), TODAY) == []


@pytest.mark.parametrize("days", [0, 365])
def test_a_centre_has_up_to_a_year_of_notice(days: int) -> None:
    need_notice_days(days)


@pytest.mark.parametrize("days", [-1, 366])
def test_no_centre_has_another_number_of_days(days: int) -> None:
    with pytest.raises(Invalid, match="from 0 to 365"):
        need_notice_days(days)
