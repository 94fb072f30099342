"""Shares of a booking's cost: what its booker asked other companies, and what they answered
(ADR 50).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.booking.domain.booking import Booking, Part
from gadong.core.domain.ids import BookingId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode

#: Other companies that a booking can name, and the most parts of each (ADR 50).
MOST_COMPANIES = 8
MOST_PARTS = 1000


class ShareAct(StrEnum):
    """An act on a share: the company's own, or that the booker takes back what it asked."""

    CONSENT = "consent"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    TAKE_BACK = "take_back"


class ShareState(StrEnum):
    """The state of a share. Only a company that consented pays."""

    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"
    # The booking changed since, so that every company is to be asked again.
    OUTDATED = "outdated"


STATES = {
    ShareAct.CONSENT: ShareState.CONSENTED,
    ShareAct.REFUSE: ShareState.REFUSED,
    ShareAct.WITHDRAW: ShareState.WITHDRAWN,
    ShareAct.TAKE_BACK: ShareState.TAKEN_BACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareAnswer:
    """An act on a share at an instant. The last one before the parts are fixed counts."""

    answer: ShareAct
    by: PersonId | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedShare:
    """A company's share as it was asked for: its parts, and what was answered, in order of time."""

    id: UUID
    company_id: CompanyId
    parts: int
    answers: tuple[ShareAnswer, ...] = ()

    def state(self, before: datetime) -> ShareState:
        """Return the state before an instant; what was taken back stays so."""
        acts = [a.answer for a in self.answers if a.at < before]
        if ShareAct.TAKE_BACK in acts:
            return ShareState.TAKEN_BACK
        return STATES[acts[-1]] if acts else ShareState.ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRequest:
    """One request of a booker: the parts of all, and the booking that they were asked for.

    `version` rises with each request of the booking, and the last one counts.
    """

    booking_id: BookingId
    version: int
    booker_id: CompanyId
    booker_parts: int
    shares: tuple[AskedShare, ...]
    machine_id: MachineId
    period: Period
    usage_mode: UsageMode
    asked_by: PersonId | None
    asked_at: datetime

    def is_about(self, booking: Booking) -> bool:
        """Return whether the booking is still what the companies were asked about."""
        return (self.booker_id, self.machine_id, self.period, self.usage_mode) == (
            booking.company_id,
            booking.machine_id,
            booking.period,
            booking.usage_mode,
        )

    def state_of(self, share: AskedShare, booking: Booking) -> ShareState:
        """Return the state of a share, by all that was answered before the parts are fixed."""
        state = share.state(fixed_at(booking))
        if state in {ShareState.ASKED, ShareState.CONSENTED} and not self.is_about(booking):
            return ShareState.OUTDATED
        return state

    def parts(self, booking: Booking, *, before: datetime) -> tuple[Part, ...]:
        """Return the parts by the consent before an instant, the booker's first.

        What a company has not consented to stays with the booker; empty where all of it does.
        """
        consented = [s for s in self.shares if s.state(before) is ShareState.CONSENTED]
        if not consented or not self.is_about(booking):
            return ()
        kept = self.booker_parts + sum(s.parts for s in self.shares if s not in consented)
        return (
            Part(company_id=self.booker_id, parts=kept),
            *(Part(company_id=s.company_id, parts=s.parts) for s in consented),
        )


def fixed_at(booking: Booking) -> datetime:
    """Return the instant from which the parts are fixed: the start, or an earlier cancellation."""
    return min(booking.period.start, booking.cancelled_at or booking.period.start)


def fixed_parts(booking: Booking, requests: Sequence[ShareRequest]) -> tuple[Part, ...]:
    """Return the parts of a booking by everything that was asked and answered before it was fixed.

    Empty where the booker pays it alone.
    """
    instant = fixed_at(booking)
    asked = [r for r in requests if r.asked_at < instant]
    if not asked:
        return ()
    return max(asked, key=lambda r: r.version).parts(booking, before=instant)
