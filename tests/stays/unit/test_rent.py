"""Rent of part months: exact, and the same in one statement and in several."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.documents.line_figures import figures
from gadong.billing.domain.rating.rent import Rent
from gadong.billing.domain.rating.rent_charges import rent_charges
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.recount import objections
from gadong.billing.domain.statement import Line, Reckoning
from gadong.billing.domain.tax_invoice import tax_item
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, TenancyId, UnitId
from gadong.core.domain.period import Period
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.days import ONE_DAY, Days, start_of
from gadong.stays.domain.tenancy import Tenancy, TenancyEnd

KST = ZoneInfo("Asia/Seoul")
NOVEMBER = Month(2026, 11)
WHOLE = NOVEMBER.period(KST)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
NOBODY = UUID(int=1)
FIRST = date(2026, 11, 1)


def tenancy(since: date, last: date | None, rent: int = 200_000, maintenance: int = 0) -> Tenancy:
    return Tenancy(
        id=TenancyId(NOBODY),
        centre_id=CentreId(NOBODY),
        unit_id=UnitId(NOBODY),
        unit="201호",
        company_id=CompanyId(NOBODY),
        since=since,
        agreed_until=last + ONE_DAY if last else None,
        rent=rent,
        maintenance=maintenance,
        tax_type=TaxType.TAXABLE_10,
        renews=None,
        note="",
        recorded_by=PersonId(NOBODY),
        recorded_at=NOW,
    )


def charged(one: Tenancy, stretch: Stretch | None = None) -> list[Charge]:
    return list(rent_charges(one, stretch or Stretch(WHOLE, WHOLE), KST, tariff=""))


def ended(one: Tenancy, last: date) -> Tenancy:
    ending = TenancyEnd(
        until=last + ONE_DAY,
        notice_on=None,
        reason="해지",
        recorded_by=PersonId(NOBODY),
        recorded_at=NOW,
    )
    return replace(one, ending=ending)


@pytest.mark.parametrize(
    ("since", "last", "amount"),
    [
        (date(2026, 3, 1), None, 200_000),
        (date(2026, 11, 1), date(2026, 11, 30), 200_000),
        # 200,000 x 14/30 = 93,333.33; 29/30 = 193,333.33; 1/30 = 6,666.67.
        (date(2026, 3, 1), date(2026, 11, 14), 93_333),
        (date(2026, 11, 2), None, 193_333),
        (date(2026, 11, 30), None, 6_666),
        (date(2026, 3, 1), date(2026, 11, 1), 6_666),
        (date(2026, 11, 10), date(2026, 11, 10), 6_666),
    ],
    ids=["whole", "to the last", "until 14", "from 2", "last day", "first day", "one day"],
)
def test_part_of_a_month_costs_its_share_of_the_days(
    since: date, last: date | None, amount: int
) -> None:
    assert [c.amount for c in charged(tenancy(since, last))] == [amount]


@pytest.mark.parametrize(
    ("since", "last"),
    [(date(2026, 3, 1), date(2026, 10, 31)), (date(2026, 12, 1), None)],
    ids=["over", "to come"],
)
def test_a_month_without_a_day_of_it_costs_nothing(since: date, last: date | None) -> None:
    assert charged(tenancy(since, last)) == []


def test_a_later_decision_on_the_end_counts_and_one_taken_back_costs_nothing() -> None:
    one = tenancy(date(2026, 3, 1), date(2027, 2, 28))
    assert [c.amount for c in charged(ended(one, date(2026, 11, 15)))] == [100_000]
    assert charged(ended(one, date(2026, 2, 28))) == []
    longer = ended(tenancy(date(2026, 3, 1), date(2026, 11, 15)), date(2026, 11, 30))
    assert [c.amount for c in charged(longer)] == [200_000]


def test_maintenance_has_its_own_line_and_tax_item() -> None:
    lines = charged(tenancy(date(2026, 11, 16), None, maintenance=50_001))
    # 50,001 x 15/30 = 25,000.5.
    assert [(c.amount, tax_item(c).value) for c in lines] == [
        (100_000, "lease_fee"),
        (25_000, "maintenance_fee"),
    ]
    free = charged(tenancy(date(2026, 3, 1), None, rent=0))
    assert [c.amount for c in free] == [0]


def test_the_sentence_can_be_checked_with_a_calculator() -> None:
    line = charged(tenancy(date(2026, 3, 1), date(2026, 11, 14)))[0]
    assert sentences(line, KST).ko == "임대료 201호 11/01–11/14 월 200,000원 × 14/30일"
    assert sentences(line, KST).en == "lease 201호 11/01–11/14 KRW 200,000 a month × 14/30 days"
    shown = figures(line, KST)
    assert (shown.day, shown.unit, shown.listed, shown.relief) == (
        date(2026, 11, 1),
        "once",
        93_333,
        0,
    )


@given(
    rent=st.integers(0, 100_000_000),
    month=st.builds(Month, st.integers(2026, 2032), st.integers(1, 12)),
    first=st.integers(-40, 40),
    length=st.integers(1, 90),
    cuts=st.sets(st.integers(1, 30 * 24 * 3600 - 1), max_size=3),
)
def test_statements_within_a_month_come_to_what_one_would(
    rent: int, month: Month, first: int, length: int, cuts: set[int]
) -> None:
    whole = month.period(KST)
    since = Days.of_month(month).first + timedelta(days=first)
    one = tenancy(since, since + timedelta(days=length - 1), rent)
    edges = [whole.start]
    edges += sorted(e for c in cuts if (e := whole.start + timedelta(seconds=c)) < whole.end)
    edges.append(whole.end)
    parts = [
        charge
        for start, end in pairwise(edges)
        for charge in charged(one, Stretch(Period(start, end), whole))
    ]
    # A second reading: count the days one by one.
    days = [since + timedelta(days=n) for n in range(length)]
    own = sum(whole.start <= start_of(day, KST) < whole.end for day in days)
    of_days = Days.of_month(month).count
    assert sum(c.amount for c in parts) == rent * own // of_days
    assert sum(c.amount for c in charged(one, Stretch(whole, whole))) == rent * own // of_days
    lines = [
        Line(charge=c, machine="", machine_name="", sentence_ko="", sentence_en="") for c in parts
    ]
    assert objections(lines, Reckoning().totals(parts)) == []


def test_a_recount_sees_another_amount() -> None:
    line = charged(tenancy(date(2026, 3, 1), date(2026, 11, 14)))[0]
    wrong = replace(line, amount=line.amount + 1)
    shown = [Line(charge=wrong, machine="", machine_name="", sentence_ko="", sentence_en="")]
    assert objections(shown, Reckoning().totals([wrong])) == [
        f"line {line.key}: 93334 as issued, 93333 by its own trace"
    ]


def test_a_rent_after_another_part_of_the_month_is_the_rest() -> None:
    one = Rent(monthly=100, first=FIRST, last=FIRST, days=1, of_days=30)
    amounts = [replace(one, before=before).amount for before in range(30)]
    assert sum(amounts) == 100
    assert amounts[:4] == [3, 3, 4, 3]


def test_a_line_without_a_stay_is_written_as_before_there_were_any() -> None:
    line = charged(tenancy(date(2026, 3, 1), None))[0]
    assert plain(line)["trace"]["rent"]["monthly"] == 200_000
    assert "rent" not in plain(replace(line, trace=replace(line.trace, rent=UNSET)))["trace"]
    assert from_document(Charge, plain(line)) == line
