"""Agreements of an installation with its users: terms of use and privacy notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class AgreementKind(StrEnum):
    """The subject of an agreement."""

    TERMS = "terms"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One version of an agreement in both languages. The latest of its kind is in force."""

    id: UUID
    kind: AgreementKind
    version: str
    ko: str
    en: str
    published_at: datetime
