"""Payers without a registration number: served, billed, with receipts instead of tax invoices."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import tax_invoices
from gadong.billing.services.proof import verification
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CompanyId, new_id
from gadong.core.store import outbox
from gadong.operations.services import audit_export, privacy
from gadong.people.domain.company import Company
from gadong.people.domain.payer import Payer, PayerKind
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.billing import lines_by_their_own_day as by_the_day
from tests.support.people.parties import WHO
from tests.support.world import PASSWORD, World, in_session

API = "/api/v1"


def entered(world: World, client: TestClient, **given: Any) -> Any:
    """Answer of the entry of a payer."""
    body = {"centre": str(world.centre.id), "name": "김개인", "since": "2026-01-01", **given}
    return client.post(f"{API}/companies", json=body)


def payer(world: World, client: TestClient, **given: Any) -> Company:
    """A payer whom the centre serves."""
    answer = entered(world, client, **{"kind": "individual", "category": "general", **given})
    assert answer.status_code == 201, answer.text
    made = Company(
        id=CompanyId(UUID(answer.json()["id"])), name=answer.json()["name"], registration_number=""
    )
    world.companies.append(made)
    return made


def where(world: World, company: Company) -> str:
    return f"{API}/centres/{world.centre.id}/companies/{company.id}/payer"


def billed(world: World, client: TestClient, amount: int = 50_000, **line: Any) -> Statement:
    """The first payer's statement of last month, of one line."""
    by_the_day.published(world, client, document_unit=1)
    by_the_day.own_line(world, client, amount, **line)
    return by_the_day.issued(world)


def sheet(world: World, client: TestClient, month: str, name: str) -> list[list[Any]]:
    answer = client.get(f"{API}/centres/{world.centre.id}/hometax.xlsx", params={"month": month})
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    return [[c.value for c in row] for row in book[name].iter_rows()]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "individual"}, ""),
        ({"kind": "individual", "identification": "1990-01-01"}, "identification"),
        ({"kind": "individual", "registration_number": "124-81-00998"}, "registration_number"),
        ({"kind": "student"}, "identification"),
        ({"kind": "student", "identification": "한빛대학교 기계공학과"}, ""),
        ({"kind": "founder", "identification": "예비창업패키지 협약서"}, ""),
        ({"kind": "farm", "identification": "1000-123-456"}, ""),
        ({"kind": "farm", "identification": "123"}, "identification"),
        ({"kind": "council", "identification": "회칙"}, ""),
        ({"kind": "council", "registration_number": "124-81-00998"}, ""),
        ({"kind": "cooperative", "identification": "설립신고확인증"}, ""),
        ({"kind": "business"}, "registration_number"),
        ({}, "registration_number"),
    ],
)
def test_each_kind_is_entered_by_what_it_has(
    given: dict[str, str], field: str, world: World, manager: TestClient
) -> None:
    answer = entered(world, manager, **given)
    if field:
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        return
    assert answer.status_code == 201, answer.text
    (listed,) = manager.get(f"{API}/companies", params={"centre": str(world.centre.id)}).json()[
        "items"
    ]
    assert listed == answer.json()
    assert listed["kind"] == given["kind"]
    assert bool(listed["registration_number"]) is ("registration_number" in given)


def test_several_private_persons_of_one_name_are_several_payers(
    world: World, manager: TestClient
) -> None:
    first, second = payer(world, manager), payer(world, manager)
    assert first.id != second.id


def test_a_payer_without_a_number_and_a_kind_cannot_be_stored(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into companies (id, name, registration_number) values (%s, '이름', null)",
            [new_id()],
        )
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.commit()
    assert refused.value.diag.constraint_name == "companies_kind"


def private(world: World, kind: PayerKind = PayerKind.INDIVIDUAL, name: str = "김개인") -> Company:
    """A payer whom the centre serves, entered without the API."""
    identification = "회칙" if kind is PayerKind.COUNCIL else ""
    made = accounts.create_company(
        world.pool,
        world.manager,
        centre=world.centre.id,
        name=name,
        registration_number="",
        category="general",
        since=date(2026, 1, 1),
        payer=Payer(kind=kind, identification=identification),
    )
    world.companies.append(made)
    return made


