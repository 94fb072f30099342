"""Who people are at an organisation's own provider, and who was sent there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOn:
    """Somebody who was sent to the provider, by the digest of what their browser keeps meanwhile."""

    digest: bytes
    verifier: str
    nonce: str
    person_id: PersonId | None
    going_to: str
    expires_at: datetime


def insert_sign_on(tx: Tx, sign_on: SignOn) -> None:
    """Somebody is sent to the provider."""
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
    """Who came back, which counts once; None for who was not sent."""
    rows = many(tx, SQL["take_sign_on"], digest=digest)
    return next((SignOn(**row) for row in rows if row["digest"] == digest), None)


def link(tx: Tx, issuer: str, subject: str, person_id: PersonId) -> bool:
    """Know somebody by the provider; False where either is known already."""
    return bool(run(tx, SQL["link"], issuer=issuer, subject=subject, person_id=person_id))


def use(tx: Tx, issuer: str, subject: str) -> PersonId | None:
    """Whose identity this is, where they may log in."""
    row = one(tx, SQL["use"], issuer=issuer, subject=subject)
    return row["person_id"] if row else None


def is_linked(tx: Tx, issuer: str, person_id: PersonId) -> bool:
    """Whether the provider knows somebody."""
    row = one(tx, SQL["is_linked"], issuer=issuer, person_id=person_id)
    return bool(row and row["is_linked"])


def unlink(tx: Tx, issuer: str, person_id: PersonId) -> None:
    """The provider opens nothing for them any more."""
    run(tx, SQL["unlink"], issuer=issuer, person_id=person_id)
