"""Pledges (서약서) of a centre: the text that people accept before they use its machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One version of a centre's pledge in both languages. Its text never changes."""

    id: UUID
    version: str
    ko: str
    en: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeAcceptance:
    """A person's acceptance of a version.

    `pledge_id` is None where the version had no text. `recorded_by` is who recorded it: the
    person, or the desk for a pledge that was signed on paper.
    """

    person_id: PersonId
    name: str
    version: str
    pledge_id: UUID | None
    accepted_at: datetime
    recorded_by: PersonId | None

    @property
    def is_on_paper(self) -> bool:
        """Return whether the desk recorded it for the person."""
        return self.recorded_by is not None and self.recorded_by != self.person_id