def test_a_payer_says_where_its_receipts_go_and_others_do_not_see_it(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    mine, other = private(world), world.company()
    boss = bearer(None)
    owner, stranger = bearer(world.member(mine)), bearer(world.member(other))
    body = {"kind": "individual", "receipt_purpose": "deduction", "receipt_number": "010-1234-5678"}
    assert client.put(where(world, mine), json=body, headers=boss).status_code == 204
    seen = client.get(where(world, mine), headers=owner)
    assert seen.json() == {**body, "identification": "", "receipt_number": "01012345678"}
    assert client.get(where(world, mine), headers=stranger).status_code == 404
    assert client.put(where(world, mine), json=body, headers=owner).status_code == 403
    landline = {**body, "receipt_number": "02-123-4567"}
    wrong = client.put(where(world, mine), json=landline, headers=boss)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "receipt_number")
    # A founder is of another kind; a business needs a number.
    becomes = {"kind": "founder", "identification": "예비창업패키지 협약서"}
    assert client.put(where(world, mine), json=becomes, headers=boss).status_code == 204
    answer = client.put(where(world, mine), json={"kind": "business"}, headers=boss)
    assert answer.status_code == 422


def test_a_statement_without_a_number_is_on_the_sheet_of_receipts_alone(
    world: World, manager: TestClient
) -> None:
    mine = payer(world, manager)
    body = {"kind": "individual", "receipt_purpose": "deduction", "receipt_number": "01012345678"}
    assert manager.put(where(world, mine), json=body).status_code == 204
    assert manager.put(f"{API}/centres/{world.centre.id}/party", json=WHO).status_code == 204
    statement = billed(world, manager)
    assert statement.document["registration_number"] == ""
    head, row = sheet(world, manager, statement.month, "현금영수증")
    assert dict(zip(head, row, strict=True)) == {
        "번호": statement.number,
        "이용자": "김개인",
        "구분": "개인",
        "용도": "소득공제용",
        "신분확인번호": "01012345678",
        "과세 공급가액": 50_000,
        "부가세": 5_000,
        "면세": 0,
        "발급할 금액": 55_000,
        "등록한 금액": 0,
        "입금액": 0,
    }
    assert len(sheet(world, manager, statement.month, "엑셀업로드양식")) == 6
    (_, out) = sheet(world, manager, statement.month, "제외")
    assert out == [
        statement.number,
        "김개인",
        "사업자등록번호가 없음: 현금영수증으로 발급('현금영수증' 시트)",
    ]
    # Its sums stand beside those of the tax invoices.
    assert sheet(world, manager, statement.month, "대조")[1][:2] == [statement.number, "김개인"]
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


def test_receipts_lie_between_nothing_and_the_supply_with_its_tax(
    world: World, manager: TestClient
) -> None:
    payer(world, manager)
    statement = billed(world, manager)
    assert manager.put(f"{API}/centres/{world.centre.id}/party", json=WHO).status_code == 204
    there = f"{API}/statements/{statement.id}/cash-receipts"
    today = datetime.now(UTC).astimezone(world.centre.zone).date()

    def answer(approval: str, amount: int, day: Any = today) -> tuple[int, str]:
        body = {"approval": approval, "amount": amount, "issued_on": day.isoformat()}
        got = manager.post(there, json=body)
        return got.status_code, got.json().get("field", "") if got.content else ""

    assert answer("A00000001", 55_001) == (422, "amount")
    assert answer("A00000001", 0) == (422, "amount")
    assert answer("A00000001", 55_000, today + timedelta(days=1)) == (422, "issued_on")
    assert answer("A0000001", 55_000)[0] == 422
    assert answer("A00000001", 55_000) == (204, "")
    assert answer("A00000002", 1) == (422, "amount")
    assert answer("A00000002", -55_001) == (422, "amount")
    (_, out) = sheet(world, manager, statement.month, "제외")
    assert out[2] == "현금영수증이 이미 등록됨"
    assert len(sheet(world, manager, statement.month, "현금영수증")) == 1
    # A cancelled one opens it again; an approval is of one receipt a day.
    assert answer("A00000001", -55_000)[0] == 409
    assert answer("A00000002", -55_000) == (204, "")
    assert len(sheet(world, manager, statement.month, "현금영수증")) == 2
    kept = manager.get(there).json()["items"]
    assert [(k["approval"], k["amount"]) for k in kept] == [
        ("A00000001", 55_000),
        ("A00000002", -55_000),
    ]


