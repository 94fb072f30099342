"""A booking and its life: one table of what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gadong.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.domain.period import Period
from gadong.domain.problem import NotAllowed


class BookingState(StrEnum):
    """Where a booking stands."""

    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Action(StrEnum):
    """What can be done to a booking."""

    MOVE = "move"
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    RELEASE = "release"


#: A missing pair is refused. Printed in docs/booking.md, which a test compares with this.
TRANSITIONS: Mapping[tuple[BookingState, Action], BookingState] = {
    (BookingState.CONFIRMED, Action.MOVE): BookingState.CONFIRMED,
    (BookingState.CONFIRMED, Action.CANCEL): BookingState.CANCELLED,
    (BookingState.CONFIRMED, Action.CHECK_IN): BookingState.CHECKED_IN,
    (BookingState.CONFIRMED, Action.RELEASE): BookingState.NO_SHOW,
    (BookingState.CHECKED_IN, Action.CHECK_OUT): BookingState.COMPLETED,
}

#: The states that keep others out; the same list stands in the constraint bookings_no_overlap.
HOLDING = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A held period on a machine, by a person, for a company. `version` rises with every change."""

    id: BookingId
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    state: BookingState
    version: int = 1
    purpose: str = ""
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def is_holding(self) -> bool:
        """Whether it keeps others off the machine."""
        return self.state in HOLDING

    def after(self, action: Action) -> Booking:
        """The booking with the action done; raises NotAllowed where the table has no such step."""
        following = TRANSITIONS.get((self.state, action))
        if following is None:
            raise NotAllowed(state=self.state, action=action)
        return replace(self, state=following, version=self.version + 1)
