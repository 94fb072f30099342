"""Objections to statements' lines, and their answers."""

from __future__ import annotations

from datetime import datetime

from psycopg.rows import DictRow

from gadong.billing.domain.objection import Answer, Objected, Objection
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, ObjectionId, StatementId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, objection: Objection) -> None:
    """Keep a company's word on a line."""
    run(
        tx,
        SQL["insert"],
        id=objection.id,
        centre_id=objection.centre_id,
        statement_id=objection.statement_id,
        line_key=objection.line_key,
        category=objection.category.value,
        words=objection.words,
        raised_by=objection.raised_by,
        raised_at=objection.raised_at,
    )


def answer(tx: Tx, objection: Objection, given: Answer) -> bool:
    """Keep a manager's word on an objection; False where it has one."""
    return bool(
        run(
            tx,
            SQL["answer"],
            objection_id=objection.id,
            centre_id=objection.centre_id,
            is_accepted=given.is_accepted,
            reason=given.reason,
            answered_by=given.answered_by,
            answered_at=given.answered_at,
        )
    )


def of_statement(tx: Tx, statement_id: StatementId) -> list[Objection]:
    """Return a statement's objections in order."""
    return [_objection(row) for row in many(tx, SQL["of_statement"], statement_id=statement_id)]


def find(tx: Tx, objection_id: ObjectionId) -> Objection | None:
    """Return one objection."""
    row = one(tx, SQL["one"], id=objection_id)
    return _objection(row) if row else None


def unanswered(tx: Tx, centre_id: CentreId) -> list[Objection]:
    """Return a centre's open objections, the oldest first; two hundred at most."""
    return [_objection(row) for row in many(tx, SQL["open"], centre_id=centre_id)]


def _objection(row: DictRow) -> Objection:
    at: datetime | None = row["answered_at"]
    return Objection(
        id=row["id"],
        centre_id=row["centre_id"],
        statement_id=row["statement_id"],
        line_key=row["line_key"],
        category=Objected(row["category"]),
        words=row["words"],
        raised_by=row["raised_by"],
        raised_at=row["raised_at"],
        answer=Answer(
            is_accepted=row["is_accepted"],
            reason=row["reason"],
            answered_by=row["answered_by"],
            answered_at=at,
        )
        if at
        else None,
    )
