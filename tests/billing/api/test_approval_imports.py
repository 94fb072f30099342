"""Approval numbers from Hometax's list: matched with their statements, and registered once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.invoices import approval_imports
from gadong.billing.store import corrections
from gadong.booking.domain.booking import Booking
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.services import legal_parties
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import (
    corrected,
    difference,
    issued,
    late_signal,
    used,
    used_in,
)
from tests.support.billing.hometax import API, named
from tests.support.billing.naming import corrected_names, naming
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, registration_number

__all__ = ["used"]  # pytest finds a fixture by its name here

HEADED = (
    "작성일자,승인번호,발급일자,공급자사업자등록번호,공급받는자사업자등록번호,상호,합계금액,"
    "공급가액,세액,전자세금계산서종류,비고"
)
OURS = "120-81-47521"


def approval(n: int) -> str:
    """Return an approval number as Hometax's list writes it."""
    return f"20261130-41000000-{n:08d}"


def row(
    statement: Statement,
    n: int,
    customer: str,
    *,
    supply: int = 30_000,
    note: str = "",
    supplier: str = OURS,
    kind: str = "일반",
) -> str:
    day = f"{statement.month}-28"
    cells = (day, approval(n), day, supplier, customer, "x", supply + 3_000, supply, 3_000)
    return ",".join(map(str, (*cells, kind, note)))


def sent(client: TestClient, world: World, *rows: str, path: str = "", status: int = 201) -> Any:
    where = f"{API}/centres/{world.centre.id}/approval-imports{path}"
    answer = client.post(where, json={"text": "\n".join(["매출 목록", HEADED, *rows])})
    assert answer.status_code == status, answer.text
    return answer.json()


def registered(client: TestClient, statement: Statement) -> list[str]:
    found = client.get(f"{API}/statements/{statement.id}/tax-invoices").json()["items"]
    return [one["approval"] for one in found]


def number(world: World, index: int) -> str:
    """Return the registration number of a company."""
    party = legal_parties.of_company(
        world.pool, world.manager, world.centre.id, world.companies[index].id
    )
    return party.registration_number