def test_a_statement_with_a_receipt_is_void_only_once_that_is_cancelled(
    world: World, manager: TestClient
) -> None:
    payer(world, manager)
    where = f"{API}/statements/{billed(world, manager).id}"
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    receipt = {"approval": "A00000001", "amount": 55_000, "issued_on": today}
    assert manager.post(f"{where}/cash-receipts", json=receipt).status_code == 204
    refused = manager.post(f"{where}/void", json={"reason": "회사명 오류"})
    assert refused.status_code == 409
    assert "cash receipt" in refused.text
    cancelled = {**receipt, "approval": "A00000002", "amount": -55_000}
    assert manager.post(f"{where}/cash-receipts", json=cancelled).status_code == 204
    assert manager.post(f"{where}/void", json={"reason": "회사명 오류"}).status_code == 204


def test_each_paper_is_of_its_own_payers(world: World, manager: TestClient) -> None:
    world.company()
    numbered = billed(world, manager)
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    receipt = {"approval": "A00000001", "amount": 1_000, "issued_on": today}
    answer = manager.post(f"{API}/statements/{numbered.id}/cash-receipts", json=receipt)
    assert answer.status_code == 409
    payer(world, manager)
    by_the_day.own_line(world, manager, 10_000, company=1)
    other = by_the_day.issued(world, company=1)
    invoice = {"approval": "202611301000000012345678", "written_on": today, "issued_on": today}
    answer = manager.post(f"{API}/statements/{other.id}/tax-invoices", json=invoice)
    assert answer.status_code == 409


def test_a_tax_invoice_is_warned_of_for_numbered_companies_alone(
    world: World, manager: TestClient
) -> None:
    payer(world, manager)
    world.company()
    billed(world, manager)
    by_the_day.own_line(world, manager, 10_000, company=1)
    numbered = by_the_day.issued(world, company=1)
    start = Month.of(datetime.now(UTC), world.centre.zone).period(world.centre.zone).start
    with transaction(world.pool, SYSTEM) as tx:
        for day in range(20):
            tax_invoices.warn(tx, world.centre, now=start + timedelta(days=day, hours=12))
        told = [e.data for e in outbox.due_events(tx, 100) if e.kind == "statement.tax_due"]
    assert {d["number"] for d in told} == {numbered.number}


def test_a_private_person_who_leaves_takes_name_and_receipts_along(
    world: World, manager: TestClient
) -> None:
    pool, mine = world.pool, private(world, name="김떠남")
    statement, person = billed(world, manager), in_session(world.member(mine))
    body = {"kind": "individual", "receipt_purpose": "deduction", "receipt_number": "01012345678"}
    assert manager.put(where(world, mine), json=body).status_code == 204
    (known,) = privacy.known(pool, person, now=datetime.now(UTC))["payers"]
    assert (known["kind"], known["receipt_number"]) == ("individual", "01012345678")
    privacy.leave(pool, person, PASSWORD)
    assert [c.name for c in accounts.companies(pool, world.manager, world.centre.id)] == [
        "떠난 이용자 (left)"
    ]
    assert manager.get(where(world, mine)).json()["receipt_number"] == ""
    # The paper that the law asks for keeps its name, and still verifies.
    assert statement.document["company_name"] == "김떠남"
    assert all(not v.differences for v in verification.verify(pool, world.manager))
    assert audit_export.verify(pool, OPERATOR)[1] == []


def test_others_keep_their_names_when_a_person_leaves(world: World) -> None:
    council = private(world, PayerKind.COUNCIL, "상대원 협의회")
    shared = private(world, name="김함께")
    world.member(shared)
    for payer_of in (council, shared):
        privacy.leave(world.pool, in_session(world.member(payer_of)), PASSWORD)
    names = {c.name for c in accounts.companies(world.pool, world.manager, world.centre.id)}
    assert names == {"상대원 협의회", "김함께"}
