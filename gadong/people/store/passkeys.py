"""Passkeys of people, and the challenges for their authenticators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key pair whose private half is in a person's device."""

    id: bytes
    person_id: PersonId
    name: str
    public_key: bytes
    sign_count: int
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge to be signed, its person (None: anybody who logs in), and its expiry."""

    challenge: bytes
    person_id: PersonId | None
    expires_at: datetime


def insert_challenge(tx: Tx, challenge: Challenge) -> None:
    """Insert a challenge."""
    run(
        tx,
        SQL["insert_challenge"],
        challenge=challenge.challenge,
        person_id=challenge.person_id,
        expires_at=challenge.expires_at,
    )


def take_challenge(tx: Tx, challenge: bytes) -> Challenge | None:
    """Delete and return a challenge; None for an unknown one."""
    rows = many(tx, SQL["take_challenge"], challenge=challenge)
    return next((Challenge(**row) for row in rows if row["challenge"] == challenge), None)


def insert(
    tx: Tx, person_id: PersonId, passkey_id: bytes, *, name: str, key: bytes, count: int
) -> bool:
    """Insert a person's passkey; return False if it exists."""
    done = run(
        tx,
        SQL["insert"],
        id=passkey_id,
        person_id=person_id,
        name=name,
        public_key=key,
        sign_count=count,
    )
    return bool(done)


def of_person(tx: Tx, person_id: PersonId) -> list[Passkey]:
    """Return the person's passkeys, the oldest first."""
    return [Passkey(**row) for row in many(tx, SQL["of_person"], person_id=person_id)]


def find(tx: Tx, passkey_id: bytes) -> Passkey | None:
    """Return a passkey of a person who may log in, locked until the transaction ends."""
    row = one(tx, SQL["find"], id=passkey_id)
    return Passkey(**row) if row else None


def use(tx: Tx, passkey_id: bytes, *, count: int) -> None:
    """Record a use of the passkey with its signature count."""
    run(tx, SQL["use"], id=passkey_id, sign_count=count)


def remove(tx: Tx, person_id: PersonId, passkey_id: bytes) -> bool:
    """Delete a person's passkey; return False if it is not that person's."""
    return bool(run(tx, SQL["remove"], id=passkey_id, person_id=person_id))
