"""Wire formats of uses that page counters count."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.billing.sales_schemas import Name
from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.schemas import In, Instant, Whole
from gadong.billing.domain.counters.counter_use import MOST_READING, CounterUseState
from gadong.billing.services.counters.counter_uses import ReadingAt

Count = Annotated[Whole, Field(ge=0, le=MOST_READING)]


class ReadingIn(In):
    """A counter's reading at an instant."""

    at: Instant = Field(examples=["2026-11-20T14:00:00+09:00"])
    reading: Count | None = Field(
        default=None,
        description="Null: the last count that the machine sent by then (`parts`).",
        examples=[48200],
    )

    def value(self) -> ReadingAt:
        """Return the reading as the service takes it."""
        return ReadingAt(at=self.at, value=self.reading)


class CounterUseIn(NamesMachine):
    """The start of a company's use of a machine whose page counter counts it; or all of it."""

    company: UUID
    booking: UUID | None = None
    good: Name = Field(description="The tariff's good by the piece.", examples=["click"])
    counter: str = Field(
        default="",
        max_length=60,
        description="The counter's name where the machine has several; its `part` in the signals.",
    )
    is_replaced: bool = Field(
        default=False, description="The counter was replaced since the use before."
    )
    start: ReadingIn
    end: ReadingIn | None = Field(default=None, description="Its end, where it is known already.")


class CounterUseOut(MachineNamed):
    """A company's use of a machine between two readings of its page counter."""

    id: UUID
    centre: UUID
    company: UUID
    booking: UUID | None
    counter: str
    good: str
    state: CounterUseState
    started_at: datetime
    start_reading: int
    ended_at: datetime | None
    end_reading: int | None
    counted: int | None = Field(description="The end's reading less the start's.")
    entry: UUID | None = Field(description="The entry of the company's sales that charges it.")
    reason: str = Field(description="The reason for which it was taken back.")
    recorded_by: UUID
    recorded_at: datetime
