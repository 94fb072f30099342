"""Connections of a pool outlive what happens to the database."""

from __future__ import annotations

import psycopg
import pytest

from gadong.core.database import DatabaseAway, Pool, one, open_pool, transaction
from gadong.core.domain.access import SYSTEM

END_ALL = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'gadong tests' and datname = current_database()
"""


def end_connections(pool: Pool) -> None:
    """End every connection of the pool, as a restart of the database does."""
    with psycopg.connect(str(pool.conninfo), autocommit=True) as server:
        server.execute(END_ALL)


def test_a_transaction_begins_although_every_kept_connection_has_ended(pool: Pool) -> None:
    pool.resize(4, 4)
    pool.wait()
    end_connections(pool)
    with transaction(pool, SYSTEM) as tx:
        assert one(tx, "select current_setting('role') as role") == {"role": "gadong_system"}


def test_work_that_has_begun_is_never_done_twice(pool: Pool) -> None:
    begun: list[str] = []

    def work() -> None:
        with transaction(pool, SYSTEM) as tx:
            begun.append("once")
            end_connections(pool)
            one(tx, "select 1")

    with pytest.raises(DatabaseAway):
        work()
    assert begun == ["once"]


def test_a_database_that_is_away_is_said_so(pool: Pool) -> None:
    address = psycopg.conninfo.make_conninfo(str(pool.conninfo), port=1)
    away = open_pool(address, size=1, name="away")
    away.timeout = 0.2
    with pytest.raises(DatabaseAway), transaction(away, SYSTEM):
        raise AssertionError("nothing can begin")
    away.close()
