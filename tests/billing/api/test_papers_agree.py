"""The statement, the Hometax sheet and the correction say the same sums, to the won, whatever a
month is made of.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.domain.kept_statement import Statement
from tests.support.billing.corrections import corrected, difference, issued
from tests.support.billing.hometax import named
from tests.support.billing.papers_agree import API, CASES, SUMS, month_of, text_of
from tests.support.world import World


def amount(text: str, name: str) -> int | None:
    """The won beside a name in a PDF's text; None where the name is not in it."""
    found = re.search(rf"(?m)^{re.escape(name)}(?: \([^)]*\))?[ \n]([−\d,]+)$", text)
    return int(found[1].replace(",", "").replace("−", "-")) if found else None


def sheet_sums(manager: TestClient, statement: Statement) -> dict[str, Any]:
    """The sums on the spreadsheet's first sheet, and on the table, which are the same."""
    where = f"{API}/statements/{statement.id}"
    book = load_workbook(io.BytesIO(manager.get(f"{where}/sheets.xlsx").content))
    first = {
        re.sub(r" \(.*", "", str(r[0].value)): r[1].value for r in book["이용내역서"].iter_rows()
    }
    rows = csv.reader(io.StringIO(manager.get(f"{where}/lines.csv").text.removeprefix("\ufeff")))
    table = {re.sub(r" \(.*", "", r[2]): int(r[3]) for r in rows if r[0] == ""}
    assert {name: first[name] for name in SUMS} == {name: table[name] for name in SUMS}
    return {name: first[name] for name in SUMS}


def hometax(
    manager: TestClient, world: World, statement: Statement
) -> tuple[dict[str, Any], list[Any]]:
    """The statement's sums on the sheet of checks, and its row of the upload."""
    answer = manager.get(
        f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": statement.month}
    )
    book = load_workbook(io.BytesIO(answer.content))
    head, *rows = [[c.value for c in row] for row in book["대조"].iter_rows()]
    assert rows[-1][0] == "합계"
    assert rows[-1][2:-1] == [sum(r[n] for r in rows[:-1]) for n in range(2, len(head) - 1)]
    (mine,) = (dict(zip(head, r, strict=True)) for r in rows if r[0] == statement.number)
    (upload,) = ([c.value for c in r] for r in book["엑셀업로드양식"].iter_rows(min_row=7))
    return {name: mine[name] for name in SUMS}, upload


@pytest.mark.parametrize("name", CASES)
def test_the_three_papers_say_the_same_sums(name: str, world: World, manager: TestClient) -> None:
    case = CASES[name]
    booking = month_of(world, manager, case.tariff)
    named(world, manager)
    statement = issued(world, booking)
    before, after = case.sums(case.before), case.sums(case.after)
    assert sheet_sums(manager, statement) == before
    text = text_of(manager.get(f"{API}/statements/{statement.id}/document.pdf").content)
    for key in SUMS:
        if before["지원금"] or key not in {"지원금", "납부할 금액"}:
            assert amount(text, key) == (-before[key] if key == "지원금" else before[key]), key
    checked, upload = hometax(manager, world, statement)
    assert checked == before
    assert (upload[19], upload[20]) == (before["과세 공급가액"], before["부가세"])
    assert upload[21] == statement.number
    # A fee that is no supply, and what is exempt, are on no item of a tax invoice.
    items = [tuple(upload[22 + 8 * n : 30 + 8 * n]) for n in range(4)]
    assert sum(i[5] or 0 for i in items) == before["과세 공급가액"]
    assert sum(i[6] or 0 for i in items) == before["부가세"]
    assert [i[1] for i in items if i[1]] == ["장비사용료", "출력료"]

    decision = {
        "kind": "set_seconds",
        "company": str(booking.company_id),
        "booking": str(booking.id),
        "start": booking.period.start.isoformat(),
        "end": booking.period.end.isoformat(),
        "seconds": 2400,
        "reason": "장비 점검",
    }
    made = manager.post(f"{API}/machines/mill-1/decisions?centre={world.centre.id}", json=decision)
    assert made.status_code == 201, made.text
    answer = corrected(manager, statement, difference(manager, statement)["digest"])
    assert answer.status_code == 201, answer.text
    where = f"{API}/statements/{statement.id}/corrections/{answer.json()['id']}/document.pdf"
    text = text_of(manager.get(where).content)
    for key in SUMS:
        steps = [before[key], after[key], after[key] - before[key]]
        found = re.search(
            rf"(?m)^{re.escape(key)}(?: \([^)]*\))?[ \n]([−\d,]+)[ \n]([−\d,]+)[ \n]([−\d,]+)$",
            text,
        )
        assert found, (key, text)
        assert [int(g.replace(",", "").replace("−", "-")) for g in found.groups()] == steps, key
    for words in ("120-81-47521", "124-81-00998", "공급자", "공급받는자"):
        assert words in text
    checked, upload = hometax(manager, world, statement)
    assert checked == after
    assert (upload[19], upload[20]) == (after["과세 공급가액"], after["부가세"])


