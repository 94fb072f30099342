"""Evidence and locked months, on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Reason


class TrailMessageOut(Out):
    """A message at the end of a run, as it was received."""

    id: UUID
    topic: str
    payload: str = Field(description="As text; bytes that are none are escaped.")
    received_at: datetime


class TrailRunOut(Out):
    """A run that a line rests on."""

    start: datetime
    end: datetime
    state: str
    signals: int = Field(description="How many signals the digest is taken of.")
    digest: str
    opened_by: UUID | None
    closed_by: UUID | None


class TrailLineOut(Out):
    """A line with what it rests on."""

    key: str
    amount: int
    sentence_ko: str
    sentence_en: str
    runs: list[TrailRunOut]
    messages: list[TrailMessageOut]


class EvidenceOut(Out):
    """The evidence of an issued document. `origin`: stored with the issue, or later, and then whether it was the issue's."""

    number: str
    digest: str
    origin: str
    stored_at: datetime
    lines: list[TrailLineOut]


class MonthWordIn(In):
    """Why a month is locked, or opened again."""

    reason: Reason


class MonthOut(Out):
    """Whether a month is locked."""

    month: str
    is_locked: bool
    reason: str = ""
    recorded_at: datetime | None = None


class TouchedOut(Out):
    """An issued statement that a tariff would change. Won."""

    statement: UUID
    number: str
    company_name: str
    month: str
    was: int
    now: int
    is_locked: bool = Field(description="Whether its month is locked: only a correction can say it then.")
