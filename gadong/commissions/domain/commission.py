"""Commissioned work (의뢰) as a case: its items, its states and the steps between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from gadong.billing.domain.tariff_terms import Measure
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, EntryId, PersonId
from gadong.core.domain.problem import Conflict, Invalid

# A page of samples; the database bears it too (`commission_items_position`).
MOST_ITEMS = 20


class CommissionState(StrEnum):
    """The states of a commission."""

    REQUESTED = "requested"  # 신청
    QUOTED = "quoted"  # 견적
    ACCEPTED = "accepted"  # 견적 수락
    RECEIVED = "received"  # 접수
    WORKING = "working"  # 진행
    DONE = "done"  # 완료
    HANDED_OVER = "handed_over"  # 교부
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class CommissionStep(StrEnum):
    """The steps from one state to another; REQUEST begins a commission."""

    REQUEST = "request"
    QUOTE = "quote"
    ACCEPT = "accept"
    RECEIVE = "receive"
    START = "start"
    FINISH = "finish"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


_S, _T = CommissionState, CommissionStep
#: The database bears the same pairs of states (`commission_follows`).
TRANSITIONS: Mapping[tuple[CommissionState, CommissionStep], CommissionState] = {
    (_S.REQUESTED, _T.QUOTE): _S.QUOTED,
    (_S.REQUESTED, _T.RECEIVE): _S.RECEIVED,
    (_S.REQUESTED, _T.DECLINE): _S.DECLINED,
    (_S.REQUESTED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.QUOTED, _T.QUOTE): _S.QUOTED,
    (_S.QUOTED, _T.ACCEPT): _S.ACCEPTED,
    (_S.QUOTED, _T.DECLINE): _S.DECLINED,
    (_S.QUOTED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.ACCEPTED, _T.QUOTE): _S.QUOTED,
    (_S.ACCEPTED, _T.RECEIVE): _S.RECEIVED,
    (_S.ACCEPTED, _T.DECLINE): _S.DECLINED,
    (_S.ACCEPTED, _T.WITHDRAW): _S.WITHDRAWN,
    (_S.RECEIVED, _T.START): _S.WORKING,
    (_S.RECEIVED, _T.FINISH): _S.DONE,
    (_S.RECEIVED, _T.DECLINE): _S.DECLINED,
    (_S.WORKING, _T.FINISH): _S.DONE,
    (_S.WORKING, _T.DECLINE): _S.DECLINED,
    (_S.DONE, _T.REOPEN): _S.WORKING,
    (_S.DONE, _T.HAND_OVER): _S.HANDED_OVER,
    (_S.HANDED_OVER, _T.REOPEN): _S.WORKING,
}
#: The states in which the lab has the work.
IN_WORK = frozenset({_S.RECEIVED, _S.WORKING})
#: The states after which nothing follows but a correction.
OVER = frozenset({_S.HANDED_OVER, _S.DECLINED, _S.WITHDRAWN})
#: The steps that a correction takes back.
TAKEN_BACK = frozenset({_T.FINISH, _T.HAND_OVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionItem:
    """A quantity of one of the tariff's goods, in its measure.

    It is done on the machine and in the time of `booking_id`; `entry_id` charged it.
    """

    position: int
    good: str
    name_ko: str
    name_en: str
    measure: Measure
    quantity: Decimal
    booking_id: BookingId | None = None
    entry_id: EntryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionEvent:
    """A step of a commission: when it took place, and what it said. A fact."""

    id: UUID
    commission_id: UUID
    step: CommissionStep
    state: CommissionState
    at: datetime
    reason: str
    data: Mapping[str, Any]
    recorded_by: PersonId | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """A case of commissioned work.

    `person_id` asked for it; None where the desk entered it. `prepayment` is whole won with the
    tax. The year and the sequence are given by the database.
    """

    id: UUID
    centre_id: CentreId
    company_id: CompanyId
    person_id: PersonId | None
    year: int = 0
    sequence: int = 0
    subject: str
    wish: str = ""
    state: CommissionState
    is_urgent: bool = False
    due_on: date | None = None
    prepayment: int = 0
    reason: str = ""
    requested_at: datetime
    items: tuple[CommissionItem, ...] = field(default=())

    @property
    def number(self) -> str:
        """Return the number, unique for the centre and the year."""
        return f"{self.year}-{self.sequence:04d}"

    def after(self, step: CommissionStep) -> CommissionState:
        """Return the state after a step; raise Conflict where the state has no such step."""
        found = TRANSITIONS.get((self.state, step))
        if found is None:
            raise Conflict("This commission is over, or not that far", state=self.state.value)
        return found

    def may(self, step: CommissionStep) -> bool:
        """Return whether the state has a step."""
        return (self.state, step) in TRANSITIONS


def standing(steps: Iterable[CommissionEvent]) -> list[CommissionEvent]:
    """Return the steps that were not taken back, without those that took them back.

    A correction is of the instant at which a mistake was seen, and the work of an earlier one.
    """
    kept: list[CommissionEvent] = []
    for one in steps:
        if one.step is CommissionStep.REOPEN:
            kept = [before for before in kept if before.step not in TAKEN_BACK]
        else:
            kept.append(one)
    return kept


def need_in_order(at: datetime, *, last: datetime | None, now: datetime) -> None:
    """Raise Invalid for a step that is to come, or lies before the step that it follows.

    Forms say minutes, so that seconds of the step before do not count.
    """
    if at > now:
        raise Invalid("A step of a commission lies in the past", field="at")
    if last is not None and at < last.replace(second=0, microsecond=0):
        raise Invalid("A step of a commission is not before the one that it follows", field="at")
