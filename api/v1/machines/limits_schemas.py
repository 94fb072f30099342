"""Limits on readings, and the log of their alarms, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import In, MachineName, Number, Whole
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import AlarmKind, LimitState, Side


class LimitIn(In):
    """A limit that is watched from now on."""

    name: MachineName = Field(examples=["냉동고 온도"])
    channel: Channel = Field(description="A channel that carries a number.")
    part: Annotated[str, Field(max_length=200)] = Field(
        default="", description="The part of the channel; empty for the machine's own."
    )
    side: Side = Field(description="The side of the bound that is out of order.")
    bound: Number = Field(description="A reading at the bound is in order.", examples=[-18.0])
    returns_at: Number | None = Field(
        default=None,
        description="The reading that ends an alarm. Without it, that is the bound itself.",
    )
    delay_seconds: Annotated[Whole, Field(ge=0, le=86_400)] = Field(
        default=0, description="An excursion of this length is an alarm."
    )
    silence_seconds: Annotated[Whole, Field(ge=60, le=604_800)] = Field(
        default=900, description="Without a reading for this long, the state is unknown."
    )


class LimitOut(MachineNamed):
    """A limit with its present state."""

    id: UUID
    name: str
    channel: Channel
    part: str
    side: Side
    bound: float
    returns_at: float
    delay_seconds: int
    silence_seconds: int
    since: datetime
    standing: LimitState = Field(description="Unknown where the last reading is too old.")
    latest: float | None
    latest_at: datetime | None


class AlarmOut(MachineNamed):
    """A row of the log of alarms."""

    id: UUID
    limit: UUID
    name: str
    channel: Channel
    part: str
    side: Side
    bound: float
    kind: AlarmKind = Field(description="`gap`: there were no readings, so nothing is known.")
    start: datetime
    end: datetime | None = Field(description="Null while it lasts.")
    worst: float | None
    told_at: datetime
    withdrawn_at: datetime | None = Field(description="Readings that came later disprove it.")
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    acknowledged_name: str | None
    words: str | None


class AcknowledgementIn(In):
    """The word of a person who read an alarm."""

    words: Annotated[str, Field(min_length=1, max_length=500)] = Field(examples=["문을 닫음"])