def test_a_row_is_matched_by_its_number_or_by_customer_amounts_and_month(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, theirs = issued(world, used), issued(world, used, 1)
    rows = [
        row(mine, 1, number(world, 0), note=str(mine.number)),
        row(theirs, 2, number(world, 1)),
        row(theirs, 3, number(world, 1), supply=60_000),
    ]
    shown = sent(manager, world, *rows, path="/preview", status=200)
    assert [one["verdict"] for one in shown["items"]] == ["register", "register", "unmatched"]
    assert (registered(manager, mine), registered(manager, theirs)) == ([], [])
    assert sent(manager, world, *rows)["good"] == 2
    assert registered(manager, mine) == [approval(1).replace("-", "")]
    assert registered(manager, theirs) == [approval(2).replace("-", "")]
    again = sent(manager, world, *rows)
    assert [one["verdict"] for one in again["items"]] == ["known", "known", "unmatched"]
    assert len(registered(manager, mine)) == 1


def test_a_row_that_names_a_number_is_of_that_number_or_of_none(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    first, own = issued(world, used), number(world, 0)
    void = manager.post(f"{API}/statements/{first.id}/void", json={"reason": "다른 기업"})
    assert void.status_code == 204, void.text
    anew = issued(world, used)
    rows = [
        row(first, 1, own, note=str(first.number)),
        row(first, 2, own, kind="수정", note=str(first.number)),
        row(anew, 3, own, note=f"11월분 {anew.number}"),
        row(anew, 4, own, note=f"other-{anew.month.replace('-', '')}-0001"),
    ]
    found = sent(manager, world, *rows)
    verdicts = [one["verdict"] for one in found["items"]]
    assert verdicts == ["unmatched", "amended", "register", "unmatched"]
    assert registered(manager, anew) == [approval(3).replace("-", "")]


def test_a_row_of_another_month_is_found_by_the_number_that_it_names(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine = issued(world, used)
    late = row(mine, 1, number(world, 0), note=str(mine.number))
    found = sent(manager, world, late.replace(f"{mine.month}-28", "2030-01-05"))
    assert [one["verdict"] for one in found["items"]] == ["register"]
    assert registered(manager, mine) == [approval(1).replace("-", "")]


def test_of_equal_rows_the_named_one_is_registered_and_else_none(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, own = issued(world, used), number(world, 0)
    unknown = sent(manager, world, row(mine, 1, own), row(mine, 2, own))
    assert [one["verdict"] for one in unknown["items"]] == ["unmatched", "unmatched"]
    assert registered(manager, mine) == []
    rows = [row(mine, 1, own), row(mine, 2, own, note=str(mine.number)), row(mine, 3, own)]
    found = sent(manager, world, *rows)
    assert [one["verdict"] for one in found["items"]] == ["unmatched", "register", "unmatched"]
    assert registered(manager, mine) == [approval(2).replace("-", "")]


def test_one_invoice_that_stands_twice_in_the_list_is_one(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, own = issued(world, used), number(world, 0)
    rows = [row(mine, 1, own), row(mine, 2, own, kind="수정"), row(mine, 1, own)]
    found = sent(manager, world, *rows)
    assert [one["verdict"] for one in found["items"]] == ["register", "amended", "known"]


def test_a_number_that_another_centre_has_holds_no_other_row_up(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, theirs = issued(world, used), issued(world, used, 1)
    other = World.made(world.pool)
    # Its firms are others than the first centre's.
    other.companies.extend(world.companies)
    hidden = issued(other, used_in(other), len(world.companies))
    with transaction(world.pool, SYSTEM) as tx:
        corrections.insert_invoice(
            tx,
            centre_id=other.centre.id,
            statement_id=hidden.id,
            correction_id=None,
            approval=approval(1).replace("-", ""),
            reason_code=None,
            written_on=date(2026, 11, 28),
            issued_on=date(2026, 11, 28),
            by=other.manager.person_id,
            at=datetime.now(UTC),
        )
    found = sent(manager, world, row(mine, 1, number(world, 0)), row(theirs, 2, number(world, 1)))
    assert [one["verdict"] for one in found["items"]] == ["unmatched", "register"]
    assert (registered(manager, mine), len(registered(manager, theirs))) == ([], 1)


def test_two_lists_at_once_give_a_statement_one_invoice(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, own = issued(world, used), number(world, 0)

    def read(n: int) -> int:
        rows = [line.split(",") for line in (HEADED, row(mine, n, own))]
        return approval_imports.keep(world.pool, world.manager, world.centre.id, rows).good

    assert sorted(at_once(*(partial(read, n) for n in range(4)))) == [0, 0, 0, 1]
    assert len(registered(manager, mine)) == 1


def test_what_does_not_fit_is_named_and_not_registered(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, theirs = issued(world, used), issued(world, used, 1)
    own, other = number(world, 0), number(world, 1)
    rows = [
        row(mine, 1, own, supply=30_001, note=str(mine.number)),
        row(mine, 2, other, note=str(mine.number)),
        row(mine, 3, own, supply=30_001),
        row(mine, 4, own, supplier="124-81-00998"),
        row(mine, 5, own, kind="수정", note=str(mine.number)),
        row(mine, 6, own).replace(approval(6), "12-34"),
        row(mine, 7, own).replace(f"{mine.month}-28", "언젠가"),
        row(mine, 8, own).replace("30000", "삼만"),
        row(theirs, 9, other).replace(theirs.month, "2001-01"),
    ]
    found = sent(manager, world, *rows)
    assert [one["verdict"] for one in found["items"]] == [
        "differs", "differs", "unmatched", "not_ours", "amended", "faulty", "faulty", "faulty",
        "unmatched",
    ]  # fmt: skip
    problems = [(p["code"], p["details"]["column"]) for x in found["items"] for p in x["problems"]]
    assert problems == [
        ("approval_table.approval", "승인번호"),
        ("bank_table.day", "작성일자"),
        ("bank_table.amount", "공급가액"),
    ]
    assert (registered(manager, mine), registered(manager, theirs)) == ([], [])


def test_a_list_without_a_needed_column_is_refused(world: World, manager: TestClient) -> None:
    named(world, manager)
    where = f"{API}/centres/{world.centre.id}/approval-imports"
    answer = manager.post(where, json={"text": "승인번호,작성일자\n1,2"})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (
        422,
        "company_table.heading_missing",
    )


def test_firms_and_outsiders_import_nothing(
    world: World, manager: TestClient, bearer: LogIn
) -> None:
    company = world.company()
    other = World.made(world.pool)
    world.emails[other.manager.person_id] = other.manager_email
    where = f"{API}/centres/{world.centre.id}/approval-imports"
    del manager.headers["authorization"]
    for who, status in ((world.member(company), 403), (other.manager, 404)):
        sent_by = manager.post(where, json={"text": HEADED}, headers=bearer(who))
        assert sent_by.status_code == status


def test_the_page_shows_each_row_and_registers_what_fits(
    world: World, manager: TestClient, used: Booking, visit: Visit
) -> None:
    named(world, manager)
    mine = issued(world, used)
    text = "\n".join([HEADED, row(mine, 1, number(world, 0)), row(mine, 2, "1")])
    boss = visit(None)
    shown = text_of(boss.post("/approvals/import", data={"text": text}).text)
    assert "2행 중 1행이 이용내역서와 맞습니다" in shown
    assert "맞는 이용내역서가 하나로 정해지지 않음" in shown
    done = boss.post("/approvals/import", data={"text": text, "do": "keep"})
    assert done.status_code == 303
    assert registered(manager, mine) == [approval(1).replace("-", "")]


def test_a_row_has_the_sums_of_the_day_of_its_issue(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, own = issued(world, used), number(world, 0)
    late_signal(world, used, 50, "idle")
    found = difference(manager, mine)
    made = corrected(manager, mine, found["digest"])
    assert (made.status_code, found["difference"]) == (201, -5_500), made.text
    today = f"{datetime.now(UTC).astimezone(world.centre.zone):%Y-%m-%d}"

    def of_today(n: int, supply: int, vat: int) -> str:
        before = f"{mine.month}-28,{approval(n)}"
        written = row(mine, n, own, note=str(mine.number))
        written = written.replace(f"{before},{mine.month}-28", f"{before},{today}")
        return written.replace("30000,3000", f"{supply},{vat}")

    rows = [
        row(mine, 1, own, supply=25_000).replace("25000,3000", "25000,2500"),
        of_today(2, 30_000, 3_000),
        row(mine, 3, own),
    ]
    shown = sent(manager, world, *rows)
    assert [one["verdict"] for one in shown["items"]] == ["unmatched", "differs", "register"]
    assert registered(manager, mine) == [approval(3).replace("-", "")]


def test_a_row_of_after_a_correction_has_the_corrected_sums(
    world: World, manager: TestClient, used: Booking
) -> None:
    named(world, manager)
    mine, right = issued(world, used), registration_number(77)
    asked = naming(manager, mine, registration_number=right)
    corrected_names(manager, mine, asked["digest"], registration_number=right)
    late_signal(world, used, 50, "idle")
    made = corrected(manager, mine, difference(manager, mine)["digest"])
    assert made.status_code == 201, made.text
    today = f"{datetime.now(UTC).astimezone(world.centre.zone):%Y-%m-%d}"
    rows = [
        row(mine, n, customer, supply=25_000)
        .replace("25000,3000", "25000,2500")
        .replace(f"{approval(n)},{mine.month}-28", f"{approval(n)},{today}")
        for n, customer in ((1, number(world, 0)), (2, right))
    ]
    shown = sent(manager, world, *rows)
    assert [one["verdict"] for one in shown["items"]] == ["unmatched", "register"]
