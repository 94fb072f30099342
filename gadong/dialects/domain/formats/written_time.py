"""Times that are written in a gateway's own format, as 07:16:17 06/16/2021 UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from gadong.dialects.domain.formats.reading import NotUnderstood

# A longer text is no time.
LONGEST = 60
# Each of its parts differs from the others, so that a format that loses one is seen.
EXAMPLE = datetime(2021, 6, 17, 18, 19, 20, tzinfo=UTC)


def is_whole_format(text: str) -> bool:
    """Return whether a text is a format of `strptime` that holds a date and a time of day."""
    if "%" not in text or len(text) > LONGEST:
        return False
    try:
        # A zone may be written.
        read = datetime.strptime(EXAMPLE.strftime(text), text)  # noqa: DTZ007
    except ValueError:
        return False
    return read.replace(tzinfo=None) == EXAMPLE.replace(tzinfo=None)


def written_time(said: object, written_as: str, field: str) -> datetime:
    """Read an instant by its format; without an offset it is UTC."""
    if not isinstance(said, str) or len(said) > LONGEST:
        raise NotUnderstood("not_a_time", f"{field} is no time as {written_as}")
    try:
        at = datetime.strptime(said.strip(), written_as)  # noqa: DTZ007  # a zone may be written
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as trouble:
        raise NotUnderstood("not_a_time", f"{field} is no time as {written_as}") from trouble
