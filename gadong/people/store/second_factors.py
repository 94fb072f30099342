"""One-time codes, password hashes and recovery links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A person's one-time codes: the secret's generation, the start, and the last step used."""

    generation: int
    since: datetime | None
    last_step: int


def find(tx: Tx, person_id: PersonId) -> SecondFactor | None:
    """Return the person's one-time codes, locked until the transaction ends."""
    row = one(tx, SQL["find"], person_id=person_id)
    return SecondFactor(**row) if row else None


def begin(tx: Tx, person_id: PersonId) -> int:
    """Return a new secret's generation; it takes effect once a code confirms it."""
    row = one(tx, SQL["begin"], person_id=person_id)
    if row is None:
        raise LookupError(person_id)
    return int(row["generation"])


def confirm(tx: Tx, person_id: PersonId, step: int, codes: Iterable[bytes]) -> bool:
    """Enable the codes with new recovery codes; return False without a new secret."""
    if not run(tx, SQL["confirm"], person_id=person_id, step=step):
        return False
    run(tx, SQL["forget_codes"], person_id=person_id)
    for digest in codes:
        run(tx, SQL["insert_code"], person_id=person_id, digest=digest)
    return True


def take_step(tx: Tx, person_id: PersonId, step: int) -> bool:
    """Use the code of a step; return False if it or a later one was used before."""
    return bool(run(tx, SQL["take_step"], person_id=person_id, step=step))


def use_code(tx: Tx, person_id: PersonId, digest: bytes) -> bool:
    """Use a recovery code; return False if it is unknown or was used."""
    return bool(run(tx, SQL["use_code"], person_id=person_id, digest=digest))


def remove(tx: Tx, person_id: PersonId) -> None:
    """Disable the one-time codes."""
    run(tx, SQL["remove"], person_id=person_id)
    run(tx, SQL["forget_codes"], person_id=person_id)


def hash_of(tx: Tx, person_id: PersonId) -> str | None:
    """Return the hash of the person's password."""
    row = one(tx, SQL["hash_of"], person_id=person_id)
    return row["password_hash"] if row else None


def set_password(tx: Tx, person_id: PersonId, password_hash: str) -> None:
    """Set the hash of the person's password."""
    run(tx, SQL["set_password"], person_id=person_id, password_hash=password_hash)


def end_others(tx: Tx, person_id: PersonId, *, but: bytes = b"") -> None:
    """End every session and token of the person except the one of the digest."""
    run(tx, SQL["end_others"], person_id=person_id, but=but)


def insert_link(tx: Tx, person_id: PersonId, digest: bytes, *, expires_at: datetime) -> None:
    """Insert a recovery link by its digest."""
    run(tx, SQL["insert_link"], digest=digest, person_id=person_id, expires_at=expires_at)


def use_link(tx: Tx, digest: bytes) -> PersonId | None:
    """Consume a recovery link and return its person, or None."""
    row = one(tx, SQL["use_link"], digest=digest)
    return row["person_id"] if row else None


def end_links(tx: Tx, person_id: PersonId) -> None:
    """End the person's recovery links."""
    run(tx, SQL["end_links"], person_id=person_id)


def mailbox(tx: Tx, person_id: PersonId) -> CentreId | None:
    """Return the centre in whose name the person is mailed."""
    rows = many(tx, SQL["mailbox"], person_id=person_id)
    return rows[0]["centre_id"] if rows else None


def proves(tx: Tx, person_id: PersonId) -> bool:
    """Return whether the person has a second factor."""
    row = one(tx, SQL["proves"], person_id=person_id)
    return bool(row and row["proves"])
