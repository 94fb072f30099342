"""Changes of stays: which days of a firm somebody enters, moves or takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import CentreId, CompanyId
from gadong.stays.domain.days import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class StayChange:
    """Days of a firm that were changed by what was recorded at an instant.

    What is charged for later days may change too. `is_more` says that the firm has more of them.
    """

    centre_id: CentreId
    company_id: CompanyId
    days: Days
    is_more: bool
    recorded_at: datetime
