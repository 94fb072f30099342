"""Proof that a statement arrived: who was told of its issue, and who has opened it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.statement_receipt import StatementReader
from gadong.billing.store import statement_readings, statements
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, StatementId

ISSUED = frozenset({StatementState.ISSUED, StatementState.VOID})


def record(pool: Pool, who: Caller, statement_id: StatementId, *, now: datetime) -> None:
    """Record that somebody of the company opened its issued statement; of others, nothing."""
    if not who.companies:
        return
    with transaction(pool, who.reach()) as tx:
        statement = statements.statement(tx, statement_id)
        if statement and statement.state in ISSUED and statement.company_id in who.companies:
            statement_readings.insert(tx, statement, who.person_id, now)


def of_statements(
    pool: Pool, who: Caller, centre_id: CentreId, found: Iterable[Statement]
) -> Mapping[StatementId, tuple[StatementReader, ...]]:
    """Return each issued statement's readers, for whom the centre lets see its money.

    Notices are kept for a year; who was told before is not known any more. A token that sees money
    and no people gets no names.
    """
    who.need(centre_id, Right.MONEY_SEE)
    issued = [s.id for s in found if s.state in ISSUED and s.centre_id == centre_id]
    if not issued:
        return {}
    # Notices are their receivers'; of these only the instant is read.
    with transaction(pool, SYSTEM) as tx:
        readers = statement_readings.of_statements(tx, centre_id, issued)
    if who.may(centre_id, Right.PEOPLE_SEE):
        return readers
    return {
        statement: tuple(replace(reader, person_id=None, name="") for reader in told)
        for statement, told in readers.items()
    }
