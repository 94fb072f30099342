"""An act on a machine does not cost by who waits for it.

One that waits too long for others is told so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from psycopg import Cursor

from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import Busy, Pool, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.store import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

NOW = TOMORROW - timedelta(hours=12)
HOUR = timedelta(hours=1)
STATEMENTS: list[str] = []


class Counting(Cursor[Any]):
    """A cursor that notes what it executes."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        """Note the statement."""
        STATEMENTS.append(str(query))
        return super().execute(query, *args, **kwargs)


@pytest.fixture
def counted(database_url: str) -> Iterator[Pool]:
    """One connection, all of whose statements are noted."""
    opened = open_pool(database_url, size=1, name="counted")
    with transaction(opened, SYSTEM) as tx:
        tx.cursor_factory = Counting
    yield opened
    opened.close()


@pytest.mark.parametrize("is_taken", [True, False])
def test_as_many_statements_for_many_who_wait_as_for_one(
    world: World, counted: Pool, is_taken: bool
) -> None:
    company = world.company()
    member = world.member(company)
    sums: list[int] = []
    for waiters in (1, 8):
        # Nobody can be served: the time is another's, or nobody has the training.
        machine = world.machine(qualification=None if is_taken else "cnc", approval="auto")
        if is_taken:
            world.booked(machine, world.companies[0], TOMORROW, 4)
        for number in range(waiters):
            request = WaitingRequest(
                machine=machine,
                company=company.id,
                period=Period(TOMORROW, TOMORROW + 4 * HOUR),
                length=HOUR,
                contact=f"대기 {number}",
            )
            assert waiting_list.join(world.pool, world.manager, request, now=NOW).booking_id is None
        STATEMENTS.clear()
        begin = TOMORROW + 5 * HOUR
        wanted = Request(
            machine=machine, company=company.id, period=Period(begin, begin + HOUR), override="시험"
        )
        bookings.request(counted, world.manager, wanted, now=NOW)
        sums.append(len(STATEMENTS))
        assert member.companies
    assert sums[0] == sums[1]
    assert sums[0] > 0


def test_who_waits_too_long_for_others_is_told_that_they_are_at_work(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    machine = world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    with transaction(world.pool, SYSTEM) as tx:
        machines.lock(tx, [machine.id])
        answer = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0
    assert client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).status_code == 201


def test_a_pool_whose_connections_are_all_at_work_is_busy_and_not_away(
    world: World, database_url: str
) -> None:
    small = open_pool(database_url, size=1, name="small")
    small.timeout = 0.2
    with transaction(small, SYSTEM), pytest.raises(Busy), transaction(small, SYSTEM):
        pass
    small.close()
