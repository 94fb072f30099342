"""Entries of one lot or contract that meet: one goes after the other, and none is a deadlock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import psycopg
import pytest

from gadong.core import database
from gadong.core.domain.ids import UnitId
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.deposit import DepositKind
from gadong.stays.services import deposits, lots, tenancies
from gadong.stays.services.tenancies import RentTerms
from tests.support.waiting import until_locks_are_waited_for
from tests.support.world import World

NOW = datetime(2026, 3, 3, tzinfo=UTC)


def met(database_url: str, table: str, row: object, works: list[Callable[[], object]]) -> None:
    """Let works meet, each with its row written and waiting for the one that they belong to."""
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(len(works)) as hands:
        held.execute(f"select from {table} where id = %s for no key update", [row])
        done = [hands.submit(work) for work in works]
        until_locks_are_waited_for(database_url, len(works))
        held.commit()
        for one in done:
            one.result()


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    # A deadlock that is tried again is one all the same.
    monkeypatch.setattr(database, "RETRIES", 1)


@pytest.mark.parametrize("many", [2, 6])
def test_moves_of_a_lot(world: World, database_url: str, many: int) -> None:
    unit = tenancies.add_unit(world.pool, world.manager, world.centre.id, "저장고 1")
    lot = lots.store_in(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.company().id,
        unit=UnitId(unit.id),
        good="pallet-day",
        name="수삼",
        units=6 * many,
        moved_on=date(2026, 3, 1),
        now=NOW,
    )

    def move() -> object:
        day = date(2026, 3, 2)
        return lots.move(world.pool, world.manager, lot.id, change=-6, moved_on=day, now=NOW)

    met(database_url, "storage_lots", lot.id, [move] * many)
    with psycopg.connect(database_url) as reader:
        counted = "select sum(change) from storage_moves where lot_id = %s"
        assert reader.execute(counted, [lot.id]).fetchone() == (0,)


@pytest.mark.parametrize("kinds", ["ee", "ed", "dd", "eeeddd"])
def test_ends_and_deposits_of_a_contract(world: World, database_url: str, kinds: str) -> None:
    unit = tenancies.add_unit(world.pool, world.manager, world.centre.id, "201")
    tenancy = tenancies.let(
        world.pool,
        world.manager,
        centre=world.centre.id,
        unit=UnitId(unit.id),
        company=world.company().id,
        since=date(2026, 1, 1),
        terms=RentTerms(until=None, rent=100, maintenance=0, tax_type=TaxType.EXEMPT),
    )

    def end(day: int) -> object:
        until = date(2026, 5, day)
        return tenancies.end(
            world.pool, world.manager, tenancy.id, until=until, notice_on=None, reason="합의"
        )

    def pay(amount: int) -> object:
        return deposits.enter(
            world.pool,
            world.manager,
            tenancy.id,
            kind=DepositKind.RECEIVED,
            amount=amount,
            paid_on=date(2026, 3, 1),
            note="",
            now=NOW,
        )

    works: list[Callable[[], object]] = [
        (lambda n=n: end(n)) if kind == "e" else (lambda n=n: pay(n))  # type: ignore[misc]
        for n, kind in enumerate(kinds, 1)
    ]
    met(database_url, "tenancies", tenancy.id, works)
    paid = sum(n for n, kind in enumerate(kinds, 1) if kind == "d")
    assert deposits.held_of_centre(world.pool, world.manager, world.centre.id) == paid
