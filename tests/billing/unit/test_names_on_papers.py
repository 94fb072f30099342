"""Names on papers: both dates of a session over the month's edge, discounts by name, and the tax
item of each good.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.documents.relief import relief
from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.billing.domain.rate_terms import Basis, NoShowFee
from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled, own_line, sell
from gadong.billing.domain.statement import totals
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import (
    CategoryDiscount,
    ExtraDiscount,
    Good,
    GoodKind,
    Measure,
    TaxType,
)
from gadong.billing.domain.tax_invoice import items, tax_item
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.document import from_document, plain
from gadong.core.domain.ids import EntryId, PersonId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.metering.domain.run import Run
from gadong.texts.charges import TAX_ITEMS as NAMES
from tests.support.golden import CENTRE, KST, TRACE, A, booked, charges

ITEM = RateItem(
    machine="m",
    rate_per_hour=Decimal(30000),
    basis=Basis.BOOKED,
    increment_seconds=60,
    increment_grace_seconds=0,
    no_show=NoShowFee(pct=Decimal(50)),
    base_fee=5000,
)
NOVEMBER, DECEMBER = Month(2026, 11).period(KST), Month(2026, 12).period(KST)


def local(text: str) -> datetime:
    """An instant on the centre's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=KST)


def over_midnight(
    month: Period, start: str, end: str, state: State, **terms: Any
) -> dict[Component, Charge]:
    """The charges of a month for a booking that ran, or not, from its start to its end."""
    period = Period(local(start), local(end))
    booking: Booking = replace(booked("10:00", "11:00"), period=period)
    around = [local("2026-11-29T00:00"), period.start, period.end, local("2026-12-03T00:00")]
    runs = [
        Run(start=a, end=b, state=s, grade=Grade.SIGNAL)
        for a, b, s in zip(around, around[1:], (State.IDLE, state, State.IDLE), strict=False)
    ]
    found = charges(ITEM, runs, [booking], month=month, **terms)
    return {c.component: c for c in found}


@pytest.mark.parametrize(
    ("month", "korean", "english"),
    [
        (
            NOVEMBER,
            (
                "사용료: 11/30 22:00:00–12/01 01:00:00 중 이 달 11/30 22:00:00–12/01 00:00:00 "
                "예약 180분 중 이 달 120분 → 120분 × 30,000원/시간"
            ),
            (
                "use: 11/30 22:00:00–12/01 01:00:00, of which this month 11/30 22:00:00–12/01 "
                "00:00:00 "
                "booked 180 min, of which this month 120 min → 120 min × KRW 30,000/h"
            ),
        ),
        (
            DECEMBER,
            (
                "사용료: 11/30 22:00:00–12/01 01:00:00 중 이 달 12/01 00:00:00–01:00:00 "
                "예약 180분 중 이 달 60분 → 60분 × 30,000원/시간"
            ),
            (
                "use: 11/30 22:00:00–12/01 01:00:00, of which this month 12/01 00:00:00–01:00:00 "
                "booked 180 min, of which this month 60 min → 60 min × KRW 30,000/h"
            ),
        ),
    ],
)
def test_a_session_over_the_months_edge_says_both_dates_and_the_part_of_this_month(
    month: Period, korean: str, english: str
) -> None:
    found = over_midnight(month, "2026-11-30T22:00", "2026-12-01T01:00", State.RUNNING)
    assert sentences(found[Component.TIME], KST) == (korean, english)


