"""Requests and answers about interlocks."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.v1.schemas import BrokenRule, In, Number, Out, Reason, Slug, Whole
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.interlock_state import Failing, Latch, Means, Outcome


class InterlockIn(In):
    """The device of a machine's interlock, and the conditions for switching."""

    source: UUID = Field(description="A source of the machine whose dialect takes orders.")
    fails: Literal["open", "closed"] = Field(
        default="open",
        description="open: without Gadong the machine goes on working; closed: it is not started.",
    )
    quiet_seconds: Whole = Field(
        default=300, ge=0, le=86_400, description="Seconds at rest before it is inhibited."
    )
    cool_below: Number = Field(
        default=60, ge=20, le=300, description="°C that every heated part must have fallen to."
    )
    shares_circuit: list[UUID] = Field(
        default_factory=list,
        max_length=20,
        description="Machines that lose their supply with this one.",
    )
    shares_circuit_slugs: list[Slug] = Field(
        default_factory=list, max_length=20, description="More of them, by their slugs."
    )


class HoldIn(In):
    """A manager's hold on the interlock, until it is lifted."""

    latch: Literal["enabled", "inhibited", "as_it_is"]
    reason: Reason


class HoldOut(Out):
    """A manager's hold on the interlock."""

    latch: str
    reason: str
    by: UUID
    at: datetime


class DeviceOut(Out):
    """The last report of the interlock's device on itself; null where it has not reported."""

    latch: Latch | None
    said_at: datetime | None
    message: UUID | None = Field(description="The message that said so.")
    is_up: bool | None
    power_up: str | None = Field(
        description="State after its power returns: last, on, off or other."
    )
    has_timer: bool | None = Field(description="True for a device with a timer of its own.")


class MachineStandingOut(Out):
    """The state of the machine, as the decision sees it."""

    state: State
    since: datetime | None
    heard_at: datetime | None
    watts: float | None
    celsius: float | None


class InterlockOut(Out):
    """An interlock with its device, its state, its required state, and the obstacles."""

    source: UUID
    means: Means = Field(examples=["contact"], description="mains, contact or software")
    fails: Failing
    quiet_seconds: int
    cool_below: float
    shares_circuit: list[UUID]
    shares_circuit_slugs: list[str]
    device: DeviceOut
    standing: MachineStandingOut
    hold: HoldOut | None
    wanted: Latch | None = Field(
        description="enabled or inhibited; null where it stands as it should."
    )
    why: str
    obstacles: list[BrokenRule]
    alarm: str | None = Field(
        description="Alarm sent to managers: failed, defied, blocked or unsafe."
    )


class CommandOut(Out):
    """One command with its reason, the observation before it, and its outcome."""

    id: UUID
    wanted: Latch
    why: str
    booking: UUID | None
    by: UUID | None
    seen: dict[str, str | float | None]
    issued_at: datetime
    expires_at: datetime
    outcome: Outcome | None = Field(
        description="confirmed, refused, contradicted, silent or unsent; null: waits."
    )
    settled_at: datetime | None
    answered_by: UUID | None = Field(description="The message that answered.")
