"""A company that rents or stores goods withdraws its consent once both have ended."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.problem import NotFound
from gadong.people.domain.company import Company
from tests.support.api_fixtures import LogIn
from tests.support.new_centre import Desk
from tests.support.people.consents import V1, firm
from tests.support.stays.lots import PALLET_DAY
from tests.support.world import World

__all__ = ["firm"]


def test_a_company_withdraws_once_its_stays_have_ended(
    client: TestClient, world: World, firm: tuple[Company, Caller, Caller], bearer: LogIn
) -> None:
    company, boss, _ = firm
    world.tariff(goods=[PALLET_DAY])
    desk, owner = Desk(client, bearer(None)), bearer(boss)
    path = f"/centres/{world.centre.id}"
    rented, store = (desk.post(f"{path}/units", {"name": n})["id"] for n in ("201호", "냉장고"))

    def back() -> Any:
        body = {"centre": str(world.centre.id)}
        where = f"{V1}/companies/{company.id}/withdrawals"
        return client.post(where, json=body, headers=owner)

    let = {"unit": rented, "company": str(company.id), "since": "2026-03-01", "rent": 100}
    tenancy = desk.post(f"{path}/tenancies", let)["id"]
    goods = {"unit": store, "company": str(company.id), "good": "pallet-day", "name": "수삼"}
    lot = desk.post(f"{path}/storage-lots", {**goods, "units": 2, "moved_on": "2026-03-02"})["id"]
    answer = back()
    assert (answer.status_code, answer.json()["tenancies"], answer.json()["lots"]) == (409, 1, 1)
    left = {"last_day": "2026-03-14", "reason": "해지"}
    desk.post(f"/tenancies/{tenancy}/end", left, expect=200)
    assert (back().json()["tenancies"], back().json()["lots"]) == (0, 1)
    moved = {"moved_on": "2026-03-05"}
    desk.post(f"/storage-lots/{lot}/moves", {**moved, "change": -2})
    assert back().status_code == 204
    # Nothing new is taken on after it, and what is over may still become less.
    longer = {"last_day": "2026-03-20", "reason": "연장"}
    for where, body in (
        (f"/tenancies/{tenancy}/end", longer),
        (f"/tenancies/{tenancy}/renewal", {"rent": 100}),
        (f"/storage-lots/{lot}/moves", {**moved, "change": 1}),
        (f"{path}/storage-lots", {**goods, "units": 1, **moved}),
    ):
        assert "withdrew its consent" in desk.post(where, body, expect=409)["detail"], where
    desk.post(f"/tenancies/{tenancy}/end", {**left, "last_day": "2026-03-10"}, expect=200)


@pytest.mark.parametrize("table", ["tenancies", "storage_lots"])
def test_no_stay_slips_through_while_a_company_withdraws(
    world: World, firm: tuple[Company, Caller, Caller], pool: Pool, table: str
) -> None:
    """Insert as a program that asked before the withdrawal: the database refuses it."""
    company, boss, _ = firm
    own = {"centre": world.centre.id, "company": company.id, "by": boss.person_id}
    inserts = {
        "tenancies": "insert into tenancies (id, centre_id, unit_id, company_id, since, rent,"
        " maintenance, tax_type, note, recorded_by, recorded_at) select gen_random_uuid(),"
        " centre_id, id, %(company)s, '2026-03-01', 1, 0, 'exempt', '', %(by)s, now() from units",
        "storage_lots": "insert into storage_lots (id, centre_id, company_id, unit_id, good, name,"
        " recorded_by, recorded_at) select gen_random_uuid(), centre_id, %(company)s, id, 'x',"
        " 'x', %(by)s, now() from units",
    }
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into units (id, centre_id, name, recorded_by, recorded_at)"
            " values (gen_random_uuid(), %(centre)s, '201호', %(by)s, now())",
            own,
        )
        tx.execute(
            "insert into withdrawals (id, centre_id, company_id)"
            " values (gen_random_uuid(), %(centre)s, %(company)s)",
            own,
        )
    with pytest.raises(NotFound) as refused, transaction(pool, SYSTEM) as tx:
        tx.execute(inserts[table], own)
    assert refused.value.figures["constraint"] == f"{table}_consented"
    with transaction(pool, SYSTEM) as tx:
        counted = "select (select count(*) from tenancies) + (select count(*) from storage_lots)"
        assert one(tx, f"{counted} as stays") == {"stays": 0}