def test_its_fees_are_of_the_whole_session() -> None:
    used = over_midnight(NOVEMBER, "2026-11-30T22:00", "2026-12-01T01:00", State.RUNNING)
    assert sentences(used[Component.BASE_FEE], KST)[0] == (
        "기본료: 11/30 22:00:00–12/01 01:00:00 1회 5,000원"
    )
    missed = over_midnight(NOVEMBER, "2026-11-30T22:00", "2026-12-01T01:00", State.IDLE)
    assert sentences(missed[Component.NO_SHOW], KST)[1].startswith(
        "no-show fee: 11/30 22:00:00–12/01 01:00:00 booked"
    )
    assert over_midnight(DECEMBER, "2026-11-30T22:00", "2026-12-01T01:00", State.IDLE) == {}


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        # Up to the edge, and from it: all of it belongs to one month.
        ("2026-11-30T22:00", "2026-12-01T00:00", "11/30 22:00:00–12/01 00:00:00 예약 120분 →"),
        ("2026-11-30T21:59", "2026-11-30T23:59", "11/30 21:59:00–23:59:00 예약 120분 →"),
        # Another day of the same month.
        ("2026-11-29T23:00", "2026-11-30T01:00", "11/29 23:00:00–11/30 01:00:00 예약 120분 →"),
        ("2026-11-30T22:01", "2026-12-01T00:01", "중 이 달 119분 →"),
    ],
)
def test_only_what_crosses_the_edge_is_parted(start: str, end: str, said: str) -> None:
    sentence = sentences(over_midnight(NOVEMBER, start, end, State.RUNNING)[Component.TIME], KST)[0]
    assert said in sentence
    assert ("이 달" in sentence) == ("이 달" in said)


def test_discounts_are_named_in_both_languages() -> None:
    found = over_midnight(
        NOVEMBER,
        "2026-11-30T10:00",
        "2026-11-30T11:00",
        State.RUNNING,
        discount=50,
        extra_pct=Decimal(30),
        discount_names=("소공인", "small manufacturer"),
        extra_names=("관내 감면", "in the city"),
    )
    korean, english = sentences(found[Component.TIME], KST)
    assert korean.endswith("× 50 % × 70 % (소공인 할인 50 %, 관내 감면 30 %)")
    assert english.endswith(
        "× 50 % × 70 % (small manufacturer discount 50 %, in the city discount 30 %)"
    )


def test_a_discount_that_took_nothing_off_is_not_named() -> None:
    terms: dict[str, Any] = {
        "discount_names": ("소공인", "small manufacturer"),
        "extra_names": ("관내", "in the city"),
    }
    found = over_midnight(NOVEMBER, "2026-11-30T10:00", "2026-11-30T11:00", State.RUNNING, **terms)
    assert "할인" not in sentences(found[Component.TIME], KST)[0]
    # A fee is a part of a price that has them off already.
    missed = over_midnight(
        NOVEMBER, "2026-11-30T10:00", "2026-11-30T11:00", State.IDLE, discount=50, **terms
    )[Component.NO_SHOW]
    assert "할인" not in sentences(missed, KST)[0]
    shown = relief([missed], totals([missed], unit=1))
    assert (shown.listed, shown.category, shown.rounded, shown.charged) == (8_750, 0, 0, 8_750)


@pytest.mark.parametrize(
    ("discount", "names"),
    [
        (
            CategoryDiscount(category="small-manufacturer", pct=Decimal(50)),
            ("소공인", "small manufacturer"),
        ),
        (CategoryDiscount(category="스타트업", pct=Decimal(50)), ("스타트업", "스타트업")),
        (
            CategoryDiscount(
                category="s1", pct=Decimal(50), name_ko="관내 소공인", name_en="local"
            ),
            ("관내 소공인", "local"),
        ),
        (ExtraDiscount(name="창업", pct=Decimal(10)), ("창업", "창업")),
        (ExtraDiscount(name="창업", pct=Decimal(10), name_en="start-up"), ("창업", "start-up")),
    ],
)
def test_a_discount_has_its_own_name_or_its_categorys(
    discount: CategoryDiscount | ExtraDiscount, names: tuple[str, str]
) -> None:
    assert discount.names == names


def good(kind: GoodKind, item: TaxItem | None) -> Good:
    """A thing that costs 1,000 won a piece."""
    return Good(
        code="g",
        kind=kind,
        name_ko="물건",
        name_en="Thing",
        measure=Measure.PIECE,
        price=Decimal(1000),
        tax_item=item,
    )


