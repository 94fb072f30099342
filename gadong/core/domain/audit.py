"""Who did what: an entry of the audit, and the chain that shows whether one was changed or taken out."""

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
    """One act. `by` is None for the service itself; `before` and `after` are SHA-256 of the row, absent where it was not."""

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
        """What its hash is by its fields and the one before: the same as audit_text of migration 0030."""
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
    """Where the chain ends."""

    number: int
    hash: bytes

    def written(self) -> str:
        """As it is kept elsewhere."""
        return f"{self.number}:{self.hash.hex()}"


BEGINNING = Head(0, b"")


def differences(entries: Iterable[AuditEntry], end: Head, known: Head = BEGINNING) -> list[str]:
    """What is wrong with a whole chain, from its first entry to its end; nothing where it holds.

    `known` is an end of it that was written down earlier: whoever can rewrite the chain cannot rewrite that.
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
