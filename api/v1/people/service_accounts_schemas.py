"""Programs' accounts on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, ShortName, Whole
from gadong.core.domain.access import Right


class ProgramIn(In):
    """A program that is to work for a centre."""

    name: ShortName = Field(examples=["ERP"])
    days: Whole = Field(default=365, ge=1, le=366)
    rights: list[Right] = Field(
        min_length=1,
        examples=[["money.see"]],
        description="All that it may do; never `staff.work`.",
    )


class ProgramOut(Out):
    """A program that works for a centre."""

    id: UUID
    name: str
    rights: list[Right]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ProgramTokenOut(Out):
    """A program's new token. It is shown this once."""

    id: UUID
    token: str
    expires_at: datetime
