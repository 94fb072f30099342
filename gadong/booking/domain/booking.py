"""A booking and its life: one table of what may follow what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period, span
from gadong.core.domain.problem import NotAllowed, Problem
from gadong.core.domain.usage_mode import UsageMode


class BookingState(StrEnum):
    """The state of a booking."""

    OFFERED = "offered"  # freed time kept for the first of the waiting list until they answer
    PENDING = "pending"  # waits for a manager's word
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    IN_USE = "in_use"  # the machine runs for it
    COMPLETED = "completed"
    CANCELLED = "cancelled"  # given up by its people
    DECLINED = "declined"  # refused by a manager, or lost to a competing request
    EXPIRED = "expired"  # nobody answered in time
    RELEASED = "released"  # taken back by the centre; never charged
    NO_SHOW = "no_show"


class Action(StrEnum):
    """An action on a booking."""

    ACCEPT = "accept"
    SUBMIT = "submit"
    APPROVE = "approve"
    DECLINE = "decline"
    LOSE = "lose"
    EXPIRE = "expire"
    MOVE = "move"
    RESUBMIT = "resubmit"
    REVERT = "revert"
    EDIT = "edit"
    EXTEND = "extend"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    CANCEL = "cancel"
    RELEASE = "release"
    MISS = "miss"
    CHECK_IN = "check_in"
    BEGIN = "begin"
    CHECK_OUT = "check_out"
    CLOSE = "close"


class FirstStep(StrEnum):
    """The first step in a booking's history."""

    REQUEST = "request"
    OFFER = "offer"


_S, _A = BookingState, Action

#: A missing pair is refused. Printed in docs/booking.md, which a test compares with this.
TRANSITIONS: Mapping[tuple[BookingState, Action], BookingState] = {
    (_S.OFFERED, _A.ACCEPT): _S.CONFIRMED,
    (_S.OFFERED, _A.SUBMIT): _S.PENDING,
    (_S.OFFERED, _A.CANCEL): _S.CANCELLED,
    (_S.OFFERED, _A.EXPIRE): _S.EXPIRED,
    (_S.OFFERED, _A.RELEASE): _S.RELEASED,
    (_S.PENDING, _A.APPROVE): _S.CONFIRMED,
    (_S.PENDING, _A.DECLINE): _S.DECLINED,
    (_S.PENDING, _A.LOSE): _S.DECLINED,
    (_S.PENDING, _A.EXPIRE): _S.EXPIRED,
    (_S.PENDING, _A.REVERT): _S.CONFIRMED,
    (_S.PENDING, _A.MOVE): _S.PENDING,
    (_S.PENDING, _A.TRANSFER): _S.PENDING,
    (_S.PENDING, _A.EDIT): _S.PENDING,
    (_S.PENDING, _A.ASSIGN): _S.PENDING,
    (_S.PENDING, _A.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _A.MOVE): _S.CONFIRMED,
    (_S.CONFIRMED, _A.RESUBMIT): _S.PENDING,
    (_S.CONFIRMED, _A.EXTEND): _S.CONFIRMED,
    (_S.CONFIRMED, _A.TRANSFER): _S.CONFIRMED,
    (_S.CONFIRMED, _A.EDIT): _S.CONFIRMED,
    (_S.CONFIRMED, _A.ASSIGN): _S.CONFIRMED,
    (_S.CONFIRMED, _A.CANCEL): _S.CANCELLED,
    (_S.CONFIRMED, _A.RELEASE): _S.RELEASED,
    (_S.CONFIRMED, _A.MISS): _S.NO_SHOW,
    (_S.CONFIRMED, _A.CHECK_IN): _S.CHECKED_IN,
    (_S.CONFIRMED, _A.BEGIN): _S.IN_USE,
    (_S.CONFIRMED, _A.CHECK_OUT): _S.COMPLETED,
    (_S.CONFIRMED, _A.CLOSE): _S.COMPLETED,
    (_S.CHECKED_IN, _A.BEGIN): _S.IN_USE,
    (_S.CHECKED_IN, _A.EXTEND): _S.CHECKED_IN,
    (_S.CHECKED_IN, _A.ASSIGN): _S.CHECKED_IN,
    (_S.CHECKED_IN, _A.CHECK_OUT): _S.COMPLETED,
    (_S.CHECKED_IN, _A.CLOSE): _S.COMPLETED,
    (_S.IN_USE, _A.CHECK_IN): _S.IN_USE,
    (_S.IN_USE, _A.EXTEND): _S.IN_USE,
    (_S.IN_USE, _A.ASSIGN): _S.IN_USE,
    (_S.IN_USE, _A.CHECK_OUT): _S.COMPLETED,
    (_S.IN_USE, _A.CLOSE): _S.COMPLETED,
    (_S.COMPLETED, _A.MOVE): _S.COMPLETED,
    (_S.COMPLETED, _A.EXTEND): _S.COMPLETED,
    (_S.COMPLETED, _A.EDIT): _S.COMPLETED,
    (_S.COMPLETED, _A.CANCEL): _S.CANCELLED,
    (_S.COMPLETED, _A.RELEASE): _S.RELEASED,
}

