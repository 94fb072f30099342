"""Pledges of centres, and their acceptances."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from psycopg import errors

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.people.domain.pledge import Pledge, PledgeAcceptance

SQL = statements(__file__)


def publish(
    tx: Tx, centre_id: CentreId, version: str, *, ko: str, en: str, by: PersonId | None
) -> UUID:
    """Insert a version with its text; raise Conflict if it exists."""
    made = new_id()
    try:
        with tx.transaction():
            run(
                tx,
                SQL["publish"],
                id=made,
                centre_id=centre_id,
                version=version,
                ko=ko,
                en=en,
                by=by,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict(
            "There is a version of this name; what was accepted is not rewritten"
        ) from trouble
    return made


def of_centre(tx: Tx, centre_id: CentreId) -> list[Pledge]:
    """Return a centre's pledges, the latest first."""
    return [Pledge(**row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def accept(tx: Tx, centre_id: CentreId, person_id: PersonId, version: str, *, by: PersonId) -> None:
    """Record a person's acceptance of a version, with its text if there is one."""
    run(tx, SQL["accept"], centre_id=centre_id, person_id=person_id, version=version, by=by)


def accepted(
    tx: Tx, centre_id: CentreId, person_ids: Iterable[PersonId]
) -> dict[PersonId, frozenset[str]]:
    """Return the versions that each of the people has accepted, as they read now."""
    found: dict[PersonId, frozenset[str]] = {}
    for row in many(tx, SQL["accepted"], centre_id=centre_id, person_ids=list(person_ids)):
        found[row["person_id"]] = found.get(row["person_id"], frozenset()) | {row["version"]}
    return found


def of_person(tx: Tx, centre_id: CentreId, person_id: PersonId) -> list[PledgeAcceptance]:
    """Return a person's acceptances at a centre, the latest first."""
    rows = many(tx, SQL["of_person"], centre_id=centre_id, person_id=person_id)
    return [PledgeAcceptance(**row) for row in rows]


def acceptances(
    tx: Tx, centre_id: CentreId, *, version: str | None, most: int
) -> list[PledgeAcceptance]:
    """Return the acceptances at a centre, the latest first; of one version if it is given."""
    rows = many(tx, SQL["acceptances"], centre_id=centre_id, version=version, most=most)
    return [PledgeAcceptance(**row) for row in rows]
