"""Guidance of firms by experts: its kinds, its states, and the figures of a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import CentreId, CompanyId, EntryId, PersonId
from gadong.core.domain.problem import Conflict


class GuidanceKind(StrEnum):
    """The kinds of what a centre does for firms beside its machines and courses."""

    GUIDANCE = "guidance"  # 기술지도
    CONSULTING = "consulting"  # 컨설팅
    COUNSELLING = "counselling"  # 상담
    MANPOWER = "manpower"  # 인력정보 제공


class GuidanceState(StrEnum):
    """The states of a guidance."""

    REQUESTED = "requested"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class GuidanceStep(StrEnum):
    """The steps from one state to another."""

    PLAN = "plan"
    FINISH = "finish"
    REOPEN = "reopen"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[GuidanceState, GuidanceStep], GuidanceState] = {
    (GuidanceState.REQUESTED, GuidanceStep.PLAN): GuidanceState.PLANNED,
    (GuidanceState.REQUESTED, GuidanceStep.FINISH): GuidanceState.DONE,
    (GuidanceState.REQUESTED, GuidanceStep.DECLINE): GuidanceState.DECLINED,
    (GuidanceState.REQUESTED, GuidanceStep.WITHDRAW): GuidanceState.WITHDRAWN,
    (GuidanceState.PLANNED, GuidanceStep.PLAN): GuidanceState.PLANNED,
    (GuidanceState.PLANNED, GuidanceStep.FINISH): GuidanceState.DONE,
    (GuidanceState.PLANNED, GuidanceStep.DECLINE): GuidanceState.DECLINED,
    (GuidanceState.PLANNED, GuidanceStep.WITHDRAW): GuidanceState.WITHDRAWN,
    (GuidanceState.DONE, GuidanceStep.REOPEN): GuidanceState.PLANNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """A request for an expert's help, or a contact that the desk recorded.

    `starts_at` is when it takes place, `minutes` the expert's work once it is done. The company is
    charged the tariff's `good`, by its hours or as one piece, or nothing if that is empty.
    """

    id: UUID
    centre_id: CentreId
    company_id: CompanyId | None
    person_id: PersonId | None
    kind: GuidanceKind
    subject: str
    wish: str = ""
    state: GuidanceState
    expert: str = ""
    starts_at: datetime | None = None
    minutes: int | None = None
    result: str = ""
    follow_up_on: date | None = None
    good: str = ""
    entry_id: EntryId | None = None
    reason: str = ""
    requested_at: datetime

    def after(self, step: GuidanceStep) -> GuidanceState:
        """Return the state after a step; raise Conflict where the state has no such step."""
        found = TRANSITIONS.get((self.state, step))
        if found is None:
            raise Conflict("This guidance is over, or not that far", state=self.state.value)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceCount:
    """Count of a kind in a time: how often it was done, its minutes, and its firms."""

    kind: GuidanceKind
    times: int
    minutes: int
    companies: int


def counted(done: Iterable[Guidance]) -> list[GuidanceCount]:
    """Return the count of each kind, those that were not done included."""
    by_kind: dict[GuidanceKind, list[Guidance]] = {kind: [] for kind in GuidanceKind}
    for one in done:
        by_kind[one.kind].append(one)
    return [
        GuidanceCount(
            kind=kind,
            times=len(found),
            minutes=sum(one.minutes or 0 for one in found),
            companies=len({one.company_id for one in found if one.company_id}),
        )
        for kind, found in by_kind.items()
    ]
