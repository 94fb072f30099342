"""What everything on the wire has in common: unknown fields are refused, instants carry their offset."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gadong.domain.period import Period
from gadong.domain.problem import Invalid

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", examples=["prusa-1"])]
MonthText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$", examples=["2026-11"])]
Reason = Annotated[str, Field(max_length=500, examples=["전화로 받은 예약"])]


class In(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(frozen=True)


class Created(Out):
    """What was made."""

    id: UUID


def period_of(start: datetime, end: datetime) -> Period:
    """A period from two instants; Invalid where it ends before it starts."""
    if start >= end:
        raise Invalid("It must end after it starts", field="end")
    return Period(start, end)
