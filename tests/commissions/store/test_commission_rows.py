"""Guarantees of the database about commissioned work, whatever a service forgets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from gadong.commissions.domain.commission import TRANSITIONS, Commission, CommissionState
from gadong.commissions.services import commission_work, commissions
from gadong.commissions.services.steps import WantedItem
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CompanyId
from tests.support.commissions import ANALYSIS
from tests.support.world import World, nobody_may

NOW = datetime.now(UTC)


def asked(world: World, company: CompanyId, *, at: datetime | None = None) -> Commission:
    return commissions.request(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=company,
        subject="분석",
        wish="",
        items=[] if at else [WantedItem(good="ginsenoside", quantity=Decimal(1))],
        at=at,
        now=datetime.now(UTC),
    )


def test_numbers_of_a_year_have_no_gap_and_no_double(world: World) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company().id
    last_year = datetime(NOW.astimezone(world.ZONE).year, 1, 1, tzinfo=world.ZONE)
    # The year is the one on the centre's clock.
    edge = [asked(world, company, at=last_year + timedelta(seconds=s)).number for s in (-1, 0)]
    year = last_year.year
    assert edge == [f"{year - 1}-0001", f"{year}-0001"]
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: asked(world, company).number, range(8)))
    assert sorted(made) == [f"{year}-{n:04d}" for n in range(2, 10)]


@pytest.mark.parametrize("before", CommissionState)
def test_the_database_goes_the_steps_of_the_table_alone(
    world: World, pool: Pool, before: CommissionState
) -> None:
    world.tariff(goods=[ANALYSIS])
    one = asked(world, world.company().id)
    may = {after for (state, _), after in TRANSITIONS.items() if state is before}
    gone: set[CommissionState] = set()
    with psycopg.connect(str(pool.conninfo)) as owner:
        # Only the tables' owner may set a state aside of its steps.
        owner.execute("alter table commissions disable trigger commissions_follow")
        owner.execute(
            "update commissions set state = %s, due_on = %s where id = %s",
            [before.value, date(2026, 12, 1), one.id],
        )
        owner.execute("set constraints all immediate")
        owner.execute("alter table commissions enable trigger commissions_follow")
        for after in CommissionState:
            try:
                with owner.transaction(force_rollback=True):
                    owner.execute(
                        "update commissions set state = %s where id = %s", [after.value, one.id]
                    )
                gone.add(after)
            except psycopg.errors.RestrictViolation as trouble:
                assert trouble.diag.constraint_name == "commissions_steps"  # noqa: PT017
        owner.rollback()
    assert gone == may | {before}


def test_what_was_asked_and_each_step_stay(world: World) -> None:
    world.tariff(goods=[ANALYSIS])
    asked(world, world.company().id)
    nobody_may(world.pool, "update commission_events set reason = 'x'")
    nobody_may(world.pool, "delete from commission_events")
    with (
        pytest.raises(psycopg.errors.RestrictViolation),
        transaction(world.pool, SYSTEM) as tx,
    ):
        tx.execute("update commissions set sequence = 9")


def test_items_of_work_that_is_done_stay(world: World) -> None:
    world.tariff(goods=[ANALYSIS])
    one = asked(world, world.company().id)
    now = datetime.now(UTC)
    today = now.astimezone(world.ZONE).date()
    commission_work.receive(world.pool, world.manager, one.id, due_on=today, now=now)
    commission_work.finish(world.pool, world.manager, one.id, now=datetime.now(UTC))
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="stay"),
        transaction(world.pool, SYSTEM) as tx,
    ):
        tx.execute("update commission_items set quantity = 2 where commission_id = %s", [one.id])
