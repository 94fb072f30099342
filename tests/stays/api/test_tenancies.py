"""Tenancies: let, charged each month, ended, renewed, corrected, and seen by the tenant alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.core.domain.calendar import Month
from gadong.people.services.accounts import OPERATOR
from gadong.stays.domain.days import Days
from tests.support.api_fixtures import LogIn
from tests.support.new_centre import (
    API,
    Desk,
    NewCentre,
    Open,
    administrator,
    amounts,
    opened,
    sums,
)
from tests.support.world import World, registration_number

__all__ = ["administrator", "opened"]


@pytest.fixture
def centre(opened: Open) -> NewCentre:
    made = opened("mapo", "마포 소공인 복합지원센터")
    for number, name in enumerate(("합정디자인", "망원공방")):
        made.company(name, registration_number(number))
    return made


def unit(centre: NewCentre, name: str = "201호") -> str:
    return str(centre.desk.post(f"{centre.path}/units", {"name": name})["id"])


def let(
    centre: NewCentre, of: str, company: str = "합정디자인", *, expect: int = 201, **terms: Any
) -> Any:
    body: dict[str, Any] = {"unit": of, "company": centre.companies[company], "since": "2025-03-01"}
    body |= {"rent": 200_000, "maintenance": 50_000}
    return centre.desk.post(f"{centre.path}/tenancies", {**body, **terms}, expect=expect)


def share(monthly: int, days: int, month: Month) -> int:
    return monthly * days // Days.of_month(month).count


def test_rent_charges_itself_and_a_later_notice_corrects_an_issued_month(
    centre: NewCentre,
) -> None:
    tenant = let(centre, unit(centre))
    assert (tenant["last_day"], tenant["unit_name"]) == (None, "201호")
    issued = centre.issued("합정디자인")
    assert amounts(issued) == [200_000, 50_000]
    assert [line["charge"]["trace"]["sold"]["tax_item"] for line in lines(issued)] == [
        "lease_fee",
        "maintenance_fee",
    ]
    assert [line["charge"]["key"] for line in lines(issued)] == [
        f"tenancy:{tenant['id']}/rent",
        f"tenancy:{tenant['id']}/maintenance",
    ]
    # A notice that reaches back into the issued month is a difference of it.
    path = f"/tenancies/{tenant['id']}/end"
    left = {"last_day": centre.since(14), "notice_on": "2025-09-01", "reason": "해지 통보"}
    refused = centre.desk.post(path, left, expect=422)
    assert [(p["code"], p["actual"]) for p in refused["problems"]] == [
        ("stay.changes_issued", issued["number"])
    ]
    assert centre.desk.get(f"/tenancies/{tenant['id']}")["last_day"] is None
    ended = centre.desk.post(f"{path}?accept=true", left, expect=200)
    assert (ended["last_day"], ended["notice_on"]) == (centre.since(14), "2025-09-01")
    centre.desk.post(path, left, expect=409)
    found = centre.desk.get(f"/statements/{issued['id']}/difference")
    assert [change["now"] for change in found["changes"]] == [
        share(200_000, 14, centre.month),
        share(50_000, 14, centre.month),
    ]
    body = {"digest": found["digest"], "reason": "해지"}
    made = centre.desk.post(f"/statements/{issued['id']}/corrections", body)
    assert made["difference"] == found["difference"] < 0
    holds(centre, issued["number"], 2)


def holds(centre: NewCentre, number: str, documents: int) -> None:
    verdicts = verification.verify(centre.pool, OPERATOR, number=number)
    assert [v.kind for v in verdicts] == [verification.Kind.HOLDS] * documents


def lines(statement: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = statement["document"]["lines"]
    return found


def test_two_tenants_never_have_a_unit_on_one_day(centre: NewCentre) -> None:
    room = unit(centre)
    first = let(centre, room, last_day="2026-02-28")
    assert let(centre, room, "망원공방", since="2026-02-28", expect=409)["code"] == "conflict"
    second = let(centre, room, "망원공방", since="2026-03-01")
    # The first tenant cannot stay on either.
    longer = {"last_day": "2026-03-01", "reason": "연장"}
    centre.desk.post(f"/tenancies/{first['id']}/end", longer, expect=409)
    assert centre.desk.get(f"/tenancies/{first['id']}")["last_day"] == "2026-02-28"
    # One that was entered wrongly is taken back, and the days are free again.
    back = {"last_day": "2026-02-28", "reason": "잘못 입력"}
    assert centre.desk.post(f"/tenancies/{second['id']}/end", back, expect=200)["is_void"]
    assert centre.desk.post(f"/tenancies/{first['id']}/end", longer, expect=200)
    assert let(centre, unit(centre, "202호"), "망원공방")["unit_name"] == "202호"
    assert centre.desk.post(f"{centre.path}/units", {"name": " 201호 "}, expect=409)


def test_a_renewal_goes_on_from_the_day_after_the_last(centre: NewCentre) -> None:
    open_ended = let(centre, unit(centre))
    renewal = f"/tenancies/{open_ended['id']}/renewal"
    terms = {"rent": 220_000, "last_day": None}
    assert centre.desk.post(renewal, terms, expect=409)["code"] == "conflict"
    middle = {"last_day": centre.since(10), "reason": "계약 만료"}
    centre.desk.post(f"/tenancies/{open_ended['id']}/end", middle, expect=200)
    renewed = centre.desk.post(renewal, terms)
    assert (renewed["since"], renewed["renews"]) == (centre.since(11), open_ended["id"])
    assert renewed["maintenance"] == 0
    days = Days.of_month(centre.month).count
    assert amounts(centre.issued("합정디자인")) == [
        share(200_000, 10, centre.month),
        share(50_000, 10, centre.month),
        share(220_000, days - 10, centre.month),
    ]


def test_a_contract_that_was_renewed_keeps_its_end_until_the_renewal_is_taken_back(
    centre: NewCentre,
) -> None:
    first = let(centre, unit(centre), last_day="2026-02-28")
    renewed = centre.desk.post(f"/tenancies/{first['id']}/renewal", {"rent": 220_000})
    path = f"/tenancies/{first['id']}/end"
    # Notice before the end, and a contract that is taken back: the renewal would be charged on.
    for last_day in ("2026-02-20", "2025-02-28", "2026-03-20"):
        left = {"last_day": last_day, "reason": "해지 통보"}
        assert centre.desk.post(path, left, expect=409)["code"] == "conflict"
    assert centre.desk.get(f"/tenancies/{first['id']}")["last_day"] == "2026-02-28"
    back = {"last_day": "2026-02-28", "reason": "재계약 취소"}
    assert centre.desk.post(f"/tenancies/{renewed['id']}/end", back, expect=200)["is_void"]
    left = {"last_day": "2026-02-20", "reason": "해지 통보"}
    assert centre.desk.post(path, left, expect=200)["last_day"] == "2026-02-20"
    again = centre.desk.post(f"/tenancies/{first['id']}/renewal", {"rent": 220_000})
    assert again["since"] == "2026-02-21"


def test_the_database_begins_a_renewal_at_the_end_of_the_contract_before(
    centre: NewCentre, database_url: str
) -> None:
    first = let(centre, unit(centre), last_day="2026-02-28")
    with (
        psycopg.connect(database_url) as owner,
        pytest.raises(psycopg.errors.CheckViolation, match="a renewal begins"),
    ):
        owner.execute(
            "insert into tenancies (id, centre_id, unit_id, company_id, since, rent, maintenance,"
            " tax_type, renews, note, recorded_by, recorded_at)"
            " select gen_random_uuid(), centre_id, unit_id, company_id, '2026-03-02', rent,"
            " maintenance, tax_type, id, note, recorded_by, recorded_at"
            " from tenancies where id = %s",
            (first["id"],),
        )


def test_the_decision_recorded_last_counts_whichever_comes_first(
    centre: NewCentre, database_url: str
) -> None:
    first = let(centre, unit(centre))
    insert = (
        "insert into tenancy_ends (id, centre_id, company_id, tenancy_id, until, reason,"
        " recorded_by, recorded_at)"
        " select gen_random_uuid(), centre_id, company_id, id, %s::date, '해지', recorded_by,"
        " recorded_at + %s::interval from tenancies where id = %s"
    )
    with psycopg.connect(database_url) as owner:
        # The later one (until the 30th) comes first to the row.
        for until, after in (("2026-01-31", "2 s"), ("2026-01-16", "1 s")):
            owner.execute(insert, (until, after, first["id"]))
        days = "select upper(during) from tenancies where id = %s"
        assert owner.execute(days, (first["id"],)).fetchone() == (date(2026, 1, 31),)
    assert centre.desk.get(f"/tenancies/{first['id']}")["last_day"] == "2026-01-30"


def test_the_rest_of_a_month_holds_its_tax_as_the_months_first_rented_day(
    centre: NewCentre,
) -> None:
    bench = {"kind": "bench", "rate_per_hour": "0", "basis": "booked"}
    centre.tariff(bench, vat="inclusive", document_unit=1)
    centre.tariff(bench, vat="exclusive", document_unit=1, effective_from=centre.since(15))
    let(centre, unit(centre), rent=110_000, maintenance=0)
    path = f"{centre.path}/companies/{centre.companies['합정디자인']}/bill-now"
    first = centre.desk.post(path, {"until": centre.at(20, "12:00")})
    rest = centre.issued("합정디자인")
    assert sum(amounts(first) + amounts(rest)) == 110_000
    for bill in (first, rest):
        assert sums(bill, "total") == sums(bill, "lines")
    holds(centre, rest["number"], 1)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"since": "2026-02-02", "last_day": "2026-02-01"}, "last_day"),
        ({"last_day": "3000-01-01"}, "last_day"),
        ({"since": "1999-12-31"}, "since"),
    ],
    ids=["ends before", "too late", "too early"],
)
def test_impossible_days_are_refused(centre: NewCentre, terms: dict[str, Any], field: str) -> None:
    assert let(centre, unit(centre), expect=422, **terms)["field"] == field


def test_only_the_tenant_and_managers_see_a_tenancy(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    own, other = world.company(), world.company()
    tenant, outsider = bearer(world.member(own)), bearer(world.member(other))
    desk = Desk(client, bearer(None))
    path = f"/centres/{world.centre.id}"
    room = desk.post(f"{path}/units", {"name": "101호"})["id"]
    body = {"unit": room, "company": str(own.id), "since": "2026-03-01", "rent": 100}
    made = desk.post(f"{path}/tenancies", body)["id"]
    for who, seen in ((Desk(client, tenant), [made]), (Desk(client, outsider), [])):
        assert [t["id"] for t in who.get(f"{path}/tenancies")["items"]] == seen
        assert [u["id"] for u in who.get(f"{path}/units")["items"]] == [room]
        who.post(f"{path}/tenancies", body, expect=403)
        who.post(f"{path}/units", {"name": "x"}, expect=403)
    theirs = client.get(f"{API}/tenancies/{made}", headers=tenant)
    assert theirs.json()["rent"] == 100
    assert client.get(f"{API}/tenancies/{made}", headers=outsider).status_code == 404
    end = {"last_day": "2026-03-05", "reason": "x"}
    Desk(client, tenant).post(f"/tenancies/{made}/end", end, expect=403)
    Desk(client, outsider).post(f"/tenancies/{made}/end", end, expect=404)


def test_a_locked_month_is_not_closed_over_a_tenant_without_a_statement(
    centre: NewCentre,
) -> None:
    let(centre, unit(centre))
    path = f"{centre.path}/months/{centre.month}/lock"
    answer = centre.desk.post(path, {"reason": "월 마감"}, expect=422)
    assert [p["code"] for p in answer["problems"]] == ["month.unstated"]
    centre.issued("합정디자인")
    centre.locked()


def test_an_issued_rent_is_verified_from_its_facts(centre: NewCentre) -> None:
    let(centre, unit(centre), last_day=centre.since(20))
    holds(centre, centre.issued("합정디자인")["number"], 1)
