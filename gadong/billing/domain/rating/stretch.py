"""Stretches: the part of a month that one statement charges (ADR 70)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.booking.domain.session import Session
from gadong.core.domain.period import Period


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a month that one statement charges, by the start of each session.

    A session that began before the month belongs to the month's first part.
    """

    period: Period
    month: Period

    @property
    def is_whole(self) -> bool:
        """Return whether the statement charges the whole month."""
        return self.period == self.month

    def charges(self, session: Session) -> bool:
        """Return whether the statement charges the session."""
        is_first = self.period.start == self.month.start
        return self.reaches(session) and (is_first or session.start.start >= self.period.start)

    def reaches(self, session: Session) -> bool:
        """Return whether the session begins before the end: later ones use up nothing of it."""
        is_last = self.period.end == self.month.end
        return is_last or session.start.start < self.period.end

    def is_going_on(self, session: Session) -> bool:
        """Return whether a session of a statement within the month was used until its end.

        It may go on, and would then be billed for more.
        """
        used = session.occupied
        return self.period.end < self.month.end and used is not None and used.end >= self.period.end


def between(month: Period, since: datetime | None, until: datetime | None) -> Period:
    """Return the part of a month between two instants; None is the month's own edge."""
    zone = month.start.tzinfo
    return Period(
        since.astimezone(zone) if since else month.start,
        until.astimezone(zone) if until else month.end,
    )
