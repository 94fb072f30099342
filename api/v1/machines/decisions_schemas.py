"""Decisions and unbooked runs on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import In, Instant, Out, Reason, Whole
from gadong.booking.domain.decision import DecisionKind
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import State
from gadong.core.domain.usage_mode import UsageMode


class SuspectOut(Out):
    """A possible user of a machine in an unbooked run."""

    company: UUID
    booking: UUID | None
    why: str = Field(
        examples=["booked_before"], description="was_there, booked_before or books_next"
    )
    minutes: int = Field(description="Minutes before or after the run.")


class GhostOut(MachineNamed):
    """A stretch of running that belongs to nobody. Settle it with a decision on the machine."""

    start: datetime
    end: datetime
    running_seconds: int
    opened_by: UUID | None = Field(description="The message that began it: /api/v1/messages/{id}")
    jobs: list[str]
    suspects: list[SuspectOut]


class DecisionIn(In):
    """A manager's word on what the signals leave open.

    `reassign`: whose the activity was that starts in the period; without a company it is the
    centre's. `fill`: what the machine did in unknown time (`state` running or idle). The other
    kinds are about the session of a booking, or about the company's use that begins in the period.
    `set_seconds`: how many seconds of it are billed. `waive`: that it (or one `component`) is free.
    `set_usage_mode`: how the machine was used in it.
    """

    kind: Literal["reassign", "fill", "set_seconds", "set_usage_mode", "waive"] = "reassign"
    start: Instant
    end: Instant
    company: UUID | None = None
    booking: UUID | None = None
    state: Literal["running", "idle"] | None = None
    seconds: Whole | None = Field(default=None, ge=0, le=2_678_400)
    component: Component | None = None
    usage_mode: UsageMode | None = None
    reason: Reason


class DecisionOut(Out):
    """A decision on record."""

    id: UUID
    kind: DecisionKind
    start: datetime
    end: datetime
    company: UUID | None
    booking: UUID | None
    reverses: UUID | None
    state: State | None
    seconds: int | None
    component: str | None
    usage_mode: UsageMode | None
    reason: str
    recorded_at: datetime


class ReverseIn(In):
    """The reason for reversing a decision."""

    reason: Reason
