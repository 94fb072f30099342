"""A decision about a session."""

from __future__ import annotations

from gadong.booking.domain.usage import Reassignment
from gadong.core.domain.ids import BookingId, CompanyId, DecisionId, new_id
from tests.support.golden import between


def decided(
    company: CompanyId | None, start: str, end: str, booking: BookingId | None = None
) -> list[Reassignment]:
    """Return a manager's word on whose the activity is that begins in a period."""
    word = DecisionId(new_id())
    return [
        Reassignment(id=word, period=between(start, end), company_id=company, booking_id=booking)
    ]
