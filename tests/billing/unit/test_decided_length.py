"""The billed part of a session with a decided length and without signals."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from gadong.billing.domain.rate_terms import Basis, PriceWindow
from gadong.booking.domain.decision import Rulings
from gadong.core.domain.charge_component import Component
from tests.support.billing.difficult_days import of, priced
from tests.support.golden import booked, charges, ran

UNSEEN = ran(observed=("00:00", "01:00"))


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize(
    ("seconds", "amount"),
    [(1, 8), (3599, 29_991), (3600, 30_000), (7199, 59_991), (7200, 60_000), (7201, 60_008)],
)
def test_decided_seconds_are_billed_as_they_are(basis: Basis, seconds: int, amount: int) -> None:
    """A second is 8.33 won. Neither blocks nor the least time change what was decided."""
    item = priced(basis, minimum_seconds=1800)
    ruled = Rulings(seconds=seconds, reason="seen")
    lines = charges(item, UNSEEN, [booked("10:00", "12:00")], rulings=ruled)
    assert of(lines) == {Component.TIME: amount}


@pytest.mark.parametrize(
    ("seconds", "surcharge"),
    [(3600, 0), (3601, 8), (7200, 30_000), (7201, 30_008), (10_800, 60_000)],
)
def test_decided_seconds_lie_at_the_booking_and_the_rest_at_its_last_second(
    seconds: int, surcharge: int
) -> None:
    """The second of the two booked hours costs 200 %, and so does what is decided beyond it."""
    late = PriceWindow(weekdays=tuple(range(7)), since=time(11), until=time(12), pct=Decimal(200))
    item = replace(priced(), windows=(late,))
    ruled = Rulings(seconds=seconds, reason="seen")
    lines = of(charges(item, UNSEEN, [booked("10:00", "12:00")], rulings=ruled))
    assert lines.get(Component.SURCHARGE, 0) == surcharge
