"""Answers about the climate of a room during a use."""

from __future__ import annotations

from pydantic import Field

from api.v1.schemas import Out
from gadong.dialects.domain.signal import Channel


class ClimateOut(Out):
    """Readings of one sensor of the room during a use.

    Null numbers where it read nothing. `is_inside` is null where no limit was watched all of the
    time, or nothing was known for a time.
    """

    name: str = Field(examples=["측정실 온도"])
    channel: Channel
    part: str
    lowest: float | None = Field(examples=[20.1])
    highest: float | None = Field(examples=[20.9])
    has_gap: bool = Field(description="For a time nothing was known.")
    is_inside: bool | None = Field(description="False where a reading was beyond a limit.")
