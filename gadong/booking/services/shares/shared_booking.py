"""A booking with what was asked and answered about its cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from gadong.booking.domain.booking import Booking, BookingState, Part
from gadong.booking.domain.cost_shares import AskedShare, ShareRequest, ShareState, fixed_at
from gadong.core.domain.ids import CompanyId
from gadong.people.domain.company import Company

#: Bookings whose cost can still be shared: what has begun or ended is fixed.
OPEN = frozenset({BookingState.PENDING, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBooking:
    """A booking with the last request for shares of its cost, the companies, and the instant.

    `request` is None where nobody was ever asked.
    """

    booking: Booking
    request: ShareRequest | None
    companies: Mapping[CompanyId, Company]
    now: datetime

    @property
    def is_fixed(self) -> bool:
        """Return whether nothing is asked or answered any more."""
        return self.now >= fixed_at(self.booking) or self.booking.state not in OPEN

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts by what was answered so far, the booker's first; empty where it pays
        alone.
        """
        fixed = fixed_at(self.booking)
        return self.request.parts(self.booking, before=fixed) if self.request else ()

    @property
    def would_be(self) -> tuple[Part, ...]:
        """Return the parts if every company consented that has not refused."""
        request = self.request
        if request is None:
            return ()
        asked = {ShareState.ASKED, ShareState.CONSENTED}
        open_shares = [s for s in request.shares if self.state(s) in asked]
        kept = request.booker_parts + sum(s.parts for s in request.shares if s not in open_shares)
        if not open_shares:
            return ()
        return (
            Part(company_id=request.booker_id, parts=kept),
            *(Part(company_id=s.company_id, parts=s.parts) for s in open_shares),
        )

    def waits_for(self, companies: Collection[CompanyId]) -> bool:
        """Return whether one of the companies has not answered yet."""
        shares = self.request.shares if self.request and not self.is_fixed else ()
        return any(s.company_id in companies and self.state(s) is ShareState.ASKED for s in shares)

    def has_part(self, companies: Collection[CompanyId]) -> bool:
        """Return whether one of the companies consented to a part of another's booking."""
        others = {part.company_id for part in self.parts} - {self.booking.company_id}
        return self.booking.company_id not in companies and bool(others & set(companies))

    def state(self, share: AskedShare) -> ShareState:
        """Return the state of a share."""
        if self.request is None:
            raise ValueError("a share is of a request")
        return self.request.state_of(share, self.booking)