def sold(what: Good, quantity: int = 3) -> Charge:
    """A charge for some of it."""
    entry = SaleEntry(
        id=EntryId(new_id()),
        centre_id=CENTRE,
        company_id=A,
        machine_id=None,
        booking_id=None,
        at=local("2026-11-12T10:00"),
        code=what.code,
        quantity=quantity,
        source=QuantitySource.HAND,
        spoiled=Spoiled.NO,
        amount=None,
        tax_type=None,
        note="",
        reverses=None,
        recorded_by=PersonId(new_id()),
        recorded_at=local("2026-11-12T10:00"),
    )
    return sell(entry, what, tariff="")[0]


@pytest.mark.parametrize(
    ("kind", "chosen", "name"),
    [
        (GoodKind.MATERIAL, None, "재료비"),
        (GoodKind.OPERATOR, None, "기술지원비"),
        (GoodKind.TRAINING, None, "교육비"),
        (GoodKind.COMMISSION, None, "시험·분석료"),
        (GoodKind.MATERIAL, TaxItem.PRINTING, "출력료"),
        (GoodKind.COMMISSION, TaxItem.PROCESSING, "가공료"),
        (GoodKind.MATERIAL, TaxItem.STORAGE, "보관료"),
        (GoodKind.MATERIAL, TaxItem.LEASE, "임대료"),
        (GoodKind.OPERATOR, TaxItem.MATERIAL, "재료비"),
    ],
)
def test_a_good_is_booked_as_the_centre_chose_or_by_its_kind(
    kind: GoodKind, chosen: TaxItem | None, name: str
) -> None:
    charge = sold(good(kind, chosen))
    assert [i.name for i in items([charge], totals([charge], unit=1))] == [name]
    if chosen:
        assert sentences(charge, KST)[0].startswith(f"{name} 물건 3 ea")


def test_a_tariff_of_before_goods_had_tax_items_is_read() -> None:
    stored = plain(good(GoodKind.COMMISSION, None))
    del stored["tax_item"]
    assert from_document(Good, stored).booked_as is TaxItem.ANALYSIS


def test_a_line_of_before_goods_had_tax_items_is_booked_by_its_component() -> None:
    charge = sold(good(GoodKind.MATERIAL, TaxItem.PRINTING))
    stored = plain(charge)
    for name in ("at", "tax_item"):
        del stored["trace"]["sold"][name]
    for name in ("discount_names", "extra_names", "whole"):
        del stored["trace"][name]
    old = from_document(Charge, stored)
    assert tax_item(old) is TaxItem.MATERIAL
    assert sentences(old, KST)[0].startswith("재료비 물건")


def test_a_machines_time_and_lines_of_ones_own_have_tax_items_too() -> None:
    time_ = Charge(
        key="k", component=Component.TIME, amount=1, tax_type=TaxType.TAXABLE_10, trace=TRACE
    )
    ordered = replace(time_, trace=replace(TRACE, usage_mode=UsageMode.COMMISSIONED))
    entry = replace(
        SaleEntry(
            id=EntryId(new_id()),
            centre_id=CENTRE,
            company_id=A,
            machine_id=None,
            booking_id=None,
            at=local("2026-11-12T10:00"),
            code="",
            quantity=0,
            source=QuantitySource.HAND,
            spoiled=Spoiled.NO,
            amount=1000,
            tax_type=TaxType.TAXABLE_10,
            note="운반",
            reverses=None,
            recorded_by=PersonId(new_id()),
            recorded_at=local("2026-11-12T10:00"),
        )
    )
    found = [tax_item(c) for c in (time_, ordered, own_line(entry))]
    assert found == [TaxItem.USE, TaxItem.ANALYSIS, TaxItem.OTHER]
    assert {NAMES[i][0] for i in found} == {"장비사용료", "시험·분석료", "기타"}
