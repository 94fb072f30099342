"""Wrong passwords, and the browsers of earlier logins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gadong.core.database import Tx, alone, one, run
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.store.queries import statements
from gadong.people.domain.password_attempts import Guesses

SQL = statements(__file__)


def fold_email(tx: Tx, email: str) -> str:
    """Return an address in its canonical form for storage and comparison."""
    row = one(tx, SQL["fold_email"], email=email)
    return str(row["folded"]) if row else ""


def lock(tx: Tx, subjects: Iterable[str]) -> None:
    """Count some subjects' attempts alone until the transaction ends."""
    alone(tx, *(f"attempts of {subject}" for subject in subjects))


def add(tx: Tx, subject: str, *, at: datetime) -> None:
    """Count a wrong password."""
    run(tx, SQL["add"], subject=subject, at=at)


def take_back(tx: Tx, subjects: Sequence[str], *, at: datetime) -> None:
    """Delete the attempts that were counted at an instant."""
    run(tx, SQL["take_back"], subjects=list(subjects), at=at)


def forgive(tx: Tx, subjects: Sequence[str]) -> None:
    """Delete the wrong passwords of some subjects."""
    run(tx, SQL["forgive"], subjects=list(subjects))


def of_subject(tx: Tx, subject: str, *, since: datetime) -> Guesses:
    """Return the wrong passwords of a subject since an instant."""
    row = one(tx, SQL["of_subject"], subject=subject, since=since)
    return Guesses(row["count"], row["last_at"]) if row else Guesses()


def is_known_device(tx: Tx, person_id: PersonId, digest: bytes) -> bool:
    """Return whether the person has logged in with the browser lately."""
    row = one(tx, SQL["is_known_device"], person_id=person_id, digest=digest)
    return bool(row and row["is_known"])


def know_device(tx: Tx, person_id: PersonId, digest: bytes, *, until: datetime) -> bool:
    """Record the person's login with the browser; return False if that browser was ended."""
    row = one(
        tx, SQL["know_device"], id=new_id(), person_id=person_id, digest=digest, expires_at=until
    )
    return row is not None


def forget_old(tx: Tx) -> int:
    """Delete old wrong passwords."""
    return run(tx, SQL["forget"])
