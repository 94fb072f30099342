"""People's passkeys, and what their authenticators were asked to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key pair of which somebody's device or telephone has the secret half."""

    id: bytes
    person_id: PersonId
    name: str
    public_key: bytes
    sign_count: int
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What is to be signed, by whom (None: whoever logs in), and until when."""

    challenge: bytes
    person_id: PersonId | None
    expires_at: datetime


def insert_challenge(tx: Tx, challenge: Challenge) -> None:
    """Keep what an authenticator is asked to sign."""
    run(
        tx,
        SQL["insert_challenge"],
        challenge=challenge.challenge,
        person_id=challenge.person_id,
        expires_at=challenge.expires_at,
    )


def take_challenge(tx: Tx, challenge: bytes) -> Challenge | None:
    """The challenge, which answers this once; None where it is not known."""
    rows = many(tx, SQL["take_challenge"], challenge=challenge)
    return next((Challenge(**row) for row in rows if row["challenge"] == challenge), None)


def insert(tx: Tx, person_id: PersonId, passkey_id: bytes, *, name: str, key: bytes, count: int) -> bool:
    """Keep a person's passkey; False where it is known already."""
    done = run(
        tx, SQL["insert"], id=passkey_id, person_id=person_id, name=name, public_key=key, sign_count=count
    )
    return bool(done)


def of_person(tx: Tx, person_id: PersonId) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    return [Passkey(**row) for row in many(tx, SQL["of_person"], person_id=person_id)]


def find(tx: Tx, passkey_id: bytes) -> Passkey | None:
    """A passkey of somebody who may log in, held until the transaction ends."""
    row = one(tx, SQL["find"], id=passkey_id)
    return Passkey(**row) if row else None


def use(tx: Tx, passkey_id: bytes, *, count: int) -> None:
    """It was used just now, as often as it says."""
    run(tx, SQL["use"], id=passkey_id, sign_count=count)


def remove(tx: Tx, person_id: PersonId, passkey_id: bytes) -> bool:
    """Take a person's passkey away; False where it is not theirs."""
    return bool(run(tx, SQL["remove"], id=passkey_id, person_id=person_id))
