"""Deposits: apart from sales, never below nothing, and carried on by renewals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.domain.ids import TenancyId, UnitId
from gadong.core.domain.problem import Conflict
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.deposit import DepositKind, held
from gadong.stays.domain.tenancy import Tenancy
from gadong.stays.services import deposits, tenancies
from gadong.stays.services.tenancies import RentTerms
from tests.support.api_fixtures import LogIn
from tests.support.new_centre import Desk
from tests.support.world import World

TERMS = RentTerms(until=date(2026, 7, 1), rent=100, maintenance=0, tax_type=TaxType.EXEMPT)


@pytest.fixture
def tenancy(world: World) -> Tenancy:
    unit = tenancies.add_unit(world.pool, world.manager, world.centre.id, "201호")
    return tenancies.let(
        world.pool,
        world.manager,
        centre=world.centre.id,
        unit=UnitId(unit.id),
        company=world.company().id,
        since=date(2026, 3, 1),
        terms=TERMS,
    )


def entered(
    world: World, tenancy_id: TenancyId, kind: DepositKind, amount: int, **more: Any
) -> Any:
    now = datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC)
    values = {"paid_on": date(2026, 6, 30), "note": "", "now": now, **more}
    return deposits.enter(world.pool, world.manager, tenancy_id, kind=kind, amount=amount, **values)


def test_a_deposit_is_held_until_it_goes_back_whatever_is_renewed(
    world: World, tenancy: Tenancy
) -> None:
    entered(world, tenancy.id, DepositKind.RECEIVED, 2_000_000)
    renewed = tenancies.renew(world.pool, world.manager, tenancy.id, TERMS_OPEN)
    again = tenancies.end(
        world.pool,
        world.manager,
        renewed.id,
        until=date(2026, 12, 1),
        notice_on=None,
        reason="해지",
    )
    third = tenancies.renew(world.pool, world.manager, again.id, TERMS_OPEN)
    entered(world, third.id, DepositKind.DEDUCTED, 150_000, note="6월 미납")
    wrong = entered(world, third.id, DepositKind.RETURNED, 1_850_000)
    assert held(deposits.shown(world.pool, world.manager, tenancy.id)) == 0
    with pytest.raises(Conflict):
        entered(world, tenancy.id, DepositKind.RETURNED, 1)
    deposits.take_back(world.pool, world.manager, wrong.id, reason="이체 안 됨")
    assert held(deposits.shown(world.pool, world.manager, renewed.id)) == 1_850_000
    assert deposits.held_of_centre(world.pool, world.manager, world.centre.id) == 1_850_000
    with pytest.raises(Conflict):
        deposits.take_back(world.pool, world.manager, wrong.id, reason="두 번")
    # Money that came is not taken back once it went.
    (first, *_) = deposits.shown(world.pool, world.manager, tenancy.id)
    with pytest.raises(Conflict):
        deposits.take_back(world.pool, world.manager, first.id, reason="착오")


TERMS_OPEN = RentTerms(until=None, rent=100, maintenance=0, tax_type=TaxType.EXEMPT)


def test_two_that_go_out_at_once_are_counted(world: World, tenancy: Tenancy) -> None:
    entered(world, tenancy.id, DepositKind.RECEIVED, 1_000)

    def back(_: int) -> bool:
        try:
            entered(world, tenancy.id, DepositKind.RETURNED, 600)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(back, range(4))) == [False, False, False, True]
    assert held(deposits.shown(world.pool, world.manager, tenancy.id)) == 400


def test_the_database_keeps_a_contract_and_a_deposit(
    world: World, tenancy: Tenancy, database_url: str
) -> None:
    entered(world, tenancy.id, DepositKind.RECEIVED, 1_000)
    for statement in (
        "update tenancies set rent = 1",
        "delete from tenancies",
        "update deposits set amount = 1",
        "update units set name = 'x'",
    ):
        with (
            psycopg.connect(database_url) as owner,
            pytest.raises(psycopg.errors.RestrictViolation),
        ):
            owner.execute(statement)


def test_limits_and_rights(client: TestClient, world: World, bearer: LogIn) -> None:
    own = world.company()
    tenant, outsider = bearer(world.member(own)), bearer(world.member(world.company()))
    desk = Desk(client, bearer(None))
    path = f"/centres/{world.centre.id}"
    room = desk.post(f"{path}/units", {"name": "101호"})["id"]
    let = {"unit": room, "company": str(own.id), "since": "2026-03-01", "rent": 100}
    one = f"/tenancies/{desk.post(f'{path}/tenancies', let)['id']}/deposits"
    today = datetime.now(UTC).astimezone(world.ZONE).date()
    body = {"kind": "received", "amount": 1, "paid_on": str(today)}
    for more, field in (
        ({"paid_on": str(today + timedelta(days=1))}, "paid_on"),
        ({"kind": "deducted", "note": " "}, "note"),
    ):
        assert desk.post(one, {**body, **more}, expect=422)["field"] == field
    entry = desk.post(one, body)
    Desk(client, tenant).post(one, body, expect=403)
    Desk(client, outsider).post(one, body, expect=404)
    Desk(client, tenant).post(f"/deposits/{entry['id']}/reverse", {"reason": "x"}, expect=403)
    assert Desk(client, tenant).get(one)["held"] == 1
    assert client.get(f"/api/v1{one}", headers=outsider).status_code == 404
