"""A technician of a centre: the kinds of machines they assist, their week,
and when they are away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.core.domain.calendar import OpeningHours, open_periods, overlapping
from gadong.core.domain.ids import BookingId, CentreId, PersonId
from gadong.core.domain.period import Period, total_seconds, within, without


@dataclass(frozen=True, slots=True, kw_only=True)
class Technician:
    """A person who assists at the centre's machines of some `kinds`, in weekly `shifts`."""

    centre_id: CentreId
    person_id: PersonId
    name: str
    kinds: frozenset[str]
    shifts: tuple[OpeningHours, ...]

    def __post_init__(self) -> None:
        if pair := overlapping(self.shifts):
            raise ValueError(f"the shifts {pair[0]} and {pair[1]} overlap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A stretch of time in which a technician assists nobody."""

    id: UUID
    centre_id: CentreId
    person_id: PersonId
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """A booking's or a course's time that a technician is held for."""

    booking_id: BookingId | None
    course_id: UUID | None = None
    person_id: PersonId
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The technicians of a centre over some time, with their absences and what they are held
    for.
    """

    zone: ZoneInfo
    technicians: Sequence[Technician]
    absences: Mapping[PersonId, Sequence[Period]]
    assistances: Mapping[PersonId, Sequence[Period]]

    def free(self, kind: str, bounds: Period) -> dict[PersonId, list[Period]]:
        """Return the time inside the bounds in which each technician of the kind could assist."""
        return {
            one.person_id: without(
                open_periods(one.shifts, self.absences.get(one.person_id, ()), self.zone, bounds),
                self.assistances.get(one.person_id, ()),
            )
            for one in self.technicians
            if kind in one.kinds
        }

    def able(self, kind: str, period: Period, *, week: Period) -> list[PersonId]:
        """Return who could assist for the whole period, the least assistance in the week first."""
        free = self.free(kind, period)
        able = [person for person, windows in free.items() if covers(windows, period)]
        return sorted(able, key=lambda person: (self.load(person, week), person))

    def load(self, person: PersonId, week: Period) -> int:
        """Return the seconds in the week for which the technician is held."""
        return total_seconds(within(self.assistances.get(person, ()), week))


def covers(windows: Sequence[Period], period: Period) -> bool:
    """Return whether one of the windows contains the whole period."""
    return any(w.start <= period.start and period.end <= w.end for w in windows)
