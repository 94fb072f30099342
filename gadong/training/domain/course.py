"""A training as it is held: when and where, who comes, and what it is worth to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.domain.ids import CentreId, CompanyId, EntryId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A training for machines that want `code`, for so many `seats`.

    Who attends may use them from then on, for `valid_days` or (None) as long as the rules let them. Their company is
    charged one piece of the tariff's `good`, or nothing where that is empty.
    """

    id: UUID
    centre_id: CentreId
    code: str
    period: Period
    place: str
    seats: int
    taken: int = 0
    valid_days: int | None = None
    good: str = ""
    cancelled_at: datetime | None = None
    reason: str = ""

    def need_open(self, now: datetime) -> None:
        """Raise Conflict where nobody comes or goes any more."""
        if self.cancelled_at is not None:
            raise Conflict("This training was cancelled")
        if now >= self.period.start:
            raise Conflict("This training has begun")

    def need_begun(self, now: datetime) -> None:
        """Raise Conflict where nobody can have come yet."""
        if self.cancelled_at is not None:
            raise Conflict("This training was cancelled")
        if now < self.period.start:
            raise Conflict("This training has not begun yet")

    @property
    def expires_at(self) -> datetime | None:
        """When what was learned there is worth nothing any more; None: the rules alone say."""
        return self.period.end + timedelta(days=self.valid_days) if self.valid_days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody's seat at a training. `attended` is None until somebody said whether they came."""

    course_id: UUID
    person_id: PersonId
    company_id: CompanyId
    name: str = ""
    company: str = ""
    attended: bool | None = None
    entry_id: EntryId | None = None
