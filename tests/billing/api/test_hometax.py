"""The bulk layout of tax invoices: every won of supply and tax is on it, and nothing that must not
be.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.statement import totals
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.billing.domain.tax_invoice import items
from gadong.booking.domain.booking import Booking
from gadong.core.domain.charge_component import Component
from tests.support.billing import lines_by_their_own_day as by_the_day
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.billing.hometax import API, named
from tests.support.golden import TRACE
from tests.support.people.parties import WHO
from tests.support.world import World

__all__ = ["used"]  # pytest finds a fixture by its name here


def sheets(
    client: TestClient, world: World, month: str, **query: Any
) -> tuple[list[str], list[Any], list[Any]]:
    """The heads, the rows and what was left out."""
    answer = client.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": month, **query}
    )
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    rows = [[c.value for c in row] for row in book["엑셀업로드양식"].iter_rows(min_row=6)]
    out = [[c.value for c in row] for row in book["제외"].iter_rows(min_row=2)]
    return rows[0], rows[1:], out


def test_a_month_in_the_layout_that_is_uploaded(
    world: World, manager: TestClient, used: Booking
) -> None:
    refused = manager.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": "2026-10"}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "party")
    named(world, manager)
    mine, theirs = issued(world, used), issued(world, used, 1)
    late_signal(world, used, 50, "idle")
    corrected(manager, mine, difference(manager, mine)["digest"])
    head, rows, out = sheets(manager, world, mine.month)
    assert len(head) == 59
    assert [
        head.index(n) for n in ("공급받는자 등록번호", "공급가액", "일자1", "영수(01),청구(02)")
    ] == [
        10,
        19,
        22,
        58,
    ]
    last = (
        used.period.start.astimezone(world.centre.zone).replace(day=28) + timedelta(days=4)
    ).replace(day=1)
    day = f"{last - timedelta(days=1):%Y%m%d}"
    first = dict(zip(head, rows[0], strict=True))
    assert (first["작성일자"], first["일자1"]) == (day, day[-2:])
    assert (first["전자(세금)계산서 종류"], first["공급자 등록번호"], first["공급받는자 성명"]) == (
        "01",
        "1208147521",
        "김대표",
    )
    # With its correction: what is owed by now. Numbers are numbers, codes are texts.
    assert (first["공급가액"], first["세액"], first["품목1"]) == (25_000, 2_500, "장비사용료")
    assert (rows[1][19], rows[1][20]) == (30_000, 3_000)
    assert [r[58] for r in rows] == ["02", "02"]
    assert out == []

    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    money = {"amount": theirs.total, "paid_on": today}
    assert manager.post(f"{API}/statements/{theirs.id}/payments", json=money).status_code == 201
    invoice = {"approval": "202611301000000012345678", "written_on": today, "issued_on": today}
    assert manager.post(f"{API}/statements/{mine.id}/tax-invoices", json=invoice).status_code == 204
    _, rows, out = sheets(manager, world, mine.month)
    assert [(r[21], r[58]) for r in rows] == [(theirs.number, "01")]
    assert [(o[0], o[2]) for o in out] == [(mine.number, "세금계산서가 이미 등록됨")]
    assert (
        manager.get(
            f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": mine.month, "part": 2}
        ).status_code
        == 404
    )


def test_who_has_no_representative_is_left_out_with_the_reason(
    world: World, manager: TestClient, used: Booking
) -> None:
    assert manager.put(f"{API}/centres/{world.centre.id}/party", json=WHO).status_code == 204
    mine = issued(world, used)
    _, rows, out = sheets(manager, world, mine.month)
    assert (rows, [o[0] for o in out]) == ([], [mine.number])
    assert "대표자" in out[0][2]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"taxable_10": 1}, ""),
        ({"taxable_10": 0}, "과세 공급가액이 없음(청구할 금액 0원)"),
        (
            {"taxable_10": -1, "exempt": 50_000},
            (
                "과세 공급가액이 음수(-1원)라 새 세금계산서로 발급할 수 없음: "
                "이미 발급한 세금계산서를 수정발급하거나 해당 줄을 취소하세요"
            ),
        ),
        ({"exempt": 50_000}, "과세 공급가액이 없음(면세 50,000원은 계산서로 따로 발급)"),
        ({"out_of_scope": 7_000}, "과세 공급가액이 없음(불과세 7,000원은 세금계산서 대상이 아님)"),
        (
            {"exempt": 50_000, "out_of_scope": 7_000},
            (
                "과세 공급가액이 없음(면세 50,000원은 계산서로 따로 발급, "
                "불과세 7,000원은 세금계산서 대상이 아님)"
            ),
        ),
    ],
)
def test_a_document_without_a_taxable_sum_is_left_out_with_its_sums(
    lines: dict[str, int], words: str, world: World, manager: TestClient
) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1)
    named(world, manager)
    for tax_type, amount in lines.items():
        if amount:
            by_the_day.own_line(world, manager, amount, tax_type=tax_type)
        else:
            by_the_day.own_line(world, manager, 5_000)
            by_the_day.own_line(world, manager, -5_000)
    mine = by_the_day.issued(world)
    _, rows, out = sheets(manager, world, mine.month)
    assert ([r[19] for r in rows], [o[2] for o in out]) == (([], [words]) if words else ([1], []))


CHARGES = st.lists(
    st.tuples(
        st.sampled_from(list(Component)),
        st.integers(min_value=-50_000, max_value=900_000),
        st.sampled_from(list(TaxType)),
    ),
    max_size=9,
)


@given(CHARGES, st.sampled_from([1, 10, 100]), st.sampled_from(list(VatMode)))
def test_lines_of_a_tax_invoice_are_its_supply_and_tax_to_the_won(
    given_: list[tuple[Component, int, TaxType]], unit: int, vat: VatMode
) -> None:
    charges = [
        Charge(key=str(n), component=c, amount=a, tax_type=t, trace=TRACE)
        for n, (c, a, t) in enumerate(given_)
    ]
    sums = totals(charges, unit=unit, vat_mode=vat)
    found = items(charges, sums)
    assert len(found) <= 4
    if found:
        assert sum(i.supply for i in found) == sums.taxable
        assert sum(i.vat for i in found) == sums.vat
    else:
        assert sums.taxable <= 0 or not any(a > 0 and t is TaxType.TAXABLE_10 for _, a, t in given_)


def test_a_document_with_a_tax_below_nothing_holds_up_no_other(
    world: World, manager: TestClient
) -> None:
    world.company()
    by_the_day.published(world, manager, document_unit=1, vat="inclusive")
    fifteenth = by_the_day.at(world, 15).astimezone(world.centre.zone).date().isoformat()
    by_the_day.published(world, manager, document_unit=1, vat="exclusive", effective_from=fifteenth)
    named(world, manager)
    # 20 won hold a tax of 1; -11 won beside it bear -1.1, floored: 8 won with a tax of -1.
    by_the_day.own_line(world, manager, 20, day=12)
    by_the_day.own_line(world, manager, -11, day=20)
    mine = by_the_day.issued(world)
    _, rows, out = sheets(manager, world, mine.month)
    assert rows == []
    assert [o[2] for o in out] == [
        (
            "세액이 음수(-1원)라 세금계산서로 발급할 수 없음: "
            "부가세 포함 단가와 별도 단가가 섞인 금액이니 해당 줄을 취소하고 다시 넣으세요"
        )
    ]
