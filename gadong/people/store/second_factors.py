"""How somebody proves who they are beside a password, and the way back in."""

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
    """A person's one-time codes: which secret, since when a code is asked for, the last step that was taken."""

    generation: int
    since: datetime | None
    last_step: int


def find(tx: Tx, person_id: PersonId) -> SecondFactor | None:
    """The person's one-time codes, held until the transaction ends."""
    row = one(tx, SQL["find"], person_id=person_id)
    return SecondFactor(**row) if row else None


def begin(tx: Tx, person_id: PersonId) -> int:
    """A new secret's generation; it counts once a code of it was shown."""
    row = one(tx, SQL["begin"], person_id=person_id)
    if row is None:
        raise LookupError(person_id)
    return int(row["generation"])


def confirm(tx: Tx, person_id: PersonId, step: int, codes: Iterable[bytes]) -> bool:
    """Ask for a code from now on, with new recovery codes; False where none was begun."""
    if not run(tx, SQL["confirm"], person_id=person_id, step=step):
        return False
    run(tx, SQL["forget_codes"], person_id=person_id)
    for digest in codes:
        run(tx, SQL["insert_code"], person_id=person_id, digest=digest)
    return True


def take_step(tx: Tx, person_id: PersonId, step: int) -> bool:
    """Take the code of a step; False where it, or a later one, was taken before."""
    return bool(run(tx, SQL["take_step"], person_id=person_id, step=step))


def use_code(tx: Tx, person_id: PersonId, digest: bytes) -> bool:
    """Use a recovery code; False where there is none, or it was used."""
    return bool(run(tx, SQL["use_code"], person_id=person_id, digest=digest))


def remove(tx: Tx, person_id: PersonId) -> None:
    """Ask for no code any more."""
    run(tx, SQL["remove"], person_id=person_id)
    run(tx, SQL["forget_codes"], person_id=person_id)


def hash_of(tx: Tx, person_id: PersonId) -> str | None:
    """What is kept of the person's password."""
    row = one(tx, SQL["hash_of"], person_id=person_id)
    return row["password_hash"] if row else None


def set_password(tx: Tx, person_id: PersonId, password_hash: str) -> None:
    """Keep another password."""
    run(tx, SQL["set_password"], person_id=person_id, password_hash=password_hash)


def end_others(tx: Tx, person_id: PersonId, *, but: bytes = b"") -> None:
    """End every session and token of the person but the one of this digest."""
    run(tx, SQL["end_others"], person_id=person_id, but=but)


def insert_link(tx: Tx, person_id: PersonId, digest: bytes, *, expires_at: datetime) -> None:
    """Keep a way back in by its digest."""
    run(tx, SQL["insert_link"], digest=digest, person_id=person_id, expires_at=expires_at)


def use_link(tx: Tx, digest: bytes) -> PersonId | None:
    """Whose way back in this is; it opens once."""
    row = one(tx, SQL["use_link"], digest=digest)
    return row["person_id"] if row else None


def end_links(tx: Tx, person_id: PersonId) -> None:
    """Let none of the person's mailed ways back in open any more."""
    run(tx, SQL["end_links"], person_id=person_id)


def mailbox(tx: Tx, person_id: PersonId) -> CentreId | None:
    """In whose name the person is written to."""
    rows = many(tx, SQL["mailbox"], person_id=person_id)
    return rows[0]["centre_id"] if rows else None


def proves(tx: Tx, person_id: PersonId) -> bool:
    """Whether the person proves who they are by more than a password."""
    row = one(tx, SQL["proves"], person_id=person_id)
    return bool(row and row["proves"])
