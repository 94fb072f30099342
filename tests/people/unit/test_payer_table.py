"""Payers without a registration number in a table: by their kind, and what they give instead."""

from __future__ import annotations

import pytest

from gadong.people.domain.imports.company_row import Judge, JudgedRow, Verdict, payer_key
from gadong.people.domain.imports.company_table import need_columns, read_table
from gadong.people.domain.payer import A_BUSINESS, Payer, PayerKind
from gadong.people.services.imports.uploaded_tables import rows_of_text
from gadong.texts.refusals import sentences

HEADED = "기업명,사업자등록번호,이용자 유형,번호 대신 확인,담당자,전화"
STUDENT = Payer(kind=PayerKind.STUDENT, identification="한빛대학교 기계공학과")


def judged(text: str, served: dict[str, str] | None = None) -> list[JudgedRow]:
    table = read_table(rows_of_text(f"{HEADED}\n{text}"))
    judge = Judge(table=table, served=served or {}, category="general")
    return [judge.judge(row) for row in table.rows]


@pytest.mark.parametrize(
    ("cells", "kind", "identification"),
    [
        ("김개인,,개인,", PayerKind.INDIVIDUAL, ""),
        ("이학생,,학생,한빛대학교 기계공학과", PayerKind.STUDENT, "한빛대학교 기계공학과"),
        ("박창업,,future founder,협약서", PayerKind.FOUNDER, "협약서"),
        ("풍기농가,,농업경영체,1000-123-456", PayerKind.FARM, "1000123456"),
        ("협의회,124-81-00998,협의회,", PayerKind.COUNCIL, ""),
        ("한솔,124-81-00998,사업자,", PayerKind.BUSINESS, ""),
        ("한솔,124-81-00998,,", PayerKind.BUSINESS, ""),
    ],
)
def test_each_kind_is_entered_by_what_it_has(
    cells: str, kind: PayerKind, identification: str
) -> None:
    (row,) = judged(cells)
    assert (row.verdict, row.problems) == (Verdict.ENTER, ())
    assert (row.row.payer.kind, row.row.payer.identification) == (kind, identification)


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ("가,,,", "company_table.number_missing", "사업자등록번호"),
        ("가,,사업자,", "company_table.number_missing", "사업자등록번호"),
        ("가,,동호회,", "company_table.kind", "이용자 유형"),
        ("가,124-81-00998,개인,", "company_table.no_number", "사업자등록번호"),
        ("가,124-81-00999,협의회,", "company_table.number", "사업자등록번호"),
        ("가,,학생,", "company_table.identification", "번호 대신 확인"),
        ("가,,농업경영체,123", "company_table.identification", "번호 대신 확인"),
        ("가,,개인,서울", "company_table.identification", "번호 대신 확인"),
        ("가,,학생,900101-1234567", "company_table.identification", "번호 대신 확인"),
        ("홍 900101-1234567,,개인,", "company_table.resident_number", "기업명"),
        ("가,,개인,,홍 ９００１０１-1234567,", "company_table.resident_number", "담당자"),
    ],
)
def test_what_a_kind_does_not_allow_is_a_fault_of_its_column(
    cells: str, code: str, column: str
) -> None:
    (row,) = judged(cells)
    assert row.verdict is Verdict.FAULTY
    assert [(p.code, p.details["column"]) for p in row.problems] == [(code, column)]
    assert "900101" not in str([sentences(p) for p in row.problems])


def test_rows_of_one_payer_are_its_people_and_a_repeated_one_is_a_fault() -> None:
    rows = judged(
        "이학생,,학생,한빛대학교,이학생,010-1234-5678\n"
        "이 학생,,학생,한빛 대학교,김동료,\n"
        "이학생,,학생,다른대학교,이학생,\n"
        "이학생,,학생,한빛대학교,,"
    )
    assert [row.verdict for row in rows] == [
        Verdict.ENTER,
        Verdict.PERSON,
        Verdict.ENTER,
        Verdict.FAULTY,
    ]
    assert [(p.code, p.limit) for p in rows[3].problems] == [("company_table.twice", 2)]


def test_a_payer_that_is_served_already_changes_nothing() -> None:
    served = {payer_key("", STUDENT, "이학생"): "이학생"}
    rows = judged(
        "이학생,,학생,한빛대학교 기계공학과\n이학생,,예비창업자,한빛대학교 기계공학과", served
    )
    assert [row.verdict for row in rows] == [Verdict.SERVED, Verdict.ENTER]
    assert payer_key("1248100998", A_BUSINESS, "한솔") == "1248100998"


def test_a_table_of_payers_needs_no_column_of_numbers() -> None:
    table = read_table(rows_of_text("이름없는 머리글,유형,기업명\nx,개인,김개인"))
    need_columns(table)
    assert [row.get("kind") for row in table.rows] == ["개인"]
