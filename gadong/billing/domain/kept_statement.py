"""Statements as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.billing.domain.statement import StatementState
from gadong.core.domain.document import JsonObject
from gadong.core.domain.ids import CentreId, CompanyId, StatementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A company's month at a centre as computed, and where the document stands.

    `document` and `blockers` are as stored, by the engine that made them;
    `billing.services.statement_document` and `statement_blockers` read them.
    """

    id: StatementId
    centre_id: CentreId
    company_id: CompanyId
    month: str
    state: StatementState
    version: int
    document: JsonObject
    document_digest: bytes
    blockers: Sequence[JsonObject]
    input_digest: bytes
    recorded_before: datetime
    engine_version: str
    total: int
    number: str | None
    approved_at: datetime | None
    issued_at: datetime | None
    chain_hash: bytes | None
    previous_hash: bytes | None
    computed_at: datetime
    due_on: date | None = None
    check_until: datetime | None = None
    # None where it was issued before evidence was kept.
    evidence_digest: bytes | None = None
    # The stretch of the month that it charges (ADR 70); None is the month's own edge.
    since: datetime | None = None
    until: datetime | None = None

    @property
    def company_name(self) -> str:
        """The company's name as the document has it."""
        return str(self.document["company_name"])
