"""Shares of a booking's cost on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import In, Out, Whole
from gadong.booking.domain.cost_shares import MOST_COMPANIES, MOST_PARTS, ShareState

Parts = Annotated[
    Whole,
    Field(
        ge=1, le=MOST_PARTS, description="A whole part beside those of the others.", examples=[1]
    ),
]


class ShareIn(In):
    """Another company of the centre, and its part."""

    company: UUID | None = Field(default=None, description="Its id, or its `registration_number`.")
    registration_number: str | None = Field(
        default=None, max_length=20, description="Its business registration number."
    )
    parts: Parts


class CostSharesIn(In):
    """The companies that are asked to share a booking's cost, in place of those asked before."""

    booker_parts: Parts
    shares: list[ShareIn] = Field(min_length=1, max_length=MOST_COMPANIES)


class ShareAnswerIn(In):
    """A company's answer to the request that it looked at."""

    request: Whole = Field(ge=1, description="The `request` of the shares that were looked at.")
    company: UUID | None = Field(
        default=None, description="Needed where several of your companies are asked."
    )


class ShareOut(Out):
    """A company's share, and what it would pay for full use if all consent that are still asked."""

    company: UUID
    name: str
    parts: int
    state: ShareState
    amount: int | None = Field(
        description="Whole won of full use, before tax that is beside the price; null where "
        "nothing is asked of it any more, or no tariff prices the machine."
    )


class PaidPartOut(Out):
    """A company's part of the booking's cost, by all answers so far."""

    company: UUID
    parts: int


class CostSharesOut(MachineNamed):
    """The companies that share a booking's cost.

    Nobody but the booker pays without consent before it is fixed.
    """

    booking: UUID
    start: datetime
    end: datetime
    request: int | None = Field(
        description="The number of the last request; null where nobody was asked."
    )
    booker: UUID
    booker_parts: int | None
    booker_amount: int | None = Field(description="What the booker would pay, likewise.")
    is_fixed: bool = Field(description="Whether the parts cannot change any more.")
    fixed_at: datetime = Field(
        description="When they are fixed: at the start, or at an earlier cancellation."
    )
    shares: list[ShareOut]
    pays: list[PaidPartOut] = Field(
        description="The parts by consent, the booker first; empty where it pays alone."
    )
