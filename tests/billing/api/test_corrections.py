"""After the issue: a late signal makes exactly one difference, which becomes a document.

Void and tax invoices.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.tax_invoice import tax_invoice_due
from gadong.billing.services import holidays, statements, tax_invoices
from gadong.billing.services.proof import verification
from gadong.billing.store import sales
from gadong.booking.domain.booking import Booking
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.store import outbox
from tests.support.api_fixtures import LogIn
from tests.support.billing.corrections import corrected, difference, issued, late_signal, used
from tests.support.world import World, nobody_may

__all__ = ["used"]


def test_a_late_signal_makes_one_correction_and_touches_nothing_else(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine, theirs = issued(world, used), issued(world, used, 1)
    assert (mine.total, theirs.total) == (33_000, 33_000)
    assert difference(manager, mine)["changes"] == []
    late_signal(world, used, 50, "idle")
    found = difference(manager, mine)
    assert [(c["was"], c["now"]) for c in found["changes"]] == [(30_000, 25_000)]
    assert (found["was_total"], found["now_total"], found["difference"]) == (33_000, 27_500, -5_500)
    assert difference(manager, theirs)["changes"] == []
    made = corrected(manager, mine, found["digest"])
    assert made.status_code == 201, made.text
    document = made.json()["document"]
    assert made.json()["number"] == f"{mine.number}-C01"
    assert (document["direction"], document["difference"]) == ("credit", -5_500)
    assert difference(manager, mine)["changes"] == []
    again = corrected(manager, mine, found["digest"])
    assert again.status_code == 409
    # The next one builds on it, and the money follows.
    late_signal(world, used, 90, "running")
    late_signal(world, used, 110, "idle")
    second = difference(manager, mine)
    assert second["difference"] == 11_000
    assert corrected(manager, mine, second["digest"]).json()["number"] == f"{mine.number}-C02"
    assert manager.get(f"/api/v1/statements/{mine.id}").json()["outstanding"] == 38_500
    assert statements.find(world.pool, world.manager, mine.id).total == 33_000
    listed = manager.get(f"/api/v1/statements/{mine.id}/corrections").json()["items"]
    assert [c["difference"] for c in listed] == [-5_500, 11_000]
    verdicts = verification.verify(world.pool, world.manager)
    assert sorted((v.number, v.differences) for v in verdicts) == sorted(
        (n, ()) for n in (mine.number, f"{mine.number}-C01", f"{mine.number}-C02", theirs.number)
    )


def test_what_a_company_owes_more_is_claimed_for_a_while_and_what_it_owes_less_always(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    no_more = {"centre": str(world.centre.id), "values": {"rebill_days": 0}, "reason": "조례"}
    assert manager.put("/api/v1/policy", json=no_more).status_code == 204
    late_signal(world, used, 90, "running")
    late_signal(world, used, 110, "idle")
    found = difference(manager, mine)
    assert (found["difference"], found["is_material"], found["is_too_late"]) == (11_000, True, True)
    refused = corrected(manager, mine, found["digest"])
    assert (refused.status_code, refused.json()["limit"]) == (409, 0)
    assert "rebill_days" in refused.json()["detail"]
    # Switched off, there is no end to it.
    always = {**no_more, "values": {"rebill_days": None}}
    assert manager.put("/api/v1/policy", json=always).status_code == 204
    assert not difference(manager, mine)["is_too_late"]
    assert corrected(manager, mine, difference(manager, mine)["digest"]).status_code == 201
    assert manager.put("/api/v1/policy", json=no_more).status_code == 204
    late_signal(world, used, 30, "idle")
    less = difference(manager, mine)
    assert less["difference"] < 0
    assert not less["is_too_late"]
    assert corrected(manager, mine, less["digest"]).status_code == 201


def test_no_correction_credits_more_than_is_left(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    line = {
        "centre": str(world.centre.id),
        "company": str(used.company_id),
        "at": used.period.start.isoformat(),
    }
    made = manager.post("/api/v1/lines", json={**line, "amount": -30_010, "reason": "보상"})
    assert made.status_code == 201
    found = difference(manager, mine)
    assert found["now_total"] < 0
    refused = corrected(manager, mine, found["digest"])
    assert (refused.status_code, refused.json()["total"]) == (409, found["now_total"])
    manager.post(f"/api/v1/entries/{made.json()['id']}/reverse", json={"reason": "너무 많음"})
    manager.post("/api/v1/lines", json={**line, "amount": -30_000, "reason": "보상"})
    found = difference(manager, mine)
    assert (found["now_total"], found["difference"]) == (0, -33_000)
    assert corrected(manager, mine, found["digest"]).status_code == 201


def test_what_was_looked_at_is_what_is_issued(
    world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    late_signal(world, used, 50, "idle")
    seen = difference(manager, mine)["digest"]
    late_signal(world, used, 40, "idle")
    refused = corrected(manager, mine, seen)
    assert refused.status_code == 409
    assert refused.json()["digest"] == difference(manager, mine)["digest"]


def test_a_few_won_are_no_document(world: World, manager: TestClient, used: Booking) -> None:
    mine = issued(world, used)
    assert corrected(manager, mine, difference(manager, mine)["digest"]).status_code == 409


@pytest.mark.parametrize(
    "change", ["update corrections set difference = 0", "delete from corrections"]
)
def test_a_correction_is_frozen_by_the_database(
    change: str, world: World, manager: TestClient, used: Booking
) -> None:
    mine = issued(world, used)
    late_signal(world, used, 50, "idle")
    assert corrected(manager, mine, difference(manager, mine)["digest"]).status_code == 201
    nobody_may(world.pool, change)


def test_its_company_reads_a_correction_and_makes_none(
    world: World, client: TestClient, manager: TestClient, bearer: LogIn, used: Booking
) -> None:
    mine = issued(world, used)
    late_signal(world, used, 50, "idle")
    digest = difference(manager, mine)["digest"]
    assert corrected(manager, mine, digest).status_code == 201
    del client.headers["Authorization"]
    client.headers.update(bearer(world.member(world.companies[0])))
    assert len(client.get(f"/api/v1/statements/{mine.id}/corrections").json()["items"]) == 1
    assert corrected(client, mine, digest).status_code == 403
    del client.headers["Authorization"]
    client.headers.update(bearer(world.member(world.companies[1])))
    assert client.get(f"/api/v1/statements/{mine.id}/corrections").status_code == 404


def test_a_void_statement_keeps_its_number_and_frees_its_month(
    world: World, manager: TestClient, used: Booking
) -> None:
    first = issued(world, used)
    where = f"/api/v1/statements/{first.id}"
    assert manager.post(f"{where}/void", json={"reason": "회사명 오류"}).status_code == 204
    assert manager.post(f"{where}/void", json={"reason": "다시"}).status_code in {404, 409, 412}
    assert manager.get(where).json()["state"] == "void"
    second = issued(world, used)
    assert second.number != first.number
    assert second.number is not None
    assert second.number.endswith("-0002")
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


def test_what_was_paid_or_invoiced_is_not_made_void(
    world: World, manager: TestClient, used: Booking
) -> None:
    paid, taxed = issued(world, used), issued(world, used, 1)
    today = datetime.now(UTC).astimezone(world.centre.zone).date().isoformat()
    money = {"amount": 1000, "paid_on": today}
    assert manager.post(f"/api/v1/statements/{paid.id}/payments", json=money).status_code == 201
    where = f"/api/v1/statements/{taxed.id}/tax-invoices"
    invoice = {"approval": "202611301000000012345678", "written_on": today, "issued_on": today}
    assert manager.post(where, json=invoice).status_code == 204
    assert manager.post(where, json=invoice).status_code == 409
    coded = {**invoice, "approval": "2" * 24, "reason_code": "01"}
    assert manager.post(where, json=coded).status_code == 422
    assert [i["approval"] for i in manager.get(where).json()["items"]] == [invoice["approval"]]
    for statement in (paid, taxed):
        refused = manager.post(f"/api/v1/statements/{statement.id}/void", json={"reason": "오류"})
        assert refused.status_code == 409
    with transaction(world.pool, SYSTEM) as tx:
        assert tax_invoices.warn(tx, world.centre, now=datetime.now(UTC)) == 0


@pytest.mark.parametrize(
    ("month", "due"),
    [
        (Month(2026, 9), date(2026, 10, 12)),
        (Month(2026, 12), date(2027, 1, 11)),
        (Month(2027, 3), date(2027, 4, 12)),
        (Month(2027, 6), date(2027, 7, 12)),
        (Month(2027, 9), date(2027, 10, 12)),
        (Month(2026, 11), date(2026, 12, 10)),
    ],
)
def test_a_tax_invoice_is_due_on_the_tenth_or_the_next_working_day(
    month: Month, due: date, world: World
) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        holidays.bring_up_to_date(tx, now=datetime(2026, 11, 24, tzinfo=UTC))
        found = sales.holidays(
            tx, None, "KR", date(2026, 1, 1), date(2028, 1, 1), recorded_before=END_OF_TIME
        )
    assert tax_invoice_due(month, {h.day for h in found if h.is_holiday}) == due


def test_managers_are_told_before_tax_invoices_are_due(world: World, used: Booking) -> None:
    mine = issued(world, used)
    month = Month.of(used.period.start, world.centre.zone)
    told = []
    with transaction(world.pool, SYSTEM) as tx:
        due = tax_invoice_due(month, set())
        for before in (4, 3, 2, 1, 0):
            day = datetime.combine(
                due - timedelta(days=before), datetime.min.time(), tzinfo=world.centre.zone
            )
            told.append(tax_invoices.warn(tx, world.centre, now=day + timedelta(hours=9)))
        letters = [x for x in outbox.due_events(tx, 100) if x.kind == "statement.tax_due"]
    assert told == [0, 1, 0, 1, 0]
    assert {x.data["number"] for x in letters} == {mine.number}