#: The states of a booking that stands. All but a competing request keep others out, as in the
#: constraint bookings_no_overlap.
HOLDING = frozenset({_S.OFFERED, _S.PENDING, _S.CONFIRMED, _S.CHECKED_IN, _S.IN_USE, _S.COMPLETED})

#: The states whose time is somebody's to answer for: what runs in it is theirs, and what it costs.
CLAIMING = frozenset({_S.CONFIRMED, _S.CHECKED_IN, _S.IN_USE, _S.COMPLETED, _S.NO_SHOW})

#: A confirmed booking that has begun is ended, not given up, moved or handed on: its no-show is
#: decided by the facts.
BEFORE_START = frozenset({_A.CANCEL, _A.MOVE, _A.TRANSFER, _A.EDIT})
#: A booking that has ended is a fact. Its people check out of it and change nothing else.
BEFORE_END = BEFORE_START | {_A.RESUBMIT, _A.EXTEND, _A.ASSIGN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A company's whole part of a booking's cost, beside the parts of the others (ADR 50)."""

    company_id: CompanyId
    parts: int

    def __post_init__(self) -> None:
        if self.parts < 1:
            raise ValueError("a part of a booking is a whole number above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A held period on a machine, by a person, for a company. `version` rises with every change.

    `freed_from` is when its time became free for others before its end. `expires_at` is when an
    offer or a request lapses. `joined` is shared by what was booked together, machines or
    occurrences. `override` is why rules were passed, which stays with it wherever it is charged.
    """

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
    freed_from: datetime | None = None
    expires_at: datetime | None = None
    joined: UUID | None = None
    override: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    usage_mode: UsageMode = UsageMode.SELF
    # Slugs of the equipment that its people chose where the machine needs any of several.
    equipment: tuple[str, ...] = ()
    # While it waits for a manager, others may ask for the same time.
    competes: bool = False
    # The seats of a room that it takes, and whether it leaves the others to others (ADR 51).
    seats: int = 1
    shares: bool = False
    # The fixed parts of its cost by company, the booker's first; empty until then, or where the
    # booker pays it alone.
    parts: tuple[Part, ...] = ()

    @property
    def companies(self) -> frozenset[CompanyId]:
        """Return the booking's own companies: the booker, and each that has a part of it."""
        return frozenset({self.company_id, *(part.company_id for part in self.parts)})

    def is_of(self, company_id: CompanyId | None) -> bool:
        """Return whether the booking is a company's own."""
        if company_id == self.company_id or not self.parts:
            return company_id == self.company_id
        return any(part.company_id == company_id for part in self.parts)

    @property
    def is_holding(self) -> bool:
        """Return whether the booking stands: it holds its time, or asks for it."""
        return self.state in HOLDING

    @property
    def is_open(self) -> bool:
        """Return whether it is a request beside which others may ask for the same time."""
        return self.competes and self.state is BookingState.PENDING

    @property
    def keeps_others_off(self) -> bool:
        """Return whether nobody else may have the machine in its time."""
        return self.is_holding and not self.is_open

    @property
    def claimed(self) -> Period | None:
        """Return the time that is this booking's own: until it was freed, or none at all.

        A no-show keeps its time until that is certain. A booking that was cancelled after its start
        keeps the time until then, and so does one that the facts released. One that had ended
        before the centre took it back has none.
        """
        ends = [self.period.end]
        if self.state is BookingState.CANCELLED:
            ends.append(self.cancelled_at or self.period.start)
        elif self.state is BookingState.RELEASED:
            by_facts = self.freed_from if self.checked_out_at is None else None
            ends.append(by_facts or self.period.start)
        elif self.state in CLAIMING:
            ends.append(self.freed_from or self.period.end)
        else:
            return None
        return span(self.period.start, min(ends))

    @property
    def is_taken_back(self) -> bool:
        """Return whether the centre took the booking back, so that none of its time is its own."""
        is_for_nothing = self.state is BookingState.CANCELLED and self.cancelled_at is None
        return self.claimed is None and (is_for_nothing or self.state is BookingState.RELEASED)

    @property
    def is_sent_away(self) -> bool:
        """Return whether a person released the booking.

        One that the facts released at its end asks them again: a late word may say otherwise.
        """
        by_facts = self.checked_out_at is None and self.freed_from == self.period.end
        return self.state is BookingState.RELEASED and not by_facts

    @property
    def is_given_up(self) -> bool:
        """Return whether its people cancelled the booking before its time was over."""
        return self.cancelled_at is not None and self.cancelled_at < self.period.end

    def after(self, action: Action) -> Booking:
        """Return the booking after the action; raise NotAllowed without such a step."""
        following = TRANSITIONS.get((self.state, action))
        if following is None:
            raise NotAllowed(state=self.state, action=action)
        # A request that was answered competes no more, whatever is asked of it later.
        competes = self.competes and following is BookingState.PENDING
        return replace(self, state=following, version=self.version + 1, competes=competes)

    def corrected(self, period: Period) -> Booking:
        """Return the booking with another period; one that is over was used until its new end."""
        if self.state is not BookingState.COMPLETED:
            return replace(self, period=period)
        came = period.start if self.checked_in_at else None
        return replace(
            self, period=period, checked_in_at=came, checked_out_at=period.end, freed_from=None
        )

    def too_late_for(self, action: Action, now: datetime) -> Problem | None:
        """Return the problem of an action that comes after the booking's start, or after its end.

        A request or an offer holds no time that anybody used, so it may be given up at any moment.
        """
        if self.state in {BookingState.PENDING, BookingState.OFFERED}:
            return None
        if self.state is BookingState.COMPLETED and action in BEFORE_END:
            # Also where its people left before its end.
            ended = min(self.period.end, self.checked_out_at or self.period.end)
            return _too_late("booking.ended", ended)
        is_unattended = self.state is BookingState.CONFIRMED and action is Action.CHECK_OUT
        if (action in BEFORE_END or is_unattended) and now >= self.period.end:
            return _too_late("booking.ended", self.period.end)
        if action in BEFORE_START and now >= self.period.start:
            return _too_late("booking.begun", self.period.start)
        return None


def _too_late(code: str, instant: datetime) -> Problem:
    return Problem(code=code, limit=write_instant(instant), overridable_by="manager")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A machine's time that somebody has: booked, and with its turn-round."""

    id: BookingId
    machine_id: MachineId
    company_id: CompanyId
    period: Period
    held: Period
    state: BookingState
    purpose: str
    seats: int = 1
    shares: bool = False
