"""A transaction that does nothing for too long ends, and is an error that may be tried again."""

from __future__ import annotations

import pytest

from gadong.core.database import Busy, Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from tests.support.waiting import until

GONE = "select count(*) as n from pg_locks where pid = %(pid)s"


def test_a_transaction_that_idled_too_long_may_be_tried_again(pool: Pool) -> None:
    def is_gone(pid: int) -> bool:
        with transaction(pool, SYSTEM) as watching:
            row = one(watching, GONE, pid=pid)
        return row is not None and int(row["n"]) == 0

    def idle() -> None:
        with transaction(pool, SYSTEM) as tx:
            pid = (one(tx, "select pg_backend_pid() as pid") or {})["pid"]
            tx.execute("set local idle_in_transaction_session_timeout = '10ms'")
            until(lambda: is_gone(pid), what="the server ends the session")
            tx.execute("select 1")

    with pytest.raises(Busy):
        idle()
