"""Final claims on programmes' payers, and the documents that claims are of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow

from gadong.billing.domain.claims.payer_lines import ProgrammePayer
from gadong.billing.domain.claims.programme_claim import FinalClaim, ProgrammeClaim
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, StatementId
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)


def next_sequence(tx: Tx, centre_id: CentreId, year: int) -> int:
    """Return the next number of a centre's year, held until the transaction ends."""
    run(tx, SQL["lock"], centre_id=centre_id)
    row = one(tx, SQL["last_sequence"], centre_id=centre_id, year=year)
    return int(row["sequence"]) + 1 if row else 1


def insert(tx: Tx, claim: FinalClaim, content: ProgrammeClaim) -> None:
    """Keep a final claim; Conflict where another has one of its documents."""
    run(tx, SQL["insert"], **{**asdict(claim), "document": to_document(claim.document)})
    try:
        with tx.transaction():
            for document in content.documents:
                run(
                    tx,
                    SQL["insert_document"],
                    claim_id=claim.id,
                    centre_id=claim.centre_id,
                    statement_id=document.statement_id,
                    part=document.part,
                    amount=document.amount,
                    **asdict(content.of),
                )
    except errors.UniqueViolation as trouble:
        raise Conflict("Documents have changed; read the claim again") from trouble


def claim(tx: Tx, claim_id: UUID) -> FinalClaim | None:
    """Return one claim."""
    row = one(tx, SQL["claim"], id=claim_id)
    return FinalClaim(**row) if row else None


def of_centre(tx: Tx, centre_id: CentreId) -> list[FinalClaim]:
    """Return the claims of a centre, the latest first."""
    return [FinalClaim(**row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def payers(tx: Tx, centre_id: CentreId) -> list[ProgrammePayer]:
    """Return the programmes that pay a part of a centre's documents, by name."""
    return [ProgrammePayer(**row) for row in many(tx, SQL["payers"], centre_id=centre_id)]


def claimed(
    tx: Tx, statement_ids: Collection[StatementId], of: ProgrammePayer
) -> dict[StatementId, set[str]]:
    """Return the parts of each statement that the payer's claims have."""
    found: dict[StatementId, set[str]] = {}
    for row in many(tx, SQL["claimed"], statement_ids=list(statement_ids), **asdict(of)):
        found.setdefault(row["statement_id"], set()).add(row["part"])
    return found


def covered(
    tx: Tx, centre_id: CentreId, of: ProgrammePayer, *, since: str, until: str
) -> list[tuple[Statement, datetime | None]]:
    """Return the statements that a claim may be of, each with the instant at which it was void."""
    rows = many(tx, SQL["covered"], centre_id=centre_id, since=since, until=until, **asdict(of))
    return [(_statement(row), row["voided_at"]) for row in rows]


def _statement(row: DictRow) -> Statement:
    own = {name: value for name, value in row.items() if name != "voided_at"}
    return Statement(**{**own, "state": StatementState(row["state"])})