COLUMNS = {
    "discounts": [{"category": "general", "pct": "50", "name_ko": "시범", "name_en": "pilot"}]
}


def test_lines_stand_in_the_columns_of_a_transaction_statement(
    world: World, manager: TestClient
) -> None:
    statement = issued(world, month_of(world, manager, COLUMNS))
    where = f"{API}/statements/{statement.id}"
    text = manager.get(f"{where}/lines.csv").text.removeprefix("\ufeff")
    lines = [row for row in csv.DictReader(io.StringIO(text)) if row["항목"]]
    shown = [
        (
            x["품목"],
            x["수량"],
            x["단위"],
            x["단가(원)"],
            x["정상가(원)"],
            x["감면(원)"],
            x["금액(원)"],
            x["과세"],
        )
        for x in lines
    ]
    assert shown == [
        ("위약금", "1", "건", "15000", "15000", "0", "15000", "불과세"),
        ("장비사용료", "1", "시간", "12000", "12000", "6000", "6000", "면세"),
        ("장비사용료", "1", "시간", "30000", "30000", "15000", "15000", "과세"),
        ("출력료", "3", "개", "1110", "3330", "0", "3330", "과세"),
        ("교육비", "1", "개", "5000", "5000", "0", "5000", "면세"),
    ]
    assert [x["등록번호"] for x in lines] == ["NFEC-2026-0001", "", "NFEC-2026-0001", "", ""]
    assert lines[2]["설명"].endswith("× 50 % (시범 할인 50 %) (예외 승인: 시험)")
    assert lines[2]["Description"].endswith("× 50 % (pilot discount 50 %) (exception: 시험)")

    book = load_workbook(io.BytesIO(manager.get(f"{where}/sheets.xlsx").content))
    head, *rows = [[c.value for c in row] for row in book["내역"].iter_rows()]
    for row, line in zip(rows, lines, strict=True):
        cells = dict(zip(head, row, strict=True))
        assert cells["수량"] * cells["단가(원)"] == cells["정상가(원)"]
        assert cells["정상가(원)"] - cells["감면(원)"] == cells["금액(원)"]
        for name in ("수량", "단가(원)", "정상가(원)", "감면(원)", "금액(원)"):
            assert cells[name] == float(line[name])
        assert f"{cells['일자']:%Y-%m-%d}" == line["일자"]
        assert [cells[n] for n in ("품목", "단위", "과세")] == [
            line[n] for n in ("품목", "단위", "과세")
        ]

    for language, words in (
        (
            "ko",
            (
                "수량",
                "단가(원)",
                "정상가(원)",
                "감면(원)",
                "과세",
                "A3 출력",
                "시범 할인 50 %",
                "1시간",
            ),
        ),
        (
            "en",
            (
                "Quantity",
                "Unit price",
                "List price",
                "Relief",
                "Tax",
                "A3 print",
                "pilot discount 50 %",
            ),
        ),
    ):
        pdf = manager.get(f"{where}/document.pdf", params={"language": language}).content
        paper = " ".join(text_of(pdf).split())
        assert all(w in paper for w in words), paper
        assert re.search(r"30,000 30,000 −15,000 15,000 (과세|10 % VAT)", paper)
        assert re.search(r"1,110 3,330 0 3,330 (과세|10 % VAT)", paper)
