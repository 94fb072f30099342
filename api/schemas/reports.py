"""Reports on the wire. Seconds and counts; ratios in per cent with two decimals, as text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.common import Out


class UtilisationOut(Out):
    """A machine's time in a month, or all machines' (`machine` null)."""

    machine: str | None
    kind: str | None
    seconds: dict[str, int]
    no_shows: int
    starts: int
    companies: int = Field(description="Companies that used it.")
    ratios: dict[str, str | None] = Field(examples=[{"utilisation": "24.06"}])


class ReportOut(Out):
    """A centre's month of a named standard time, up to now while it lasts."""

    centre: UUID
    month: str
    start: datetime
    end: datetime
    denominator: str
    recorded_before: datetime
    whole: UtilisationOut
    machines: list[UtilisationOut]
