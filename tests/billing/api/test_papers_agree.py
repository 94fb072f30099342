"""The statement, the Hometax sheet and the correction say the same sums, to the won, whatever a
month is made of.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking
from gadong.core.domain.calendar import Month
from tests.billing.api.test_corrections import corrected, difference, issued, said
from tests.billing.api.test_hometax import named
from tests.support.world import World

API = "/api/v1"
SUMS = (
    "과세 공급가액",
    "면세 공급가액",
    "공급가액",
    "부가세",
    "불과세(위약금 등)",
    "합계",
    "지원금",
    "납부할 금액",
)


@dataclass(frozen=True)
class Case:
    """A tariff of its own, and what its month comes to: taxable, exempt, VAT, out of scope,
    subsidy.
    """

    tariff: Mapping[str, Any]
    before: tuple[int, int, int, int, int]
    after: tuple[int, int, int, int, int]

    @staticmethod
    def sums(of: tuple[int, int, int, int, int]) -> dict[str, int]:
        """Every sum by its name."""
        taxable, exempt, vat, outside, subsidy = of
        total = taxable + exempt + vat + outside
        amounts = (taxable, exempt, taxable + exempt, vat, outside, total, subsidy, total - subsidy)
        return dict(zip(SUMS, amounts, strict=True))


CAP = {"caps": [{"group": "top", "amount": 25_000}]}
PROGRAMME = {
    "subsidies": [{"name": "바우처", "payer": "시험도", "pct": "50", "monthly_cap": 1_000_000}]
}
# One hour of a mill (30,000 taxable), one of a lathe (12,000 exempt), a booking of the mill that
# nobody came to (50 % of 60,000), 3 prints (3,330 taxable) and a training (5,000 exempt). Later the
# mill's hour is 40 minutes (20,000).
CASES = {
    "exclusive": Case({}, (33_330, 17_000, 3_333, 30_000, 0), (23_330, 17_000, 2_333, 30_000, 0)),
    # 33,330 holds 3,030 of tax; 23,330 holds 2,120.
    "inclusive": Case(
        {"vat": "inclusive"}, (30_300, 17_000, 3_030, 30_000, 0), (21_210, 17_000, 2_120, 30_000, 0)
    ),
    # The mill's time is capped: 25,000 instead of 30,000.
    "capped": Case(CAP, (28_330, 17_000, 2_833, 30_000, 0), (23_330, 17_000, 2_333, 30_000, 0)),
    # Half of the supply; a fee for not coming is the company's own.
    "programme": Case(
        PROGRAMME, (33_330, 17_000, 3_333, 30_000, 25_165), (23_330, 17_000, 2_333, 30_000, 20_165)
    ),
    # Truncated to 100 won for each tax type.
    "truncated": Case(
        {"document_unit": 100},
        (33_300, 17_000, 3_330, 30_000, 0),
        (23_300, 17_000, 2_330, 30_000, 0),
    ),
}


def document(more: Mapping[str, Any]) -> dict[str, Any]:
    """A tariff of a taxable mill, an exempt lathe, and goods of both."""
    by_minute = {"basis": "actual_run", "increment_seconds": 60, "increment_grace_seconds": 0}
    return {
        "effective_from": "2026-01-01",
        "document_unit": 1,
        "items": [
            {
                "kind": "mill",
                "rate_per_hour": "30000",
                "no_show": {"pct": "50"},
                "registration": "NFEC-2026-0001",
                **({"cap_group": "top"} if "caps" in more else {}),
                **by_minute,
            },
            {"kind": "lathe", "rate_per_hour": "12000", "tax_type": "exempt", **by_minute},
        ],
        "goods": [
            {
                "code": "a3",
                "name_ko": "A3 출력",
                "name_en": "A3 print",
                "measure": "ea",
                "price": "1110",
                "tax_item": "printing_fee",
            },
            {
                "code": "course",
                "kind": "training",
                "name_ko": "기초 교육",
                "name_en": "First course",
                "measure": "ea",
                "price": "5000",
                "tax_type": "exempt",
            },
        ],
        **more,
    }


def month_of(world: World, manager: TestClient, more: Mapping[str, Any]) -> Booking:
    """A month with everything in it; the booking of the mill's hour."""
    start = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    company = world.company()
    world.company()
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1", kind="lathe")
    drafted = tariffs.draft(
        world.pool, world.manager, centre=world.centre.id, document=document(more)
    )
    tariffs.publish(world.pool, world.manager, drafted.id)
    for machine in (mill, lathe):
        source = world.source(machine)
        # Nobody comes to the mill on the day before; that it is idle is known.
        known = ((-30 - 60 * h, "idle") for h in range(26, -1, -1))
        for minutes, word in (*known, (0, "running"), (60, "idle")):
            said(world, source, noon + timedelta(minutes=minutes), word)
    world.booked(lathe, company, noon)
    world.booked(mill, company, noon - timedelta(days=1))
    where = {"centre": str(world.centre.id), "company": str(company.id), "at": noon.isoformat()}
    for code, quantity in (("a3", "3"), ("course", "1")):
        entry = {**where, "code": code, "quantity": quantity, "unit": "ea"}
        made = manager.post(f"{API}/entries", json=entry)
        assert made.status_code == 201, made.text
    extra = {"name": "바우처", "since": "2026-01-01"}
    at = f"{API}/centres/{world.centre.id}/companies/{company.id}/extras"
    assert manager.post(at, json=extra).status_code in {201, 204}
    return world.booked(mill, company, noon)


def text_of(pdf: bytes) -> str:
    """The text of a PDF as another's reader finds it."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


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
