"""The chain of issued documents: each link covers the document, what it rests on, and the one
before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import msgspec

from gadong.billing.store.statements import FIRST_HASH
from gadong.core.domain.clock import write_instant

FIRST = FIRST_HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDates:
    """The instant of an issue, and the day by which it is to be paid.

    A correction has no such day.
    """

    issued_at: datetime
    due_on: date | None = None

    def written(self) -> bytes:
        """Return both in the one form in which the chain covers them."""
        due_on = self.due_on.isoformat() if self.due_on else ""
        return f"{write_instant(self.issued_at)} {due_on}".encode()


def link(
    number: str,
    document_digest: bytes,
    input_digest: bytes,
    previous: bytes,
    *,
    evidence_digest: bytes | None = None,
    dates: IssueDates | None = None,
) -> bytes:
    """Tie a document to the one before it.

    Documents that were issued before evidence was kept have no digest of it. Those that were issued
    before the chain covered their dates have no dates here. Both keep their links.
    """
    parts = [number.encode(), document_digest, input_digest, previous]
    if evidence_digest is not None:
        parts.append(evidence_digest)
    if dates is not None:
        parts.append(dates.written())
    return sha256(b"\0".join(parts)).digest()


def digest_of(document: object) -> bytes:
    """Take the digest of a document as it is stored."""
    return sha256(msgspec.json.encode(document, order="sorted")).digest()
