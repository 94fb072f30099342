"""The chain of issued documents: each link covers the document, what it rests on, and the one before."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from gadong.billing.store.statements import FIRST_HASH

FIRST = FIRST_HASH


def link(
    number: str,
    document_digest: bytes,
    input_digest: bytes,
    previous: bytes,
    *,
    evidence_digest: bytes | None = None,
) -> bytes:
    """Tie a document to the one before it. Those issued before evidence was kept have none, and keep their links."""
    parts = [number.encode(), document_digest, input_digest, previous]
    if evidence_digest is not None:
        parts.append(evidence_digest)
    return sha256(b"\0".join(parts)).digest()


def digest_of(document: object) -> bytes:
    """Take the digest of a document as it is stored."""
    return sha256(msgspec.json.encode(document, order="sorted")).digest()
