"""The installation on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.v1.schemas import Out


class JobOut(Out):
    """When a job last ran and how it ended."""

    job: str
    slot: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str = Field(examples=["done"])
    detail: str


class NoticeOut(Out):
    """Something you were told."""

    id: UUID
    kind: str = Field(examples=["booking.confirmed"])
    data: dict[str, Any]
    created_at: datetime


class PartOut(Out):
    """One thing that the service needs."""

    name: str
    is_ready: bool
    detail: str


class Readiness(Out):
    """Whether everything that the service needs is there."""

    is_ready: bool
    parts: list[PartOut]


class AuditOut(Out):
    """One act. `by` is null for the service itself and all zeros for the command line; digests are SHA-256, hexadecimal."""

    number: int
    at: datetime
    by: UUID | None
    origin: str = Field(description="the address, system, or the command line")
    action: str = Field(examples=["changed"], description="made, changed, removed, read")
    what: str = Field(examples=["bookings"])
    which: str
    why: str
    changed: list[str] = Field(description="which fields")
    before: str | None
    after: str | None
    hash: str
