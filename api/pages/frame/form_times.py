"""Times as forms hold them."""

from __future__ import annotations

from datetime import UTC, datetime

from api.pages.frame.layout import Look
from gadong.core.domain.problem import Invalid


def instant(looking: Look, text: str) -> datetime:
    """Return the instant of a form's time on the centre's clock."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise Invalid("Write the time as in 2026-12-01T10:00", field="start") from trouble
    if not 2000 <= read.year < 3000:
        raise Invalid("Years from 2000 to 2999 are known here", field="start")
    return (read if read.tzinfo else read.replace(tzinfo=looking.words.zone)).astimezone(UTC)
