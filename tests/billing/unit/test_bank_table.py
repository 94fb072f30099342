"""A bank's table: spellings of days and amounts, lines once, and every fault with its place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from gadong.billing.domain.bank.bank_entry import (
    BankEntry,
    BankLine,
    EntryVerdict,
    JudgedLine,
    compare,
    digests,
)
from gadong.billing.domain.bank.bank_table import day_in, judge, need_columns, time_in, won_in
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.people.domain.imports.headed_table import HeadedTable, UnreadableTable, read_headed
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text
from gadong.texts.headings import BANK_LINES
from gadong.texts.refusals import sentences

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 9, tzinfo=timezone(timedelta(hours=9)))
HEADED = "거래일시,보낸분/받는분,적요,출금액(원),입금액(원),거래 후 잔액"
# Headings as pages of banks show them; a centre chooses what its bank writes otherwise.
BANKS = [
    "거래일시,적요,보낸분/받는분,송금메모,출금액,입금액,잔액,거래점,구분",
    "거래일자,거래시간,적요,출금(원),입금(원),내용,잔액(원),거래점",
    "No.,거래일시,적요,기재내용,찾으신금액,맡기신금액,거래후 잔액,취급점,메모",
    "거래일시,적요,의뢰인/수취인,입금,출금,거래후잔액,구분,거래점",
]


def table_of(text: str) -> HeadedTable:
    return read_headed(rows_of_text(text), BANK_LINES)


def judged(text: str, imported: Sequence[BankEntry] = ()) -> list[JudgedLine]:
    return judge(table_of(text), imported, today=TODAY)


def verdicts(rows: Sequence[JudgedLine]) -> list[str]:
    return [row.verdict.value for row in rows]


def kept(*lines: BankLine) -> list[BankEntry]:
    """Lines as an import kept them."""
    return [
        BankEntry(
            id=new_id(),
            centre_id=CentreId(new_id()),
            line=line,
            digest=digest,
            recorded_by=PersonId(new_id()),
            recorded_at=NOW,
        )
        for line, digest in zip(lines, digests(lines), strict=True)
    ]


@pytest.mark.parametrize("headings", BANKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_headings_of_banks_are_known(headings: str, encoding: str) -> None:
    names = headings.split(",")
    values = {"입금액": "55,000", "입금(원)": "55,000", "맡기신금액": "55,000", "입금": "55,000"}
    values |= dict.fromkeys(("거래일시", "거래일자"), "2026.11.02")
    values |= dict.fromkeys(("보낸분/받는분", "내용", "기재내용", "의뢰인/수취인"), "㈜한솔정밀")
    row = ",".join(f'"{values.get(name, "")}"' for name in names)
    text = f"입출금 거래내역\n계좌번호,123-456\n{headings}\n{row}\n"
    table = read_headed(rows_of(text.replace("㈜", "(주)").encode(encoding)), BANK_LINES)
    need_columns(table)
    (line,) = judge(table, (), today=TODAY)
    assert line.line == BankLine(
        came_on=date(2026, 11, 2), amount=55_000, payer="(주)한솔정밀", came_at=""
    )
    assert line.number == 4


@pytest.mark.parametrize(
    ("cell", "day", "time"),
    [
        ("2026-11-02 13:05:22", date(2026, 11, 2), "13:05:22"),
        ("2026.11.02 13:05", date(2026, 11, 2), "13:05:00"),
        ("2026/11/2", date(2026, 11, 2), ""),
        ("2026년 11월 2일 9:05", date(2026, 11, 2), "09:05:00"),
        ("20261102", date(2026, 11, 2), ""),
        ("20261102130522", date(2026, 11, 2), "13:05:22"),
        ("26.11.02", date(2026, 11, 2), ""),
        ("２０２６-11-02", date(2026, 11, 2), ""),
        ("2026-02-29", None, ""),
        ("2026-13-01", None, ""),
        ("2026-11-02 24:00:00", date(2026, 11, 2), ""),
        ("2026-11-02 ０９:１５:００", date(2026, 11, 2), "09:15:00"),
        # Months first, or days: no day of 2011 or 2003.
        ("11/03/2026", None, ""),
        ("03/11/2026 09:15", None, ""),
        ("11/3/2026", None, ""),
        ("11.03.2026", None, ""),
        ("어제", None, ""),
        ("", None, ""),
    ],
)
def test_a_day_and_its_time_are_read(cell: str, day: date | None, time: str) -> None:
    assert (day_in(cell), time_in(cell, "")) == (day, time)


@pytest.mark.parametrize(
    ("cell", "won"),
    [
        ("55,000", 55_000),
        ("55000원", 55_000),
        ("₩ 55,000.00", 55_000),
        ("\\55,000", 55_000),
        ("+55,000", 55_000),
        ("５５,０００", 55_000),
        ("-55,000", -55_000),
        ("△55,000", -55_000),
        ("(55,000)", -55_000),
        ("", 0),
        ("-", 0),
        ("0", 0),
        ("55,000.5", None),
        ("오만", None),
        ("1e5", None),
        ("9" * 31, None),
        ("1,234,567원", 1_234_567),
        ("-₩55,000", -55_000),
        ("₩ (55,000)", -55_000),
        ("- 55,000", -55_000),
        ("₩ -", 0),
        # Neither thousands nor one amount.
        ("12,5", None),
        ("1,23", None),
        ("1,000,00", None),
        ("1234,567", None),
        ("55,000,", None),
        ("1,000 2,000", None),
        ("1,000원 2,000원", None),
        ("5원5원", None),
        ("55 000", None),
        ("(55,000", None),
        ("+", None),
    ],
)
def test_an_amount_is_read(cell: str, won: int | None) -> None:
    assert won_in(cell) == won


def test_money_that_went_sums_and_remarks_are_left_out_and_bad_rows_are_named() -> None:
    text = f"""{HEADED}
