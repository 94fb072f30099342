"""Requests and answers about commissioned work."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Instant, Out, Whole
from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.domain.commission import MOST_ITEMS, CommissionState, CommissionStep
from gadong.commissions.services.commissions import MOST_WON, CommissionOffer
from gadong.commissions.services.steps import WantedItem
from gadong.core.domain.ids import BookingId

At = Annotated[
    Instant | None, Field(default=None, description="When it took place; now, if it is left out.")
]


class CommissionItemIn(In):
    """A quantity of one of the tariff's goods, in the good's own measure."""

    good: str = Field(min_length=1, max_length=60, examples=["ginsenoside"])
    quantity: Decimal = Field(gt=0, le=1_000_000, examples=["3"])
    booking: UUID | None = Field(
        default=None, description="The booking of the machine on which it is done."
    )

    def wanted(self) -> WantedItem:
        """Return the item as the service takes it."""
        booking = BookingId(self.booking) if self.booking else None
        return WantedItem(good=self.good, quantity=self.quantity, booking=booking)


Goods = Annotated[list[CommissionItemIn], Field(max_length=MOST_ITEMS)]


class CommissionIn(In):
    """A request for work. Which items it needs may be left to the centre."""

    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    subject: str = Field(min_length=1, max_length=200, examples=["홍삼 농축액 분석"])
    wish: str = Field(default="", max_length=2000, description="What is wanted, in words.")
    goods: Goods = Field(default=[], max_length=MOST_ITEMS)
    at: At = None

    def wanted(self) -> list[WantedItem]:
        """Return the items as the service takes them."""
        return [item.wanted() for item in self.goods]


class CommissionOfferIn(In):
    """A centre's offer of work, which the firm accepts or not."""

    goods: Goods
    due_on: date = Field(examples=["2026-12-11"])
    prepayment: Whole = Field(
        default=0, ge=0, le=MOST_WON, description="Won to be paid before the work, with the tax."
    )
    words: str = Field(default="", max_length=1000)
    valid_until: date | None = Field(
        default=None,
        description="The last day on which the firm accepts it; null: a month from today on.",
    )

    def offer(self) -> CommissionOffer:
        """Return the offer as the service takes it."""
        return CommissionOffer(
            items=[item.wanted() for item in self.goods],
            due_on=self.due_on,
            prepayment=self.prepayment,
            words=self.words,
            valid_until=self.valid_until,
        )


class CommissionAcceptanceIn(In):
    """The acceptance of an offer. One that is not the latest answers 409."""

    offer: UUID | None = Field(
        default=None, description="Needed of the firm: the step that made the offer."
    )
    words: str = Field(
        default="", max_length=500, description="Needed of the desk: how the firm accepted."
    )


class CommissionReceiptIn(In):
    """The work is taken on. Without `goods` those that were asked for are done."""

    due_on: date = Field(examples=["2026-12-11"])
    is_urgent: bool = False
    goods: Goods | None = None
    at: At = None


class CommissionStartIn(In):
    """The work began."""

    at: At = None


class CommissionResultIn(In):
    """The work is done. Without `goods` the company is charged those that were asked for."""

    goods: Goods | None = None
    at: At = None


class CommissionHandoverIn(In):
    """The work was handed over."""

    recipient: str = Field(min_length=1, max_length=100, examples=["김재배"])
    at: At = None


class CommissionItemOut(Out):
    """An item; `entry` is the entry of the company's sales that charges it."""

    position: int
    good: str
    name_ko: str
    name_en: str
    measure: Measure
    quantity: Decimal
    booking: UUID | None
    entry: UUID | None


class CommissionStepOut(Out):
    """A step of a commission. `data` has what it said, such as an offer's items and sums."""

    id: UUID
    step: CommissionStep
    state: CommissionState
    at: datetime
    reason: str
    data: dict[str, Any]


class CommissionOut(Out):
    """Commissioned work as a case."""

    id: UUID
    number: str = Field(description="Unique for the centre and the year.", examples=["2026-0001"])
    centre: UUID
    company: UUID
    person: UUID | None = Field(description="The person who asked; null: the desk entered it.")
    subject: str
    wish: str
    state: CommissionState
    is_urgent: bool
    due_on: date | None
    prepayment: int
    reason: str
    requested_at: datetime
    goods: list[CommissionItemOut]
