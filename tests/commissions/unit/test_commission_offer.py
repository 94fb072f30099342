"""Offers as they were made: their numbers, their last day, and their sums."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gadong.commissions.domain.commission import CommissionEvent, CommissionState, CommissionStep
from gadong.commissions.domain.commission_offer import need_valid_day, offers_of
from gadong.core.domain.ids import new_id
from gadong.core.domain.problem import Invalid

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
SAID = {
    "goods": [
        {
            "good": "drying",
            "name_ko": "동결건조",
            "name_en": "Freeze-drying",
            "measure": "g",
            "quantity": "33",
            "price": "8.5",
            "amount": 281,
        }
    ],
    "truncation": -1,
    "supply": 280,
    "vat": 28,
    "total": 308,
    "subsidy": 100,
    "prepayment": 0,
    "due_on": "2026-11-20",
    "valid_until": "2026-12-02",
    "words": "",
}


def step(kind: CommissionStep, said: dict[str, Any]) -> CommissionEvent:
    return CommissionEvent(
        id=new_id(),
        commission_id=new_id(),
        step=kind,
        state=CommissionState.QUOTED,
        at=AT,
        reason="",
        data=said,
        recorded_by=None,
        recorded_at=AT,
    )


def test_offers_have_numbers_in_their_order() -> None:
    steps = [
        step(CommissionStep.REQUEST, {}),
        step(CommissionStep.QUOTE, SAID),
        step(CommissionStep.ACCEPT, {}),
        step(CommissionStep.QUOTE, {**SAID, "total": 400}),
    ]
    first, second = offers_of("2026-0007", steps)
    assert (first.number, first.payable) == ("2026-0007-Q1", 208)
    assert (second.id, second.number, second.payable) == (steps[3].id, "2026-0007-Q2", 300)
    # 33 g at 8.5 are 280.5: the amount is not the price times the quantity.
    assert (first.items[0].quantity, first.has_relief) == (Decimal(33), True)
    exact = [{**SAID["goods"][0], "quantity": "2", "amount": 17}]  # type: ignore[index]
    (plain,) = offers_of("2026-0007", [step(CommissionStep.QUOTE, {**SAID, "goods": exact})])
    assert not plain.has_relief


@pytest.mark.parametrize(
    ("vat", "total", "expected"),
    [(28, 308, False), (25, 280, True), (0, 280, False)],
    ids=["beside", "held", "untaxed"],
)
def test_amounts_may_hold_the_tax(vat: int, total: int, *, expected: bool) -> None:
    said = {**SAID, "supply": total - vat, "vat": vat, "total": total}
    (offer,) = offers_of("2026-0007", [step(CommissionStep.QUOTE, said)])
    assert offer.holds_tax is expected


def test_an_offer_of_before_has_no_last_day() -> None:
    old = {k: v for k, v in SAID.items() if k not in {"valid_until", "truncation"}}
    del (goods := dict(SAID["goods"][0]))["price"]  # type: ignore[index]
    (offer,) = offers_of("2026-0007", [step(CommissionStep.QUOTE, {**old, "goods": [goods]})])
    assert (offer.valid_until, offer.items[0].price, offer.has_relief) == (None, None, False)
    assert not offer.is_over(date(2999, 12, 31))


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2026, 12, 1), False), (date(2026, 12, 2), False), (date(2026, 12, 3), True)],
)
def test_an_offer_is_over_after_its_last_day(today: date, *, expected: bool) -> None:
    (offer,) = offers_of("2026-0007", [step(CommissionStep.QUOTE, SAID)])
    assert offer.is_over(today) is expected


@pytest.mark.parametrize("valid_until", [date(2026, 11, 2), date(2027, 11, 2)])
def test_an_offer_is_valid_from_today_for_a_year(valid_until: date) -> None:
    need_valid_day(valid_until, today=date(2026, 11, 2))


@pytest.mark.parametrize("valid_until", [date(2026, 11, 1), date(2027, 11, 3)])
def test_no_offer_is_over_before_it_begins_or_valid_for_longer(valid_until: date) -> None:
    with pytest.raises(Invalid, match="An offer is valid") as refused:
        need_valid_day(valid_until, today=date(2026, 11, 2))
    assert refused.value.figures["field"] == "valid_until"
