"""Requests and answers about the samples of commissioned work."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.v1.commissions.commissions_schemas import At
from api.v1.schemas import In, Out
from gadong.commissions.domain.commission_sample import SampleOutcome


class CommissionSampleIn(In):
    """A sample that came."""

    name: str = Field(min_length=1, max_length=100, examples=["농축액 500 mL"])
    condition: str = Field(min_length=1, max_length=300, examples=["밀봉, 이상 없음"])
    keep_until: date | None = Field(
        default=None, description="The last day on which it is kept.", examples=["2027-02-28"]
    )
    photo: str = Field(default="", description="A JPEG, PNG or WebP in base64.")
    at: At = None


class CommissionSampleEndIn(In):
    """A sample was returned, and to whom, or discarded, and how."""

    outcome: SampleOutcome
    words: str = Field(min_length=1, max_length=300, examples=["김재배"])
    at: At = None


class CommissionSampleOut(Out):
    """A sample of a commission. Without an outcome it is there."""

    id: UUID
    commission: UUID
    number: str = Field(examples=["2026-0001-S1"])
    name: str
    condition: str
    keep_until: date | None
    received_at: datetime
    has_photo: bool
    outcome: SampleOutcome | None
    ended_at: datetime | None
    words: str
