"""An entry of a machine's waiting list: its turn, the offers it missed, and how it ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.rules.limits import Rules
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period, union, within
from gadong.core.domain.usage_mode import UsageMode

# A person who let three offers lapse no longer looks, and would keep the machine empty for others.
MAX_MISSED = 3
# An offer that lapsed leaves its time to others for an hour before the same entry is offered it
# again.
REST = timedelta(hours=1)
# Waking hours come back within a week, whatever weekdays they name.
WEEK = timedelta(days=8)


class WaitingState(StrEnum):
    """A stage of an entry's life. All but the first two are its end."""

    WAITING = "waiting"
    OFFERED = "offered"
    SERVED = "served"  # its offer was taken
    PASSED = "passed"  # it let MAX_MISSED offers lapse
    LEFT = "left"  # its people wait no more, or declined an offer
    OVER = "over"  # its time passed before anything became free


OPEN = frozenset({WaitingState.WAITING, WaitingState.OFFERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody's wait for a stretch of `length` anywhere inside the period.

    `also` are further machines that are wanted at the same time, all or none.

    `booking_id` is the offer made for it. Entries are served in the order of `turn`, which is when
    they were made or last missed an offer, and not before `rests_until`. `answers`, `usage_mode`
    and `equipment` go into the offer.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    company_id: CompanyId
    person_id: PersonId
    period: Period
    length: timedelta
    turn: datetime
    state: WaitingState = WaitingState.WAITING
    booking_id: BookingId | None = None
    missed: int = 0
    rests_until: datetime | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    usage_mode: UsageMode | None = None
    also: tuple[MachineId, ...] = ()
    equipment: tuple[str, ...] = ()
    seats: int = 1

    @property
    def machines(self) -> tuple[MachineId, ...]:
        """Return all machines of the entry, the first one first."""
        return (self.machine_id, *self.also)

    def after_offer(self, outcome: BookingState, now: datetime) -> Waiting:
        """Return the entry once its offer became a booking, lapsed, was declined or was taken back.

        A missed offer steps the entry back behind all others. An offer that the centre took back
        leaves its turn.
        """
        match outcome:
            case BookingState.CONFIRMED | BookingState.PENDING:
                return replace(self, state=WaitingState.SERVED)
            case BookingState.CANCELLED:
                return replace(self, state=WaitingState.LEFT)
            case BookingState.RELEASED:
                return replace(self, state=WaitingState.WAITING, booking_id=None)
            case BookingState.EXPIRED:
                missed = self.missed + 1
                if missed >= MAX_MISSED:
                    return replace(self, state=WaitingState.PASSED, missed=missed)
                return replace(
                    self,
                    state=WaitingState.WAITING,
                    booking_id=None,
                    missed=missed,
                    turn=now,
                    rests_until=now + REST,
                )
            case _:
                return self


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFilter:
    """Conditions on the entries of a list; no value, or no state, means any.

    `machine` is one of an entry's machines, `during` a stretch that the entry's time touches.
    `text` has words of the machine's, the company's and the person's name. Entries that have ended
    are those made since `ended_since`; None means none of them.
    """

    centre: CentreId | None = None
    machine: MachineId | None = None
    company: CompanyId | None = None
    person: PersonId | None = None
    states: Collection[WaitingState] = ()
    during: Period | None = None
    text: str = ""
    ended_since: datetime | None = None


def answer_by(now: datetime, start: datetime, rules: Rules, zone: ZoneInfo) -> datetime:
    """Return when an offer lapses: after `offer` of waking time, at the start of the offered time
    at the latest.

    An offer made at three in the morning is answered after breakfast. It always lasts a minute.
    """
    deadline = now + rules.offer
    if rules.offer_hours is not None:
        left = rules.offer
        ahead = Period(now, now + WEEK)
        for part in within(union(rules.offer_hours.touching(ahead, zone)), ahead):
            if part.length >= left:
                deadline = part.start + left
                break
            left -= part.length
    return max(now + timedelta(minutes=1), min(deadline, start))
