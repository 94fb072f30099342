"""Energy over the wire: watt-hours by step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import Out


class EnergyStepOut(Out):
    """A stretch of time; `watt_hours` is null where nothing was measured, and partial where less
    than all was.
    """

    start: datetime
    end: datetime
    watt_hours: float | None = Field(examples=[412.5])
    covered_seconds: int = Field(description="So many seconds of it were measured.")


class EnergyOut(MachineNamed):
    """A machine's energy over a period.

    `watt_hours` may be more than the steps' sum: a counter that was silent for over an hour says
    how much was drawn, and not when.
    """

    start: datetime
    end: datetime
    step: str = Field(examples=["hour"])
    basis: str = Field(
        examples=["counter"], description="counter, power (integrated), mixed, or none"
    )
    source: UUID | None = Field(description="The meter that was read.")
    watt_hours: float | None
    resets: int = Field(description="Falls of the counter.")
    doubtful: int = Field(description="After so many falls its new value was not believed.")
    steps: list[EnergyStepOut]
