"""The lead with which cancelling begins to cost something."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from gadong.billing.domain.prices.cancellation_fee import fee_begins
from gadong.billing.domain.rate_terms import CancelTier

HOUR = 3600


@pytest.mark.parametrize(
    ("tiers", "begins"),
    [
        ([], timedelta(0)),
        ([(0, 0)], timedelta(0)),
        ([(0, 50)], timedelta.max),
        # One tier alone holds for every lead, however it is written.
        ([(24 * HOUR, 50)], timedelta.max),
        ([(0, 50), (24 * HOUR, 0)], timedelta(hours=24)),
        ([(24 * HOUR, 0), (0, 50)], timedelta(hours=24)),
        ([(0, 100), (24 * HOUR, 50), (48 * HOUR, 0)], timedelta(hours=48)),
        # Free in between and costing again before: the fee begins before.
        ([(0, 0), (24 * HOUR, 50), (48 * HOUR, 0)], timedelta(hours=48)),
        ([(0, 50), (24 * HOUR, 0), (48 * HOUR, 20)], timedelta.max),
        ([(1, 0)], timedelta(0)),
    ],
)
def test_a_fee_begins_where_the_next_tier_is_free(
    tiers: list[tuple[int, int]], begins: timedelta
) -> None:
    found = [CancelTier(lead_seconds=lead, pct=Decimal(pct)) for lead, pct in tiers]
    assert fee_begins(found) == begins
