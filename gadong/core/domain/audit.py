"""Entries of the audit, and the hash chain that reveals a changed or missing entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from gadong.core.domain.ids import CentreId, PersonId

SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One audited act.

    `by` is None for the service itself. `before` and `after` are the row's SHA-256 digests, or None
    for a row that did not exist.
    """

    number: int
    at: datetime
    by: PersonId | UUID | None
    origin: str
    centre_id: CentreId | None
    action: str
    what: str
    which: str
    why: str
    changed: tuple[str, ...]
    before: bytes | None
    after: bytes | None
    previous: bytes
    hash: bytes

    @property
    def own_hash(self) -> bytes:
        """Return the hash of the fields and the previous hash,
        as migration 0030's audit_text does.
        """
        fields = (
            str(self.number),
            self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            str(self.by or ""),
            self.origin,
            str(self.centre_id or ""),
            self.action,
            self.what,
            self.which,
            self.why,
            ",".join(self.changed),
            self.before.hex() if self.before else "",
            self.after.hex() if self.after else "",
        )
        return sha256(self.previous + SEPARATOR.join(fields).encode()).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain."""

    number: int
    hash: bytes

    def written(self) -> str:
        """Return the text form that is kept outside the database."""
        return f"{self.number}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class AdriftRow:
    """A row that is not as the record last left it, or (`is_there` is false) that the record says
    is there.
    """

    what: str
    which: str
    is_there: bool

    def written(self) -> str:
        """Return the sentence for the command line."""
        if self.is_there:
            return f"{self.what} {self.which} is not as the record left it"
        return f"{self.what} {self.which} is gone, and the record does not say who removed it"


BEGINNING = Head(0, b"")


def differences(entries: Iterable[AuditEntry], end: Head, known: Head = BEGINNING) -> list[str]:
    """Return the faults of a whole chain from its first entry to its end; none if it is intact.

    `known` is an end that was noted earlier. Somebody who rewrites the chain cannot rewrite that.
    """
    wrong: list[str] = []
    last = BEGINNING
    met_known = known == BEGINNING
    for entry in entries:
        if entry.number != last.number + 1:
            wrong.append(f"entries {last.number + 1} to {entry.number - 1} are missing")
        elif entry.previous != last.hash:
            wrong.append(f"entry {entry.number} does not follow {last.number}")
        if entry.own_hash != entry.hash:
            wrong.append(f"entry {entry.number} was changed")
        last = Head(entry.number, entry.hash)
        met_known = met_known or last == known
    if last != end:
        wrong.append(f"the chain ends at {last.number}, and should at {end.number}")
    if not met_known:
        wrong.append(f"entry {known.number} is not the one that was written down")
    return wrong
