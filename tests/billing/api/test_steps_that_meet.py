"""Steps of a month's statements that meet: none is passed over, refused wrongly, or a deadlock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections, month_locks, payments, statement_drafts, statements
from gadong.billing.services.accounts.billing_now import bill_now
from gadong.billing.store import transfers
from gadong.core import database
from gadong.core.database import cutoff, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Changed, Refused
from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    at,
    drafted,
    issued,
    mill,
    month_of,
    own_line,
    published,
    used,
)
from tests.support.waiting import until_locks_are_waited_for
from tests.support.world import World

__all__ = ["mill"]  # pytest finds fixtures by their names here

MONTH = "select pg_advisory_xact_lock(hashtextextended('month ' || %s::text || %s::text, 0))"


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch, world: World, manager: TestClient) -> None:
    # A deadlock that is tried again is one all the same.
    monkeypatch.setattr(database, "RETRIES", 1)
    published(world, manager)


def pay(world: World, made: Statement) -> object:
    return payments.record(
        world.pool,
        world.manager,
        made.id,
        amount=1_000,
        paid_on=date(2026, 1, 5),
        note="",
        now=datetime.now(UTC),
    )


def test_a_line_that_is_entered_before_the_lock_has_its_turn_is_not_locked_over(
    world: World, manager: TestClient, mill: Machine, database_url: str
) -> None:
    used(world, mill, at(world, 11))
    issued(world)
    month = str(month_of(world))
    lock = partial(
        month_locks.lock, world.pool, world.manager, world.centre.id, month, reason="마감"
    )
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(2) as hands:
        held.execute(MONTH, [str(world.centre.id), month])
        entered = hands.submit(own_line, world, manager, 50_000, company=1)
        until_locks_are_waited_for(database_url)
        locking = hands.submit(lock, now=datetime.now(UTC))
        until_locks_are_waited_for(database_url, 2)
        held.commit()
        entered.result()
        with pytest.raises(Refused) as refused:
            locking.result()
    assert [p.code for p in refused.value.problems] == ["month.unstated"]
    issued(world, 1)
    assert lock(now=datetime.now(UTC)).is_locked


def test_a_void_statement_and_a_draft_of_its_month_are_no_deadlock(
    world: World, mill: Machine, database_url: str
) -> None:
    used(world, mill, at(world, 11))
    made = issued(world)
    void = partial(corrections.void, world.pool, world.manager, made.id, reason="잘못 발행")
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(1) as hands:
        held.execute(MONTH, [str(world.centre.id), str(month_of(world))])
        voiding = hands.submit(void, now=datetime.now(UTC))
        until_locks_are_waited_for(database_url)
        held.execute("set local lock_timeout = '2s'")
        held.execute("select from statements where id = %s for update", [made.id])
        held.commit()
        voiding.result()


def test_an_issued_statement_is_paid_while_its_month_is_drafted(
    world: World, mill: Machine
) -> None:
    used(world, mill, at(world, 11))
    made = issued(world)
    used(world, mill, at(world, 13), company=1)
    before = cutoff(world.pool, world.centre.id)
    with transaction(world.pool, SYSTEM) as tx, ThreadPoolExecutor(1) as hands:
        done = statement_drafts.draft_month(
            tx, world.centre, month_of(world), recorded_before=before
        )
        assert (done.count, done.faults) == (1, ())
        hands.submit(pay, world, made).result(timeout=10)


def test_an_approved_statement_stays_as_it_is_while_its_month_is_drafted(
    world: World, mill: Machine
) -> None:
    used(world, mill, at(world, 11))
    made = drafted(world)
    statements.approve(world.pool, world.manager, made.id)
    before = cutoff(world.pool, world.centre.id)
    with transaction(world.pool, SYSTEM) as tx:
        done = statement_drafts.draft_month(
            tx, world.centre, month_of(world), recorded_before=before
        )
    assert (done.count, done.faults) == (0, ())
    now = datetime.now(UTC)
    statements.issue(world.pool, world.manager, made.id, close_early=False, now=now)


def test_a_payment_that_waits_for_a_void_says_what_changed(
    world: World, mill: Machine, database_url: str
) -> None:
    used(world, mill, at(world, 11))
    made = issued(world)
    with psycopg.connect(database_url) as held, ThreadPoolExecutor(1) as hands:
        held.execute("select from statements where id = %s for update", [made.id])
        paying = hands.submit(pay, world, made)
        until_locks_are_waited_for(database_url)
        held.execute("update statements set state = 'void' where id = %s", [made.id])
        held.commit()
        with pytest.raises(Changed):
            paying.result()


def test_what_is_billed_now_takes_the_account_first(
    world: World, mill: Machine, database_url: str
) -> None:
    used(world, mill, at(world, 11))
    made = drafted(world)
    company = world.companies[0].id
    bill = partial(bill_now, world.pool, world.manager, centre=world.centre.id, company=company)
    with ThreadPoolExecutor(1) as hands:
        with transaction(world.pool, SYSTEM) as tx:
            transfers.lock(tx, world.centre.id, company)
            billing = hands.submit(bill, until=at(world, 20))
            until_locks_are_waited_for(database_url)
            # An issue of the draft has the account, and then its row.
            assert database.one(
                tx, "select id from statements where id = %(id)s for update nowait", id=made.id
            )
        assert billing.result().issued_at
