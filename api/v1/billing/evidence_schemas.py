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
    signals: int = Field(description="Number of signals in the digest.")
    digest: str
    opened_by: UUID | None
    closed_by: UUID | None


class TrailLoggedOut(Out):
    """An entry of the ledger of use, as it was known."""

    id: UUID
    start: datetime
    end: datetime
    origin: str
    reason: str
    recorded_by: UUID | None
    recorded_at: datetime


class TrailLineOut(Out):
    """A line with what it rests on."""

    key: str
    amount: int
    sentence_ko: str
    sentence_en: str
    runs: list[TrailRunOut]
    messages: list[TrailMessageOut]
    logged: list[TrailLoggedOut]


class EvidenceOut(Out):
    """The evidence of an issued document.

    `origin`: stored with the issue, or later, and then whether it was the issue's.
    """

    number: str
    digest: str
    origin: str
    stored_at: datetime
    lines: list[TrailLineOut]


class MonthWordIn(In):
    """The reason for locking or reopening a month."""

    reason: Reason


class MonthOut(Out):
    """The lock of a month."""

    month: str
    is_locked: bool
    reason: str = ""
    recorded_at: datetime | None = None


class UnstatedOut(Out):
    """Use of a locked month by a company that has no statement of it. Won."""

    company: UUID
    company_name: str
    lines: int
    total: int = Field(description="What its statement would come to.")
    code: str
    ko: str = Field(description="What settles it, in Korean.")
    en: str = Field(description="What settles it, in English.")


class MonthStandingOut(MonthOut):
    """The lock of a month, and what came to be known since that no statement charges."""

    unstated: list[UnstatedOut] = Field(
        description="Companies with use in a locked month and no statement of it, which a "
        "correction would need."
    )


class TouchedOut(Out):
    """A statement that a tariff would change. Won."""

    statement: UUID
    number: str = Field(description="Empty of a draft, which says so once it is computed anew.")
    company_name: str
    month: str
    was: int
    now: int
    is_locked: bool = Field(description="True in a locked month, which only a correction changes.")
