"""The time before a booking from which on cancelling it costs something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from gadong.billing.domain.rate_terms import CancelTier


def fee_begins(tiers: Sequence[CancelTier]) -> timedelta:
    """Return the shortest lead with which cancelling costs nothing, whatever the longer ones.

    Nothing where there is no fee at all, and the longest timedelta where there always is one.
    """
    known = sorted(tiers, key=lambda tier: tier.lead_seconds)
    if not known or not any(tier.pct for tier in known):
        return timedelta(0)
    if known[-1].pct:
        return timedelta.max
    # A tier holds until the next one's lead, and the first one also for what is shorter.
    ends = (longer.lead_seconds for tier, longer in pairwise(known) if tier.pct)
    return timedelta(seconds=max(ends))
