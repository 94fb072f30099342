"""Named locks that hold across processes."""

from __future__ import annotations

from contextlib import closing

import psycopg

from gadong.core.named_locks import NamedLocks


def test_locks_outlive_a_lost_connection_of_their_process(database_url: str) -> None:
    with closing(NamedLocks(database_url)) as one, closing(NamedLocks(database_url)) as other:
        assert one.take("put it")
        assert not other.take("put it")
        assert other.take("put another")
        with psycopg.connect(database_url) as owner:
            owner.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where application_name = 'gadong locks' and datname = current_database()"
            )
        # The database freed them all.
        assert other.take("put it")
        assert not one.take("put it")
        one.free("put it")
        assert not one.take("put it")
        other.free("put it")
        assert one.take("put it")


def test_a_lock_that_is_free_has_no_connection(database_url: str) -> None:
    locks = NamedLocks(database_url)
    assert locks.take("put it")
    locks.free("put it")
    with psycopg.connect(database_url) as owner:
        (left,) = owner.execute(
            "select count(*) from pg_stat_activity a, pg_locks l"
            " where a.application_name = 'gadong locks' and a.datname = current_database()"
            " and l.pid = a.pid and l.locktype = 'advisory'"
        ).fetchone() or (None,)
    assert left == 0
