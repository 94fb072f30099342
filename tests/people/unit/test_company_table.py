"""Tables of companies: headings, encodings, folded values, and a verdict with every fault."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from gadong.people.domain.imports import headed_table
from gadong.people.domain.imports.company_row import Judge, JudgedRow, Verdict
from gadong.people.domain.imports.company_table import (
    need_columns,
    read_table,
    registration_digits,
)
from gadong.people.domain.imports.headed_table import MOST_ROWS, UnreadableTable
from gadong.people.services.imports.uploaded_tables import rows_of, rows_of_text, text_of
from gadong.texts.refusals import sentences

HEADED = "기업명,사업자등록번호,담당자,전화,이메일,구분"


def judged(text: str, served: dict[str, str] | None = None) -> list[JudgedRow]:
    """Judge the rows of a text."""
    table = read_table(rows_of_text(text))
    judge = Judge(table=table, served=served or {}, category="general")
    return [judge.judge(row) for row in table.rows]


def codes(row: JudgedRow) -> list[tuple[str, object]]:
    return [(p.code, p.details["column"]) for p in row.problems]


@pytest.mark.parametrize(
    "content",
    [
        "상호,사업자번호\n한솔정밀,124-81-00998\n".encode(),
        b"\xef\xbb\xbf" + "상호,사업자번호\r\n한솔정밀,124-81-00998\r\n".encode(),
        "상호;사업자번호\n한솔정밀;124-81-00998".encode("cp949"),
        "상호\t사업자번호\n한솔정밀\t1248100998".encode("utf-16"),
    ],
)
def test_each_encoding_and_separator_is_read(content: bytes) -> None:
    table = read_table(rows_of(content))
    (row,) = table.rows
    assert table.fields == {"상호": "name", "사업자번호": "registration_number"}
    assert row.get("name") == "한솔정밀"
    assert registration_digits(row.get("registration_number")) == "1248100998"


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    book.active.title = "숨김"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("명단")
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbooks_numbers_lose_no_digit_and_titles_stand_above() -> None:
    content = workbook(
        [
            ["2026년 입주기업 명단"],
            [],
            ["연번", "업체명", "사업자등록번호", "연락처", "담당자"],
            [1, "한솔정밀", 1248100998, 1012345678, "김하나"],
            [2, "두리", 2208162517.0, None, None],
        ]
    )
    table = read_table(rows_of(content))
    judge = Judge(table=table, served={}, category="general")
    first, second = (judge.judge(row) for row in table.rows)
    assert table.fields["연번"] == ""
    assert (first.row.number, first.verdict) == (4, Verdict.ENTER)
    assert (first.row.registration_number, first.row.phone) == ("1248100998", "01012345678")
    assert (second.row.number, second.row.registration_number) == (5, "2208162517")
    # The page carries the rows as text between the preview and the import.
    assert read_table(rows_of_text(text_of(rows_of(content)))) == table


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "company_table.empty"),
        (b"\n , ,\n", "company_table.empty"),
        (b"\xff\x00\xff\x81", "company_table.encoding"),
        (b"a,b\n\0,1", "company_table.encoding"),
        (b"PK\x03\x04 no workbook", "company_table.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "company_table.old_format"),
    ],
)
def test_what_is_no_table_says_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(rows_of(content))
    assert caught.value.code == code


def damaged(part: str, how: str) -> bytes:
    """A workbook one of whose parts is packed wrongly, encrypted, or holds what no sheet holds."""
    given = workbook([["업체명", "사업자등록번호"], ["한솔정밀", 1248100998]])
    with ZipFile(io.BytesIO(given)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    if how in ENTITIES:
        parts[part] = ENTITIES[how]
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    file = bytearray(out.getvalue())
    with ZipFile(out) as found:
        at = found.getinfo(part).header_offset
    if how == "packed wrongly":
        start = at + 30 + len(part)
        file[start : start + 40] = b"\xff" * 40
    central = file.rindex(part.encode()) - 46
    if how == "encrypted":
        file[at + 6] |= 1
        file[central + 8] |= 1
    if how == "packed in another way":
        file[at + 8] = file[central + 10] = 97
    if how == "of another version":
        file[central + 6] = 211
    return bytes(file)


#: Sheets whose text is no sheet, or grows without end where entities are followed.
ENTITIES = {
    "entities": b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(
        f"<!ENTITY {b} '{f'&{a};' * 10}'>".encode()
        for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    + b"]><worksheet>&l;</worksheet>",
    "a cell far away": b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/"
    b"main'><sheetData><row r='1'><c r='ZZZZ99999999'><v>1</v></c></row></sheetData></worksheet>",
    "a day that is none": b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/"
    b"main'><sheetData><row r='1'><c r='A1' t='d'><v>0000-99-99</v></c></row></sheetData>"
    b"</worksheet>",
}


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
@pytest.mark.parametrize(
    "how", ["packed wrongly", "encrypted", "packed in another way", "of another version", *ENTITIES]
)
def test_a_damaged_workbook_is_refused(part: str, how: str) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table(rows_of(damaged(part, how)))
    assert caught.value.code in {"company_table.broken", "company_table.empty"}


@pytest.mark.parametrize(("count", "is_read"), [(MOST_ROWS - 1, True), (MOST_ROWS, True)])
def test_so_many_rows_are_read(count: int, is_read: bool) -> None:
    rows = [["사업자번호"], *([["1"]] * count)]
    assert (len(read_table(rows).rows) == count) is is_read


def test_more_rows_are_refused_with_their_number() -> None:
    with pytest.raises(UnreadableTable) as caught:
        read_table([["사업자번호"], *([["1"]] * (MOST_ROWS + 1))])
    assert (caught.value.code, caught.value.cell) == ("company_table.too_long", "5001")


def test_headings_mean_what_was_kept_or_chosen() -> None:
    rows = [["거래처", "번호", "번호"], ["한솔", "1248100998", "x"]]
    assert set(read_table(rows).fields.values()) == {""}
    kept = {"거래처": "name", "번호": "registration_number"}
    found = read_table(rows, kept=kept)
    assert found.fields == {"거래처": "name", "번호": "registration_number", "번호 (2)": ""}
    chosen = read_table(rows, given={**kept, "번호": "", "번호 (2)": "registration_number"})
    assert chosen.rows[0].get("registration_number") == "x"
    assert read_table(rows, kept=found.fields).fields == found.fields
    with pytest.raises(UnreadableTable, match="heading_twice"):
        need_columns(read_table(rows, given={**kept, "번호 (2)": "registration_number"}))
    with pytest.raises(UnreadableTable, match="heading_missing"):
        need_columns(read_table(rows, given={"거래처": "name"}))


def test_of_equal_headings_each_has_its_own_choice() -> None:
    rows = [["기업명", "번호", "번호", "번호(옛)"], ["한솔", "a", "1248100998", "b"]]
    first = {"기업명": "name", "번호": "registration_number", "번호 (2)": "", "번호(옛)": ""}
    second = {**first, "번호": "", "번호 (2)": "registration_number"}
    third = {**first, "번호": "", "번호(옛)": "registration_number"}
    for chosen in (first, second, third):
        assert read_table(rows, given=chosen).fields == chosen
        assert read_table(rows, kept=chosen).fields == chosen
        said = {heading: name for heading, name in chosen.items() if name}
        assert read_table(rows, given=said).fields == chosen


@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_commas_within_amounts_part_no_cells(mark: str) -> None:
    cells = ["한솔", "12,345,678", "1,234,567,890"]
    said = [f'"{cell}"' if mark == "," else cell for cell in cells]
    text = f"{mark.join(['가', '나', '다'])}\n{mark.join(said)}\n{mark.join(said)}"
    assert rows_of_text(text) == [["가", "나", "다"], cells, cells]


def test_a_number_is_folded_and_checked() -> None:
    for cell in ("124-81-00998", " 124 81 00998 ", "１２４－８１－００９９８", "1248100998.0"):
        assert registration_digits(cell) == "1248100998"
    text = f"{HEADED}\n가,124-81-00999\n나,1.24810E+09\n다,\n라,12481009981"
    assert [codes(row) for row in judged(text)] == [
        [("company_table.number", "사업자등록번호")],
        [("company_table.number_shortened", "사업자등록번호")],
        [("company_table.number_missing", "사업자등록번호")],
        [("company_table.number", "사업자등록번호")],
    ]


def test_every_fault_of_a_row_is_named_at_once() -> None:
    (row,) = judged(f"{HEADED}\n,1,,12,kim@,general")
    assert row.verdict is Verdict.FAULTY
    assert codes(row) == [
        ("company_table.number", "사업자등록번호"),
        ("company_table.phone", "전화"),
        ("company_table.email", "이메일"),
        ("company_table.name", "기업명"),
    ]
    korean, english = sentences(row.problems[0])
    assert korean.startswith("2행 사업자등록번호: 1은 ")
    assert english.startswith("Row 2, 사업자등록번호: 1 is no business registration number")


def test_rows_of_one_number_are_one_companys_people() -> None:
    text = (
        f"{HEADED}\n"
        "(주)한솔,1248100998,김하나,010-1234-5678\n"
        "주식회사 한솔,124-81-00998,이둘\n"
        ",1248100998,박셋,,park@example.com\n"
        "한술,1248100998,최넷\n"
        "한솔,1248100998\n"
        ",1248100998,김하나,01012345678\n"
        "두리,2208162517,정다섯,,PARK@example.com"
    )
    rows = judged(text)
    assert [row.verdict for row in rows] == [
        Verdict.ENTER,
        Verdict.PERSON,
        Verdict.PERSON,
        *[Verdict.FAULTY] * 4,
    ]
    assert [codes(row) for row in rows[3:]] == [
        [("company_table.other_name", "기업명")],
        [("company_table.twice", "사업자등록번호")],
        [("company_table.person_twice", "담당자")],
        [("company_table.email_twice", "이메일")],
    ]
    assert [row.problems[0].limit for row in rows[4:]] == [2, 2, 4]


def test_a_faulty_row_does_not_stand_for_its_company() -> None:
    rows = judged(f"{HEADED}\n가나,1248100998,김,12\n가나,1248100998,김,02-930-2266")
    assert [row.verdict for row in rows] == [Verdict.FAULTY, Verdict.ENTER]


def test_a_served_company_changes_nothing_and_gains_people() -> None:
    served = {"1248100998": "한솔정밀"}
    rows = judged(f"{HEADED}\n다른이름,1248100998\n,1248100998,김\n다른,1248100998,이", served)
    assert [row.verdict for row in rows] == [Verdict.SERVED, Verdict.PERSON, Verdict.FAULTY]


def test_categories_are_named_in_korean_or_left_to_the_form() -> None:
    text = f"{HEADED}\n가,1248100998,,,,소공인\n나,2208162517,,,,\n다,1208147521,,,,관내"
    assert [row.row.category for row in judged(text)] == ["small-manufacturer", "general", "관내"]


def test_hidden_signs_and_decomposed_letters_are_cleaned() -> None:
    assert headed_table.clean("\u200b한솔\u00a0 정밀\n") == "한솔 정밀"
    assert headed_table.clean("\u1112\u1161\u11ab") == "한"
    assert headed_table.plain("사업자 등록번호 (필수)*") == "사업자등록번호"
