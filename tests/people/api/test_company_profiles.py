"""Firms' profiles: entered by owners or by staff with consent, read by both, and deleted again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.operations.services import jobs, privacy
from gadong.people.domain.company import Company
from gadong.people.domain.payer import Payer, PayerKind
from gadong.people.services import accounts
from gadong.people.store.payers import profiles
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World, in_session

API = "/api/v1"
FIRM: dict[str, Any] = {
    "since": "2026-01-01",
    "district": "경기도 화성시 봉담읍",
    "sector": "25",
    "workers": 7,
    "cluster": "봉담 금속가공",
    "exports": False,
    "partners": 3,
    "consent": "paper",
}


def where(world: World, company: Company) -> str:
    return f"{API}/centres/{world.centre.id}/companies/{company.id}/profiles"


def test_an_owner_enters_the_profile_and_its_entry_is_the_consent(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    company = world.company()
    owner, colleague = bearer(world.member(company)), bearer(world.member(company))
    stranger = bearer(world.member(world.company()))
    entered = client.post(where(world, company), json=FIRM, headers=owner)
    assert (entered.status_code, entered.json()) == (201, {**FIRM, "consent": "page"})
    assert client.post(where(world, company), json=FIRM, headers=colleague).status_code == 403
    assert client.post(where(world, company), json=FIRM, headers=stranger).status_code == 404
    for reader, status in ((owner, 200), (colleague, 200), (bearer(None), 200), (stranger, 404)):
        assert client.get(where(world, company), headers=reader).status_code == status
    assert client.get(where(world, company), headers=bearer(None)).json() == {
        "items": [{**FIRM, "consent": "page"}],
        "next": None,
    }


def test_staff_say_how_the_firm_agreed(world: World, manager: TestClient) -> None:
    company = world.company()
    refused = manager.post(where(world, company), json={**FIRM, "consent": "page"})
    assert (refused.status_code, refused.json()["field"]) == (422, "consent")
    assert manager.post(where(world, company), json=FIRM).status_code == 201
    later = {**FIRM, "since": "2026-06-01", "workers": 9, "consent": "telephone"}
    assert manager.post(where(world, company), json=later).status_code == 201
    # The later word on the same day comes first.
    mended = {**FIRM, "workers": 8}
    assert manager.post(where(world, company), json=mended).status_code == 201
    assert manager.get(where(world, company)).json()["items"] == [later, mended, FIRM]


def test_a_day_that_has_not_come_is_refused(world: World, manager: TestClient) -> None:
    today = datetime.now(UTC).astimezone(world.centre.zone).date()
    given = {**FIRM, "since": str(today + timedelta(days=1))}
    refused = manager.post(where(world, world.company()), json=given)
    assert (refused.status_code, refused.json()["field"]) == (422, "since")


def test_another_centre_sees_nothing_of_it(world: World, client: TestClient, bearer: LogIn) -> None:
    company = world.company()
    owner = world.member(company)
    client.post(where(world, company), json=FIRM, headers=bearer(owner))
    other = World.made(world.pool)
    with transaction(world.pool, other.manager.reach()) as tx:
        assert tx.execute("select from company_profiles").rowcount == 0
    with transaction(world.pool, world.manager.reach()) as tx:
        assert tx.execute("select from company_profiles").rowcount == 1


def test_the_database_lets_an_owner_write_its_own_firms_profile_and_nobody_elses(
    world: World,
) -> None:
    company, other = world.company(), world.company()
    owner, colleague = world.member(company), world.member(company)
    statement = """
        insert into company_profiles (id, centre_id, company_id, since, district, sector, cluster,
            consent, set_by, recorded_at)
        values (gen_random_uuid(), %s, %s, '2026-01-01', '', '', '', 'page', %s, now())
    """
    for writer, firm, name in (
        (colleague, company, colleague),
        (owner, other, owner),
        (owner, company, colleague),
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            transaction(world.pool, writer.reach()) as tx,
        ):
            tx.execute(statement, [world.centre.id, firm.id, name.person_id])
    with transaction(world.pool, owner.reach()) as tx:
        tx.execute(statement, [world.centre.id, company.id, owner.person_id])
    with transaction(world.pool, colleague.reach()) as tx:
        assert tx.execute("delete from company_profiles").rowcount == 0


@pytest.mark.parametrize("by", ["owner", "staff"])
def test_who_takes_the_consent_back_leaves_nothing(
    by: str, world: World, client: TestClient, bearer: LogIn
) -> None:
    company = world.company()
    owner = bearer(world.member(company))
    client.post(where(world, company), json=FIRM, headers=owner)
    client.post(where(world, company), json=FIRM, headers=bearer(None))
    heads = owner if by == "owner" else bearer(None)
    assert client.delete(where(world, company), headers=heads).status_code == 204
    with transaction(world.pool, SYSTEM) as tx:
        assert tx.execute("select from company_profiles").rowcount == 0
    # That it was deleted is on record.
    record = client.get(
        f"{API}/centres/{world.centre.id}/audit", params={"limit": 50}, headers=bearer(None)
    )
    told = [e for e in record.json()["items"] if e["what"] == "company_profiles"]
    assert [e["action"] for e in told].count("removed") == 2
    assert "봉담" not in record.text


def test_a_persons_data_have_the_profile_and_leaving_deletes_it(
    world: World, client: TestClient, session: LogIn
) -> None:
    person_alone = accounts.create_company(
        world.pool,
        world.manager,
        centre=world.centre.id,
        name="김개인",
        registration_number="",
        category="general",
        since=datetime(2026, 1, 1, tzinfo=UTC).date(),
        payer=Payer(kind=PayerKind.INDIVIDUAL),
    )
    business = world.company()
    for company in (person_alone, business):
        person = world.member(company)
        heads = session(person)
        assert client.post(where(world, company), json=FIRM, headers=heads).status_code == 201
        (kept,) = client.get(f"{API}/me/data", headers=heads).json()["company_profiles"]
        assert (kept["district"], kept["workers"]) == ("경기도 화성시 봉담읍", 7)
        privacy.leave(world.pool, in_session(person), PASSWORD)
    with transaction(world.pool, SYSTEM) as tx:
        left = {
            company.name: profiles.of_company(tx, world.centre.id, company.id).entries
            for company in (person_alone, business)
        }
    assert not left["김개인"]
    assert len(left[business.name]) == 1


def test_an_entry_is_deleted_five_years_after_a_later_one_replaced_it(
    world: World, manager: TestClient
) -> None:
    company = world.company()
    today = datetime.now(UTC).date()
    days = [
        today.replace(year=today.year - 7, day=1),
        today.replace(year=today.year - 5, day=1) - timedelta(days=1),
        today.replace(year=today.year - 4, day=1),
    ]
    for day in days:
        assert manager.post(where(world, company), json={**FIRM, "since": str(day)}).status_code
    with transaction(world.pool, SYSTEM) as tx:
        jobs.forget(tx, datetime.now(UTC))
    kept = [entry["since"] for entry in manager.get(where(world, company)).json()["items"]]
    assert kept == [str(days[2]), str(days[1])]
