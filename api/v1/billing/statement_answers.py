"""Statements on the wire, with their payments and what stands in their way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from api.v1.billing import statements_schemas as schemas
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import PaymentState, StatementAccount
from gadong.billing.services import payments, statement_blockers
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Problem
from gadong.texts.refusals import sentences


def statements_out(
    pool: Pool, who: Caller, found: Sequence[Statement]
) -> list[schemas.StatementOut]:
    """Return the statements with their payments."""
    accounts = payments.accounts(pool, found, now=datetime.now(UTC))
    standing = statement_blockers.of_statements(pool, who, found, now=datetime.now(UTC))
    return [_statement(s, standing[s.id], *accounts.get(s.id, (None, None))) for s in found]


def _statement(
    statement: Statement,
    blockers: Sequence[Problem],
    account: StatementAccount | None,
    state: PaymentState | None,
) -> schemas.StatementOut:
    return schemas.StatementOut(
        id=statement.id,
        centre=statement.centre_id,
        company=statement.company_id,
        month=statement.month,
        since=statement.since,
        until=statement.until,
        state=statement.state,
        number=statement.number,
        total=statement.total,
        check_until=statement.check_until,
        blockers=[blocker_out(p) for p in blockers],
        document=statement.document,
        document_digest=statement.document_digest.hex(),
        input_digest=statement.input_digest.hex(),
        chain_hash=statement.chain_hash.hex() if statement.chain_hash else None,
        approved_at=statement.approved_at,
        issued_at=statement.issued_at,
        due_on=statement.due_on,
        payment=state,
        outstanding=account.outstanding if account else None,
    )


def blocker_out(problem: Problem) -> dict[str, Any]:
    """Return a problem with its sentence in both languages."""
    korean, english = sentences(problem)
    return {"code": problem.code, "actual": problem.actual, "ko": korean, "en": english}
