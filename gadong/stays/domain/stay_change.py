"""Changes of stays: which days of a firm somebody enters, moves or takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.core.domain.ids import CentreId, CompanyId
from gadong.stays.domain.days import ONE_DAY, Days, start_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StayChange:
    """Days of a firm that were changed by what was recorded at an instant.

    What is charged for later days may change too. `is_more` says that the firm has more of them.
    Rent of a day is charged as the day begins; `is_at_end` says that stock counts at its end.
    """

    centre_id: CentreId
    company_id: CompanyId
    days: Days
    is_more: bool
    recorded_at: datetime
    is_at_end: bool = False

    def charged_at(self, day: date, zone: ZoneInfo) -> datetime:
        """Return an instant within every bill that charges a day."""
        if not self.is_at_end:
            return start_of(day, zone)
        return start_of(day + ONE_DAY, zone) - timedelta(microseconds=1)
