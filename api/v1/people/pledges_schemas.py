"""Pledges of a centre on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out


class PledgeIn(In):
    """Another version of a centre's pledge. The rule `terms` says which machines require it."""

    version: str = Field(min_length=1, max_length=60, examples=["2026-12"])
    ko: str = Field(min_length=1, max_length=20_000, examples=["장비를 안전하게 쓰겠습니다. …"])
    en: str = Field(min_length=1, max_length=20_000, examples=["I use the machines safely. …"])


class PledgeOut(Out):
    """A version, word for word."""

    id: UUID
    version: str
    ko: str
    en: str
    published_at: datetime
    is_accepted: bool = Field(description="Whether you have accepted it.")


class TermsIn(In):
    """The version of the centre's pledge that you accept."""

    version: str = Field(min_length=1, max_length=200)
    person: UUID | None = Field(
        default=None, description="For the desk: the person who signed it on paper."
    )


class PledgeAcceptanceOut(Out):
    """An acceptance: by whom, when, and of which text."""

    person: UUID
    name: str
    version: str
    pledge: UUID | None = Field(description="The text; null where the version had none.")
    accepted_at: datetime
    is_on_paper: bool = Field(description="Whether the desk recorded it from paper.")
