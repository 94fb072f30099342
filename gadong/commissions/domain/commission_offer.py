"""Offers of commissioned work as they were made: their items, sums, and last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from gadong.billing.domain.tariff_terms import Measure
from gadong.commissions.domain.commission import CommissionEvent, CommissionStep
from gadong.core.domain.problem import Invalid

#: A month, as quotations usually say.
USUAL_DAYS = 30
#: A price of next year's tariff is nobody's to promise.
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedItem:
    """An item with its amount in whole won.

    `price` is the tariff's for one; None in offers that were made before it was kept.
    """

    name_ko: str
    name_en: str
    measure: Measure
    quantity: Decimal
    price: Decimal | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOffer:
    """An offer under a number of its own. Whole won.

    `valid_until` is the last day on which the firm accepts it; None in offers without one.
    """

    id: UUID
    number: str
    offered_at: datetime
    valid_until: date | None
    due_on: date
    items: tuple[OfferedItem, ...]
    truncation: int
    supply: int
    vat: int
    total: int
    subsidy: int
    prepayment: int
    words: str

    @property
    def payable(self) -> int:
        """Return the amount that the firm would pay."""
        return self.total - self.subsidy

    @property
    def holds_tax(self) -> bool:
        """Return whether the items' amounts hold the tax."""
        lines = sum(item.amount for item in self.items) + self.truncation
        return self.vat != 0 and lines == self.total

    @property
    def has_relief(self) -> bool:
        """Return whether an amount is not its price times its quantity."""
        return any(
            item.price is not None and item.price * item.quantity != item.amount
            for item in self.items
        )

    def is_over(self, today: date) -> bool:
        """Return whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < today


def offers_of(commission_number: str, steps: Sequence[CommissionEvent]) -> list[KeptOffer]:
    """Return a commission's offers, the earliest first: the second one has the number …-Q2."""
    made = [step for step in steps if step.step is CommissionStep.QUOTE]
    return [_kept(f"{commission_number}-Q{n}", step) for n, step in enumerate(made, 1)]


def need_valid_day(valid_until: date, *, today: date) -> None:
    """Raise Invalid for an offer whose last day has passed, or lies more than a year ahead."""
    if not 0 <= (valid_until - today).days <= MOST_DAYS:
        raise Invalid(
            f"An offer is valid from today on, for {MOST_DAYS} days at most", field="valid_until"
        )


def _kept(number: str, step: CommissionEvent) -> KeptOffer:
    said = step.data
    last = said.get("valid_until")
    return KeptOffer(
        id=step.id,
        number=number,
        offered_at=step.at,
        valid_until=date.fromisoformat(last) if last else None,
        due_on=date.fromisoformat(said["due_on"]),
        items=tuple(
            OfferedItem(
                name_ko=item["name_ko"],
                name_en=item["name_en"],
                measure=Measure(item["measure"]),
                quantity=Decimal(item["quantity"]),
                price=Decimal(item["price"]) if "price" in item else None,
                amount=item["amount"],
            )
            for item in said["goods"]
        ),
        truncation=said.get("truncation", 0),
        supply=said["supply"],
        vat=said["vat"],
        total=said["total"],
        subsidy=said["subsidy"],
        prepayment=said["prepayment"],
        words=said["words"],
    )
