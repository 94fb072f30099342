"""An entry of a course's waiting list: its turn, the offers it missed, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.waiting_entry import MAX_MISSED, OPEN, REST, WaitingState
from gadong.core.domain.ids import CentreId, CompanyId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseWait:
    """A person's wait for a seat at a full course.

    Entries are served in the order of `turn`, which is when they were made or last missed an offer,
    and not before `rests_until`. An offer holds a seat until `offered_until`.
    """

    id: UUID
    course_id: UUID
    centre_id: CentreId
    person_id: PersonId
    company_id: CompanyId
    turn: datetime
    state: WaitingState = WaitingState.WAITING
    offered_until: datetime | None = None
    missed: int = 0
    rests_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return whether the entry waits, or has an offer."""
        return self.state in OPEN

    def is_due(self, now: datetime) -> bool:
        """Return whether a free seat may be offered to the entry now."""
        is_resting = self.rests_until is not None and self.rests_until > now
        return self.state is WaitingState.WAITING and not is_resting

    def has_lapsed(self, now: datetime) -> bool:
        """Return whether the entry's offer was not answered in time."""
        return self.offered_until is not None and self.offered_until <= now

    def offered(self, until: datetime) -> CourseWait:
        """Return the entry with an offer."""
        return replace(self, state=WaitingState.OFFERED, offered_until=until)

    def ended(self, state: WaitingState) -> CourseWait:
        """Return the entry at its end."""
        return replace(self, state=state, offered_until=None)

    def after_lapse(self, now: datetime) -> CourseWait:
        """Return the entry after a missed offer: behind all others, or at its end."""
        missed = self.missed + 1
        if missed >= MAX_MISSED:
            return replace(self.ended(WaitingState.PASSED), missed=missed)
        return replace(
            self.ended(WaitingState.WAITING), missed=missed, turn=now, rests_until=now + REST
        )
