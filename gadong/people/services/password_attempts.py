"""The pace of password attempts: people/domain/password_attempts.py on the counts of the store.

Other requests that are limited are counted with them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import system_for
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import TooManyAttempts
from gadong.people.domain.password_attempts import AttemptSource, longest_wait
from gadong.people.store import password_attempts

# Wrong passwords count for a day and are then deleted.
COUNT_FOR = timedelta(days=1)
# As long as a browser keeps its cookie (api/identity.py).
KNOWN_FOR = timedelta(days=90)


def need_pace(tx: Tx, tried: Sequence[AttemptSource], now: datetime) -> None:
    """Raise TooManyAttempts if one of the subjects has to wait.

    The subjects stay locked until the transaction ends: attempts at once are counted one by one.
    """
    password_attempts.lock(tx, [s.name for s in tried])
    known = [
        (password_attempts.of_subject(tx, s.name, since=now - COUNT_FOR), s.free) for s in tried
    ]
    if left := longest_wait(known, now):
        raise TooManyAttempts(retry_after=ceil(left.total_seconds()))


def count_requests(tx: Tx, subject: str, *, most: int, within: timedelta, number: int = 1) -> None:
    """Count some requests of a subject; raise TooManyAttempts where they are more than `most`.

    The subject is locked, so that several at once get no more. `within` is at most COUNT_FOR. What
    the caller's transaction rolls back is not counted.
    """
    password_attempts.lock(tx, [subject])
    at = clock(tx)
    before = password_attempts.of_subject(tx, subject, since=at - within).count
    if before + number > most:
        raise TooManyAttempts(retry_after=ceil(within.total_seconds()))
    for _ in range(number):
        password_attempts.add(tx, subject, at=at)


def know_device(
    pool: Pool, person_id: PersonId, device: str, *, now: datetime, origin: str = ""
) -> str:
    """Remember the browser of a login, and return the value of its cookie."""
    with transaction(pool, system_for(person_id, origin)) as tx:
        for kept in (device, secrets.token_urlsafe(32)):
            until = now + KNOWN_FOR
            if kept and password_attempts.know_device(
                tx, person_id, device_digest(kept, person_id), until=until
            ):
                return kept
    raise AssertionError("a fresh secret is nobody's yet")


def device_digest(device: str, person_id: PersonId) -> bytes:
    """Return the digest of a browser and a person; two people of one browser have two."""
    return sha256(f"{device} {person_id}".encode()).digest()
