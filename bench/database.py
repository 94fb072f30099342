"""A database of a benchmark's own, and the time that work on it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import psycopg

from deploy.stack import choice
from gadong import migrations
from gadong.core.database import Pool, open_pool
from gadong.core.domain.ids import new_id


@contextmanager
def own_database() -> Iterator[Pool]:
    """An empty database on the stack, gone afterwards."""
    url = choice.up()["GADONG_DATABASE_URL"]
    name = f"gadong_bench_{new_id().hex[-12:]}"
    own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"create database {name}")
        try:
            migrations.upgrade(own)
            pool = open_pool(own, size=4, name="bench")
            yield pool
            pool.close()
        finally:
            server.execute(f"drop database {name} with (force)")


def milliseconds(work: Callable[[], object], *, times: int = 7) -> float:
    """Return the median of so many runs after a first one."""
    work()
    spent: list[float] = []
    for _ in range(times):
        start = perf_counter()
        work()
        spent.append((perf_counter() - start) * 1000)
    return median(spent)
