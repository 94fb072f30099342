"""Hashes of passwords, and the check for passwords that are easily guessed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from zxcvbn import zxcvbn

from gadong.core.domain.problem import Invalid

# OWASP's figures for argon2id; 47 ms were measured, against 238 ms for the library's own.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A flood of logins would otherwise use 19 MiB for each thread of the pool, and both cores.
AT_ONCE = BoundedSemaphore(4)
LENGTHS = range(10, 201)
# The hash to compare with if there is no such account, so that the answer takes as long.
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe(16))
# zxcvbn's scale of 0 to 4: below this a list of leaked passwords and their variations finds it
# within 10^8 guesses.
LEAST_SCORE = 3
# The library reads no further, and longer texts take it long.
LOOKED_AT = 72


def hashed(password: str, about: Sequence[str]) -> str:
    """Return the hash of a password; raise Invalid if it is too short or easily guessed.

    `about` are the person's own words, which a guesser may know.
    """
    if len(password) not in LENGTHS:
        raise Invalid("A password has 10 to 200 characters", field="password")
    try:
        password.encode()
    except UnicodeEncodeError as trouble:
        raise Invalid("A password is made of whole characters", field="password") from trouble
    if zxcvbn(password[:LOOKED_AT], user_inputs=[*about, "gadong", "가동"])["score"] < LEAST_SCORE:
        raise Invalid("This password is too easily guessed; take several words", field="password")
    with AT_ONCE:
        return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Return whether the password matches the hash.

    The check takes as long without a hash.
    """
    with AT_ONCE:
        try:
            return HASHER.verify(password_hash, password)
        except InvalidHashError:
            # The time must not reveal accounts whose person has not chosen a password yet.
            with suppress(VerifyMismatchError, UnicodeEncodeError):
                HASHER.verify(NOBODYS_HASH, password)
            return False
        except (VerifyMismatchError, UnicodeEncodeError):
            return False
