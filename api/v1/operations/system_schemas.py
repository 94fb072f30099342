"""Answers about the installation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.v1.schemas import Out


class JobOut(Out):
    """A job's last slot and its result."""

    job: str
    slot: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: str = Field(examples=["done"])
    detail: str


class NoticeOut(Out):
    """A notice to you."""

    id: UUID
    kind: str = Field(examples=["booking.confirmed"])
    data: dict[str, Any]
    created_at: datetime


class ServicePartOut(Out):
    """One part that the service needs."""

    name: str
    is_ready: bool
    detail: str


class CheckOut(Out):
    """A check of the service, its worst level over all centres."""

    name: str = Field(examples=["backup"])
    level: str = Field(examples=["good"], description="good, warning, alarm")


class Readiness(Out):
    """The readiness of every part that the service needs, and the checks of what to look after."""

    is_ready: bool
    parts: list[ServicePartOut]
    checks: list[CheckOut] = Field(description="no check makes the service unready")


class AuditOut(Out):
    """One act. `by` is null for the service itself and all zeros for the command line.

    Digests are SHA-256, hexadecimal.
    """

    number: int
    at: datetime
    by: UUID | None
    origin: str = Field(description="the address, system, or the command line")
    action: Literal["made", "changed", "removed", "read", "refused", "sealed"] = Field(
        examples=["changed"]
    )
    what: str = Field(examples=["bookings"])
    which: str
    why: str
    changed: list[str] = Field(description="which fields")
    before: str | None
    after: str | None
    hash: str
