"""The encryption of what the database keeps for a while and must not show: AES-256-GCM by keys from
outside of it.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gadong.core.domain.problem import Conflict
from gadong.core.domain.secret import LEAST_SECRET

# The form of what is sealed, which the database's constraints ask for: prefix, key's name, then
# nonce and text.
PREFIX = "sealed:1:"
# NIST SP 800-38D, section 8.2.2: 96 random bits, for far fewer than 2^32 texts a key.
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys, of which the first one seals and each one opens what it has sealed."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, data_keys: str, secret: str) -> Keyring:
        """Return the keys of GADONG_DATA_KEYS, or the one that follows from GADONG_SECRET."""
        named = tuple(word.strip() for word in data_keys.split(",") if word.strip())
        return cls(named or ((secret,) if secret else ()))

    @property
    def can_seal(self) -> bool:
        """Say whether there is a key that is long enough."""
        return bool(self.words) and len(self.words[0]) >= LEAST_SECRET

    def seal(self, text: str, about: str) -> str:
        """Encrypt a text for one purpose (`about`), which decryption must name too."""
        if not self.can_seal:
            raise Conflict(
                f"Set GADONG_SECRET to {LEAST_SECRET} characters first: secrets are encrypted by it"
            )
        key, nonce = _key(self.words[0]), os.urandom(NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), about.encode())
        return f"{PREFIX}{_name(key)}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """Decrypt what `seal` wrote; Conflict where no key opens it, or it is of something else."""
        name, _, rest = sealed.removeprefix(PREFIX).partition(":")
        key = next((key for key in map(_key, self.words) if _name(key) == name), None)
        if key is None or not sealed.startswith(PREFIX):
            raise Conflict("No key opens this; name the one before in GADONG_DATA_KEYS too")
        try:
            raw = base64.urlsafe_b64decode(rest)
            return (
                AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
            )
        except (InvalidTag, ValueError) as trouble:
            raise Conflict("This was changed since it was encrypted") from trouble

    def is_present(self, sealed: str) -> bool:
        """Say whether the first key sealed this."""
        return bool(self.words) and sealed.startswith(f"{PREFIX}{_name(_key(self.words[0]))}:")


def about_letter(delivery_id: UUID) -> str:
    """Return of what a letter's words are, for `seal` and `open`."""
    return f"letter {delivery_id}"


def is_sealed(text: str) -> bool:
    """Say whether a text has the form of a sealed one."""
    return text.startswith(PREFIX)


def _key(word: str) -> bytes:
    """Derive 256 bits (RFC 5869); the words are random already, so no salt is kept."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gadong data at rest").derive(
        word.encode()
    )


def _name(key: bytes) -> str:
    """Return eight digits by which a key is found again; they say nothing of it."""
    return sha256(b"name of " + key).hexdigest()[:8]
