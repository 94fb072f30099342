"""Files of commissioned work: the report's number and digest, and handing over after payment."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.commissions.domain.commission_file import MOST_FILES
from gadong.core.database import transaction
from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS
from tests.support.world import World, nobody_may

V1 = "/api/v1"
REPORT = b"%PDF-1.7\nreport\n%%EOF\n"
BETTER = b"%PDF-1.7\nbetter report\n%%EOF\n"


def sent(data: bytes, name: str = "성적서.pdf") -> dict[str, str]:
    return {"name": name, "data": b64encode(data).decode()}


def done(client: TestClient, world: World, company: Any) -> str:
    """Enter an analysis that was finished a minute ago, as the desk; return its address."""
    past = [(datetime.now(UTC) - timedelta(minutes=n)).isoformat() for n in (3, 2, 1)]
    body = {
        "company": str(company),
        "subject": "홍삼 분석",
        "goods": [{"good": "ginsenoside", "quantity": "1"}],
        "at": past[0],
    }
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body)
    one = f"{V1}/commissions/{made.json()['id']}"
    due = f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"
    assert client.post(f"{one}/receive", json={"due_on": due, "at": past[1]}).status_code == 200
    assert client.post(f"{one}/finish", json={"at": past[2]}).status_code == 200
    return one


def test_a_report_is_the_firms_once_it_is_handed_over(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    who = world.member(company)
    member, outsider = bearer(who), bearer(world.member(world.company()))
    client.headers.update(bearer(None))
    one = done(client, world, company.id)
    drawing = client.post(f"{one}/files", json=sent(REPORT, "도면.pdf"), headers=member)
    assert (drawing.status_code, drawing.json()["number"]) == (201, None)
    assert client.post(f"{one}/reports", json=sent(REPORT), headers=member).status_code == 403
    first = client.post(f"{one}/reports", json=sent(REPORT))
    number = client.get(one).json()["number"]
    assert (first.status_code, first.json()["number"]) == (201, f"{number}-R1")
    assert first.json()["digest"] == sha256(REPORT).hexdigest()
    file = f"{one}/files/{first.json()['id']}"
    assert first.headers["Location"] == file
    assert client.get(file).content == REPORT
    # The firm sees what it attached, and no report before it is handed over.
    seen = client.get(f"{one}/files", headers=member).json()["items"]
    assert [f["name"] for f in seen] == ["도면.pdf"]
    assert client.get(file, headers=member).status_code == 404
    with transaction(world.pool, who.reach()) as tx:
        rows = tx.execute("select kind from commission_files").fetchall()
    assert [row["kind"] for row in rows] == ["file"]
    # A corrected report is another one; both stay.
    second = client.post(f"{one}/reports", json=sent(BETTER)).json()
    assert second["number"] == f"{number}-R2"
    given = client.post(f"{one}/hand-over", json={"recipient": "김재배"})
    assert given.status_code == 200, given.text
    steps = client.get(f"{one}/steps", headers=member).json()["items"]
    assert steps[-1]["data"]["reports"] == [
        {"number": f"{number}-R1", "digest": sha256(REPORT).hexdigest()},
        {"number": f"{number}-R2", "digest": sha256(BETTER).hexdigest()},
    ]
    assert client.get(f"{one}/files/{second['id']}", headers=member).content == BETTER
    assert client.get(f"{one}/files/{second['id']}", headers=outsider).status_code == 404
    # Nothing is added to what was handed over, and no file ever changes.
    assert client.post(f"{one}/reports", json=sent(REPORT)).status_code == 409
    assert client.post(f"{one}/files", json=sent(REPORT), headers=member).status_code == 409
    nobody_may(world.pool, "update commission_files set name = 'x'")
    nobody_may(world.pool, "delete from commission_files")


def test_a_member_forges_no_report(world: World) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        transaction(world.pool, world.member(company).reach()) as tx,
    ):
        tx.execute(
            """
            insert into commission_files (id, commission_id, centre_id, company_id, kind, number,
                name, digest, media_type, data, kept_at)
            values (gen_random_uuid(), gen_random_uuid(), %(centre)s, %(company)s, 'report', '1-R1',
                'x', encode(sha256('x'), 'hex'), 'application/pdf', 'x', now())
            """,
            {"centre": world.centre.id, "company": company.id},
        )


def test_a_centre_that_says_so_hands_over_what_is_paid(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    terms = f"{V1}/centres/{world.centre.id}/commission-terms"
    assert client.get(terms, headers=member).json() == {"is_paid_first": False}
    wanted = {"is_paid_first": True}
    assert client.put(terms, json=wanted, headers=member).status_code == 403
    assert client.put(terms, json=wanted).status_code == 200
    assert client.get(terms, headers=member).json() == wanted
    one = done(client, world, company.id)
    given = {"recipient": "김재배"}

    def refused() -> bool:
        answer = client.post(f"{one}/hand-over", json=given)
        assert answer.json().get("code") in {None, "conflict"}
        return answer.status_code == 409

    assert refused()
    path = f"{V1}/centres/{world.centre.id}/companies/{company.id}/bill-now"
    billed = client.post(path, json={"accept": []})
    assert billed.status_code == 201, billed.text
    assert billed.json()["document"]["totals"]["total"] == 88_000
    assert refused()
    payments = f"{V1}/statements/{billed.json()['id']}/payments"
    today = f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"
    paid = [
        client.post(payments, json={"amount": amount, "paid_on": today, "note": ""})
        for amount in (87_999, 1)
    ]
    assert [answer.status_code for answer in paid] == [201, 201], paid[0].text
    # One won back, and it is owed again.
    back = client.post(f"{V1}/payments/{paid[1].json()['id']}/reverse", json={"reason": "시험"})
    assert back.status_code == 201, back.text
    assert refused()
    assert (
        client.post(payments, json={"amount": 1, "paid_on": today, "note": ""}).status_code == 201
    )
    assert not refused()


def test_what_nobody_owes_keeps_no_work_back(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    client.headers.update(bearer(None))
    terms = f"{V1}/centres/{world.centre.id}/commission-terms"
    assert client.put(terms, json={"is_paid_first": True}).status_code == 200
    waived, lost = (done(client, world, company.id) for _ in range(2))
    given = {"recipient": "김재배"}
    assert client.post(f"{waived}/hand-over", json=given).status_code == 409
    # A charge that the centre took back is on no statement.
    (item,) = client.get(waived).json()["goods"]
    back = client.post(f"{V1}/entries/{item['entry']}/reverse", json={"reason": "호의"})
    assert back.status_code == 201, back.text
    assert client.post(f"{waived}/hand-over", json=given).status_code == 200
    assert client.post(f"{lost}/hand-over", json=given).status_code == 409
    # A rest that it gave up is claimed no more.
    path = f"{V1}/centres/{world.centre.id}/companies/{company.id}/bill-now"
    billed = client.post(path, json={"accept": []})
    assert billed.status_code == 201, billed.text
    today = f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"
    payments = f"{V1}/statements/{billed.json()['id']}/payments"
    paid = {"amount": 80_000, "paid_on": today, "note": "입금"}
    assert client.post(payments, json=paid).status_code == 201
    assert client.post(f"{lost}/hand-over", json=given).status_code == 409
    rest = {"amount": 8_000, "paid_on": today, "note": "폐업", "is_written_off": True}
    assert client.post(payments, json=rest).status_code == 201
    assert client.post(f"{lost}/hand-over", json=given).status_code == 200


@pytest.mark.parametrize("rest", [1, 99])
def test_a_small_rest_keeps_work_back_until_a_manager_writes_it_off(
    client: TestClient, world: World, bearer: LogIn, rest: int
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    terms = f"{V1}/centres/{world.centre.id}/commission-terms"
    assert client.put(terms, json={"is_paid_first": True}).status_code == 200
    one = done(client, world, company.id)
    path = f"{V1}/centres/{world.centre.id}/companies/{company.id}/bill-now"
    statement = client.post(path, json={"accept": []}).json()["id"]
    payments = f"{V1}/statements/{statement}/payments"
    today = f"{datetime.now(UTC).astimezone(World.ZONE):%Y-%m-%d}"
    paid = {"amount": 88_000 - rest, "paid_on": today, "note": "송금 수수료 제외"}
    assert client.post(payments, json=paid).status_code == 201
    given = {"recipient": "김재배"}
    kept = client.post(f"{one}/hand-over", json=given)
    assert (kept.status_code, kept.json()["code"]) == (409, "conflict")
    off = {"amount": rest, "paid_on": today, "note": "송금 수수료", "is_written_off": True}
    assert client.post(payments, json=off, headers=member).status_code == 404
    assert client.post(payments, json={**off, "note": ""}).status_code == 422
    assert client.post(payments, json=off).status_code == 201
    assert client.post(f"{one}/hand-over", json=given).status_code == 200
    # The rest is on record as given up, and not as paid.
    entered = client.get(payments).json()["items"]
    assert [(x["amount"], x["is_written_off"]) for x in entered] == [
        (88_000 - rest, False),
        (rest, True),
    ]
    assert client.get(f"{V1}/statements/{statement}").json()["outstanding"] == 0


@pytest.mark.parametrize(("kind", "other"), [("files", "reports"), ("reports", "files")])
def test_a_case_has_so_many_files_of_each_kind(
    client: TestClient, world: World, bearer: LogIn, kind: str, other: str
) -> None:
    world.tariff(goods=[ANALYSIS])
    client.headers.update(bearer(None))
    one = done(client, world, world.company().id)
    for _ in range(MOST_FILES):
        assert client.post(f"{one}/{kind}", json=sent(REPORT)).status_code == 201
    full = client.post(f"{one}/{kind}", json=sent(REPORT))
    assert (full.status_code, full.json()["code"]) == (409, "conflict")
    # Attachments keep no report out, nor the other way round.
    assert client.post(f"{one}/{other}", json=sent(REPORT)).status_code == 201
    broken = client.post(f"{one}/{other}", json=sent(b"no file"))
    assert broken.status_code == 422, broken.text
