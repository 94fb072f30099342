"""Readings of issued statements by the people of their companies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement_receipt import StatementReader
from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, PersonId, StatementId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, statement: Statement, person_id: PersonId, at: datetime) -> None:
    """Keep that a person opened a statement, unless they have before."""
    run(
        tx,
        SQL["insert"],
        statement_id=statement.id,
        person_id=person_id,
        centre_id=statement.centre_id,
        company_id=statement.company_id,
        first_at=at,
    )


def of_statements(
    tx: Tx, centre_id: CentreId, found: Collection[StatementId]
) -> Mapping[StatementId, tuple[StatementReader, ...]]:
    """Return the people who were told of statements or have opened them, the first reader first.

    Those whom the centre does not see are without their id and name.
    """
    rows = many(
        tx, SQL["of_statements"], centre_id=centre_id, statements=[str(each) for each in found]
    )
    readers: dict[StatementId, tuple[StatementReader, ...]] = {}
    for row in rows:
        reader = StatementReader(
            person_id=row["person_id"],
            name=row["name"],
            told_at=row["told_at"],
            first_read_at=row["first_at"],
        )
        statement_id = StatementId(row["statement_id"])
        readers[statement_id] = (*readers.get(statement_id, ()), reader)
    return readers
