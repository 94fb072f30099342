"""Requests and answers about stored goods."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Whole
from gadong.stays.domain.lot import MOST_UNITS


class LotIn(In):
    """Goods of a company that come into a store, as a lot of their own."""

    unit: UUID = Field(description="The store, one of the centre's units.")
    company: UUID
    good: str = Field(
        min_length=1,
        max_length=60,
        description="The tariff's good, counted in `ea`, whose price is of one unit and day.",
        examples=["pallet-day"],
    )
    name: str = Field(min_length=1, max_length=100, examples=["수삼 2026-11"])
    units: Whole = Field(ge=1, le=MOST_UNITS, description="Pallets, boxes or shelves.")
    moved_on: date
    place: str = Field(default="", max_length=60, examples=["A-3"])
    note: str = Field(default="", max_length=200)


class LotMoveIn(In):
    """Units of a lot that came in, or, below nothing, went out."""

    change: Whole = Field(ge=-MOST_UNITS, le=MOST_UNITS, examples=[-2])
    moved_on: date
    place: str = Field(default="", max_length=60, description="Empty: the place stays.")
    note: str = Field(default="", max_length=200)


class LotMoveOut(Out):
    """Units that came in or went out. `reverses` names the move that it takes back."""

    id: UUID
    moved_on: date
    change: int
    place: str
    note: str
    reverses: UUID | None
    recorded_at: datetime


class LotOut(Out):
    """A lot with its stock and every move, in the order of their recording."""

    id: UUID
    centre: UUID
    unit: UUID
    unit_name: str
    company: UUID
    good: str
    name: str
    place: str
    left: int = Field(description="Units that lie there after every move.")
    moves: list[LotMoveOut]
