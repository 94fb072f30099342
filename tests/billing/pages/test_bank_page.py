"""The pages of the bank: a file shown row by row, and lines settled as a manager chooses."""

from __future__ import annotations

import re

from gadong.billing.domain.kept_statement import Statement
from tests.support.billing.transfers import issued, today
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

__all__ = ["issued"]  # pytest finds a fixture by its name here

HEADED = "거래일시,보낸분,출금액,입금액"


def test_a_file_is_shown_then_kept_and_its_lines_are_settled(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    assert len(issued) == 2
    boss, firm = visit(None), world.companies[0]
    table = f"{HEADED}\n{today(world)} 09:00,㈜{firm.name},,132000\n{today(world)},이자,,12"
    assert "은행 거래내역 가져오기" in text_of(boss.get("/bank").text)
    upload = {"file": ("bank.csv", table.replace("㈜", "(주)").encode("cp949"), "text/csv")}
    shown = text_of(boss.post("/bank/import", data={"do": "preview"}, files=upload).text)
    assert "새 내역 2건" in shown
    assert "132,012원" in shown
    assert boss.post("/bank/import", data={"text": table, "do": "keep"}).status_code == 303
    listed = boss.get("/bank").text
    assert "이름이 같음" in text_of(listed)
    assert "금액이 정확히 맞음" in text_of(listed)
    form = re.search(r'action="(/bank/[^"]+/transfer)"(.*?)</form>', listed, re.DOTALL)
    assert form
    fields = re.findall(r'name="(\w+)"\s+value="([^"]+)"', form[2])
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    assert boss.post(form[1], data=sent).status_code == 303
    again = boss.post(form[1], data=sent)
    assert (again.status_code, "이미 처리" in text_of(again.text)) == (409, True)
    (line,) = re.findall(r'href="(/bank/[0-9a-f-]{36})"', boss.get("/bank").text)
    assert "이자" in text_of(boss.get(line).text)
    assert boss.post(f"{line}/set-aside", data={"reason": "예금 이자"}).status_code == 303
    done = text_of(boss.get("/bank").text)
    assert "모두 처리했습니다" in done
    assert "예금 이자" in done
    assert boss.get(line).status_code == 404
    account = text_of(boss.get(f"/receivables/{firm.id}").text)
    assert "132,000원" in account


def test_a_bad_row_is_named_and_the_good_ones_are_kept_where_asked(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    assert issued
    boss = visit(None)
    table = f"{HEADED}\n{today(world)},한솔,,5\n어제,두리,,6"
    shown = text_of(boss.post("/bank/import", data={"text": table}).text)
    assert "3행 거래일시: 어제" in shown
    refused = boss.post("/bank/import", data={"text": table, "do": "keep"})
    assert refused.status_code == 409
    assert boss.post("/bank/import", data={"text": table, "do": "keep_good"}).status_code == 303
    assert "한솔" in text_of(boss.get("/bank").text)
    member = visit(world.member(world.companies[0]))
    assert member.get("/bank").status_code == 403


def test_of_two_equal_headings_either_is_chosen(
    world: World, visit: Visit, issued: list[Statement]
) -> None:
    assert issued
    boss, day = visit(None), today(world)
    table = f"거래일시\t내용\t입금액\t내용\n{day}\t한솔\t1,100,000\t두리"
    shown = boss.post("/bank/import", data={"text": table}).text
    headings = re.findall(r'name="heading" value="([^"]+)"', shown)
    assert headings == ["거래일시", "내용", "입금액", "내용 (2)"]
    for fields, payer in (
        (["day", "payer", "came", ""], "한솔"),
        (["day", "", "came", "payer"], "두리"),
    ):
        sent = {"text": table, "do": "keep", "heading": headings, "field": fields}
        assert boss.post("/bank/import", data=sent).status_code == 303
        assert payer in text_of(boss.get("/bank").text)
    again = boss.post("/bank/import", data={"text": table, "do": "keep"})
    assert again.status_code == 303, "the choice is kept"
    assert "새 내역 0건" in text_of(boss.post("/bank/import", data={"text": table}).text)
