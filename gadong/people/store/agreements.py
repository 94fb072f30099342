"""Agreements of the installation, and their acceptances."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import errors

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.people.domain.agreement import Agreement, AgreementKind

SQL = statements(__file__)


def publish(
    tx: Tx, kind: AgreementKind, version: str, *, ko: str, en: str, by: PersonId | None
) -> UUID:
    """Insert a version in force from now on; raise Conflict if it exists."""
    made = new_id()
    try:
        with tx.transaction():
            run(tx, SQL["publish"], id=made, kind=kind, version=version, ko=ko, en=en, by=by)
    except errors.UniqueViolation as trouble:
        raise Conflict(
            "There is a version of this name; what was accepted is not rewritten"
        ) from trouble
    return made


def in_force(tx: Tx) -> list[Agreement]:
    """Return the latest of each kind."""
    return [_agreement(row) for row in many(tx, SQL["in_force"])]


def missing(tx: Tx, person_id: PersonId) -> list[Agreement]:
    """Return those in force that the person has not accepted."""
    return [_agreement(row) for row in many(tx, SQL["missing"], person_id=person_id)]


def accept(tx: Tx, person_id: PersonId, ids: Iterable[UUID]) -> None:
    """Insert the person's acceptances."""
    run(tx, SQL["accept"], person_id=person_id, ids=list(ids))


def _agreement(row: dict[str, Any]) -> Agreement:
    return Agreement(**{**row, "kind": AgreementKind(row["kind"])})
