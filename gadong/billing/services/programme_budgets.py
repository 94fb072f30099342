"""Budgets of programmes, held while a document draws on them."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Totals
from gadong.billing.store import statements
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.problem import Conflict


def need_budget(tx: Tx, statement: Statement, sums: Totals, before: datetime) -> None:
    """Raise Conflict where another document drew on one of the programmes of `sums` since they were
    computed.

    The budgets stay locked until the transaction ends, each document's in one order.
    """
    for programme in sorted({share.programme for share in sums.shares}):
        statements.lock_programme(tx, statement.centre_id, programme)
        then, now = (
            statements.programme_drawn(
                tx,
                statement.centre_id,
                programme,
                by=(statement.company_id, statement.month),
                recorded_before=instant,
            )
            for instant in (before, END_OF_TIME)
        )
        if then != now:
            raise Conflict(
                f"Another document of the programme {programme} was issued at the same time; "
                "issue again",
                programme=programme,
            )
