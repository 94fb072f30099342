"""The rule book on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from api.v1.machine_names import NamesMachine
from api.v1.schemas import In, Instant, Out, Reason


class PolicyIn(NamesMachine):
    """Parameters to be set at a level: the nearest of installation, centre, kind, machine and tier
    wins.
    """

    centre: UUID | None = Field(
        default=None, description="Without: the installation, for its administrators."
    )
    kind: str | None = Field(default=None, max_length=60)
    tier: str | None = Field(
        default=None, max_length=60, description="A category of the centre's companies."
    )
    values: dict[str, JsonValue] = Field(
        min_length=1, max_length=60, examples=[{"longest_minutes": 240, "approval": "manual"}]
    )
    effective_from: Instant | None = Field(default=None, description="Default: now.")
    reason: Reason = ""


class ContradictionOut(Out):
    """Parameters whose values cannot be together on a machine."""

    parameters: list[str] = Field(examples=[["longest_minutes", "step_minutes"]])
    text: str = Field(description="What they leave no time or length for, as a refusal says it.")


class StandingOut(Out):
    """A parameter's value in force and where it comes from."""

    parameter: str = Field(examples=["longest_minutes"])
    unit: str = Field(examples=["minutes"])
    value: JsonValue
    level: Literal["default", "installation", "centre", "kind", "machine", "tier"] = Field(
        examples=["kind"], description="default, installation, centre, kind, machine or tier"
    )
    effective_from: datetime | None
    reason: str
    contradictions: list[ContradictionOut] = Field(
        description="Values, set before or at a higher level, that cannot be together with this "
        "one; nobody books the machine by the rules until one of them is changed."
    )


class SettingOut(Out):
    """One word on a parameter: its value from an instant on, at a level."""

    value: JsonValue
    level: Literal["installation", "centre", "kind", "machine", "tier"] = Field(
        examples=["kind"], description="installation, centre, kind, machine or tier"
    )
    kind: str | None
    machine: UUID | None
    machine_slug: str | None
    tier: str | None
    effective_from: datetime
    recorded_at: datetime
    reason: str


class StopIn(In):
    """A centre's suspension of a person or company until an instant; a past one lifts it."""

    company: UUID | None = None
    person: UUID | None = None
    until: Instant
    reason: Reason
