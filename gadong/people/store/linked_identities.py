"""People's identities at an organisation's provider, and logins in progress there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """A login in progress at the provider, by the digest of the browser's state."""

    digest: bytes
    verifier: str
    nonce: str
    person_id: PersonId | None
    going_to: str
    expires_at: datetime


def insert_sign_on(tx: Tx, sign_on: SignOn) -> None:
    """Insert a login in progress."""
    run(
        tx,
        SQL["insert_sign_on"],
        digest=sign_on.digest,
        verifier=sign_on.verifier,
        nonce=sign_on.nonce,
        person_id=sign_on.person_id,
        going_to=sign_on.going_to,
        expires_at=sign_on.expires_at,
    )


def take_sign_on(tx: Tx, digest: bytes) -> SignOn | None:
    """Delete and return a login in progress; None for an unknown one."""
    rows = many(tx, SQL["take_sign_on"], digest=digest)
    return next((SignOn(**row) for row in rows if row["digest"] == digest), None)


def link(tx: Tx, issuer: str, subject: str, person_id: PersonId) -> bool:
    """Link an identity to a person; return False if either is linked already."""
    return bool(run(tx, SQL["link"], issuer=issuer, subject=subject, person_id=person_id))


def use(tx: Tx, issuer: str, subject: str) -> PersonId | None:
    """Return the person of an identity, if that person may log in."""
    row = one(tx, SQL["use"], issuer=issuer, subject=subject)
    return row["person_id"] if row else None


def is_linked(tx: Tx, issuer: str, person_id: PersonId) -> bool:
    """Return whether the person has an identity at the provider."""
    row = one(tx, SQL["is_linked"], issuer=issuer, person_id=person_id)
    return bool(row and row["is_linked"])


def move(tx: Tx, old: str, new: str) -> int:
    """Give a provider's identities its new issuer; return their number."""
    return run(tx, SQL["move"], old=old, new=new)


def linked_to(tx: Tx, issuer: str) -> int:
    """Return the number of identities of an issuer."""
    row = one(tx, SQL["linked_to"], issuer=issuer)
    return int(row["links"]) if row else 0


def unlink(tx: Tx, issuer: str, person_id: PersonId) -> None:
    """Delete the person's identity at the provider."""
    run(tx, SQL["unlink"], issuer=issuer, person_id=person_id)
