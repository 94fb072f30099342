"""Waiting for what another process or thread will do.

A limit, so that never is a failure and not a hang.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

import psycopg


def until(is_so: Callable[[], object], *, within: float = 20, what: str = "") -> None:
    """Return when it is so; AssertionError when the time is up."""
    deadline = monotonic() + within
    while not is_so():
        if monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or is_so}")
        sleep(0.05)


def until_locks_are_waited_for(database_url: str, count: int = 1) -> None:
    """Return when so many transactions of the database wait for a lock that another holds."""
    counted = """
        select count(distinct a.pid)
        from pg_stat_activity a
        join pg_locks l on l.pid = a.pid and not l.granted
        where a.datname = current_database()
    """
    with psycopg.connect(database_url, autocommit=True) as watcher:
        until(
            lambda: (watcher.execute(counted).fetchone() or (0,))[0] >= count,
            what=f"{count} transactions wait for a lock",
        )
