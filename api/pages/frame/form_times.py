"""Times as forms hold them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Form

from api.pages.frame.layout import Look
from gadong.core.domain.problem import Invalid

#: A day of a form; the years of others overflow where the day before or after is asked for.
FormDay = Annotated[date, Form(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


def day_in(text: str, *, field: str = "day") -> date:
    """Return the day of a form's text; raise Invalid for what is none of these years."""
    try:
        read = date.fromisoformat(text)
    except ValueError as trouble:
        raise Invalid("Write the day as in 2026-12-01", field=field) from trouble
    if not 2000 <= read.year < 3000:
        raise Invalid("Years from 2000 to 2999 are known here", field=field)
    return read


def instant(looking: Look, text: str) -> datetime:
    """Return the instant of a form's time on the centre's clock."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise Invalid("Write the time as in 2026-12-01T10:00", field="start") from trouble
    if not 2000 <= read.year < 3000:
        raise Invalid("Years from 2000 to 2999 are known here", field="start")
    return (read if read.tzinfo else read.replace(tzinfo=looking.words.zone)).astimezone(UTC)