2026-11-02 09:00:00,한솔,,0,55000,1
2026-11-02 09:00:00,카드대금,,55000,0,1
,합계,,55000,55000,
※ 위 내용은 참고용입니다,,,,,
언젠가,한솔,,,55000,
2026-11-30,한솔,,,55000,
2026-11-29,한솔,,,오만,
2026-11-29,한솔,,1,1,
1999-12-31,한솔,,,1,
2026-11-29,{"가" * 101},,,1,
2026-11-29,홍길동 800101-1234567,,,1,
2026-11-29,한솔,,,1000000000001,
2026-11-29,{"가" * 100},,,1000000000000,"""
    rows = judged(text)
    assert verdicts(rows) == ["new", *["left_out"] * 3, *["faulty"] * 8, "new"]
    assert [
        (p.code, p.details["line"], p.details["column"]) for row in rows for p in row.problems
    ] == [
        ("bank_table.day", 6, "거래일시"),
        ("bank_table.future", 7, "거래일시"),
        ("bank_table.amount", 8, "입금액(원)"),
        ("bank_table.both", 9, "입금액(원)"),
        ("bank_table.day", 10, "거래일시"),
        ("bank_table.long", 11, "보낸분/받는분"),
        ("bank_table.resident_number", 12, "보낸분/받는분"),
        ("bank_table.amount", 13, "입금액(원)"),
    ]
    for row in rows:
        for problem in row.problems:
            assert not any("1234567" in said for said in sentences(problem))


def test_a_bank_with_one_column_of_amounts_says_in_or_out() -> None:
    text = "거래일시,구분,거래금액,내용\n2026-11-02,입금,100,한솔\n2026-11-02,출금,200,두리"
    assert verdicts(judged(text)) == ["new", "left_out"]
    text = "거래일시,거래금액,내용\n2026-11-02,100,한솔\n2026-11-02,-200,두리"
    assert verdicts(judged(text)) == ["new", "left_out"]


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        *((word, "new") for word in ("입금", "대체입금", "타행입금", "예입", "Deposit")),
        *((word, "left_out") for word in ("출금", "대체출금", "출금(대체)", "대체지급", "지급")),
        *((word, "left_out") for word in ("현금인출", "체크카드출금", "출금취소", "WITHDRAWAL")),
        *((word, "faulty") for word in ("입금취소", "입금 정정", "취소", "정정")),
        *((word, "faulty") for word in ("대체", "카드", "이자", "")),
    ],
)
def test_a_direction_is_known_within_longer_words(word: str, verdict: str) -> None:
    rows = judged(f"거래일시,구분,거래금액,내용\n2026-11-02,{word},200000,한빛")
    assert verdicts(rows) == [verdict]
    for problem in rows[0].problems:
        is_back = word.endswith(("취소", "정정"))
        code = "bank_table.direction" if word else "bank_table.direction_empty"
        assert (problem.code, problem.details["line"], problem.details["column"]) == (
            ("bank_table.taken_back", 2, "거래금액") if is_back else (code, 2, "구분")
        )
        assert all(str(problem.actual) in said for said in sentences(problem))


@pytest.mark.parametrize(
    "headings", ["거래일시,구분,입금액,내용", "거래일시,구분,거래금액,내용,출금액"]
)
@pytest.mark.parametrize("word", ["타행이체", "인터넷", "지급"])
def test_a_column_of_what_came_or_went_says_more_than_a_word(headings: str, word: str) -> None:
    rows = judged(f"{headings}\n2026-11-02,{word},200000,한빛")
    is_out = word == "지급" and "출금액" not in headings
    assert verdicts(rows) == ["left_out" if is_out else "new"]


@pytest.mark.parametrize(
    ("day", "payer", "memo", "verdict"),
    [
        ("2026-11-02", "SUM", "", "new"),
        ("2026-11-02", "한빛", "Total", "new"),
        ("2026-11-02", "계", "", "new"),
        ("2026-11-02", "한빛", "합계", "new"),
        ("11/02/2026", "SUM", "", "faulty"),
        ("2026-11-02", "소계", "", "left_out"),
        ("2026-11-02", "", "합 계", "left_out"),
        ("2026-11-01 ~ 2026-11-30", "계", "", "left_out"),
        ("2026.11.01-2026.11.30", "SUM", "", "left_out"),
        ("", "SUM", "", "left_out"),
        ("계", "", "", "left_out"),
    ],
)
def test_a_firm_may_be_called_as_a_sum_and_a_sum_is_no_line(
    day: str, payer: str, memo: str, verdict: str
) -> None:
    assert verdicts(judged(f"{HEADED}\n{day},{payer},{memo},,330000,")) == [verdict]


def test_a_deposit_that_the_bank_took_back_is_no_withdrawal() -> None:
    rows = judged(f"{HEADED}\n2026-11-02,한빛,,,110000,\n2026-11-02,한빛,,,-110000,")
    assert verdicts(rows) == ["new", "faulty"]
    assert [p.code for p in rows[1].problems] == ["bank_table.taken_back"]
    alone = judged("거래일시,거래금액,내용\n2026-11-02,-110000,한빛")
    assert verdicts(alone) == ["left_out"], "one column of amounts has withdrawals below nothing"


@pytest.mark.parametrize(
    ("headings", "row", "column"),
    [
        ("거래일자,맡기신금액,찾으신금액,구분,내용", "50000,,입금취소,한빛", "맡기신금액"),
        ("거래일자,맡기신금액,찾으신금액,구분,내용", ",50000,입금취소,한빛", "구분"),
        ("거래일자,맡기신금액,찾으신금액,구분,내용", "0,50000,정정,한빛", "구분"),
        ("거래일자,입금액,구분,내용", "50000,취소,한빛", "입금액"),
        ("거래일자,입금액,내용", "-50000,한빛", "입금액"),
        ("거래일자,거래금액,구분,내용", "-50000,입금,한빛", "거래금액"),
    ],
)
def test_a_deposit_that_was_taken_back_is_named(headings: str, row: str, column: str) -> None:
    (line,) = judged(f"{headings}\n2026-11-02,{row}")
    (problem,) = line.problems
    assert (line.verdict.value, problem.code) == ("faulty", "bank_table.taken_back")
    assert (problem.details["line"], problem.details["column"]) == (2, column)
    assert problem.actual


@pytest.mark.parametrize(
    ("headings", "row", "column"),
    [
        ("거래일자,입금액,출금액,내용,적요", ",50000,한빛,입금취소", "적요"),
        ("거래일자,입금액,출금액,내용,적요", "50000,,한빛,타행입금 취소", "적요"),
        ("거래일자,입금액,출금액,내용,적요", "-50000,,한빛,입금(정정)", "적요"),
        ("거래일자,거래금액,구분,내용,적요", "50000,출금,한빛,입금정정", "적요"),
        ("거래일자,거래금액,구분,내용,적요", "50000,,한빛,Deposit reversal", "적요"),
        ("거래일자,입금액,출금액,내용", ",50000,입금취소", "내용"),
    ],
)
def test_a_remark_says_that_a_deposit_was_taken_back(headings: str, row: str, column: str) -> None:
    (line,) = judged(f"{headings}\n2026-11-02,{row}")
    assert (line.verdict.value, line.problems[0].code) == ("faulty", "bank_table.taken_back")
    assert line.problems[0].details["column"] == column


@pytest.mark.parametrize("remark", ["예약 취소 위약금", "취소분 재입금", "정정 신고 대금", "입금"])
def test_a_payers_remark_takes_no_deposit_back(remark: str) -> None:
    rows = judged(f"{HEADED}\n2026-11-02,한빛,{remark},,50000,\n2026-11-02,한빛,{remark},50000,,")
    assert verdicts(rows) == ["new", "left_out"]


@pytest.mark.parametrize("heading", ["입/출", "유형", "Type", "In/Out", "거래종류"])
def test_a_column_of_directions_is_known_by_its_headings(heading: str) -> None:
    text = f"거래일자,{heading},거래금액,내용\n2026-11-02,출금,5,한빛\n2026-11-02,입금,5,한빛"
    need_columns(table_of(text))
    assert verdicts(judged(text)) == ["left_out", "new"]


@pytest.mark.parametrize(
    ("headings", "amounts", "is_clear"),
    [
        ("거래일자,어느쪽,거래금액,내용", ("100", "200"), False),
        ("Date,Which,Amount,Payer", ("100", "200"), False),
        ("거래일자,어느쪽,거래금액,내용", ("100", "-200"), True),
        ("거래일자,어느쪽,거래금액,내용", ("+100", "200"), True),
        ("거래일자,어느쪽,거래금액,내용", ("100", "(200)"), True),
        ("거래일자,어느쪽,거래금액,내용", ("", "0"), True),
        ("거래일자,어느쪽,입금액,내용", ("100", "200"), True),
        ("입금일,어느쪽,금액,내용", ("100", "200"), True),
        ("거래일자,출금액,거래금액,내용", ("100", "200"), True),
        ("거래일자,구분,거래금액,내용", ("100", "200"), True),
    ],
)
def test_amounts_of_either_way_need_a_word_or_a_sign(
    headings: str, amounts: Sequence[str], is_clear: bool
) -> None:
    table = table_of("\n".join([headings, *(f"2026-11-02,,{won},한빛" for won in amounts)]))
    if is_clear:
        need_columns(table)
        return
    with pytest.raises(UnreadableTable) as refused:
        need_columns(table)
    assert (refused.value.code, refused.value.cell) == (
        "bank_table.direction_missing",
        table.heading("came"),
    )


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        ("11/03/26", "faulty"),
        ("16.11.27", "faulty"),
        ("16.11.28", "new"),
        ("2011-03-26", "new"),
        ("26.11.29", "new"),
        ("26.11.30", "faulty"),
    ],
)
def test_a_year_of_two_digits_is_one_of_the_last_ten(day: str, verdict: str) -> None:
    assert verdicts(judged(f"{HEADED}\n{day},한빛,,,5,")) == [verdict]


def test_dated_cells_of_a_workbook_keep_their_time() -> None:
    rows: list[list[object]] = [
        ["거래일시", "보낸분", "입금액"],
        [datetime.fromisoformat("2026-11-03T09:10"), "한빛", 110_000],
        [datetime.fromisoformat("2026-11-03T15:39:59.990"), "한빛", 110_000],
        [datetime.fromisoformat("2026-11-03"), "한빛", 110_000],
    ]
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = judge(read_headed(rows_of(content.getvalue()), BANK_LINES), (), today=TODAY)
    lines = [row.line for row in found if row.line]
    assert [line.came_at for line in lines] == ["09:10:00", "15:40:00", ""]
    assert {line.came_on for line in lines} == {date(2026, 11, 3)}
    later = compare(lines[1:2], kept(lines[0]))
    assert later == [EntryVerdict.SIMILAR], "another table's line is no line that is known"


@pytest.mark.parametrize("missing", ["거래일시", "입금액(원)", "보낸분/받는분"])
def test_a_table_without_a_needed_column_is_refused(missing: str) -> None:
    with pytest.raises(UnreadableTable, match="heading_missing"):
        need_columns(table_of(HEADED.replace(missing, "가")))


def test_two_columns_for_one_field_are_refused() -> None:
    rows = rows_of_text(f"{HEADED}\n")
    chosen = {"거래일시": "day", "보낸분/받는분": "payer", "적요": "payer", "입금액(원)": "came"}
    with pytest.raises(UnreadableTable, match="heading_twice"):
        need_columns(read_headed(rows, BANK_LINES, given=chosen))


LINE = BankLine(came_on=date(2026, 11, 2), amount=55_000, payer="㈜한솔", came_at="09:00:00")
LATER = BankLine(came_on=date(2026, 11, 2), amount=55_000, payer="(주) 한솔", came_at="15:00:00")
UNTIMED = BankLine(came_on=date(2026, 11, 2), amount=55_000, payer="한솔")


def test_equal_lines_of_one_table_are_several_and_once_each() -> None:
    imported = kept(LINE, LINE)
    assert [v.value for v in compare([LINE, LINE, LINE], imported)] == ["known", "known", "new"]
    assert [v.value for v in compare([LINE, LATER], kept(LINE))] == ["known", "new"]


def test_a_line_without_its_time_is_similar_and_only_as_often_as_one_is_absent() -> None:
    assert [v.value for v in compare([UNTIMED, UNTIMED], kept(LINE))] == ["similar", "new"]
    assert [v.value for v in compare([LATER], kept(LINE))] == ["similar"]
    other = BankLine(came_on=LINE.came_on, amount=55_001, payer="한솔")
    assert [v.value for v in compare([other], kept(LINE))] == ["new"]


HERE, THERE = replace(UNTIMED, account="농협 1"), replace(UNTIMED, account="국민 2")


@pytest.mark.parametrize(
    ("lines", "imported", "found"),
    [
        ([THERE], [HERE], ["new"]),
        ([HERE], [HERE], ["known"]),
        ([HERE, HERE], [HERE, THERE], ["known", "new"]),
        # Somebody has to say so, where one of the two names no account.
        ([HERE], [UNTIMED], ["similar"]),
        ([UNTIMED], [HERE], ["similar"]),
        ([UNTIMED, UNTIMED, UNTIMED], [HERE, THERE], ["similar", "similar", "new"]),
        ([HERE, HERE, HERE], [UNTIMED, HERE], ["known", "similar", "new"]),
        ([replace(HERE, came_at="09:00:00")], [HERE, THERE], ["similar"]),
        ([replace(HERE, came_at="09:00:00")], [THERE], ["new"]),
    ],
)
def test_equal_lines_of_two_accounts_are_two(
    lines: list[BankLine], imported: list[BankLine], found: list[str]
) -> None:
    assert [verdict.value for verdict in compare(lines, kept(*imported))] == found


def test_lines_without_an_account_keep_their_digest() -> None:
    (digest,) = digests([LINE])
    assert digest.hex() == "99e4d48abefea6009082a65fa95f6ad3b86485b4368047439446ee23075b7898"


LINES = st.lists(
    st.builds(
        BankLine,
        came_on=st.sampled_from([date(2026, 11, 1), date(2026, 11, 2)]),
        amount=st.integers(1, 3),
        payer=st.sampled_from(["한솔", "㈜한솔", "두리", ""]),
        came_at=st.sampled_from(["", "09:00:00"]),
        account=st.sampled_from(["", "농협 1"]),
    ),
    max_size=8,
)


@given(LINES, st.randoms())
def test_the_same_table_in_any_order_imports_nothing_twice(
    lines: list[BankLine], random: object
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types it as object
    assert len(set(digests(lines))) == len(lines)
    assert set(compare(shuffled, kept(*lines))) <= {EntryVerdict.KNOWN}


@given(LINES, LINES)
def test_a_longer_table_brings_what_is_new_alone(
    first: list[BankLine], more: list[BankLine]
) -> None:
    """Nothing of the first table is new again, and nothing of both is lost."""
    found = compare([*first, *more], kept(*first))
    assert found.count(EntryVerdict.KNOWN) == len(first)
    assert EntryVerdict.SIMILAR not in found
