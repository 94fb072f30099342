"""Terms and privacy notices on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out
from gadong.people.domain.agreement import AgreementKind


class AgreementIn(In):
    """Another version of an agreement with the users."""

    kind: AgreementKind
    version: str = Field(min_length=1, max_length=40, examples=["2026-12"])
    ko: str = Field(min_length=1, max_length=100_000, examples=["제1조 (목적) …"])
    en: str = Field(min_length=1, max_length=100_000, examples=["1. Purpose …"])


class AgreementOut(Out):
    """A version, word for word."""

    id: UUID
    kind: AgreementKind
    version: str
    ko: str
    en: str
    published_at: datetime


class AgreementsAcceptanceIn(In):
    """The accepted agreements, each by its id."""

    accepted: list[UUID] = Field(max_length=10)
