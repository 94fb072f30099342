"""What an installation asks of whoever uses it: its terms, and how it treats personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class AgreementKind(StrEnum):
    """What it is about."""

    TERMS = "terms"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version, word for word, in both languages. The latest of its kind is in force."""

    id: UUID
    kind: AgreementKind
    version: str
    ko: str
    en: str
    published_at: datetime
